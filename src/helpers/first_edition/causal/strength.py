"""How strong an arrow would have to be to make the whole gap by itself.

The gap is turned into the ratio that a doctor knows: how many times as likely is MS in people with
low VK2? "Low" is below the point halfway, on the log scale, between the two published means. How
many people have MS at all is needed too: a group in which a third have MS is not one in which the
disease is rare, so the odds ratio would overstate the risk ratio.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.first_edition import checks, estimate

if TYPE_CHECKING:
    import pandas as pd

    from helpers.first_edition.causal.calibration import Calibration

READINGS = {
    "standard deviation": "sd",
    "half a 95 % interval": "interval half-width",
    "standard error": "se",
}


@dataclass(frozen=True)
class ImpliedRisk:
    """What one reading of the published ± implies.

    Attributes:
        cut: VK2 (ng/ml) below which a level counts as low.
        low_ms, low_control: share of each group below it.
        risk_if_low: share of the people with low VK2 who would have MS.
        risk_ratio: of MS, low against not low.
        e_value: risk ratio that a hidden cause would need with both low VK2 and MS.
    """

    cut: float
    low_ms: float
    low_control: float
    risk_if_low: float
    risk_ratio: float
    e_value: float


def implied_risk(findings: pd.DataFrame, reading: str = "standard deviation") -> ImpliedRisk:
    """The risk ratio that "low VK2 brings on MS" needs, taking VK2 in each group as log-normal.

    Args:
        findings: from ``data.published_findings``.
        reading: what the published ± is taken to be, a key of `READINGS`.

    Raises:
        TypeError, ValueError: `reading` is none of these.

    Source of the share of people with MS: Walton and others 2020, doi 10.1177/1352458520970841; of
    the E-value: VanderWeele and Ding 2017, doi 10.7326/M16-2607.

    Example:
        >>> from helpers.first_edition import data
        >>> round(implied_risk(data.published_findings(), "standard error").risk_ratio, 1)
        11.7
    """
    from scipy.stats import norm

    checks.one_of("reading", reading, READINGS)
    value, spread = findings["value"], findings["spread"]
    summary = estimate.compare_summaries(
        value["vk2_mean_control"],
        spread["vk2_mean_control"],
        int(value["n_control"]),
        value["vk2_mean_ms"],
        spread["vk2_mean_ms"],
        int(value["n_ms"]),
        spread_is=READINGS[reading],
    )
    cut = math.sqrt(value["vk2_mean_control"] * value["vk2_mean_ms"])
    low = {}
    for group, sd in (("control", summary.sd_first), ("ms", summary.sd_second)):
        mean = float(value[f"vk2_mean_{group}"])
        variance = math.log1p((sd / mean) ** 2)
        low[group] = norm(math.log(mean) - variance / 2, math.sqrt(variance))
    shares = {group: float(law.cdf(math.log(cut))) for group, law in low.items()}
    prevalence = float(value["ms_prevalence"]) / 100_000
    risks = []
    for share in (lambda law: law.cdf, lambda law: law.sf):  # low, not low
        cases = prevalence * float(share(low["ms"])(math.log(cut)))
        others = (1 - prevalence) * float(share(low["control"])(math.log(cut)))
        risks.append(cases / (cases + others))
    ratio = risks[0] / risks[1]
    return ImpliedRisk(
        cut=cut,
        low_ms=shares["ms"],
        low_control=shares["control"],
        risk_if_low=risks[0],
        risk_ratio=ratio,
        e_value=estimate.e_value(ratio).point,
    )


def implied_risks(findings: pd.DataFrame) -> pd.DataFrame:
    """`implied_risk` for all readings of the ±, one a row."""
    import pandas as pd

    rows = {reading: vars(implied_risk(findings, reading)) for reading in READINGS}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("the ± is a …")


def people_per_volunteer(shared: Calibration | None = None) -> float:
    """How many people must be asked for one control, at the very least, in the recruitment world.

    There the population has the VK2 of people with MS, and controls volunteer in proportion to
    f0 / f1. If even the readiest all say yes, the others say yes so rarely that max(f0 / f1)
    people must be asked for each control. For a woman of mean age.
    """
    import numpy as np

    from helpers.first_edition.causal.worlds import world

    law = world("recruitment", shared).shared
    levels = np.linspace(4, 8, 4001)
    stratum = law.stratum(np.array(law.model.covariates.age_mean), np.array(1.0))
    stratum = np.full(levels.shape, stratum)
    ratio = law.log_density_control(levels, stratum) - law.log_density_ms(levels, stratum)
    return float(np.exp(ratio.max()))
