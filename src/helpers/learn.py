"""Predictions, checks of answers, verdicts, and results put on the page.

What a reader types never raises, whatever it is: it gets a kind sentence that says what to do next.
`predict` compares a guess with a result. `number`, `items` and `function` check answers for
the keys in `exercises`. `say` and `table` put results on the page. `keep` and `kept` carry verdicts
and votes from one notebook to the next, in one small file that never leaves the reader's folder.
"""

from __future__ import annotations

import html
import json
import math
import numbers
import re
import statistics
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Feedback", "compare", "function", "items", "keep", "kept", "number", "predict", "say", "table",
]  # fmt: skip

_LOOK = {"Correct": "success", "Not yet": "warn", "Not tried yet": "border", "Noted": "info"}
_HIDDEN = "<!-- Run this cell to see the answer. -->\n"  # all that a folded output shows
_DOTS = "Put your {} in place of the three dots and run the cell again."


@dataclass(frozen=True, repr=False)
class Feedback:
    """A status (Correct, Not yet, Not tried yet or Noted) and a sentence, shown as a box."""

    status: str
    message: str
    result: str = ""  # not shown here: for the pages that `export` makes

    def __repr__(self) -> str:
        """The plain text."""
        return f"{self.status}. {self.message}"

    def _repr_html_(self) -> str:
        colour = f"var(--jp-{_LOOK[self.status]}-color1, #757575)"
        style = f"border-left: 5px solid {colour}; padding: 0.5em 1em; max-width: 45em"
        message = html.escape(self.message).replace("\n", "<br>")
        box = f'<div role="status" data-result="{html.escape(self.result)}" style="{style}">'
        box += f"<strong>{self.status}.</strong> {message}</div>"
        return _HIDDEN + box


def predict(
    guess: object,
    answer: float | str,
    unit: str = "",
    options: Mapping[str, str] | None = None,
    close: float = 0.25,
) -> Feedback:
    """Compare a guess with the result, without judging it.

    Args:
        guess: what the reader typed; ``...`` if nothing yet. A list holds the guesses of a room.
        answer: the result, a number or the key of an option.
        unit: of the number, for example "%".
        options: for a choice: what each option says.
        close: share of the result that counts as close.

    Example:
        >>> predict(60, 30, "kg")
        Noted. You said 60 kg; the result is 30 kg. Your guess is 2 times the result.
    """
    result = f"{answer}: {options[answer]}" if options else _show(answer, unit)
    return replace(_predict(guess, answer, unit, options or {}, close), result=result)


def _predict(
    guess: object, answer: float | str, unit: str, options: Mapping[str, str], close: float
) -> Feedback:
    if isinstance(guess, list) and guess:
        return _room(guess, answer, unit, options, close)
    if options:
        key, refusal = _picked(guess, options)
        same = f"The result is {answer}: {options[answer]}" if key != answer else "So it is."
        return refusal or Feedback("Noted", f"You said {key}: {options[key]} {same}")
    if guess is ...:
        return Feedback("Not tried yet", _DOTS.format("guess"))
    value, problem = _as_number(guess)
    if problem:
        return Feedback("Not yet", problem)
    if not math.isfinite(answer):
        return Feedback("Noted", "The result is not a finite number. Look at the cells above.")
    if "%" in unit and _like(100 * value, answer) and value:
        return Feedback("Not yet", f"{_show(value)} is a fraction: write it in per cent.")
    gap = value - answer
    if value == answer:
        verdict = "Exactly as you said."
    elif abs(gap) <= close * abs(answer):
        verdict = f"That is close: your guess is a little {'above' if gap > 0 else 'below'}."
    elif min(value, answer) <= 0 or "%" in unit:
        step = "percentage points" if "%" in unit else ""
        verdict = f"Your guess is {_show(abs(gap), step)} {'above' if gap > 0 else 'below'}."
    elif abs(value * answer - 1) <= close / 2:
        verdict = "That is the same ratio upside down: you divided the other way round."
    elif gap > 0:
        verdict = f"Your guess is {_show(value / answer)} times the result."
    else:
        verdict = f"The result is {_show(answer / value)} times your guess."
    if value * answer < 0:
        verdict += " It points the other way: what made you expect that?"
    shown = f"You said {_show(value, unit)}; the result is {_show(answer, unit)}."
    return Feedback("Noted", f"{shown} {verdict}")


