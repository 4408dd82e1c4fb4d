"""The checks of arguments: what is allowed comes back unchanged, all else is named."""

import decimal
import fractions
import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers.first_edition import checks

NO_NUMBERS = ["3", "", None, True, np.bool_(True), 1j, [1], (1,), {}, object, decimal.Decimal(1)]
NO_NUMBERS += [fractions.Fraction(1, 2), np.array([1.0]), pd.NA]
finite = st.floats(allow_nan=False, allow_infinity=False, width=32)


# --- number ---------------------------------------------------------------------------------------


@given(st.one_of(finite, st.integers(-(10**9), 10**9)))
def test_a_number_comes_back_as_a_float(value):
    for kind in (value, np.float64(value)):
        result = checks.number("level", kind)
        assert type(result) is float
        assert result == value


@given(finite, finite, finite, st.booleans())
def test_a_number_must_lie_within_its_bounds(value, one, other, open_ends):
    low, high = sorted((one, other))
    inside = low < value < high if open_ends else low <= value <= high
    if inside:
        assert checks.number("level", value, low, high, open_ends=open_ends) == value
        return
    words = f"between {low:g} and {high:g}" + (" (ends excluded)" if open_ends else "")
    with pytest.raises(ValueError, match=re.escape(f"level must be {words}, got {value!r}")):
        checks.number("level", value, low, high, open_ends=open_ends)


@pytest.mark.parametrize(
    ("value", "bounds", "open_ends", "words"),
    [
        (-1, (0, None), False, "x must be at least 0, got -1"),
        (0, (0, None), True, "x must be above 0, got 0"),
        (3, (None, 2.5), False, "x must be at most 2.5, got 3"),
        (2.5, (None, 2.5), True, "x must be below 2.5, got 2.5"),
        (math.nan, (None, None), False, "x must be a finite number, got nan"),
        (math.inf, (0, None), False, "x must be at least 0, got inf"),
        (-math.inf, (None, 0), False, "x must be at most 0, got -inf"),
        (math.nan, (0, 1), False, "x must be between 0 and 1, got nan"),
    ],
)
def test_a_number_outside_is_named_with_what_is_allowed(value, bounds, open_ends, words):
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        checks.number("x", value, *bounds, open_ends=open_ends)


@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
def test_what_is_no_number_is_refused_with_its_kind(value):
    words = f"level must be a number, got {value!r} ({type(value).__name__})"
    with pytest.raises(TypeError, match=re.escape(words)):
        checks.number("level", value, 0, 1)


# --- whole_number ---------------------------------------------------------------------------------


@given(st.integers(), st.integers(), st.integers())
def test_a_whole_number_must_lie_within_its_bounds(value, one, other):
    low, high = sorted((one, other))
    if low <= value <= high:
        assert checks.whole_number("n", value, low, high) == value
        return
    words = f"n must be from {low} to {high}, got {value}"
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        checks.whole_number("n", value, low, high)


def test_a_whole_number_comes_back_as_an_int_and_is_not_negative_unless_allowed():
    assert type(checks.whole_number("n", np.int64(3))) is int
    assert checks.whole_number("n", 0) == 0
    assert checks.whole_number("n", -5, low=-5) == -5
    with pytest.raises(ValueError, match=r"^n must be at least 0, got -1$"):
        checks.whole_number("n", -1)
    with pytest.raises(ValueError, match=r"^n must be at least 2, got np\.int64\(1\)$"):
        checks.whole_number("n", np.int64(1), low=2)


@pytest.mark.parametrize("value", [*NO_NUMBERS, 2.0, np.float64(2), math.nan], ids=repr)
def test_what_is_no_whole_number_is_refused_with_its_kind(value):
    words = f"n must be a whole number, got {value!r} ({type(value).__name__})"
    with pytest.raises(TypeError, match=re.escape(words)):
        checks.whole_number("n", value)


# --- one_of ---------------------------------------------------------------------------------------


@given(st.lists(st.text(max_size=8), min_size=1, max_size=5, unique=True), st.text(max_size=8))
def test_one_of_gives_back_an_allowed_text_and_names_the_others(allowed, value):
    for choice in allowed:
        assert checks.one_of("kind", choice, iter(allowed)) == choice
    assume(value not in allowed)
    words = f"kind must be one of {', '.join(map(repr, allowed))}, got {value!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        checks.one_of("kind", value, allowed)


@pytest.mark.parametrize("value", [None, 1, ["sd"], b"sd", ...], ids=repr)
def test_one_of_needs_a_text(value):
    words = f"kind must be a text, got {value!r} ({type(value).__name__})"
    with pytest.raises(TypeError, match=re.escape(words)):
        checks.one_of("kind", value, ["sd", "se"])


