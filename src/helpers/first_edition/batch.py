"""Analyses of many studies at once, as arrays of studies × participants, without a loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from helpers.first_edition import checks
from helpers.first_edition.intervals import checked_level, safe_exp, welch_by_study

# Distance, relative to a column's own length, below which it counts as a mixture of the others:
# far above rounding error (1e-16), far below any difference that data could show.
_COLLINEAR = 1e-10


@dataclass(frozen=True, eq=False)
class BatchFit:
    """Least-squares fits of many studies.

    Attributes:
        coefficients: shape (studies, terms), in units of the outcome per unit of the term.
        standard_errors: classical, right if the residuals have one variance; same shape.
        standard_errors_hc3: robust to unequal residual variances (HC3); same shape.
        degrees_of_freedom: participants minus terms.
        names: the terms' names, if they were given.
    """

    coefficients: np.ndarray
    standard_errors: np.ndarray
    standard_errors_hc3: np.ndarray
    degrees_of_freedom: int
    names: tuple[str, ...] = ()

    def interval(self, level: float = 0.95, robust: bool = True) -> tuple[np.ndarray, np.ndarray]:
        """Return the lower and upper ends of t intervals, each of shape (studies, terms).

        `robust=True` uses the HC3 standard errors, `robust=False` the classical ones.

        Raises:
            ValueError: `level` is not between 0.5 and 1.
        """
        from scipy import stats

        level = checked_level(level)
        reach = stats.t.isf((1 - level) / 2, self.degrees_of_freedom) * self._errors(robust)
        return self.coefficients - reach, self.coefficients + reach

    def p_values(self, robust: bool = True) -> np.ndarray:
        """Return two-sided p values of "the coefficient is 0", shape (studies, terms)."""
        from scipy import stats

        t = self.coefficients / self._errors(robust)
        return 2 * stats.t.sf(np.abs(t), self.degrees_of_freedom)

    def percent(self, name: str, level: float = 0.95, robust: bool = True) -> dict[str, np.ndarray]:
        """Return estimate, low, high (per cent per unit of the term) and p_value, by study.

        For fits of a logarithm whose terms were named.

        Raises:
            TypeError, ValueError: no term of that name.
        """
        term = self.names.index(checks.one_of("name", name, self.names))
        ends = zip(("low", "high"), self.interval(level, robust), strict=True)
        slopes = {"estimate": self.coefficients, **dict(ends)}
        percent = {key: 100 * (safe_exp(slope[:, term]) - 1) for key, slope in slopes.items()}
        return percent | {"p_value": self.p_values(robust)[:, term]}

    def _errors(self, robust: bool) -> np.ndarray:
        return self.standard_errors_hc3 if robust else self.standard_errors


def batch_least_squares(
    design: np.ndarray, outcome: np.ndarray, names: Sequence[str] = ()
) -> BatchFit:
    """Fit ordinary least squares to every study at once: what statsmodels gives one by one.

    For 10 000 studies of 74 people and 7 terms it needs about 200 MB: split larger runs.

    Args:
        design: shape (studies, participants, terms), or (participants, terms) if all studies share
            it. A column of ones gives the intercept; none is added.
        outcome: shape (studies, participants).
        names: the terms' names, in the order of the columns, for ``fit.percent(name)``.

    Raises:
        TypeError: an entry is not a number.
        ValueError: shapes or names do not match, too few participants, or a study that cannot be
            fitted; the message names the study (counted from 0).

    Source: HC3 is from MacKinnon and White 1985, doi 10.1016/0304-4076(85)90158-7, advised for
    small studies by Long and Ervin 2000, doi 10.1080/00031305.2000.10474549.

    Example:
        >>> design = np.column_stack([np.ones(4), [0, 1, 2, 3]])
        >>> fit = batch_least_squares(design, [[1, 3, 5, 7.4], [2, 2, 2, 2.6]])
        >>> fit.coefficients.round(2).tolist()
        [[0.92, 2.12], [1.88, 0.18]]
    """
    y = checks.finite_array("outcome", outcome, ndim=2)
    x = checks.finite_array("design", design, ndim=2 if np.ndim(design) == 2 else 3)
    if x.ndim == 2:
        x = x[np.newaxis]
    _check_shapes(x, y)
    if names and len(names) != x.shape[2]:
        raise ValueError(f"names must be {x.shape[2]}, one a term, got {len(names)}: {names!r}")

    # Every column is first brought to length 1, so that the result does not depend on units.
    length = np.sqrt(np.einsum("snt,snt->st", x, x))
    q, r = np.linalg.qr(x / np.where(length > 0, length, 1)[:, np.newaxis, :])
    # With columns of length 1, a diagonal entry of R is a column's distance from the earlier ones.
    apart = np.abs(np.diagonal(r, axis1=1, axis2=2)).min(axis=1)
    if (apart < _COLLINEAR).any():
        study = int(np.argmax(apart < _COLLINEAR))
        raise ValueError(
            f"design of study {study} is rank-deficient: a term is 0 throughout or a mixture of "
            "the other terms, so its coefficient cannot be estimated"
        )
    leverage = np.einsum("snt,snt->sn", q, q)
    if (leverage > 1 - _COLLINEAR).any():
        study, person = (int(i) for i in np.argwhere(leverage > 1 - _COLLINEAR)[0])
        raise ValueError(
            f"design of study {study}: participant {person} alone determines a coefficient "
            "(leverage 1), so no HC3 standard error exists; merge rare categories"
        )

    # coefficients = (R⁻¹ Qᵀ) y. Every later step needs this matrix too, so it is formed once.
    weights = np.linalg.solve(r, np.swapaxes(q, 1, 2)) / length[:, :, np.newaxis]
    coefficients = _times(weights, y)
    residuals = y - _times(x, coefficients)
    degrees_of_freedom = x.shape[1] - x.shape[2]
    residual_variance = (residuals**2).sum(axis=1) / degrees_of_freedom
    per_unit_variance = (weights**2).sum(axis=2)
    inflated = (residuals / (1 - leverage)) ** 2
    return BatchFit(
        coefficients=coefficients,
        standard_errors=np.sqrt(per_unit_variance * residual_variance[:, np.newaxis]),
        standard_errors_hc3=np.sqrt(_times(weights**2, inflated)),
        degrees_of_freedom=degrees_of_freedom,
        names=tuple(names),
    )


class BatchRatio(NamedTuple):
    """Ratios of geometric means of many studies; every field has shape (studies,)."""

    ratio: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p_value: np.ndarray


def batch_ratio(first: np.ndarray, second: np.ndarray, level: float = 0.95) -> BatchRatio:
    """Compare the geometric means of two groups in many studies at once (Welch on logarithms).

    Args:
        first: shape (studies, participants of the first group), all above 0, at least two people.
        second: shape (studies, participants of the second group), in the same unit.
        level: confidence level.

    Raises:
        TypeError: a value is not a number.
        ValueError: a value is not above 0, numbers of studies differ, or a study has no spread.

    Source: Bland and Altman 1996, doi 10.1136/bmj.312.7039.1153; Welch 1947.

    Example:
        >>> batch_ratio([[2, 4, 8]], [[1, 2, 4]]).ratio.round(3).tolist()
        [2.0]
    """
    level = checked_level(level)
    a = np.log(checks.finite_array("first", first, ndim=2, at_least=2, positive=True))
    b = np.log(checks.finite_array("second", second, ndim=2, at_least=2, positive=True))
    if len(a) != len(b):
        raise ValueError(
            f"first and second must hold the same number of studies, got {len(a)} and {len(b)}"
        )
    flat = (np.ptp(a, axis=1) == 0) & (np.ptp(b, axis=1) == 0)
    if flat.any():
        raise ValueError(
            f"first and second must vary: study {int(np.argmax(flat))} has one value per group"
        )
    logs = welch_by_study(a, b, level)
    return BatchRatio(
        ratio=safe_exp(logs.difference),
        low=safe_exp(logs.difference - logs.reach),
        high=safe_exp(logs.difference + logs.reach),
        p_value=logs.p_value,
    )


def _times(matrices: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Multiply a matrix and a vector per study; one matrix may serve all studies."""
    return (matrices @ vectors[:, :, np.newaxis])[:, :, 0]


def _check_shapes(x: np.ndarray, y: np.ndarray) -> None:
    if x.shape[0] not in (1, len(y)) or x.shape[1] != y.shape[1]:
        raise ValueError(
            f"design has shape {x.shape} (studies, participants, terms) and outcome {y.shape} "
            "(studies, participants): studies and participants must be the same in both"
        )
    if x.shape[1] <= x.shape[2]:
        raise ValueError(
            f"design must have more participants than terms, got {x.shape[1]} and {x.shape[2]}"
        )
