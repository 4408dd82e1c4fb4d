"""Predictions and checks: the right sentence for each answer, and never an error for a learner."""

import html
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers.first_edition import learn

OPTIONS = {"a": "That is the spread.", "b": "It is the middle.", "c": "That is the sum."}


class Awkward:
    """An object that fails whatever it is asked."""

    def __len__(self):
        raise RuntimeError("no length")

    def __eq__(self, other):
        raise RuntimeError("no comparison")

    __hash__ = None


ODD_ANSWERS = [
    ...,
    None,
    True,
    np.bool_(False),
    "15",
    "",
    b"15",
    (),
    (0, 85),
    (1, 2, 3),
    [],
    [15],
    [...],
    {},
    {15},
    {"a": 1},
    range(3),
    (x for x in "ab"),
    np.array([15.0]),
    np.array("text"),
    np.array(15.0),
    np.zeros((2, 2)),
    pd.Series([15.0, 2.0]),
    pd.DataFrame({"a": [1]}),
    pd.NA,
    pd.NaT,
    np.nan,
    math.inf,
    -math.inf,
    0,
    10**400,
    1j,
    Decimal("15"),
    Decimal("nan"),
    Fraction(1, 3),
    len,
    int,
    Awkward(),
]


@pytest.mark.parametrize("answer", ODD_ANSWERS, ids=lambda value: type(value).__name__)
def test_no_answer_of_a_learner_raises(answer):
    feedback = [
        learn.prediction(answer, 15, "%"),
        learn.prediction_choice(answer, "a", OPTIONS),
        learn.check_number(answer, 15, "%", likely={"Wrong group.": 12}),
        learn.check_choice(answer, "b", OPTIONS),
        learn.check_function(answer, [((1,), 1)]),
        learn.check_function(lambda x: answer, [((1,), 15)], likely={"Squared.": lambda x: 7}),
        learn.check_function(lambda x: answer, [((1,), "b"), ((2,), [1, 2]), ((3,), True)]),
        learn.check_set(answer, {"age"}),
    ]
    for result in feedback:
        assert result.message
        assert result.status in ("correct", "not yet", "not tried", "compared")


def test_feedback_says_its_status_in_a_word_in_text_and_html():
    feedback = learn.Feedback(False, "not yet", "Is 2 < 3 & so on?\nSecond line.")
    assert repr(feedback) == "Not yet. Is 2 < 3 & so on?\nSecond line."
    page = feedback._repr_html_()
    assert 'role="status"' in page
    assert "<strong>Not yet.</strong>" in page
    assert html.escape("Is 2 < 3 & so on?") + "<br>Second line." in page
    assert "var(--jp-warn-color1, #b35900)" in page  # the theme's colour, and one without a theme
    with pytest.raises(ValueError, match="status must be one of"):
        learn.Feedback(True, "done", "")


def test_an_answer_cannot_inject_html():
    page = learn.check_choice("<script>alert(1)</script>", "b", OPTIONS)._repr_html_()
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("guess", "answer", "unit", "words"),
    [
        (400, 200, "ng/L", "Your guess is 2 times the result"),
        (100, 200, "ng/L", "The result is 2 times your guess"),
        (220, 200, "ng/L", "That is close: your guess is a little above"),
        (180, 200, "ng/L", "That is close: your guess is a little below"),
        (200, 200, "ng/L", "Exactly as you said"),
        (30, 15, "%", "Your guess is 15 percentage points above the result"),
        (
            10,
            -15,
            "% per decade",
            "25 percentage points per decade above the result. It points the",
        ),
        (2, 0, "ng/L", "Your guess is 2 ng/L above the result"),
    ],
)
def test_prediction_tells_how_far_off(guess, answer, unit, words):
    feedback = learn.prediction(guess, answer, unit, said="So it is.")
    assert (feedback.passed, feedback.status) == (True, "compared")
    assert words in feedback.message
    assert feedback.message.endswith("So it is.")


