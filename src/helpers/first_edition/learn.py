"""Predictions and checks of exercises: each answer gets a sentence, none gets an error.

A learner's answer never raises, whatever it is: the returned `Feedback`, shown as the last
expression of a cell, says what to do next. A mistake of the notebook's author, such as an
expected value that is not a number, does raise and names the argument.
"""

from __future__ import annotations

import copy
import html
import math
import numbers
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from helpers.first_edition import checks

_LOOK = {  # status: the word shown, the colour of JupyterLab's theme, the colour elsewhere
    "correct": ("Correct", "--jp-success-color1", "#2e7d32"),
    "not yet": ("Not yet", "--jp-warn-color1", "#b35900"),
    "not tried": ("Not tried yet", "--jp-border-color1", "#757575"),
    "compared": ("Prediction noted", "--jp-info-color1", "#0072b2"),
}
_STOPS = {  # what an exception of the learner's function means, in plain words
    ZeroDivisionError: "it divided by zero",
    NameError: "it uses a name that is not defined: look for a misspelling, or a missing argument",
    KeyError: "it looked up a column or key that is not there",
    IndexError: "it looked beyond the end of a list",
    AttributeError: "it asked an object for something the object does not have",
    RecursionError: "it calls itself without end",
    TypeError: "a value of the wrong kind, or the wrong number of arguments",
    ValueError: "it used a value that is not allowed there",
}


@dataclass(frozen=True, repr=False)
class Feedback:
    """What a check or a prediction answers: a status and a message, shown as a calm box.

    `status` is "correct", "not yet", "not tried", or "compared" for a prediction, which is
    neither right nor wrong.
    """

    passed: bool
    status: str
    message: str

    def __post_init__(self) -> None:
        """Refuse an unknown status."""
        checks.one_of("status", self.status, _LOOK)

    def __repr__(self) -> str:
        """Return the plain text: the word, then the message."""
        return f"{_LOOK[self.status][0]}. {self.message}"

    def _repr_html_(self) -> str:
        word, theme_colour, colour = _LOOK[self.status]
        style = (
            f"border-left: 5px solid var({theme_colour}, {colour}); padding: 0.5em 1em; "
            "margin: 0.3em 0; max-width: 45em; background: var(--jp-layout-color2, transparent); "
            "color: var(--jp-content-font-color1, inherit)"
        )
        text = html.escape(self.message).replace("\n", "<br>")
        return f'<div role="status" style="{style}"><strong>{word}.</strong> {text}</div>'


def prediction(
    guess: object, answer: float, unit: str = "", close: float = 0.25, said: str | None = None
) -> Feedback:
    """Compare a committed `guess` with the result `answer`, without judging.

    Two positive amounts are compared by their ratio; percentages, and numbers that are zero or
    differ in sign, by their difference. `close` is the share of the answer that counts as close;
    `said` is a sentence that reads the result out.

    Example:
        >>> prediction(60, 30, "kg")
        Prediction noted. You said 60 kg; the result is 30 kg. Your guess is 2 times the result.
    """
    result = checks.number("answer", answer)
    share = checks.number("close", close, 0)
    if guess is ...:
        return _not_tried("Put your guess in place of the three dots and run the cell again.")
    value, problem = _as_number(guess)
    if value is None:
        return _not_yet(problem)
    gap = value - result
    by_ratio = min(value, result) > 0 and "%" not in unit
    off = max(value, result) / min(value, result) - 1 if by_ratio else _share_off(value, result)
    step = unit.replace("%", "percentage points").strip()
    if value == result:
        verdict = "Exactly as you said."
    elif off <= share + 1e-12:
        verdict = f"That is close: your guess is a little {'above' if gap > 0 else 'below'}."
    elif by_ratio and abs(value * result - 1) <= share:
        verdict = "That is the same ratio upside down: you divided the other way round."
    elif by_ratio and gap > 0:
        verdict = f"Your guess is {_show(value / result)} times the result."
    elif by_ratio:
        verdict = f"The result is {_show(result / value)} times your guess."
    else:
        where = "above" if gap > 0 else "below"
        verdict = f"Your guess is {_show(abs(gap), step)} {where} the result."
    if value * result < 0:
        verdict += " It points the other way: what made you expect that?"
    text = f"You said {_show(value, unit)}; the result is {_show(result, unit)}. {verdict}"
    return Feedback(True, "compared", f"{text} {said or ''}".strip())