def number(
    answer: object,
    expected: float,
    slips: Mapping[str, float] | None = None,
    *,
    unit: str = "",
    within: float = 0.01,
    because: str = "",
) -> Feedback:
    """Check one number.

    Args:
        answer: what the reader typed; ``...`` if nothing yet.
        expected: the right number.
        slips: a sentence that names a mistake, and the number it gives.
        unit: of the number.
        within: share of `expected` by which the answer may be off.
        because: said with a right answer.

    Example:
        >>> number(0.15, 15, unit="%")
        Not yet. 0.15 is a fraction; the question asks for per cent. Multiply by 100.
    """
    if answer is ...:
        return Feedback("Not tried yet", _DOTS.format("answer"))
    (value, problem), expected = _as_number(answer), float(expected)
    if problem:
        return Feedback("Not yet", problem)
    if abs(value - expected) <= within * abs(expected) + 1e-12:
        return Feedback("Correct", f"{_show(value, unit)}. {because}".strip())
    near = [(abs(value - x), text) for text, x in (slips or {}).items() if _like(value, x)]
    slip = min(near)[1] if near else _usual_slip(value, expected, unit)
    too = f"{_show(value, unit)} is too {'high' if value > expected else 'low'}."
    return Feedback("Not yet", slip or too)


def items(answer: object, expected: Iterable[str], reasons: Mapping[str, str]) -> Feedback:
    """Check a list of options; `reasons` says for each why it belongs or does not.

    What is missing is counted, not named.

    Example:
        >>> items(["a", "c"], {"a", "b"}, {"a": "A cause.", "b": "A cause.", "c": "An effect."})
        Not yet. 1 of 2 found, 1 still missing, 1 not belonging.
        c: An effect.
    """
    if answer is ...:
        return Feedback("Not tried yet", _DOTS.format("choices"))
    if isinstance(answer, str) or not isinstance(answer, Iterable):
        return Feedback("Not yet", 'Write a list of letters in quotes, like ["a", "b"].')
    try:
        chosen = {_plain(x) for x in answer if x is not ...}
    except Exception:  # whatever a reader's object does when gone through
        return Feedback("Not yet", 'Write a list of letters in quotes, like ["a", "b"].')
    if not chosen:
        return Feedback("Not tried yet", "The list is empty: put at least one letter in it.")
    wanted = set(expected)
    wrong, found = sorted(chosen - wanted), len(chosen & wanted)
    shown = wrong if wrong or found < len(wanted) else sorted(wanted)
    lines = [f"{x}: {reasons.get(x, 'not one of the options.')}" for x in shown]
    if not wrong and found == len(wanted):
        return Feedback("Correct", "\n".join([f"All {found} found, and nothing else.", *lines]))
    counts = f"{found} of {len(wanted)} found, {len(wanted) - found} still missing"
    return Feedback("Not yet", "\n".join([f"{counts}, {len(wrong)} not belonging.", *lines]))


