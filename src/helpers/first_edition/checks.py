"""Checks of arguments: every error names the argument, what was given, and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def number(
    name: str,
    value: object,
    low: float | None = None,
    high: float | None = None,
    *,
    open_ends: bool = False,
) -> float:
    """Return `value` as a finite float between `low` and `high`.

    `open_ends=True` excludes the bounds themselves.

    Raises:
        TypeError: `value` is not a number (a bool and a numeric text are not numbers here).
        ValueError: `value` is not finite or lies outside the bounds.

    Example:
        >>> number("level", 0.95, 0, 1)
        0.95
    """
    if isinstance(value, bool | np.bool_) or not isinstance(
        value, int | float | np.integer | np.floating
    ):
        raise TypeError(f"{name} must be a number, got {value!r} ({type(value).__name__})")
    result = float(value)
    below = low is not None and (result <= low if open_ends else result < low)
    above = high is not None and (result >= high if open_ends else result > high)
    if not np.isfinite(result) or below or above:
        raise ValueError(f"{name} must be {_range_text(low, high, open_ends)}, got {value!r}")
    return result


def whole_number(name: str, value: object, low: int = 0, high: int | None = None) -> int:
    """Return `value` as an int between `low` and `high`, both included.

    Raises:
        TypeError: `value` is not an integer (2.0 is not one).
        ValueError: `value` lies outside the bounds.

    Example:
        >>> whole_number("n_studies", 10, low=1)
        10
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be a whole number, got {value!r} ({type(value).__name__})")
    if value < low or (high is not None and value > high):
        limits = f"at least {low}" if high is None else f"from {low} to {high}"
        raise ValueError(f"{name} must be {limits}, got {value!r}")
    return int(value)


def one_of(name: str, value: object, allowed: Iterable[str]) -> str:
    """Return `value` if it is one of the texts in `allowed`.

    Raises:
        TypeError: `value` is not a text.
        ValueError: `value` is not in `allowed`.

    Example:
        >>> one_of("spread_is", "sd", ["sd", "se"])
        'sd'
    """
    choices = list(allowed)
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a text, got {value!r} ({type(value).__name__})")
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}, got {value!r}")
    return value


def finite_array(
    name: str, values: object, *, ndim: int = 1, at_least: int = 1, positive: bool = False
) -> np.ndarray:
    """Return `values` as a float array without missing or infinite entries.

    `at_least` is the smallest length allowed along the last axis; `positive=True` also asks that
    every entry is above zero (needed before a logarithm).

    Raises:
        TypeError: the entries are not numbers.
        ValueError: wrong number of dimensions, too short, or an entry that is not allowed; the
            message says where the first such entry stands.

    Example:
        >>> finite_array("vk2", [235, 812])
        array([235., 812.])
    """
    try:
        raw = np.asarray(values)
        if raw.dtype.kind not in "iuf":
            raise TypeError
        array = raw.astype(float)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must hold numbers only, got {_short(values)}") from None
    if array.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} dimension(s), got shape {array.shape}")
    if array.shape[-1] < at_least:
        raise ValueError(f"{name} must hold at least {at_least} value(s), got {array.shape[-1]}")
    bad = ~np.isfinite(array) | ((array <= 0) if positive else False)
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        place = where[0] if ndim == 1 else where
        wanted = "finite and above zero" if positive else "finite (not missing or infinite)"
        raise ValueError(f"{name} must be {wanted}; position {place} is {array[where]}")
    return array


def columns(name: str, table: pd.DataFrame, needed: Iterable[str]) -> None:
    """Check that the data frame `table` has every column in `needed`.

    Raises:
        TypeError: `table` is not a data frame.
        ValueError: columns are missing; the message lists them and those that are there.
    """
    if not hasattr(table, "columns"):
        raise TypeError(f"{name} must be a pandas DataFrame, got {type(table).__name__}")
    missing = [column for column in needed if column not in table.columns]
    if missing:
        raise ValueError(
            f"{name} lacks column(s) {', '.join(map(str, missing))}; "
            f"it has {', '.join(map(str, table.columns))}"
        )


def _range_text(low: float | None, high: float | None, open_ends: bool) -> str:
    if low is None and high is None:
        return "a finite number"
    if high is None:
        return f"{'above' if open_ends else 'at least'} {low:g}"
    if low is None:
        return f"{'below' if open_ends else 'at most'} {high:g}"
    return f"between {low:g} and {high:g}{' (ends excluded)' if open_ends else ''}"


def _short(values: object) -> str:
    text = repr(values)
    return text if len(text) <= 60 else f"{text[:57]}..."
