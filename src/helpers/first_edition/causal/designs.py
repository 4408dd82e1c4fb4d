"""Six studies that could be done, run in any world, thousands of times at once.

A design acts on the mechanism: it decides what is read, in whom, and what is set. What it finds
follows from the world. Each later design keeps the protections of the earlier ones where such a
study would have them:

2018 study           the 2018 people and their assay: nothing is added.
re-assay             the same people and tubes, read blind, in random order, by LC-MS/MS: true VK2.
population controls  cases from a register, controls drawn at random; LC-MS/MS.
banked blood         the same, in blood taken before onset (a case–control study within a cohort).
genetic study        Mendelian randomisation: genes that shift VK2, compared between cases and all.
trial                people with MS drawn by lot to more VK2 or none; attacks counted for a year.

A result is an estimate with its 95 % interval, on the scale of a ratio; 1 means no association:
VK2 in MS over VK2 in controls (onset, first four); VK2 with a further attack over VK2 without
(activity, first four); odds of MS with VK2 10 % higher for life (genetic study); attacks with more
VK2 over attacks without (trial).
"""

from __future__ import annotations

import functools
import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from helpers.first_edition import checks
from helpers.first_edition.causal.graphs import is_closed
from helpers.first_edition.causal.instrument import gene_moments
from helpers.first_edition.causal.people import Group, Sample
from helpers.first_edition.causal.worlds import WORLDS, World, world
from helpers.first_edition.intervals import welch_by_study

if TYPE_CHECKING:
    import pandas as pd

# The question that each design is done for; the first four also speak of the other.
MAIN_QUESTION = {
    "2018 study": "onset",
    "re-assay": "onset",
    "population controls": "onset",
    "banked blood": "onset",
    "genetic study": "onset",
    "trial": "activity",
}
DESIGNS = tuple(MAIN_QUESTION)
RESULTS = ("clearly lower", "unclear", "clearly not lower")
_NORMAL_95 = 1.959963984540054
_TEN_PER_CENT = math.log(1.1)


@dataclass(frozen=True, eq=False)
class Findings:
    """What many studies of one design found: estimate and interval, each of shape (studies,).

    All are ratios; `margin` is the ratio above which a reader would see no worthwhile difference.
    """

    estimate: np.ndarray
    low: np.ndarray
    high: np.ndarray
    margin: float

    @property
    def result(self) -> np.ndarray:
        """What a reader would say, one of `RESULTS` a study.

        "clearly lower": the whole interval lies below 1. "clearly not lower": it does not, and
        lies above the margin. "unclear": it holds both no difference and one that would matter.
        """
        lower = self.high < 1
        not_lower = ~lower & (self.low > self.margin)
        return np.select([lower, not_lower], [RESULTS[0], RESULTS[2]], RESULTS[1])


@dataclass(frozen=True)
class Sizes:
    """How large the studies are; see ``data/published_findings.csv``, rows ``design_...``.

    Attributes:
        ms, control: people of the 2018 study, and of its re-assay.
        cases, controls: of the studies with population controls and with banked blood.
        gene_cases, gene_controls: of the genetic study.
        gene_exposure: people in whom genes and VK2 were tied to each other.
        gene_share: share of the spread of log VK2 that the genes explain.
        trial: people with MS in the trial, both arms together.
        dose: factor by which the trial raises VK2.
        margin, margin_slope: smallest ratios that count as no worthwhile difference.
    """

    ms: int
    control: int
    cases: int
    controls: int
    gene_cases: int
    gene_controls: int
    gene_exposure: int
    gene_share: float
    trial: int
    dose: float
    margin: float
    margin_slope: float


@functools.cache
def published_sizes() -> Sizes:
    """Sizes of the published study, and the sizes we assume for the five that were not done.

    Example:
        >>> published_sizes().cases
        148
    """
    from helpers.first_edition import data

    value = data.published_findings()["value"]
    return Sizes(
        ms=int(value["n_ms"]),
        control=int(value["n_control"]),
        cases=int(value["design_cases"]),
        controls=int(value["design_controls"]),
        gene_cases=int(value["design_mr_cases"]),
        gene_controls=int(value["design_mr_controls"]),
        gene_exposure=int(value["design_mr_exposure"]),
        gene_share=float(value["design_mr_share"]) / 100,
        trial=int(value["design_trial"]),
        dose=float(value["design_dose"]),
        margin=float(value["margin_ratio"]),
        margin_slope=float(value["margin_slope"]),
    )