def function(
    answer: object,
    right: Callable[[float], float],
    cases: Iterable[float],
    slips: Mapping[str, Callable[[float], float]] | None = None,
    *,
    unit: str = "",
    because: str = "",
) -> Feedback:
    """Check a reader's function of one number on `cases`, against the function `right`.

    Args:
        answer: the reader's function; one that returns ``...`` counts as not tried.
        right: the right function.
        cases: the numbers to try.
        slips: a sentence that names a mistake, and a function that makes it.
        unit: of the result.
        because: said with a right answer.

    Example:
        >>> function(lambda x: x, lambda x: 2 * x, [1, 4], {"Now double it.": lambda x: x})
        Not yet. Now double it.
    """
    if answer is ...:
        return Feedback("Not tried yet", _DOTS.format("function"))
    if not callable(answer):
        return Feedback("Not yet", "A function is expected: give its name without brackets.")
    cases, got = list(cases), []
    name = getattr(answer, "__name__", "function")
    for case in cases:
        call = f"{name}({case:.4g})"
        try:
            result = answer(case)
        except (Exception, SystemExit) as error:  # whatever a reader's function raises
            return Feedback("Not yet", f"{call} stopped. {_stopped(error)}")
        if result is ...:
            return Feedback("Not tried yet", _DOTS.format("calculation after return"))
        value, problem = _as_number(result)
        if problem:
            return Feedback("Not yet", f"{call}: {problem}")
        got.append(value)
    pairs = list(zip(got, map(right, cases), strict=True))
    if all(_like(value, wanted) for value, wanted in pairs):
        text = f"Right in {len(cases)} of {len(cases)} cases. {because}"
        return Feedback("Correct", text.strip())
    for text, wrong in (slips or {}).items():
        if all(_like(value, wrong(case)) for value, case in zip(got, cases, strict=True)):
            return Feedback("Not yet", text)
    if len(set(got)) == 1:
        text = f"Your function gives {_show(got[0])} whatever it is given. Use its argument."
        return Feedback("Not yet", text)
    case, (value, wanted) = next(x for x in zip(cases, pairs, strict=True) if not _like(*x[1]))
    text = f"{name}({case:.4g}) should give {_show(wanted, unit)}; yours gives"
    text += f" {_show(value, unit)}. {_usual_slip(value, wanted, unit)}"
    return Feedback("Not yet", text.strip())