def prediction_choice(guess: object, answer: str, options: Mapping[str, str]) -> Feedback:
    """Compare a committed option with the `answer`; `options` holds a sentence for each option.

    Example:
        >>> prediction_choice("a", "b", {"a": "It would grow.", "b": "It shrinks."})
        Prediction noted. You said a: It would grow. The result is b: It shrinks.
    """
    right = _author_key("answer", answer, options)
    key, refusal = _pick(guess, options)
    if refusal:
        return refusal
    if key == right:
        return Feedback(True, "compared", f"You said {key}, and so it is. {options[key]}")
    text = f"You said {key}: {options[key]} The result is {right}: {options[right]}"
    return Feedback(True, "compared", text)


def check_number(
    answer: object,
    expected: float,
    unit: str = "",
    tolerance: float = 0.01,
    likely: Mapping[str, float] | None = None,
    *,
    decimals: int | None = None,
    because: str = "",
) -> Feedback:
    """Check one number; `likely` maps a sentence that names a mistake to the value it gives.

    `tolerance` is a share of `expected` (absolute where `expected` is 0); with `decimals` the
    answer must be right to that many decimals instead. `because` is shown with a right answer.

    Example:
        >>> check_number(0.15, 15, "%")
        Not yet. 0.15 is a fraction; the question asks for per cent. Multiply by 100.
    """
    target = checks.number("expected", expected)
    reach = checks.number("tolerance", tolerance, 0) * (abs(target) or 1.0)
    if decimals is not None:
        reach = 0.5 * 10.0 ** -checks.whole_number("decimals", decimals)
    reach += 1e-9 * (abs(target) or reach)
    mistakes = {}
    for sentence, wrong in (likely or {}).items():
        mistakes[sentence] = checks.number(f"likely[{sentence!r}]", wrong)
        if abs(mistakes[sentence] - target) <= reach:
            raise ValueError(f"likely[{sentence!r}] must be a wrong value, got {wrong!r}")
    if answer is ...:
        return _not_tried("Put your answer in place of the three dots and run the cell again.")
    value, problem = _as_number(answer)
    if value is None:
        return _not_yet(problem)
    if abs(value - target) <= reach:
        return Feedback(True, "correct", f"{_show(value, unit)}. {because}".strip())
    near = [(abs(value - wrong), text) for text, wrong in mistakes.items() if _like(value, wrong)]
    if near:
        return _not_yet(min(near)[1])
    slip = _slip(value, target, unit)
    return _not_yet(slip or f"{_show(value, unit)} is too {_direction(value, target)}.")


def check_choice(answer: object, correct: str, feedback: Mapping[str, str]) -> Feedback:
    """Check one chosen option; `feedback` holds a sentence for each option, right ones included.

    Example:
        >>> check_choice(" B", "b", {"a": "That is the spread.", "b": "It is the middle."})
        Correct. It is the middle.
    """
    right = _author_key("correct", correct, feedback)
    key, refusal = _pick(answer, feedback)
    if refusal:
        return refusal
    return Feedback(True, "correct", feedback[key]) if key == right else _not_yet(feedback[key])