def case_control(sample: Sample, level: str, question: str, margin: float) -> Findings:
    """Compare VK2 between the groups (onset), or along attacks within MS (activity).

    Args:
        sample: from ``World.observe`` or ``World.follow``.
        level: which VK2 is read: "log_vk2" as measured, "vk2" as it is, "vk2_before" as it was.
        question: "onset" or "activity".
        margin: see `Findings`.

    Raises:
        TypeError, ValueError: `level` or `question` is not one of the above.
    """
    checks.one_of("level", level, ("log_vk2", "vk2", "vk2_before"))
    checks.one_of("question", question, ("onset", "activity"))
    if question == "activity":
        return _attack_slope(sample.ms, getattr(sample.ms, level), margin)
    ms, control = getattr(sample.ms, level), getattr(sample.control, level)
    compared = welch_by_study(ms, control, 0.95)
    return _ratios(compared.difference, compared.reach, margin)


def genetic_study(where: World, n_studies: int, rng: np.random.Generator, sizes: Sizes) -> Findings:
    """Mendelian randomisation from summary data: odds of MS per 10 % higher VK2, for life.

    A standardised genetic score is compared between cases and controls; its difference in SDs is
    the log odds ratio per SD (exact for normal scores of equal spread). It is divided by the
    score's effect on log VK2, seen in other people. With tens of thousands of people the means
    are normal, so they are drawn as such, from what `instrument.gene_moments` says.
    """
    moments, share = gene_moments(where), sizes.gene_share
    pull = math.sqrt(share)
    spread = {
        group: math.sqrt(1 - share + share * sd**2)
        for group, sd in (("cases", moments.sd_cases), ("controls", moments.sd_controls))
    }
    error = math.sqrt(
        spread["cases"] ** 2 / sizes.gene_cases + spread["controls"] ** 2 / sizes.gene_controls
    )
    difference = pull * (moments.mean_cases - moments.mean_controls)
    seen = difference + error * rng.standard_normal(n_studies)
    per_sd = pull * moments.slope
    per_sd_error = math.sqrt((moments.sd_vk2**2 - per_sd**2) / sizes.gene_exposure)
    seen_per_sd = per_sd + per_sd_error * rng.standard_normal(n_studies)
    log_odds = seen / seen_per_sd
    error_of_ratio = np.sqrt(error**2 + (log_odds * per_sd_error) ** 2) / np.abs(seen_per_sd)
    return _ratios(
        _TEN_PER_CENT * log_odds, _TEN_PER_CENT * _NORMAL_95 * error_of_ratio, sizes.margin
    )


def trial(where: World, n_studies: int, seed: int, sizes: Sizes) -> Findings:
    """A randomised trial in established MS: attacks in a year, more VK2 over none."""
    from scipy import stats

    year = where.intervene(sizes.dose, n_studies, sizes.trial, seed=seed)
    # By lot, every second person: people of one study stand in no order but sex.
    arms = year.treated[:, ::2], year.untreated[:, 1::2]
    n = [arm.shape[1] for arm in arms]
    mean = [np.maximum(arm.mean(axis=1), 0.5 / size) for arm, size in zip(arms, n, strict=True)]
    variance = sum(
        arm.var(axis=1, ddof=1) / (size * m**2) for arm, size, m in zip(arms, n, mean, strict=True)
    )
    reach = stats.t.isf(0.025, sum(n) - 2) * np.sqrt(variance)
    return _ratios(np.log(mean[0] / mean[1]), reach, sizes.margin)


def run_design(
    design: str, where: World, n_studies: int, *, seed: int, sizes: Sizes | None = None
) -> dict[str, Findings]:
    """Run a design many times in a world: question ("onset", "activity") to findings.

    Args:
        design: one of `DESIGNS`.
        where: a world, from `worlds.world`.
        n_studies: how many times, at least 1.
        seed: the same seed gives the same studies.
        sizes: ``published_sizes()`` if not given.

    Raises:
        TypeError, ValueError: an argument is not of the kind or range above.

    Example:
        >>> found = run_design("trial", world("assay"), 100, seed=1)["activity"]
        >>> bool(0.9 < found.estimate.mean() < 1.1)
        True
    """
    checks.one_of("design", design, DESIGNS)
    n_studies = checks.whole_number("n_studies", n_studies, low=1)
    sizes = sizes or published_sizes()
    if design == "trial":
        return {"activity": trial(where, n_studies, seed, sizes)}
    if design == "genetic study":
        return {"onset": genetic_study(where, n_studies, where.generator(seed), sizes)}
    sample, level = _sample(design, where, n_studies, seed, sizes)
    return {
        question: case_control(sample, level, question, margin)
        for question, margin in (("onset", sizes.margin), ("activity", sizes.margin_slope))
    }