def compare(
    mine: object,
    ours: Mapping[str, str],
    allowed: Iterable[str],
    reasons: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Put a reader's verdicts beside ours. Ours show only where the reader has judged.

    Args:
        mine: the reader's dict, name to verdict; ``...`` and blanks count as not judged yet. What
            cannot be read is named, nothing raises.
        ours: name to our verdict.
        allowed: the verdicts on offer.
        reasons: name to why.

    Returns:
        One row a name: you, we, what to note, and why.

    Example:
        >>> compare({"kale": "Wrong"}, {"kale": "wrong"}, ["wrong"])["note"].tolist()
        ['the same']
    """
    import pandas as pd

    known, rows = {_plain(word): word for word in allowed}, []
    readable, ours = isinstance(mine, Mapping) or mine is ..., dict(ours)
    mine = mine if isinstance(mine, Mapping) else {}
    for name in [*ours, *(x for x in mine if x not in ours)]:
        said = mine.get(name, "")
        verdict = known.get(_plain(said)) if isinstance(said, str) else None
        we = ours[name] if verdict and name in ours else ""
        if name not in ours:
            note = "there is nothing of this name"
        elif verdict:
            note = "the same" if verdict == we else "different"
        elif said is ... or said is None or (isinstance(said, str) and not said.strip()):
            note = "not judged yet" if readable else "write a dict: a name, a colon, a verdict"
        else:
            note = f"{_short(said)} is none of: {', '.join(known.values())}"
        why = reasons.get(name, "") if we and reasons is not None else ""
        rows.append([_short(name).strip("'"), verdict or "", we, note, why])
    return pd.DataFrame(rows, columns=["name", "you", "we", "note", "why"])


def keep(what: str, mine: object) -> Feedback:
    """Put a reader's verdicts or votes into the file `my_verdicts.json` of the current folder.

    Kept before and not given now: stays. Blanks are left out. A file that is not ours, cannot be
    read, or may not be written is left as it is, and the sentence says so.

    Args:
        what: "verdicts" or "votes".
        mine: a dict, name to a word or a number.

    Example:
        >>> keep("verdicts", {"CL05": ""})
        Not tried yet. Nothing to keep yet, so nothing was written.
    """
    given = _given(mine)
    if not given:
        return Feedback("Not tried yet", "Nothing to keep yet, so nothing was written.")
    stored, problem = _stored()
    if problem:
        return Feedback("Not yet", problem)
    stored[what] = stored.get(what, {}) | given
    try:
        if _KEPT.exists() and not _KEPT.stat().st_mode & 0o200:
            raise PermissionError("it is read-only")
        fresh = _KEPT.with_suffix(".new")  # written whole first: nothing is lost half-way
        fresh.write_text(json.dumps(stored, indent=1), encoding="utf-8")
        fresh.replace(_KEPT)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        return Feedback("Not yet", f"{_KEPT} was not written, and nothing is lost: {why}.")
    count = len(stored[what])
    return Feedback("Noted", f"{_KEPT}, beside this notebook, holds {what}: {count}.")


def kept(what: str, *mine: object) -> tuple[dict[str, str | float], str]:
    """Return what `keep` has put into the file, and "" or a sentence on why there is nothing.

    Args:
        what: "verdicts" or "votes".
        mine: dicts of today, laid over what was kept.

    Example:
        >>> kept("votes", {"assay": 3})[0]
        {'assay': 3}
    """
    stored, problem = _stored()
    none = f"No {what} are kept yet: the earlier notebooks have a cell that keeps them."
    both = dict(stored.get(what, {}))
    for part in mine:
        both |= _given(part)
    return both, problem or ("" if both else none)


def say(text: str) -> None:
    """Put a sentence with computed numbers on the page; two asterisks make bold."""
    from IPython.display import display

    text = re.sub(r"(?<![\w)–])-(?=\d)", "−", text)  # a minus sign, not a hyphen
    page = {"text/markdown": f"{_HIDDEN}\n{text}", "text/plain": text.replace("**", "")}
    display(page, raw=True)


def table(frame: pd.DataFrame, caption: str, folded: bool = False) -> None:
    """Put a table on the page: wrapped text, a caption, empty cells for missing values.

    Args:
        frame: a plain 0, 1, 2 … index is left out; a named one becomes the first column.
        caption: what it holds.
        folded: show only the caption, until it is clicked.
    """
    import pandas as pd
    from IPython.display import display

    plain = isinstance(frame.index, pd.RangeIndex)
    shown = frame if plain else frame.reset_index()
    with pd.option_context("display.max_colwidth", None):
        body = shown.to_html(index=False, border=0, na_rep="", justify="left")
    body = re.sub(r"<(t[dh])\b", r'<\1 style="text-align: left"', body)
    title = html.escape(caption)
    if folded:
        page = f"<details><summary>{title}</summary>{body}</details>"
    else:
        head = f'<caption style="text-align: left">{title}</caption><thead>'
        page = body.replace("<thead>", head)
    text = f"{caption}\n{shown.to_string(index=False, na_rep='')}"
    display({"text/html": _HIDDEN + page, "text/plain": text}, raw=True)


_KEPT = Path("my_verdicts.json")


def _given(mine: object) -> dict[str, str | float]:
    """What a reader has filled in: the words and numbers; nothing if all are blank or 0."""
    mine = mine if isinstance(mine, Mapping) else {}
    given = {str(k): v for k, v in mine.items() if isinstance(v, str | int | float) and v != ""}
    return given if any(given.values()) else {}


def _stored() -> tuple[dict[str, dict], str]:
    """What the reader's file holds, and "" or the sentence that says why it cannot be used."""
    try:
        stored = json.loads(_KEPT.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}, ""
    except (OSError, ValueError, RecursionError):
        stored = None
    ours = isinstance(stored, dict) and stored.keys() <= {"verdicts", "votes"}
    if ours and all(isinstance(part, dict) for part in stored.values()):
        return stored, ""
    found = f"There is a file {_KEPT} that these notebooks did not write, or it is damaged."
    return {}, f"{found} It was left as it is. Give it another name and run this cell again."


def _room(
    guesses: list, answer: float | str, unit: str, options: Mapping[str, str], close: float
) -> Feedback:
    """The guesses of a room beside the result: their spread, or how many chose each option."""
    if options:
        picked = [key for key, refusal in (_picked(x, options) for x in guesses) if not refusal]
        told = ", ".join(f"{picked.count(key)} for {key}" for key in options)
        result = f"the result is {answer}: {options[answer]}"
    else:
        picked = sorted(value for value, problem in map(_as_number, guesses) if not problem)
        if "%" in unit and picked and max(picked) <= 1 < answer:
            return Feedback("Not yet", "The list holds fractions: write them in per cent.")
        if picked:
            near = sum(abs(value - answer) <= close * abs(answer) for value in picked)
            middle = f"from {_show(picked[0])} to {_show(picked[-1], unit)}"
            told = f"{middle}, median {_show(statistics.median(picked), unit)}"
            result = f"the result is {_show(answer, unit)}; {near} came close."
    if not picked:
        return Feedback("Not yet", "The list holds no guess that can be read.")
    unread = len(guesses) - len(picked)
    left = f" Not read: {unread}." if unread else ""
    return Feedback("Noted", f"{len(picked)} guesses: {told}; {result}{left}")


def _as_number(answer: object) -> tuple[float, str]:
    """The answer as a number, and "" or the sentence that says why it is none."""
    if isinstance(answer, np.ndarray) and answer.ndim == 0:
        answer = answer.item()
    if answer is None:
        return 0.0, "The answer is None, nothing at all: was a result not assigned or returned?"
    if isinstance(answer, bool | np.bool_):
        return 0.0, f"The answer is {answer}, from a comparison; a number is expected."
    if isinstance(answer, str):
        return 0.0, f"The answer is the text {_short(answer)}: write a number, without the quotes."
    if isinstance(answer, tuple) and len(answer) == 2 and all(type(x) is int for x in answer):
        told = "Two numbers, one is expected. Write a point, not a comma, if you mean"
        return 0.0, f"{told} {answer[0]}.{answer[1]}."
    if not isinstance(answer, numbers.Real):
        kind = type(answer).__name__
        advice = "add brackets after its name" if callable(answer) else "take one number out of it"
        return 0.0, f"The answer is a {kind}; one number is expected: {advice}."
    try:
        value = float(answer)
    except (OverflowError, ValueError):
        value = math.inf
    infinite = "The answer is not a finite number: a division by zero, or a log of 0 or less?"
    return (value, "") if math.isfinite(value) else (0.0, infinite)


def _usual_slip(value: float, target: float, unit: str) -> str:
    """A sentence naming the usual slip that leads from `target` to `value`, or ""."""
    shown = _show(value)
    if _like(value, -target):
        return f"The size of {shown} is right, the sign is not: which direction is asked for?"
    if "%" in unit and _like(100 * value, target):
        return f"{shown} is a fraction; the question asks for per cent. Multiply by 100."
    for factor in (10, 100, 1000, 1_000_000):
        if _like(value, target * factor) or _like(value, target / factor):
            size = "large" if abs(value) > abs(target) else "small"
            return f"{shown} is {factor:,} times too {size}: check the unit or the decimal point."
    if _like(value * target, 1):
        return f"{shown} is 1 divided by the answer: swap the two you divided."
    if value in (round(target, digits) for digits in range(4)):
        return f"{shown} is near, but rounded too far: keep more digits."
    return ""


def _stopped(error: BaseException) -> str:
    known = {"sqrt": "For a square root write n ** 0.5.", "log": "For a logarithm write np.log(…)."}
    return f"{type(error).__name__}: {error}. {known.get(getattr(error, 'name', ''), '')}".strip()


def _picked(answer: object, options: Mapping[str, str]) -> tuple[str, Feedback | None]:
    """The option that the answer names, or the feedback that says it names none."""
    offered = ", ".join(f'"{key}"' for key in options)
    if answer is ...:
        return "", Feedback("Not tried yet", f"Put one of {offered} in place of the three dots.")
    keys = {_plain(key): key for key in options}
    if isinstance(answer, str) and _plain(answer) in keys:
        return keys[_plain(answer)], None
    told = f"{_short(answer)} is not an option: write one of {offered}; for a room, a list of them."
    return "", Feedback("Not yet", told)


def _plain(text: object) -> str:
    return " ".join(str(text).split()).strip(" .()").casefold()


def _like(value: float, other: float) -> bool:
    return abs(value - other) <= 0.01 * abs(other) + 1e-12


def _show(value: float, unit: str = "") -> str:
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return f"{text} {unit}".strip().replace("-", "−")


def _short(value: object) -> str:
    try:
        text = " ".join(repr(value).split())
    except Exception:  # whatever a reader's object does when shown
        text = f"an object of the kind {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:57]}…"
