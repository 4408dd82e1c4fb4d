"""An estimate with its confidence interval, and the methods that give one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from helpers.first_edition import checks


@dataclass(frozen=True)
class Estimate:
    """An estimate with its confidence interval.

    `low` and `high` may be infinite; `level` is the confidence level, above 0.5 and below 1 (0.95,
    not 0.05). A format given in an f-string applies to the three numbers.

    Raises:
        TypeError: an entry is not a number.
        ValueError: the value is not finite or not inside its interval, or the level is not allowed.

    Example:
        >>> print(f"{Estimate(-3.456, -3.97, -3.02):.2f}")
        −3.46 (95 % interval −3.97 to −3.02)
    """

    value: float
    low: float
    high: float
    level: float = 0.95

    def __post_init__(self) -> None:
        """Check that the value is finite and lies inside the interval."""
        checked_level(self.level)
        checks.number("value", self.value)
        for name, end in (("low", self.low), ("high", self.high)):
            if end not in (-np.inf, np.inf):
                checks.number(name, end)
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"value must lie between low and high, got {self.value!r} with low {self.low!r} "
                f"and high {self.high!r}"
            )

    def __format__(self, spec: str) -> str:
        """Write value and interval, three significant digits unless `spec` says otherwise.

        A unit may follow the number's format: ``f"{estimate:.0f %}"`` writes "−10 % (95 % interval
        −18 to −2 %)".
        """
        digits, space, unit = spec.partition(" ")
        value, low, high = (
            _no_negative_zero(format(x, digits or ".3g")) for x in (self.value, self.low, self.high)
        )
        unit = space + unit
        text = f"{value}{unit} ({100 * self.level:g} % interval {low} to {high}{unit})"
        return text.replace("-", "−").replace("inf", "∞")

    def __str__(self) -> str:
        """Write value and interval with three significant digits."""
        return format(self, "")

    def covers(self, x: float) -> bool:
        """Say whether `x` lies in the interval, ends included."""
        return self.low <= x <= self.high

    def transform(self, function: Callable[[float], float]) -> Estimate:
        """Return the estimate on another scale; `function` must rise or fall throughout.

        Raises:
            ValueError: the transformed value is not between the transformed ends.

        Example:
            >>> print(f"{Estimate(2, 1, 4).transform(lambda x: 1 / x):.2f}")
            0.50 (95 % interval 0.25 to 1.00)
        """
        value, *ends = (float(function(x)) for x in (self.value, self.low, self.high))
        return Estimate(value, min(ends), max(ends), self.level)


def _no_negative_zero(text: str) -> str:
    return text.removeprefix("-") if float(text.replace(",", "").rstrip("%")) == 0 else text


def checked_level(level: object) -> float:
    """Return a confidence level; 0.05 is refused, since it is an error rate."""
    return checks.number("level", level, 0.5, 1, open_ends=True)


class Welch(NamedTuple):
    """A difference, half the width of its interval, and its test; numbers or arrays."""

    difference: np.ndarray
    reach: np.ndarray
    t: np.ndarray
    df: np.ndarray
    p_value: np.ndarray

    def estimate(self, level: float) -> Estimate:
        """Return the difference with its interval (for one study)."""
        middle, reach = float(self.difference), float(self.reach)
        return Estimate(middle, middle - reach, middle + reach, level)


def welch(
    difference: np.ndarray,
    variance_first: np.ndarray,
    variance_second: np.ndarray,
    df_first: int,
    df_second: int,
    level: float,
) -> Welch:
    """Test a difference by Welch's method, given the squared standard error of each part.

    scipy's ttest_ind gives the interval for raw values only; summaries and batches need it as well.

    Source: Welch 1947, doi 10.1093/biomet/34.1-2.28.
    """
    from scipy import stats

    variance = variance_first + variance_second
    share = variance_first / variance
    df = 1 / (share**2 / df_first + (1 - share) ** 2 / df_second)
    t = difference / np.sqrt(variance)
    reach = stats.t.isf((1 - level) / 2, df) * np.sqrt(variance)
    return Welch(difference, reach, t, df, 2 * stats.t.sf(np.abs(t), df))


def welch_by_study(a: np.ndarray, b: np.ndarray, level: float) -> Welch:
    """Compare the means of two groups in every study; `a` and `b` are (studies, people)."""
    n_a, n_b = a.shape[1], b.shape[1]
    difference = a.mean(axis=1) - b.mean(axis=1)
    parts = (a.var(axis=1, ddof=1) / n_a, b.var(axis=1, ddof=1) / n_b)
    return welch(difference, *parts, n_a - 1, n_b - 1, level)


def pooled_sd(sd_a: float, n_a: int, sd_b: float, n_b: int) -> float:
    """Return the common standard deviation of two groups that are taken to have one."""
    return float(np.sqrt(((n_a - 1) * sd_a**2 + (n_b - 1) * sd_b**2) / (n_a + n_b - 2)))


def noncentrality(t: float, df: float, level: float) -> tuple[float, float]:
    """Return the exact interval of the noncentrality of a t statistic.

    Its ends are the noncentralities under which the observed t is just in a tail. Source: Hedges
    and Olkin 1985, Statistical Methods for Meta-Analysis, chapter 5.
    """
    from scipy import optimize, stats

    if abs(t) > 1e4:  # beyond it scipy's noncentral t distribution fails
        raise ValueError(f"the groups lie {t:.3g} standard errors apart: too far for an interval")
    tail = (1 - level) / 2
    # A bracket: T = (Z + noncentrality) / S; put Z and S at far ends of their distributions.
    s = np.sqrt(stats.chi2.ppf([tail / 10, 1 - tail / 10], df) / df)
    z = stats.norm.isf(tail / 10)
    ends = (float((t * s).min() - z), float((t * s).max() + z))
    low, high = (
        optimize.brentq(lambda nc, p=p: stats.nct.cdf(t, df, nc) - p, *ends)
        for p in (1 - tail, tail)
    )
    return low, high


def hedges_g(difference: float, pooled: float, n_a: int, n_b: int, level: float) -> Estimate:
    """Return the difference in pooled SDs, bias-corrected, with the exact interval.

    The interval is that of the true standardised difference, so it needs no correction. Source:
    Hedges 1981, doi 10.3102/10769986006002107.
    """
    from scipy import special

    df = n_a + n_b - 2
    scale = np.sqrt(1 / n_a + 1 / n_b)  # d = t × scale
    low, high = noncentrality(difference / (pooled * scale), df, level)
    correction = np.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / np.sqrt(df / 2)
    g = correction * difference / pooled
    return Estimate(float(g), float(low * scale), float(high * scale), level)


def auc_of_normals(
    difference: float, sd_a: float, n_a: int, sd_b: float, n_b: int, level: float
) -> Estimate:
    """Return the AUC of two normal groups, Φ(δ), δ = difference / √(sum of variances).

    The interval of δ comes from the noncentral t with Welch's degrees of freedom. Source: Reiser
    and Guttman 1986, Technometrics 28:253-257.
    """
    from scipy import stats

    variance, of_means = sd_a**2 + sd_b**2, sd_a**2 / n_a + sd_b**2 / n_b
    df = variance**2 / (sd_a**4 / (n_a - 1) + sd_b**4 / (n_b - 1))
    scale = np.sqrt(of_means / variance)
    low, high = noncentrality(difference / np.sqrt(of_means), df, level)
    delta = Estimate(difference / np.sqrt(variance), low * scale, high * scale, level)
    return delta.transform(stats.norm.cdf)


def auc_interval(auc: float, n_a: int, n_b: int, level: float) -> Estimate:
    """Return the AUCs from which the observed one is at most z standard errors away.

    The standard error is that at the AUC supposed, not at the one observed, so that an observed 0
    or 1 still has an interval. Source: method 5 of Newcombe 2006, doi 10.1002/sim.2324.
    """
    from scipy import optimize, stats

    z = stats.norm.isf((1 - level) / 2)
    balanced = (n_a + n_b) / 2 - 1

    def beyond(theta: float) -> float:
        spread = 1 + balanced * ((1 - theta) / (2 - theta) + theta / (1 + theta))
        return (theta - auc) ** 2 - z**2 * theta * (1 - theta) * spread / (n_a * n_b)

    # At 0 and 1 the variance is 0: an observed 0 or 1 is itself an end, and no root to look for.
    low = optimize.brentq(beyond, 0, min(auc, 1 - 1e-12)) if auc > 0 else 0.0
    high = optimize.brentq(beyond, max(auc, 1e-12), 1) if auc < 1 else 1.0
    return Estimate(auc, low, high, level)


def location_shift(a: np.ndarray, b: np.ndarray, level: float) -> Estimate:
    """Return the median of all pairwise differences (Hodges–Lehmann), with its interval.

    The interval holds the shifts that a Mann–Whitney test would not reject: it runs from the k-th
    smallest to the k-th largest difference. Source: Hodges and Lehmann 1963, doi
    10.1214/aoms/1177704172; Hollander and Wolfe 1999, Nonparametric Statistical Methods.
    """
    from scipy import stats

    differences = np.sort(np.subtract.outer(a, b), axis=None)
    pairs = len(differences)
    error = np.sqrt(pairs * (len(a) + len(b) + 1) / 12)
    # ½ is the continuity correction; rounding down keeps the interval on the wide side.
    k = int(np.floor(pairs / 2 + 0.5 - stats.norm.isf((1 - level) / 2) * error))
    low, high = (differences[k - 1], differences[-k]) if k >= 1 else (-np.inf, np.inf)
    return Estimate(float(np.median(differences)), float(low), float(high), level)


def safe_exp(x: float | np.ndarray) -> np.ndarray:
    """Return exp(x), infinite without a warning if it is too large."""
    with np.errstate(over="ignore"):  # an end of a very wide interval may be infinite
        return np.exp(x)