def run_all(
    n_studies: int = 2000, *, seed: int = 2018, worlds: tuple[str, ...] = WORLDS
) -> pd.DataFrame:
    """Run every design in every world: one row a study. The same call is computed only once.

    Columns: design, question, world, estimate, low, high, result. On a terminal it shows progress.

    Raises:
        TypeError, ValueError: an argument is not of the right kind or range.
    """
    return _run_all(n_studies, seed, worlds).copy()


@functools.lru_cache(maxsize=4)
def _run_all(n_studies: int, seed: int, worlds: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    parts = []
    for done, name in enumerate(worlds):
        for design in DESIGNS:
            found = run_design(design, world(name), n_studies, seed=seed)
            parts += [
                pd.DataFrame(
                    {
                        "design": design,
                        "question": question,
                        "world": name,
                        "estimate": findings.estimate,
                        "low": findings.low,
                        "high": findings.high,
                        "result": findings.result,
                    }
                )
                for question, findings in found.items()
            ]
        if sys.stderr.isatty():
            print(f"\r{done + 1} of {len(worlds)} worlds", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return pd.concat(parts, ignore_index=True)


def fingerprints(studies: pd.DataFrame | None = None) -> pd.DataFrame:
    """The fingerprint table: one row a design, question and world.

    Columns: estimate (median of the studies), low and high (where 95 of 100 estimates lie),
    covers_one (share of intervals that hold 1), one share for each of `RESULTS`, and closed
    (whether the graph says that no path is open).

    Args:
        studies: from `run_all`; 2,000 studies a cell if not given.

    Example:
        >>> table = fingerprints(run_all(50))
        >>> len(table)
        50
    """
    import pandas as pd

    studies = run_all() if studies is None else studies
    checks.columns("studies", studies, ("design", "question", "world", "estimate", "result"))
    rows = []
    for (design, question, name), cell in studies.groupby(
        ["design", "question", "world"], sort=False
    ):
        low, middle, high = np.quantile(cell["estimate"], [0.025, 0.5, 0.975])
        shares = {result: float((cell["result"] == result).mean()) for result in RESULTS}
        rows.append(
            {
                "design": design,
                "question": question,
                "world": name,
                "estimate": middle,
                "low": low,
                "high": high,
                "covers_one": float(((cell["low"] <= 1) & (cell["high"] >= 1)).mean()),
                **shares,
                "closed": is_closed(name, design, question),
            }
        )
    return pd.DataFrame(rows)


def _sample(
    design: str, where: World, n_studies: int, seed: int, sizes: Sizes
) -> tuple[Sample, str]:
    """The people of a case–control design, and the VK2 that it reads in them."""
    if design in ("2018 study", "re-assay"):  # the same seed: the same people and tubes
        sample = where.observe(n_studies, sizes.ms, sizes.control, seed=seed)
        return sample, "log_vk2" if design == "2018 study" else "vk2"
    seed += 1 if design == "population controls" else 2
    sample = where.follow(n_studies, sizes.cases, sizes.controls, seed=seed)
    return sample, "vk2" if design == "population controls" else "vk2_before"


def _attack_slope(ms: Group, log_vk2: np.ndarray, margin: float) -> Findings:
    """Log VK2 on attacks, age and sex within MS, with robust (HC3) standard errors."""
    from helpers.first_edition.batch import batch_least_squares

    design = np.stack(
        [np.ones(ms.age_years.shape), ms.attacks_per_year, ms.age_years, ms.woman], axis=-1
    )
    fit = batch_least_squares(design, log_vk2)
    slope, high = fit.coefficients[:, 1], fit.interval()[1][:, 1]
    return _ratios(slope, high - slope, margin)


def _ratios(log_ratio: np.ndarray, reach: np.ndarray, margin: float) -> Findings:
    return Findings(np.exp(log_ratio), np.exp(log_ratio - reach), np.exp(log_ratio + reach), margin)
