"""What a study's design can show: who is in it, what was measured, what ± means.

Every person here is simulated; the only real numbers are those of ``data/published_findings.csv``.
How much its size can tell is in `power`, what stands in words (the audit, the plan) in `audit`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from helpers.first_edition import checks, estimate
from helpers.first_edition.simulate import STUDY_CONTROL, STUDY_MS

if TYPE_CHECKING:
    import pandas as pd

READINGS = {  # the three usual meanings of "±", as `estimate.compare_summaries` names them
    "standard deviation": "sd",
    "half an interval": "interval half-width",
    "standard error": "se",
}
PEOPLE_TO_CHOOSE_FROM = 20_000


# --- which design: cases found on one day ---------------------------------------------------------


def cases_over_time(
    n_cases: int,
    *,
    years_short: float = 8,
    years_long: float = 24,
    share_short: float = 0.5,
    seed: int,
) -> pd.DataFrame:
    """Simulate people who fall ill over many years, and who of them a study on one day finds.

    A made-up disease: it begins at any time with equal chance, and a person stays within reach of
    the clinic for a short or a long while, on average `years_short` or `years_long`.

    Args:
        n_cases: people who fall ill, at least 1.
        years_short, years_long: mean years within reach, above 0.
        share_short: share of all who fall ill that stays a short while, from 0 to 1.
        seed: seed of the random numbers.

    Returns:
        One row a person: `stay` ("short" or "long"), `onset` and `end` in years, counted from the
        day of the study (negative is before), `found` (within reach on that day).

    Example:
        >>> cases_over_time(1000, seed=1)["stay"].eq("short").mean().round(1)
        np.float64(0.5)
    """
    import pandas as pd

    n_cases = checks.whole_number("n_cases", n_cases, low=1)
    years_short = checks.number("years_short", years_short, 0, open_ends=True)
    years_long = checks.number("years_long", years_long, 0, open_ends=True)
    share_short = checks.number("share_short", share_short, 0, 1)
    rng = np.random.default_rng(checks.whole_number("seed", seed))
    short = rng.random(n_cases) < share_short
    mean = np.where(short, years_short, years_long)
    # Gamma with shape 4: no stay is near zero, few are beyond three times the mean.
    stay = rng.gamma(4, mean / 4)
    onset = -5 * max(years_short, years_long) * rng.random(n_cases)
    return pd.DataFrame(
        {
            "stay": np.where(short, "short", "long"),
            "onset": onset,
            "end": onset + stay,
            "found": onset + stay > 0,
        }
    )


def share_short_when_found(years_short: float, years_long: float, share_short: float) -> float:
    """Share of short stays among those found on one day: each is found in proportion to its length.

    Example:
        >>> share_short_when_found(8, 24, 0.5)
        0.25
    """
    years_short = checks.number("years_short", years_short, 0, open_ends=True)
    years_long = checks.number("years_long", years_long, 0, open_ends=True)
    share_short = checks.number("share_short", share_short, 0, 1)
    short = share_short * years_short
    return short / (short + (1 - share_short) * years_long)


# --- who is in it: choosing controls --------------------------------------------------------------


class LogNormal(NamedTuple):
    """A log-normal distribution: mean and SD of the natural logarithm."""

    log_mean: float
    log_sd: float


def log_normal(mean: float, sd: float) -> LogNormal:
    """Return the log-normal distribution with this mean and SD, both in the unit of the values.

    Example:
        >>> round(log_normal(235, 100).log_sd, 2)
        0.41
    """
    mean = checks.number("mean", mean, 0, open_ends=True)
    sd = checks.number("sd", sd, 0, open_ends=True)
    log_variance = math.log1p((sd / mean) ** 2)
    return LogNormal(math.log(mean) - log_variance / 2, math.sqrt(log_variance))


@dataclass(frozen=True)
class ControlChoice:
    """One simulated study in which VK2 has nothing to do with MS; see `choose_controls`.

    Attributes:
        preference: how many times as likely a person volunteers for each doubling of VK2.
        population, ms, controls: VK2 of single people (ng/ml).
        comparison: controls against MS.
    """

    preference: float
    population: np.ndarray
    ms: np.ndarray
    controls: np.ndarray
    comparison: estimate.Comparison


def choose_controls(
    preference: float,
    n_ms: int = STUDY_MS,
    n_control: int = STUDY_CONTROL,
    *,
    people: LogNormal | None = None,
    seed: int = 2018,
) -> ControlChoice:
    """Simulate a study in which VK2 is the same with and without MS, and controls volunteer.

    People with MS are a fair sample of the population. Controls are drawn from the same population,
    but each doubling of VK2 makes a person `preference` times as likely to volunteer.

    Args:
        preference: 1 (no preference) or more, at most 1000.
        n_ms, n_control: people in the study, from 2 to 2000.
        people: distribution of VK2 in everyone; that of the MS group (235 ± 100 read as SD) if left
            out.
        seed: seed of the random numbers.

    Source of the idea: selection bias as in Hernán and others 2004, doi
    10.1097/01.ede.0000135174.63482.43.

    Example:
        >>> fair, chosen = choose_controls(1), choose_controls(16)
        >>> chosen.controls.mean() > fair.controls.mean()
        np.True_
    """
    preference = checks.number("preference", preference, 1, 1000)
    n_ms = checks.whole_number("n_ms", n_ms, 2, 2000)
    n_control = checks.whole_number("n_control", n_control, 2, 2000)
    rng = np.random.default_rng(checks.whole_number("seed", seed))
    people = people or _everyone()
    log_vk2 = rng.normal(people.log_mean, people.log_sd, PEOPLE_TO_CHOOSE_FROM)
    population = np.exp(log_vk2)
    ms = rng.choice(population, n_ms, replace=False)
    keenness = np.exp(math.log2(preference) * (log_vk2 - log_vk2.max()))  # largest is 1
    controls = rng.choice(population, n_control, replace=False, p=keenness / keenness.sum())
    comparison = estimate.compare_groups(controls, ms)
    return ControlChoice(preference, population, ms, controls, comparison)


def ratio_from_choice(preference: float, people: LogNormal | None = None) -> float:
    """The ratio, controls to MS, that choosing controls alone makes on average.

    `preference` is how many times as likely a person volunteers for each doubling of VK2, `people`
    the distribution of VK2 in everyone, as in `choose_controls`. Weighting a log-normal
    distribution by a power of VK2 moves its centre by that power times the variance of log VK2.

    Example:
        >>> round(ratio_from_choice(2), 2)
        1.18
    """
    preference = checks.number("preference", preference, 0, open_ends=True)
    return math.exp(math.log2(preference) * (people or _everyone()).log_sd ** 2)


def preference_for_ratio(ratio: float, people: LogNormal | None = None) -> float:
    """The `preference` with which choosing controls alone makes `ratio`; see `ratio_from_choice`.

    Example:
        >>> round(preference_for_ratio(3.46))
        176
    """
    ratio = checks.number("ratio", ratio, 0, open_ends=True)
    return 2 ** (math.log(ratio) / (people or _everyone()).log_sd ** 2)


# --- what was measured: three kinds of error ------------------------------------------------------


def measured(
    true: np.ndarray, *, factor: float = 1.0, background: float = 0.0, own_factor: float = 1.0
) -> np.ndarray:
    """What an assay prints for true levels: true × factor × own_factor + background.

    Args:
        true: true levels (ng/ml), above 0, one dimension.
        factor: multiplies every value of both groups, above 0 (a wrong unit or standard).
        background: added to every value of both groups (ng/ml; something else that is read too).
        own_factor: multiplies this group's values only, above 0 (differential error).

    Raises:
        ValueError: an argument is not allowed, or a measured value would be zero or below.

    Example:
        >>> measured([235, 812], background=200).tolist()
        [435.0, 1012.0]
    """
    true = checks.finite_array("true", true, positive=True)
    factor = checks.number("factor", factor, 0, open_ends=True)
    own_factor = checks.number("own_factor", own_factor, 0, open_ends=True)
    background = checks.number("background", background)
    values = true * factor * own_factor + background
    if (values <= 0).any():
        raise ValueError(
            f"background must leave every measured value above 0; {background:g} brings the lowest "
            f"to {values.min():g}"
        )
    return values


def error_table(findings: pd.DataFrame, factor: float, background: float) -> pd.DataFrame:
    """What each kind of error does to the ratio of means, from a real gap and from none.

    Args:
        findings: the table of ``data.published_findings()``; its two means are the real gap. With
            no gap, both groups have the mean of the controls.
        factor: the size of the error that multiplies, above 0.
        background: ng/ml added by the error that adds, and taken away by the one that subtracts.

    Returns:
        One row an error; columns: the error, the ratio measured from the real gap and from no gap,
        and what it can do. The error that differs is the one that makes the published ratio out of
        nothing.
    """
    import pandas as pd

    ms, control = (findings.loc[f"vk2_mean_{group}", "value"] for group in ("ms", "control"))
    errors = {
        "none": {},
        f"multiplies all by {factor:g}": {"factor": factor},
        f"adds {background:g} ng/ml to all": {"background": background},
        f"takes {background:g} ng/ml from all": {"background": -background},
        f"multiplies MS only, by {ms / control:.2f}": {"own_factor": ms / control},
    }
    can = ("–", "leave it", "shrink it (break)", "stretch it", "make it, break it, turn it round")
    rows = []
    for (name, error), power in zip(errors.items(), can, strict=True):
        shared = {key: value for key, value in error.items() if key != "own_factor"}
        high = measured([control], **shared)[0]
        rows.append(
            {
                "the error": name,
                f"true ratio {control / ms:.2f}: measured": high / measured([ms], **error)[0],
                "true ratio 1: measured": high / measured([control], **error)[0],
                "it can": power,
            }
        )
    return pd.DataFrame(rows).round(2)


def ratio_from_affected(share: float, reads: float) -> float:
    """The ratio of means, out of nothing, if a share of the MS group reads too low.

    Args:
        share: share of the MS group whose assay is disturbed, from 0 to 1.
        reads: the share of the true value that the assay still prints for them, from 0 to 1.

    Returns:
        Controls' mean over MS mean; infinite if all read zero.

    Example:
        >>> ratio_from_affected(0.5, 0.5)
        1.3333333333333333
    """
    left = 1 - checks.number("share", share, 0, 1) * (1 - checks.number("reads", reads, 0, 1))
    return math.inf if left == 0 else 1 / left


def share_to_affect(ratio: float, reads: float) -> float:
    """The share of the MS group that must read too low to make `ratio` out of nothing.

    `reads` as in `ratio_from_affected`, below 1. A result above 1 means that it cannot be done.

    Example:
        >>> round(share_to_affect(3.46, 0), 2)
        0.71
    """
    ratio = checks.number("ratio", ratio, 1)
    reads = checks.number("reads", reads, 0, 0.999)
    return (1 - 1 / ratio) / (1 - reads)


# --- what ± means ---------------------------------------------------------------------------------


def compare_reading(findings: pd.DataFrame, spread_is: str) -> estimate.SummaryComparison:
    """The published groups, controls against MS, for one reading of ±: sd, se, interval half-width.

    Example:
        >>> from helpers.first_edition import data
        >>> round(compare_reading(data.published_findings(), "se").cohen_d, 1)
        0.8
    """
    value, spread = findings["value"], findings["spread"]
    return estimate.compare_summaries(
        mean_first=value["vk2_mean_control"],
        spread_first=spread["vk2_mean_control"],
        n_first=int(value["n_control"]),
        mean_second=value["vk2_mean_ms"],
        spread_second=spread["vk2_mean_ms"],
        n_second=int(value["n_ms"]),
        spread_is=spread_is,
    )


def readings_of_spread(findings: pd.DataFrame) -> pd.DataFrame:
    """The same abstract read three ways; one row a reading of ±.

    Columns: `sd_ms` and `sd_control`, the implied standard deviations (ng/ml); `cohen_d`; `auc`,
    the chance in per cent that a control lies above a person with MS, if values are bell-shaped;
    `p_value` (Welch); `median_ms` (ng/ml) if values are log-normal; `below_zero_ms`, per cent of
    people with MS with an impossible level if values are bell-shaped.
    """
    import pandas as pd
    from scipy import stats

    mean_ms = findings.loc["vk2_mean_ms", "value"]
    rows = {}
    for name, spread_is in READINGS.items():
        gap = compare_reading(findings, spread_is)
        rows[name] = {
            "sd_ms": gap.sd_second,
            "sd_control": gap.sd_first,
            "cohen_d": gap.cohen_d,
            "auc": 100 * gap.auc.value,
            "p_value": gap.welch_p,
            "median_ms": math.exp(log_normal(mean_ms, gap.sd_second).log_mean),
            "below_zero_ms": 100 * stats.norm.cdf(-mean_ms / gap.sd_second),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("± is a")


# --- behind the functions above -------------------------------------------------------------------


def _everyone() -> LogNormal:
    """VK2 in everyone, if the MS group is a fair sample of it and ± is its SD."""
    from helpers.first_edition import data

    return log_normal(data.finding("vk2_mean_ms"), data.finding("vk2_mean_ms", "spread"))
