"""Regression to the mean: people chosen after a bad spell do better, whatever they take.

The simulated people all have the same long-run relapse rate, and good and bad years. Nobody is
treated. The rate, and how much years differ, are set so that those chosen for their relapses show
the published rates before and after.

Source: Martínez-Yélamos and others 2006, doi 10.1177/1352458506070820 (44 untreated people).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from helpers.first_edition import checks

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class BadYears:
    """How relapses come: a rate that is the same for all, and years that are not.

    Attributes:
        rate: relapses a year in the long run.
        evenness: how even the years are; a year's own rate is gamma distributed with this shape.
        needed: relapses in two years that are needed to be chosen.
    """

    rate: float
    evenness: float
    needed: int


@dataclass(frozen=True, eq=False)
class Spell:
    """Relapses of simulated untreated people in three years: whole counts, shape (people,).

    Attributes:
        two_years_ago, year_before, year_after: before and after the day of choosing.
        chosen: whether the two years before held enough relapses.
    """

    two_years_ago: np.ndarray
    year_before: np.ndarray
    year_after: np.ndarray
    chosen: np.ndarray


def published_bad_years(findings: pd.DataFrame) -> BadYears:
    """The rate after choosing is the long-run rate; the evenness gives the rate before it.

    Raises:
        ValueError: no evenness gives the published rate before.

    Example:
        >>> from helpers.first_edition import data
        >>> published_bad_years(data.published_findings()).rate
        1.0
    """
    from scipy.optimize import brentq

    value = findings["value"]
    rate, before = float(value["relapses_after"]), float(value["relapses_before"])
    needed = int(value["relapses_chosen"])

    def gap(log_evenness: float) -> float:
        return _mean_if_chosen(rate, np.exp(log_evenness), needed) - before

    ends = np.log(0.05), np.log(50)
    if gap(ends[0]) * gap(ends[1]) > 0:
        raise ValueError(f"no evenness of the years gives {before} relapses in the year before")
    return BadYears(rate, float(np.exp(brentq(gap, *ends))), needed)


def watch(years: BadYears, n_people: int, *, seed: int) -> Spell:
    """Relapses of untreated people in two years before and one after; nothing is done to them.

    Raises:
        TypeError, ValueError: `n_people` is not at least 1.
    """
    n_people = checks.whole_number("n_people", n_people, low=1)
    rng = np.random.default_rng(checks.whole_number("seed", seed))
    own = rng.gamma(years.evenness, years.rate / years.evenness, (3, n_people))
    counts = rng.poisson(own)
    return Spell(*counts, chosen=counts[0] + counts[1] >= years.needed)


def _mean_if_chosen(rate: float, evenness: float, needed: int) -> float:
    """Expected relapses a year in the two years, given that they add up to enough."""
    from scipy.stats import nbinom

    both = nbinom(2 * evenness, evenness / (evenness + rate))  # the sum of two like years
    below = np.arange(needed)
    return float((2 * rate - (below * both.pmf(below)).sum()) / both.sf(needed - 1) / 2)