def check_function(
    function: object,
    cases: Sequence[tuple[object, object]],
    likely: Mapping[str, Callable] | None = None,
    *,
    unit: str = "",
    tolerance: float = 0.01,
    because: str = "",
) -> Feedback:
    """Check a small function on `cases`, pairs of its arguments (a tuple) and the result expected.

    `likely` maps a sentence that names a mistake to a function that makes the mistake.

    Example:
        >>> def add(a, b): return a + b
        >>> check_function(add, [((2, 3), 6)], likely={"You added them.": add})
        Not yet. You added them.
    """
    if not cases:
        raise ValueError("cases must hold at least one pair of arguments and result")
    checks.number("tolerance", tolerance, 0)
    pairs = [(args if isinstance(args, tuple) else (args,), wanted) for args, wanted in cases]
    for sentence, wrong in (likely or {}).items():
        if all(_same(wrong(*copy.deepcopy(args)), wanted, tolerance) for args, wanted in pairs):
            raise ValueError(f"likely[{sentence!r}] must be a wrong function; it passes every case")
    if function is ... or _is_stub(function):
        return _not_tried("Write the body of the function and run the cell again.")
    if not callable(function):
        kind = type(function).__name__
        return _not_yet(
            f"A function is expected, this is a {kind}: give its name without brackets."
        )
    results = []
    for args, _ in pairs:
        call = f"{getattr(function, '__name__', 'function')}({', '.join(map(_short, args))})"
        try:
            got = function(*copy.deepcopy(args))
        except (Exception, SystemExit) as error:
            name = type(error).__name__
            why = next((text for kind, text in _STOPS.items() if isinstance(error, kind)), name)
            return _not_yet(f"{call} stopped: {why}. Python says: {name}: {error}")
        if got is ...:
            return _not_tried("Put your calculation in place of the three dots after return.")
        if got is None:
            return _not_yet(f"{call} gives None: end the function with return and the result.")
        results.append((call, got))
    failed = [
        (call, got, wanted)
        for (call, got), (_, wanted) in zip(results, pairs, strict=True)
        if not _same(got, wanted, tolerance)
    ]
    if not failed:
        text = f"Your function gives the right result in {len(pairs)} of {len(pairs)} cases."
        return Feedback(True, "correct", f"{text} {because}".strip())
    for sentence, wrong in (likely or {}).items():
        if all(
            _same(got, wrong(*copy.deepcopy(args)), tolerance)
            for (_, got), (args, _) in zip(results, pairs, strict=True)
        ):
            return _not_yet(sentence)
    call, got, wanted = failed[0]
    text = f"{call} should give {_short(wanted)}; yours gives {_short(got)}."
    hint = ""
    if _is_number(wanted):
        value, problem = _as_number(got)
        hint = problem if value is None else _slip(value, float(wanted), unit)
    return _not_yet(f"{text} {hint}".strip())


def check_set(
    answer: object, expected: Iterable[str], reasons: Mapping[str, str] | None = None
) -> Feedback:
    """Check chosen items; `reasons` says for each item on offer why it belongs or does not.

    The items still missing are counted, not named.

    Example:
        >>> check_set(["age", "assay"], {"age", "sex"}, {"assay": "It comes after the blood test."})
        Not yet. 1 of 2 found, 1 still missing, 1 not belonging.
        assay: It comes after the blood test.
    """
    if isinstance(expected, str) or not all(isinstance(item, str) for item in expected):
        raise TypeError(f"expected must be a set of texts, got {expected!r}")
    wanted = {_plain(item): item for item in expected}
    if not wanted:
        raise ValueError("expected must hold at least one item")
    why = {_plain(item): text for item, text in (reasons or {}).items()}
    if answer is ...:
        return _not_tried("Put your choices in place of the three dots and run the cell again.")
    try:
        items = None if isinstance(answer, str | bytes | Mapping) else list(answer)
    except Exception:  # nothing that can be gone through item by item
        items = None
    if items is None:
        example = '["first item", "second item"]'
        return _not_yet(f"Write your choices as a list of texts in quotes, like {example}.")
    chosen = {_plain(item): str(item).strip() for item in items if item is not ...}
    if not chosen:
        return _not_tried("The list is empty: put at least one item in it.")
    wrong = sorted(set(chosen) - set(wanted))
    found = len(set(chosen) & set(wanted))
    missing = len(wanted) - found
    if not wrong and not missing:
        lines = [f"{item}: {why[key]}" for key, item in sorted(wanted.items()) if key in why]
        return Feedback(
            True, "correct", "\n".join([f"All {found} found, and nothing else.", *lines])
        )
    counts = f"{found} of {len(wanted)} found, {missing} still missing, {len(wrong)} not belonging."
    lines = [f"{chosen[key]}: {why.get(key, 'does not belong here.')}" for key in wrong]
    return _not_yet("\n".join([counts, *lines]))


def _not_yet(message: str) -> Feedback:
    return Feedback(False, "not yet", message)


def _not_tried(message: str) -> Feedback:
    return Feedback(False, "not tried", message)


def _is_number(value: object) -> bool:
    real = isinstance(value, numbers.Real | Decimal) and not isinstance(value, bool | np.bool_)
    return real or (isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "iuf")