def test_one_of_does_not_take_a_part_of_a_text():
    with pytest.raises(ValueError, match="kind must be one of 'sd', 'se', got 's'"):
        checks.one_of("kind", "s", ["sd", "se"])


# --- finite_array ---------------------------------------------------------------------------------


@given(st.lists(st.one_of(finite, st.integers(-1000, 1000)), min_size=1, max_size=30))
def test_an_array_comes_back_as_floats_in_a_new_array(values):
    kinds = [values, tuple(values), np.array(values), pd.Series(values)]
    for given_values in kinds:
        array = checks.finite_array("vk2", given_values)
        assert array.dtype == float
        assert array.tolist() == [float(value) for value in values]
        array += 1
        assert list(given_values) == values


@given(
    st.lists(st.floats(0.5, 9), min_size=1, max_size=12),
    st.integers(0, 11),
    st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -1.0]),
)
def test_the_first_value_that_is_not_allowed_is_named_with_its_place(values, place, bad):
    place %= len(values)
    wrong = [*values[:place], bad, *values[place + 1 :], math.nan]
    if math.isfinite(bad):
        assert checks.finite_array("vk2", wrong[:-1]).tolist() == wrong[:-1]
        positive = f"vk2 must be finite and above zero; position {place} is {bad!r}"
        with pytest.raises(ValueError, match=re.escape(positive)):
            checks.finite_array("vk2", wrong, positive=True)
        return
    for positive, words in ((True, "finite and above zero"), (False, "finite (not missing or inf")):
        with pytest.raises(ValueError, match=re.escape(f"vk2 must be {words}")) as caught:
            checks.finite_array("vk2", wrong, positive=positive)
        assert f"; position {place} is " in str(caught.value)


def test_a_missing_value_of_pandas_is_named_with_its_place():
    for values in (pd.Series([1, pd.NA], dtype="Int64"), pd.Series([1.0, None])):
        with pytest.raises(ValueError, match=r"not missing or infinite\); position 1 is nan$"):
            checks.finite_array("vk2", values)


def test_a_place_in_two_dimensions_is_row_and_column():
    with pytest.raises(ValueError, match=r"position \(1, 0\) is nan$"):
        checks.finite_array("design", [[1, 2], [math.nan, 4]], ndim=2)


@pytest.mark.parametrize(
    ("values", "options", "words"),
    [
        ([[1, 2]], {}, "vk2 must have 1 dimension(s), got shape (1, 2)"),
        (3.0, {}, "vk2 must have 1 dimension(s), got shape ()"),
        ([1, 2], {"ndim": 2}, "vk2 must have 2 dimension(s), got shape (2,)"),
        ([1], {"at_least": 2}, "vk2 must hold at least 2 value(s), got 1"),
        (np.empty((3, 0)), {"ndim": 2}, "vk2 must hold at least 1 value(s), got 0"),
        (np.ones((5, 2)), {"ndim": 2, "at_least": 3}, "vk2 must hold at least 3 value(s), got 2"),
    ],
)
def test_a_wrong_shape_is_named(values, options, words):
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        checks.finite_array("vk2", values, **options)


@pytest.mark.parametrize(
    "values",
    [
        ["1", "2"],
        [1, None],
        [True, False],
        [1, [2, 3]],
        None,
        "12",
        [1j],
        {"a": 1},
        np.array(["2026-01-01"], dtype="datetime64[D]"),
    ],
    ids=repr,
)
def test_what_does_not_hold_numbers_is_refused(values):
    with pytest.raises(TypeError, match=r"^vk2 must hold numbers only, got ") as caught:
        checks.finite_array("vk2", values)
    assert len(str(caught.value)) <= len("vk2 must hold numbers only, got ") + 60


# --- columns --------------------------------------------------------------------------------------


def test_columns_that_are_there_pass_and_missing_ones_are_listed():
    table = pd.DataFrame({"group": ["MS"], "vk2": [235]})
    assert checks.columns("people", table, ["vk2", "group"]) is None
    assert checks.columns("people", table, ()) is None
    words = r"^people lacks column\(s\) sex, age; it has group, vk2$"
    with pytest.raises(ValueError, match=words):
        checks.columns("people", table, ["sex", "vk2", "age"])


@pytest.mark.parametrize("table", [None, [1], {"vk2": [1]}, np.ones((2, 2)), pd.Series([1])])
def test_columns_needs_a_data_frame(table):
    words = f"people must be a pandas DataFrame, got {type(table).__name__}"
    with pytest.raises(TypeError, match=words):
        checks.columns("people", table, ["vk2"])


def test_columns_need_not_be_named_by_texts():
    table = pd.DataFrame({0: [1], "vk2": [2]})
    with pytest.raises(ValueError, match=r"lacks column\(s\) sex; it has 0, vk2"):
        checks.columns("people", table, ["sex"])