@pytest.mark.parametrize(
    ("guess", "is_close"), [(250, True), (251, False), (160, True), (159, False)]
)
def test_prediction_close_is_a_ratio_both_ways(guess, is_close):
    assert ("That is close" in learn.prediction(guess, 200, close=0.25).message) == is_close


def test_prediction_untouched_and_of_the_wrong_kind():
    assert learn.prediction(..., 5).status == "not tried"
    assert "without the quotes" in learn.prediction("5", 5).message
    assert not learn.prediction("5", 5).passed


def test_prediction_choice():
    same = learn.prediction_choice(" B) ", "b", OPTIONS)
    assert same.message == "You said b, and so it is. It is the middle."
    other = learn.prediction_choice("a", "b", OPTIONS)
    assert other.passed
    assert other.message == "You said a: That is the spread. The result is b: It is the middle."
    assert learn.prediction_choice(..., "b", OPTIONS).status == "not tried"
    assert "'d' is not one of the options" in learn.prediction_choice("d", "b", OPTIONS).message


@pytest.mark.parametrize(
    ("answer", "expected", "unit", "words"),
    [
        (None, 15, "", "None"),
        ("15", 15, "", "without the quotes"),
        (True, 1, "", "from a comparison"),
        (np.bool_(True), 1, "", "from a comparison"),
        ((0, 85), 0.85, "", "If you meant 0.85, write a decimal point, not a comma"),
        ((1.0, 2.0), 1, "", "a tuple of length 2"),
        (np.array([15.0]), 15, "", "a ndarray of length 1; one number is expected: take the"),
        (pd.Series([1.0, 2.0]), 1, "", "a Series of length 2; one number is expected: which"),
        (math.nan, 15, "", "nan"),
        (math.inf, 15, "", "divided by zero"),
        (len, 15, "", "not called"),
        (-15, 15, "%", "the sign is not"),
        (0.15, 15, "%", "is a fraction"),
        (0.15, 15, "", "100 times too small"),
        (1500, 15, "%", "100 times too large: was it in per cent before"),
        (1500, 15, "ng/L", "100 times too large: check the unit"),
        (150, 15, "", "10 times too large"),
        (0.0147, 14.7, "", "1,000 times too small"),
        (14.7e6, 14.7, "", "1,000,000 times too large"),
        (0.4, 2.5, "", "is the reciprocal"),
        (15, 14.73, "", "rounded too far"),
        (0.3, 0.27, "", "rounded too far"),
        (1, 1.4, "", "rounded too far"),
        (21, 15, "ng/L", "21 ng/L is too high."),
        (14, 15, "", "14 is too low, by less than a tenth."),
        (0, 15, "", "0 is too low."),
        (1, 0, "", "1 is too high."),
    ],
)
def test_check_number_names_the_mistake(answer, expected, unit, words):
    feedback = learn.check_number(answer, expected, unit)
    assert (feedback.passed, feedback.status) == (False, "not yet")
    assert words in feedback.message


def test_each_mistake_has_a_sentence_of_its_own():
    answers = [None, "15", True, (0, 85), [15], [1, 2], math.nan, math.inf, len, -15, 0.15, 1500]
    answers += [150, 15_000, 1 / 15, 1j, 1, 14]
    messages = {learn.check_number(answer, 15, "%").message for answer in answers}
    assert len(messages) == len(answers)


@pytest.mark.parametrize("kind", [float, int, np.float32, np.int64, Decimal, Fraction, np.array])
def test_check_number_accepts_every_kind_of_number(kind):
    feedback = learn.check_number(kind(15), 15, "%", because="A fall of 15 in 100.")
    assert (feedback.passed, feedback.status) == (True, "correct")
    assert feedback.message == "15 %. A fall of 15 in 100."


@given(
    expected=st.floats(1e-6, 1e6) | st.floats(-1e6, -1e-6),
    off=st.floats(-0.5, 0.5),
    tolerance=st.floats(0, 0.1),
)
def test_check_number_passes_exactly_within_the_tolerance(expected, off, tolerance):
    assume(abs(abs(off) - tolerance) > 1e-6)
    feedback = learn.check_number(expected * (1 + off), expected, tolerance=tolerance)
    assert feedback.passed == (abs(off) < tolerance)


