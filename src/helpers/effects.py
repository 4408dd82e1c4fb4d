"""A result as four numbers: estimate, low, high (its 95 % interval) and p.

statsmodels and scipy do the fitting, in the notebooks' own cells. Here their results are put on the
scale of per cent and into words; two things no library has are added: an interval for the share of
pairs that stays within 0 and 1, and the fits of thousands of studies at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["many_fits", "p_in_words", "pairs_won", "percent", "words"]


def percent(fit: object, term: str) -> pd.Series:
    """What one more unit of `term` goes with, in per cent, in a statsmodels fit of a logarithm.

    Args:
        fit: the result of ``smf.ols("np.log(outcome) ~ …", data).fit(…)``.
        term: a name in ``fit.params``.

    Returns:
        estimate, low, high (per cent; 95 % interval) and p. A slope b on the log scale is
        100 (exp(b) − 1) per cent (Bland and Altman 1996, doi 10.1136/bmj.312.7039.1153).

    Raises:
        KeyError: no such term.
        ValueError: the outcome is not a natural logarithm.

    Example:
        >>> import statsmodels.formula.api as smf, pandas as pd
        >>> data = pd.DataFrame({"y": [4.1, 1.9, 1.1, 0.5], "x": [0, 1, 2, 3]})
        >>> percent(smf.ols("np.log(y) ~ x", data).fit(), "x").round(2).tolist()
        [-49.64, -56.3, -41.96, 0.0]
    """
    import pandas as pd

    if not fit.model.endog_names.startswith("np.log("):
        raise ValueError(f"not a fit of np.log(…), but of {fit.model.endog_names}")
    ends = [fit.params[term], *fit.conf_int().loc[term]]
    estimate, low, high = 100 * np.expm1(ends)
    return pd.Series({"estimate": estimate, "low": low, "high": high, "p": fit.pvalues[term]})


def words(result: Mapping[str, float], unit: str = "%", digits: int = 0) -> str:
    """Estimate and interval as text, with a real minus sign and no negative zero.

    If a number would round to zero, all get more decimals, so that no interval seems to touch
    "no difference" when it does not.

    Example:
        >>> words({"estimate": -9.96, "low": -17.2, "high": -1.7})
        '−10 % (95 % interval −17 to −2 %)'
    """
    numbers = [float(result[key]) for key in ("estimate", "low", "high")]
    while digits < 4 and any(x != 0 and round(x, digits) == 0 for x in numbers):
        digits += 1
    shown = [f"{round(x, digits) + 0.0:,.{digits}f}".replace("-", "−") for x in numbers]
    unit = f" {unit}" if unit else ""
    return f"{shown[0]}{unit} (95 % interval {shown[1]} to {shown[2]}{unit})"


def p_in_words(p: float) -> str:
    """A p-value as a reader needs it.

    Example:
        >>> p_in_words(0.0312), p_in_words(1e-13), p_in_words(0.4321)
        ('p = 0.031', 'p < 0.001', 'p = 0.43')
    """
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def pairs_won(first: np.ndarray, second: np.ndarray) -> pd.Series:
    """In which share of pairs, one from each group, is the first higher? (Also called AUC.)

    Args:
        first, second: the values of two groups; ties count half.

    Returns:
        estimate, low, high as shares from 0 to 1, and p of the Mann–Whitney test. The interval
        holds the shares from which the observed one is at most 1.96 standard errors away, the
        error being that at the share supposed: method 5 of Newcombe 2006, doi 10.1002/sim.2324.

    Example:
        >>> pairs_won([5, 6, 7, 8], [1, 2, 3, 5.5]).round(3).tolist()
        [0.938, 0.513, 0.995, 0.057]
    """
    import pandas as pd
    from scipy import optimize, stats

    n, m = len(first), len(second)
    test = stats.mannwhitneyu(first, second)
    share = test.statistic / (n * m)

    def too_far(supposed: float) -> float:
        spread = (1 - supposed) / (2 - supposed) + supposed / (1 + supposed)
        variance = supposed * (1 - supposed) * (1 + ((n + m) / 2 - 1) * spread) / (n * m)
        return (supposed - share) ** 2 - stats.norm.isf(0.025) ** 2 * variance

    # At 0 and 1 the variance is 0: a share of 0 or 1 is itself an end of its interval.
    low = optimize.brentq(too_far, 0, min(share, 1 - 1e-12)) if share > 0 else 0.0
    high = optimize.brentq(too_far, max(share, 1e-12), 1) if share < 1 else 1.0
    return pd.Series({"estimate": share, "low": low, "high": high, "p": test.pvalue})


def many_fits(outcome: np.ndarray, terms: Mapping[str, np.ndarray], of: str) -> pd.DataFrame:
    """Least squares in many studies at once: what ``smf.ols`` with HC3 gives one study at a time.

    Args:
        outcome: shape (studies, people), on the scale on which the fit is to be linear.
        terms: name to an array of the same shape; an intercept is added.
        of: the term to report.

    Returns:
        One row a study: estimate, low, high and p of that term, in units of the outcome, with HC3
        standard errors (MacKinnon and White 1985, doi 10.1016/0304-4076(85)90158-7) and t; NaN
        where a study cannot be fitted, because a term is constant or a mixture of others.

    Example:
        >>> y = np.array([[1, 3, 5, 7.4], [2, 2, 2, 2.6]])
        >>> many_fits(y, {"x": np.array([[0, 1, 2, 3]] * 2)}, of="x")["estimate"].round(2).tolist()
        [2.12, 0.18]
    """
    import pandas as pd
    from scipy import stats

    x = np.stack([np.ones(outcome.shape), *terms.values()], axis=-1)
    q, r = np.linalg.qr(x)
    r[np.abs(np.diagonal(r, axis1=1, axis2=2)).min(axis=1) < 1e-9] = np.nan
    weights = np.linalg.solve(r, np.swapaxes(q, 1, 2))  # coefficients are weights times outcome
    coefficients = np.einsum("stn,sn->st", weights, outcome)
    residual = outcome - np.einsum("snt,st->sn", x, coefficients)
    leverage = np.einsum("snt,snt->sn", q, q)
    term = 1 + list(terms).index(of)
    estimate = coefficients[:, term]
    error = np.sqrt((weights[:, term] ** 2 * (residual / (1 - leverage)) ** 2).sum(axis=1))
    df = x.shape[1] - x.shape[2]
    reach = stats.t.isf(0.025, df) * error
    p = 2 * stats.t.sf(np.abs(estimate / error), df)
    ends = {"low": estimate - reach, "high": estimate + reach}
    return pd.DataFrame({"estimate": estimate, **ends, "p": p})