def _as_number(answer: object) -> tuple[float | None, str]:
    """Return the answer as a number, or None and the sentence that says what it is instead."""
    if answer is None:
        return None, "The answer is None, nothing at all: was a result not assigned or returned?"
    if isinstance(answer, bool | np.bool_):
        return None, f"The answer is {answer}, from a comparison; a number is expected."
    if isinstance(answer, str):
        return None, f"The answer is the text {_short(answer)}: write a number, without the quotes."
    if _is_number(answer):
        try:
            value = float(answer)
        except OverflowError:
            return None, "The number is too large to be the answer."
        if math.isfinite(value):
            return value, ""
        if math.isinf(value):
            return None, "The answer is infinite: was something divided by zero?"
        return None, "The answer is nan, not a number: is a value missing, or a log of less than 0?"
    if isinstance(answer, tuple) and len(answer) == 2 and all(type(x) is int for x in answer):
        point = f"{answer[0]}.{answer[1]}"
        return None, (
            f"The answer holds two numbers, one is expected. If you meant {point}, write a decimal "
            "point, not a comma."
        )
    if callable(answer):
        return None, "The answer is a function that was not called: add brackets after its name."
    kind = type(answer).__name__
    try:
        size = len(answer)
    except Exception:  # no length, or an object that fails when asked
        return None, f"The answer is of the kind {kind}; a number is expected."
    advice = "take the number out of it." if size == 1 else "which one, or which summary of them?"
    return None, f"The answer is a {kind} of length {size}; one number is expected: {advice}"


def _slip(value: float, target: float, unit: str) -> str:
    """Return a sentence naming the usual slip that leads from `target` to `value`, or ""."""
    if not value or not target:
        return ""
    shown = _show(value)
    if _like(value, -target):
        return f"The size of {shown} is right, the sign is not: which is subtracted from which?"
    if "%" in unit and _like(100 * value, target):
        return f"{shown} is a fraction; the question asks for per cent. Multiply by 100."
    if "%" in unit and _like(value, 100 * target):
        return f"{shown} is 100 times too large: was it in per cent before you multiplied by 100?"
    for factor in (10, 100, 1_000, 1_000_000):
        for size, ratio in (("large", value / target), ("small", target / value)):
            if _like(ratio, factor):
                return (
                    f"{shown} is {factor:,} times too {size}: check the unit or the decimal point."
                )
    if _like(value, 1 / target):
        return f"{shown} is the reciprocal, 1 divided by the answer: swap the two you divided."
    for digits in range(1, 7):
        rounded = float(f"{target:.{digits}g}")
        if math.isclose(value, rounded) and (
            _share_off(value, target) < 0.2 or value == round(target)
        ):
            return f"{shown} has the right size but is rounded too far: keep more digits."
    return ""


def _like(value: float, other: float) -> bool:
    return abs(value - other) <= 0.01 * abs(other)


def _share_off(value: float, target: float) -> float:
    return abs(value - target) / abs(target) if target else math.inf


def _direction(value: float, target: float) -> str:
    amount = ", by less than a tenth" if _share_off(value, target) < 0.1 else ""
    return f"{'high' if value > target else 'low'}{amount}"


def _same(got: object, wanted: object, tolerance: float) -> bool:
    """Say whether a function's result is the one wanted; numbers within the relative tolerance."""
    try:
        left = np.asarray(float(got) if _is_number(got) else got)
        right = np.asarray(wanted)
        if left.shape != right.shape:
            return False
        if left.dtype.kind in "iuf" and right.dtype.kind in "iuf":
            return bool(np.allclose(left, right, rtol=tolerance, atol=1e-12))
        return left.dtype.kind == right.dtype.kind and bool(np.all(left == right))
    except Exception:  # whatever a learner's object does when compared
        return False


def _is_stub(function: object) -> bool:
    def bare() -> None: ...
    def documented() -> None:
        """Do nothing."""

    code = getattr(function, "__code__", None)
    stubs = (bare.__code__.co_code, documented.__code__.co_code)
    return code is not None and code.co_code in stubs and code.co_consts[-1:] == (None,)


def _pick(answer: object, options: Mapping[str, str]) -> tuple[str, Feedback | None]:
    """Return the option that the answer names, or the feedback that says it names none."""
    offered = ", ".join(options)
    if answer is ...:
        return "", _not_tried(f"Put one of {offered} in quotes in place of the three dots.")
    keys = {_plain(key): key for key in options}
    if isinstance(answer, str | int) and _plain(answer) in keys:
        return keys[_plain(answer)], None
    return "", _not_yet(
        f"{_short(answer)} is not one of the options: write one of {offered}, in quotes."
    )


def _author_key(name: str, value: str, options: Mapping[str, str]) -> str:
    if len({_plain(key) for key in options}) < len(options):
        raise ValueError("options must differ by more than case and blanks")
    return checks.one_of(name, value, options)


def _plain(text: object) -> str:
    return " ".join(str(text).split()).strip(" .()").casefold()


def _show(value: float, unit: str = "") -> str:
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return f"{text} {unit}".strip()


def _short(value: object) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