@pytest.mark.parametrize(
    ("answer", "passed"), [(0.85, True), (0.8461, True), (0.84, False), (0.9, False)]
)
def test_check_number_to_decimals(answer, passed):
    assert learn.check_number(answer, 0.8461, decimals=2).passed == passed


def test_expected_zero_uses_the_tolerance_as_it_is():
    assert learn.check_number(0.009, 0).passed
    assert not learn.check_number(0.011, 0).passed


def test_the_likely_mistake_of_the_author_comes_before_the_general_one():
    likely = {"You subtracted MS from controls.": -15, "That is the median.": 12}
    assert learn.check_number(-15, 15, likely=likely).message == "You subtracted MS from controls."
    assert learn.check_number(12.05, 15, likely=likely).message == "That is the median."


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"expected": "15"}, TypeError, "expected must be a number"),
        ({"expected": math.nan}, ValueError, "expected must be"),
        ({"expected": 1, "tolerance": -0.1}, ValueError, "tolerance must be"),
        ({"expected": 1, "decimals": 1.5}, TypeError, "decimals must be a whole number"),
        ({"expected": 1, "likely": {"Hm.": "2"}}, TypeError, r"likely\['Hm.'\] must be a number"),
        ({"expected": 1, "likely": {"Hm.": 1.001}}, ValueError, "must be a wrong value"),
    ],
)
def test_check_number_tells_the_author(arguments, error, words):
    with pytest.raises(error, match=words):
        learn.check_number(..., **arguments)


def test_other_mistakes_of_the_author():
    with pytest.raises(TypeError, match="answer must be a number"):
        learn.prediction(5, "5")
    with pytest.raises(ValueError, match="close must be"):
        learn.prediction(5, 5, close=-1)
    with pytest.raises(ValueError, match="answer must be one of"):
        learn.prediction_choice("a", "d", OPTIONS)
    with pytest.raises(ValueError, match="correct must be one of"):
        learn.check_choice("a", "d", OPTIONS)
    with pytest.raises(ValueError, match="case and blanks"):
        learn.check_choice("a", "a", {"a": "", "A ": ""})
    with pytest.raises(ValueError, match="at least one pair"):
        learn.check_function(abs, [])
    with pytest.raises(ValueError, match="must be a wrong function"):
        learn.check_function(abs, [((-1,), 1)], likely={"Hm.": abs})
    with pytest.raises(TypeError, match="expected must be a set of texts"):
        learn.check_set(["a"], "a")
    with pytest.raises(ValueError, match="at least one item"):
        learn.check_set(["a"], set())


@pytest.mark.parametrize("answer", ["b", " B ", "b.", "(b)", "B)"])
def test_check_choice_forgives_case_blanks_and_brackets(answer):
    feedback = learn.check_choice(answer, "b", OPTIONS)
    assert feedback.passed
    assert feedback.message == "It is the middle."


def test_check_choice_gives_the_sentence_of_the_option():
    assert learn.check_choice("a", "b", OPTIONS).message == "That is the spread."
    assert learn.check_choice(2, "2", {"1": "No.", "2": "Yes."}).passed
    assert learn.check_choice(..., "b", OPTIONS).status == "not tried"
    unknown = learn.check_choice("median", "b", OPTIONS)
    assert "write one of a, b, c, in quotes" in unknown.message
    assert unknown.status == "not yet"


def change(new, old):
    return 100 * (new - old) / old


CHANGE_CASES = [((85, 100), -15), ((300, 200), 50)]


def test_check_function_passes_a_right_one():
    feedback = learn.check_function(change, CHANGE_CASES, because="Well divided.")
    assert feedback.passed
    assert feedback.message.endswith("2 of 2 cases. Well divided.")


def test_check_function_names_the_likely_mistake_or_shows_the_case():
    likely = {"You divided by the new value.": lambda new, old: 100 * (new - old) / new}
    wrong = learn.check_function(lambda a, b: 100 * (a - b) / a, CHANGE_CASES, likely)
    assert wrong.message == "You divided by the new value."
    fraction = learn.check_function(lambda a, b: (a - b) / b, CHANGE_CASES, likely, unit="%")
    assert "(85, 100) should give -15; yours gives -0.15. -0.15 is a fraction" in fraction.message
    half = learn.check_function(lambda a, b: -15, CHANGE_CASES)
    assert "(300, 200) should give 50; yours gives -15." in half.message


def undefined_name(new, old):
    return changed(new, old)  # noqa: F821


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (undefined_name, "undefined_name(85, 100) stopped: it uses a name that is not defined"),
        (lambda a: a, "the wrong number of arguments"),
        (lambda a, b: a / 0, "it divided by zero"),
        (lambda a, b: {}["x"], "a column or key that is not there"),
        (lambda a, b: [][a], "beyond the end of a list"),
        (lambda a, b: a.mean(), "the object does not have"),
        (lambda a, b: exit(), "SystemExit"),
        (lambda a, b: print(end=""), "gives None: end the function with return"),
        (lambda a, b: "15", "without the quotes"),
        (15, "A function is expected, this is a int"),
    ],
)
def test_check_function_explains_what_went_wrong(function, words):
    feedback = learn.check_function(function, CHANGE_CASES)
    assert feedback.status == "not yet"
    assert words in feedback.message


def test_check_function_knows_an_untouched_stub():
    def dots(new, old): ...

    def documented(new, old):
        """Return the change in per cent."""

    def dots_returned(new, old):
        return ...

    for stub in (..., dots, documented, dots_returned):
        assert learn.check_function(stub, CHANGE_CASES).status == "not tried"


def test_check_function_compares_arrays_texts_and_truth_values_strictly():
    assert learn.check_function(np.log, [(([1.0, 2.0],), [0, 0.693])]).passed
    assert not learn.check_function(lambda x: x[:1], [(([1.0, 2.0],), [1, 2])]).passed
    assert learn.check_function(str.upper, [("a", "A")]).passed
    assert learn.check_function(lambda x: x > 1, [(2, True), (np.float64(0), False)]).passed
    assert not learn.check_function(lambda x: 1, [(2, True)]).passed


def test_check_function_protects_the_cases():
    def greedy(values):
        return values.pop()

    assert learn.check_function(greedy, [(([1, 2],), 2), (([1, 2],), 2)]).passed
    shared = [1, 2]
    assert learn.check_function(greedy, [((shared,), 2), ((shared,), 2)]).passed


REASONS = {
    "age": "It comes before both.",
    "sex": "It comes before both.",
    "assay": "It comes after the blood test.",
}


def test_check_set_counts_and_gives_reasons():
    feedback = learn.check_set(["Age", "assay ", "hat"], {"age", "sex"}, REASONS)
    assert feedback.message.splitlines() == [
        "1 of 2 found, 1 still missing, 2 not belonging.",
        "assay: It comes after the blood test.",
        "hat: does not belong here.",
    ]
    assert "sex" not in feedback.message  # what is missing is not given away


@pytest.mark.parametrize("kind", [list, tuple, set, frozenset, np.array, pd.Series])
def test_check_set_accepts_every_kind_of_collection(kind):
    feedback = learn.check_set(kind(["sex", "age"]), {"age", "sex"}, REASONS)
    assert feedback.passed
    assert "age: It comes before both." in feedback.message


@pytest.mark.parametrize("answer", [..., [], set(), [...]])
def test_check_set_not_tried(answer):
    assert learn.check_set(answer, {"age"}).status == "not tried"


@pytest.mark.parametrize("answer", ["age", {"age": 1}, 3, None])
def test_check_set_asks_for_a_list(answer):
    assert "as a list of texts" in learn.check_set(answer, {"age"}).message
