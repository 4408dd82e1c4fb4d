"""Load and check the tables of the folder `data`; `data/README.md` explains every column.

Each table has one schema (`TABLES`), and one checker reads them all. A cell is taken as it stands:
nothing is dropped, filled in or rounded. An empty cell means "no value" and becomes a missing
value (``<NA>`` or ``NaN``), never zero.

Every loader takes the folder of the tables (the repository's if left out) and raises
FileNotFoundError if the file is missing, DataError if a line, a column or a cell is wrong.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(__file__).resolve().parents[3] / "data"
KEY = r"[A-Za-z][A-Za-z0-9]*"  # a key of references.bib
Row = dict[str, str]
Rule = tuple[str, Callable[[Row], bool], str]  # the column to blame, what must hold, in words
Folder = str | Path | None


class DataError(ValueError):
    """A file holds something that is not allowed; the message says where and what to do."""


@dataclass(frozen=True)
class Column:
    """What one column may hold.

    `kind` is text, number, whole, or list (texts joined with "; "). `choices` are separated by
    " / ". An empty cell is allowed only with `empty=True`.
    """

    name: str
    kind: str = "text"
    unit: str = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    choices: str = ""
    empty: bool = False

    def allowed(self) -> str:
        """Return the allowed values in words, as the data dictionary has them."""
        words = self.choices or {"whole": "whole number", "list": "keys"}.get(self.kind, self.kind)
        words += "; several are joined with '; '" if self.kind == "list" else ""
        words += f", at least {self.low:g}" if self.low is not None else ""
        words += f", at most {self.high:g}" if self.high is not None else ""
        words += f", in steps of {self.step:g}" if self.step is not None else ""
        return words + (" (or empty)" if self.empty else "")

    def accepts(self, cell: str) -> bool:
        """Tell whether the text of a cell is allowed here."""
        if cell == "":
            return self.empty
        if self.kind in ("text", "list"):
            parts = cell.split("; ") if self.kind == "list" else [cell]
            if self.choices:
                fits = all(part in self.choices.split(" / ") for part in parts)
            else:
                fits = self.kind == "text" or all(re.fullmatch(KEY, part) for part in parts)
            return fits and len(set(parts)) == len(parts)
        fraction = r"(\.[0-9]+)?" if self.kind == "number" else ""
        if not re.fullmatch(r"-?(0|[1-9][0-9]{0,11})" + fraction, cell):
            return False
        in_range = (self.low is None or float(cell) >= self.low) and (
            self.high is None or float(cell) <= self.high
        )
        return in_range and (self.step is None or (float(cell) / self.step).is_integer())


@dataclass(frozen=True)
class Table:
    """The columns of a file, those that together tell its rows apart, and rules across columns."""

    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]


def _filled(column: str, other: str, *, when: str = "", unless: str = "") -> Rule:
    """`column` is filled exactly when `other` is `when`, is not `unless`, or is filled itself."""
    words = f"when {other!r} is {when!r}" if when else f"unless {other!r} is {unless!r}"
    return (
        column,
        lambda r: (r[column] != "") == (r[other] == when if when else r[other] != unless),
        f"must be filled {words if when or unless else f'together with {other!r}'}, and only then",
    )


def _rising(low: str, value: str, high: str) -> tuple[Rule, Rule]:
    def rises(r: Row) -> bool:
        numbers = [float(r[name]) for name in (low, value, high) if r[name]]
        return numbers == sorted(numbers)

    return _filled(high, low), (low, rises, f"{low}, {value} and {high} must rise in this order")


def _number(name: str, unit: str, low: float | None = None, high: float | None = None) -> Column:
    return Column(name, "number", unit, low, high, empty=True)


def _one_of(name: str, choices: str, *, empty: bool = False) -> Column:
    return Column(name, choices=choices, empty=empty)


VITAMERS = "K1 / MK-4 / MK-7 / MK-4 to MK-10 / long-chain MKs / K2 (as reported) / total K"
STATISTICS = (
    "mean / median / count / percent / percent per unit / rate / direction / p / assumption / "
    "sentence"
)
P_SIDES = "p < 0.05 / p ≥ 0.05 / p < 0.05 assumed / p ≥ 0.05 assumed"
FINDING_UNITS = (
    "people / % / ng/ml / % per decade / % per 5 years / % per attack / % per hour / "
    "attacks per year / per year / per 100,000 / years / hours a day / points / ratio / sign / SD"
)
VERDICTS = (
    "supported / oversimplified / reversed / not in abstract / wrong / anecdote / untestable / "
    "question / omitted"
)
DESIGNS = (
    "nested case-control / case-control / Mendelian randomisation / polygenic score cohort / "
    "randomised trial / meta-analysis / narrative review"
)
MEASURED, ZERO = "measured", "reported as zero, perhaps not assayed"
PRESENT, NOT_MEASURED = "present, no number seen", "not measured"
RATIOS = ("OR", "HR", "ratio, kind not seen")
MEASURES = " / ".join((*RATIOS, "MD", "% lower risk, range over cohorts"))
TOPICS = (
    "the people / vitamin D and sun / the disease / the laboratory / the analysis / "
    "the paper and after"
)
SOURCE, NOTE = Column("source", "list"), Column("note", empty=True)

# fmt: off
TABLES = {
    "published_findings": Table(("id",), (
        Column("id"),
        Column("quantity"),
        _one_of("group", "MS / control / all / not stated", empty=True),
        _one_of("statistic", STATISTICS),
        _number("value", "see unit"),
        _number("spread", "see unit", 0),
        _one_of("unit", FINDING_UNITS, empty=True),
        _one_of("p_side", P_SIDES, empty=True),
        _one_of("status", "abstract / secondary page / post only / assumed"),
        Column("source", "list", empty=True),
        Column("used_in", "list", choices="00 / 01 / 02 / 03 / 04 / 05"),
        NOTE,
    ), (
        _filled("unit", "statistic", unless="p"),
        _filled("source", "status", unless="assumed"),
        ("note", lambda r: r["status"] != "assumed" or r["note"] != "",
         "must give the reason when 'status' is 'assumed'"),
        ("value", lambda r: r["statistic"] != "p" or 0 <= float(r["value"] or -1) <= 1,
         "must be from 0 to 1 when 'statistic' is 'p'"),
        ("value", lambda r: r["statistic"] != "direction" or r["value"] in ("-1", "0", "1"),
         "must be -1, 0 or 1 when 'statistic' is 'direction'"),
        ("value", lambda r: r["statistic"] != "count" or r["value"].isdecimal(),
         "must be a whole number, at least 0, when 'statistic' is 'count'"),
    )),
    "participants": Table(("participant",), (
        Column("participant"),
        _one_of("group", "MS / control"),
        _one_of("sex", "female / male"),
        Column("age_years", "whole", "years", 8, 110),
        _one_of("ms_type", "RRMS / SPMS / PPMS", empty=True),
        _number("years_since_onset", "years", 0),
        Column("attacks_per_year", "whole", "attacks a year", 0, empty=True),
        Column("edss", "number", "points", 0, 10, step=0.5, empty=True),
        _one_of("optic_nerve_lesion", "yes / no", empty=True),
        _one_of("treatment", "none / interferon beta / glatiramer acetate / other", empty=True),
        Column("sun_hours_per_day", "number", "hours a day", 0, 24),
        _one_of("vitamin_d_supplement", "yes / no"),
        Column("vk2_ng_ml", "whole", "ng/ml", 1),
    ), (
        _filled("ms_type", "group", when="MS"),
        _filled("years_since_onset", "group", when="MS"),
        _filled("attacks_per_year", "group", when="MS"),
        _filled("edss", "group", when="MS"),
        _filled("optic_nerve_lesion", "group", when="MS"),
        _filled("treatment", "group", when="MS"),
        ("edss", lambda r: float(r["edss"] or 0) != 0.5, "the scale goes from 0 to 1, without 0.5"),
        ("years_since_onset",
         lambda r: int(r["age_years"]) - float(r["years_since_onset"] or 0) >= 8,
         "it would put the onset before the age of 8 years"),
    )),
    "claims": Table(("id",), (
        Column("id"),
        _one_of("kind", "claim / omission / comment / reply"),
        Column("where", empty=True),
        Column("paraphrase"),
        Column("abstract_says", empty=True),
        _one_of("verdict", VERDICTS, empty=True),
        Column("qualifier", empty=True),
        Column("reason"),
        _one_of("notebook", "01 / 02 / 03 / 04 / 05"),
        Column("section", empty=True),
        SOURCE,
    ), (
        _filled("verdict", "kind", unless="reply"),
        _filled("where", "kind", unless="omission"),
        ("verdict", lambda r: (r["verdict"] == "omitted") == (r["kind"] == "omission"),
         "must be 'omitted' for an omission, and only there"),
    )),
    "vitamin_k_foods": Table(("food", "vitamer", "source"), (
        Column("food"),
        _one_of("vitamer", VITAMERS),
        _number("amount", "see unit", 0),
        _number("amount_low", "see unit", 0),
        _number("amount_high", "see unit", 0),
        _one_of("unit", "µg/100 g / µg/serving", empty=True),
        Column("serving", empty=True),
        _one_of("status", f"{MEASURED} / {ZERO} / {PRESENT} / {NOT_MEASURED}"),
        Column("country", empty=True),
        _one_of("grade", "P / A / S / D / C / N"),
        Column("source", "list", empty=True),
        NOTE,
    ), (
        ("amount",
         lambda r: (r["amount"] + r["amount_low"] != "") == (r["status"] in (MEASURED, ZERO)),
         "must be filled (or its range) if measured or reported as zero, and only then"),
        ("amount", lambda r: (r["status"] == ZERO) == (float(r["amount"] or 1) == 0),
         f"must be 0 when 'status' is {ZERO!r}, and only then"),
        ("unit", lambda r: (r["unit"] != "") == (r["amount"] + r["amount_low"] != ""),
         "must be filled with an amount, and only then"),
        _filled("serving", "unit", when="µg/serving"),
        ("grade", lambda r: r["status"] == NOT_MEASURED or (r["source"] and r["grade"] != "N"),
         f"a source and a grade other than N are needed unless {NOT_MEASURED!r}"),
        *_rising("amount_low", "amount", "amount_high"),
    )),
    "serum_levels": Table(("study", "people", "vitamer"), (
        Column("study"),
        Column("people"),
        Column("n", "whole", "people", 1, empty=True),
        Column("country", empty=True),
        _one_of("method", "LC-MS/MS / HPLC-fluorescence / ELISA / sandwich ELISA / not stated"),
        _one_of("vitamer", VITAMERS),
        _one_of("statistic", "mean / median / reference limits / range of means / not stated"),
        _number("value", "ng/ml", 0),
        _number("low", "ng/ml", 0),
        _number("high", "ng/ml", 0),
        _number("spread", "ng/ml", 0),
        _one_of("spread_is", "SD / SE / not stated", empty=True),
        _one_of("unit", "ng/ml"),
        _one_of("grade", "P / A / S / D / C"),
        SOURCE,
        NOTE,
    ), (
        ("value", lambda r: r["value"] + r["low"] != "", "it is needed unless low and high are"),
        _filled("spread_is", "spread"),
        *_rising("low", "value", "high"),
    )),
    "vitamin_d_precedent": Table(("study", "population", "outcome"), (
        Column("study"),
        Column("year", "whole", "", 1900, 2100),
        _one_of("vitamin", "vitamin D / biotin"),
        _one_of("design", DESIGNS),
        Column("exposure"),
        Column("population", empty=True),
        Column("n", "whole", "people", 1, empty=True),
        Column("n_note", empty=True),
        Column("outcome"),
        _one_of("outcome_kind", "onset / activity / disability", empty=True),
        _one_of("outcome_is", "harm / benefit", empty=True),
        _one_of("measure", MEASURES, empty=True),
        _number("estimate", "see measure"),
        _number("low", "see measure"),
        _number("high", "see measure"),
        _number("percent_treated", "%", 0, 100),
        _number("percent_control", "%", 0, 100),
        Column("per", empty=True),
        _one_of("verdict", "favours the vitamin / no clear effect / mixed / not seen"),
        _one_of("grade", "P / A / S / D / C"),
        SOURCE,
        NOTE,
    ), (
        _filled("percent_control", "percent_treated"),
        ("measure", lambda r: (r["measure"] != "") == (r["estimate"] + r["low"] != ""),
         "must be filled with an estimate or a range, and only then"),
        ("estimate", lambda r: r["measure"] not in RATIOS or float(r["estimate"] or 1) > 0,
         "must be above 0 for a ratio"),
        *_rising("low", "estimate", "high"),
    )),
    "risk_factors": Table(("factor",), (
        Column("factor"),
        Column("compared"),
        _one_of("measure", "OR / RR / fold"),
        _number("estimate", "", 0),
        _number("low", "", 0),
        _number("high", "", 0),
        _one_of("grade", "P / A / S / D / C"),
        SOURCE,
        NOTE,
    ), (
        ("estimate", lambda r: float(r["estimate"] or 0) > 0, "must be above 0"),
        *_rising("low", "estimate", "high"),
    )),
    "hill_viewpoints": Table(("viewpoint",), (
        Column("viewpoint"),
        Column("asks"),
        Column("speaks_for"),
        Column("speaks_against"),
        _one_of("our_rating", "for / against / weak / not known"),
        Column("reason"),
        SOURCE,
    ), ()),
    "kinetics": Table(("id",), (
        Column("id"),
        Column("quantity"),
        _one_of("vitamer", VITAMERS, empty=True),
        _number("value", "see unit", 0),
        _number("low", "see unit", 0),
        _number("high", "see unit", 0),
        _one_of("unit", "hours / times / µg / nmol / % / litres"),
        _one_of("status", "abstract / secondary page / assumed"),
        Column("source", "list", empty=True),
        NOTE,
    ), (
        _filled("source", "status", unless="assumed"),
        ("note", lambda r: r["status"] != "assumed" or r["note"] != "",
         "must give the reason when 'status' is 'assumed'"),
        ("value", lambda r: r["value"] + r["low"] != "", "it is needed unless low and high are"),
        *_rising("low", "value", "high"),
    )),
    "vitamin_k_intakes": Table(("id",), (
        Column("id"),
        Column("quantity"),
        _one_of("kind", "recommended / not set / warning / eaten / label"),
        Column("people"),
        _one_of("vitamer", VITAMERS),
        _number("value", "see unit", 0),
        _one_of("unit", "µg a day / µg/kg a day / %", empty=True),
        _one_of("grade", "P / A / S / D / C"),
        SOURCE,
        NOTE,
    ), (
        ("value", lambda r: (r["value"] == "") == (r["kind"] == "not set"),
         "must be empty when 'kind' is 'not set', and only then"),
        _filled("unit", "value"),
    )),
    "vitamin_k_evidence": Table(("study", "vitamer", "timing"), (
        Column("study"),
        Column("system", "list", choices="people / mice / rats / fruit flies / cells in a dish"),
        Column("model"),
        Column("vitamer", "list", choices=VITAMERS),
        Column("dose", empty=True),
        Column("timing"),
        Column("result"),
        _one_of("effect", "helped / no effect / mixed / no comparison"),
        Column("n", "whole", "people or animals", 1, empty=True),
        _one_of("grade", "P / A / S / D / C"),
        SOURCE,
        NOTE,
    ), ()),
    "not_found": Table(("id",), (
        Column("id"),
        Column("item"),
        _one_of("topic", TOPICS),
        Column("why"),
        _one_of("could_make_gap", "yes / no"),
        SOURCE,
    ), ()),
    "strobe_audit": Table(("id",), (
        Column("id"),
        Column("item"),
        Column("asks"),
        _one_of("seen_is", "yes / partly / no"),
        Column("seen"),
        _one_of("grade", "P / A / S / D / C / N"),
        Column("bias"),
        _one_of("direction", "larger / smaller / either / none"),
        Column("why"),
        SOURCE,
    ), (
        ("grade", lambda r: (r["grade"] == "N") == (r["seen_is"] == "no"),
         "must be N when 'seen_is' is 'no', and only then"),
        ("direction", lambda r: r["bias"] != "none" or r["direction"] == "none",
         "must be none when 'bias' is 'none'"),
    )),
}
# fmt: on


def published_findings(folder: Folder = None) -> pd.DataFrame:
    """Return the published, reported and assumed figures, indexed by `id`, in the unit of `unit`.

    `decimals` counts the digits printed after the point of `value`.
    Source: lasemi2018 (abstract), white2018blog and others; assumptions are marked as such.

    Example:
        >>> published_findings().loc["vk2_mean_ms", ["value", "spread"]].tolist()
        [235.0, 100.0]
    """
    import pandas as pd

    rows = _rows("published_findings", folder)
    table = _frame("published_findings", rows)
    printed = [len(row["value"].partition(".")[2]) if row["value"] else None for _, row in rows]
    table.insert(table.columns.get_loc("spread") + 1, "decimals", pd.array(printed, dtype="Int64"))
    return table.set_index("id")


def finding(name: str, column: str = "value", folder: Folder = None) -> float | str:
    """Return one cell of `published_findings` by its id.

    Raises:
        ValueError: no such id or column (the message lists them), or the cell is empty.

    Example:
        >>> finding("vk2_mean_ms", "unit")
        'ng/ml'
    """
    import pandas as pd

    from helpers.first_edition import checks

    table = published_findings(folder)
    checks.one_of("column", column, table.columns)
    cell = table.loc[checks.one_of("name", name, table.index), column]
    if pd.isna(cell):
        raise DataError(f"published_findings.csv has no {column!r} for {name!r}; it is not zero")
    return cell if isinstance(cell, str) else float(cell)


def participants(folder: Folder = None) -> pd.DataFrame:
    """Return the participants, one a row. **All are simulated: no row is a real person.**

    `vk2_ng_ml` is serum vitamin K2 in ng/ml. What only people with MS have is missing for controls.
    Source: built from `published_findings` by ``python -m helpers.simulate``.

    Example:
        >>> participants()["group"].value_counts().to_dict()
        {'MS': 45, 'control': 29}
    """
    return _load("participants", folder)


def claims(folder: Folder = None) -> pd.DataFrame:
    """Return the claims, omissions and comments of the post (white2018blog), with our verdicts.

    Example:
        >>> claims()["kind"].value_counts().to_dict()
        {'claim': 36, 'comment': 9, 'omission': 3, 'reply': 1}
    """
    return _load("claims", folder)


def vitamin_k_foods(folder: Folder = None) -> pd.DataFrame:
    """Return the vitamin K of foods: a row is one food and vitamer from one source.

    The amount is in µg per 100 g or per serving, as `unit` says, and missing where not measured.
    A reported zero is 0, with a status of its own. Source: the column `source`.

    Example:
        >>> vitamin_k_foods().query("food == 'natto'")["amount"].tolist()
        [939.0, 850.0, nan]
    """
    return _load("vitamin_k_foods", folder)


def serum_levels(folder: Folder = None) -> pd.DataFrame:
    """Return vitamin K in blood, in ng/ml, by study, group and vitamer; see the column `source`.

    The study under review is not here: its figures are in `published_findings`.

    Example:
        >>> serum_levels().query("study == 'Yu 2020'")["value"].tolist()
        [3.49, 5.77]
    """
    return _load("serum_levels", folder)


def vitamin_d_precedent(folder: Folder = None) -> pd.DataFrame:
    """Return what studies of vitamin D (and of biotin) in MS found; see the column `source`.

    `estimate`, `low` and `high` are on the scale that `measure` names.

    Example:
        >>> vitamin_d_precedent().query("study == 'Rhead 2016'")["estimate"].tolist()
        [0.85, nan, nan]
    """
    return _load("vitamin_d_precedent", folder)


def kinetics(folder: Folder = None) -> pd.DataFrame:
    """Return how long vitamin K stays in the blood: half-lives, peaks, doses, indexed by `id`.

    Source: schurgers2007, sato2012 and others; `status` says where seen, or that we assumed it.

    Example:
        >>> kinetics().loc["accumulation_mk7", ["low", "high"]].tolist()
        [7.0, 8.0]
    """
    return _load("kinetics", folder).set_index("id")


def vitamin_k_intakes(folder: Folder = None) -> pd.DataFrame:
    """Return how much vitamin K is recommended, eaten or warned of, indexed by `id`.

    The value is missing where no figure has been set. Source: the column `source`.

    Example:
        >>> vitamin_k_intakes().query("kind == 'not set'")["value"].tolist()
        [nan, nan]
    """
    return _load("vitamin_k_intakes", folder).set_index("id")


def vitamin_k_evidence(folder: Folder = None) -> pd.DataFrame:
    """Return what giving vitamin K did in cells, animals and people; see the column `source`.

    Example:
        >>> vitamin_k_evidence().query("study == 'Moriya 2005'")["effect"].tolist()
        ['helped', 'no effect']
    """
    return _load("vitamin_k_evidence", folder)


def not_found(folder: Folder = None) -> pd.DataFrame:
    """Return what was looked for about the study under review and not found (grade N).

    `could_make_gap` is our judgement: could it, alone, part two groups that are alike?

    Example:
        >>> not_found().query("id == 'plus_minus'")["item"].tolist()
        ['what ± is']
    """
    return _load("not_found", folder)


def strobe_audit(folder: Folder = None) -> pd.DataFrame:
    """Return our audit of the study: a row is one STROBE item, what was seen, and its bias.

    The items are paraphrased from vonelm2007strobe. Bias, direction and reason are our judgement;
    `direction` is what the bias does to the gap that a reader sees.

    Example:
        >>> strobe_audit().set_index("id").loc["same_error", "direction"]
        'smaller'
    """
    return _load("strobe_audit", folder)


def risk_factors(folder: Folder = None) -> pd.DataFrame:
    """Return risk factors of MS whose strength was published, as ratios above 1.

    Example:
        >>> float(risk_factors()["estimate"].max())
        32.0
    """
    return _load("risk_factors", folder)


def hill_viewpoints(folder: Folder = None) -> pd.DataFrame:
    """Return Hill's nine viewpoints with what speaks for and against a cause here, and our rating.

    Source of the viewpoints: Hill 1965, doi 10.1177/003591576505800503.

    Example:
        >>> len(hill_viewpoints())
        9
    """
    return _load("hill_viewpoints", folder)


def references(folder: Folder = None) -> dict[str, dict[str, str]]:
    """Return the entries of references.bib: key -> fields in plain text, `type` among them.

    Example:
        >>> references()["lasemi2018"]["doi"]
        '10.1007/s00508-018-1328-x'
    """
    text, entries, at = re.sub(r"(?m)^%.*$", "", _text("references.bib", folder)), {}, 0

    def wrong(what: str) -> DataError:
        return _error("references.bib", folder, text.count("\n", 0, at) + 1, what)

    def take(pattern: str, what: str) -> re.Match[str]:
        nonlocal at
        match = re.compile(r"\s*(?:" + pattern + ")").match(text, at)
        if not match:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise wrong(f"{what} is expected, found {text[at : at + 20]!r}")
        at = match.end()
        return match

    while text[at:].strip():
        kind, key = take(
            rf"@(\w+)\{{\s*({KEY})\s*(?=[,}}])", "an entry such as @article{{key,"
        ).groups()
        if key in entries:
            raise wrong(f"the key {key!r} stands there twice")
        fields = entries[key] = {"type": kind.lower()}
        while not take(r",?\s*\}|,", "',' or '}'")[0].endswith("}"):
            name = take(r"(\w+)\s*=\s*\{", "a field such as year = {2018}")[1].lower()
            start, depth = at, 1
            while depth:
                brace = re.compile(r"(?:[^{}\\]|\\.)*([{}])", re.S).match(text, at)
                if not brace:
                    at = start
                    raise wrong(f"the brace of the field {name!r} of {key!r} is never closed")
                at, depth = brace.end(), depth + (1 if brace[1] == "{" else -1)
            value = _plain(text[start : at - 1])
            if name in fields or not value or "\\" in value:
                raise wrong(f"the field {name!r} of {key!r} is double, empty or cannot be read")
            fields[name] = value if name in ("doi", "url") else value.replace("--", "–")
    return entries


def check_all(folder: Folder = None) -> list[str]:
    """Check every table, and that each source is in references.bib; return the problems found.

    It needs no package besides Python itself.

    Example:
        >>> check_all()
        []
    """
    problems, known = [], None
    try:
        known = references(folder)
    except (DataError, FileNotFoundError) as error:
        problems.append(str(error))
    for name, table in TABLES.items():
        try:
            rows = _rows(name, folder)
        except (DataError, FileNotFoundError) as error:
            problems.append(str(error))
            continue
        for line, row in rows if SOURCE.name in {c.name for c in table.columns} else ():
            for key in row["source"].split("; "):
                if key and known is not None and key not in known:
                    what = f"the key {key!r} is not in references.bib{_nearest(key, known)}"
                    problems.append(str(_error(f"{name}.csv", folder, line, what, "source")))
    return problems


def data_folder(folder: Folder = None) -> Path:
    """Return the folder of the tables: `folder`, or the repository's, wherever Python was started.

    Raises:
        FileNotFoundError: there is no such folder.

    Example:
        >>> data_folder().name
        'data'
    """
    path = FOLDER if folder is None else Path(folder)
    if not path.is_dir():
        raise FileNotFoundError(
            f"the data folder {path} is missing: install the package at the repository's root "
            "with: pip install -r requirements.txt"
        )
    return path


def _load(name: str, folder: Folder) -> pd.DataFrame:
    return _frame(name, _rows(name, folder))


def _frame(name: str, rows: list[tuple[int, Row]]) -> pd.DataFrame:
    import pandas as pd

    series = {}
    for column in TABLES[name].columns:
        convert = {"number": float, "whole": int}.get(column.kind, str)
        dtype = {"number": "float64", "whole": "Int64" if column.empty else "int64"}
        cells = [convert(row[column.name]) if row[column.name] else None for _, row in rows]
        series[column.name] = pd.Series(cells, dtype=dtype.get(column.kind, "string"))
    return pd.DataFrame(series)


def _rows(name: str, folder: Folder) -> list[tuple[int, Row]]:
    """Return the checked rows of a table as texts, each with its line number in an editor."""
    table, file, rows, seen = TABLES[name], f"{name}.csv", [], {}
    header = [column.name for column in table.columns]
    reader, line = csv.reader(io.StringIO(_text(file, folder), newline=""), strict=True), 1
    try:
        for cells in reader:
            if line == 1:
                problem = _header_problem(cells, header)
            elif len(cells) != len(header):
                problem = f"{len(header)} cells are expected, found {len(cells)}", None
            else:
                row = dict(zip(header, cells, strict=True))
                key = tuple(row[column] for column in table.key)
                problem = _row_problem(table, row)
                if not problem and key in seen:
                    problem = f"{' + '.join(key)} is already in line {seen[key]}", table.key[0]
                seen[key] = line
                rows.append((line, row))
            if problem:
                raise _error(file, folder, line, *problem)
            line = reader.line_num + 1
    except csv.Error as error:
        raise _error(file, folder, line, f"the quotes do not match up ({error})") from None
    if not rows:
        raise _error(file, folder, 1, "the table has no rows")
    return rows


def _header_problem(cells: list[str], header: list[str]) -> tuple[str, str | None] | None:
    for name in header:
        if name not in cells:
            return "the column is missing", name
    for name in cells:
        if name not in header or cells.count(name) > 1:
            return "the column is not expected here", name
    return None if cells == header else (f"the order must be {', '.join(header)}", None)


def _row_problem(table: Table, row: Row) -> tuple[str, str] | None:
    for column in table.columns:
        cell = row[column.name]
        if cell != cell.strip() or not cell.isprintable():
            return f"{cell!r} has a blank at an end or an invisible sign in it", column.name
        if not column.accepts(cell):
            what = ascii(cell) if cell else "an empty cell"
            near = _nearest(cell, column.choices.split(" / ")) if cell else ""
            return f"{what} is not allowed{near}; allowed: {column.allowed()}", column.name
    for name, holds, words in table.rules:
        if not holds(row):
            return f"{row[name]!r} does not fit the rest of the line: {words}", name
    return None


def _text(file: str, folder: Folder) -> str:
    path = data_folder(folder) / file
    if not path.is_file():
        raise FileNotFoundError(f"{_shown(file, folder)} is missing. {_remedy(file)}")
    raw = path.read_bytes()
    if raw.startswith(b"\xef\xbb\xbf"):
        raise _error(file, folder, 1, "a byte-order mark; save the file as UTF-8 without it")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _error(file, folder, line, "not UTF-8; save the file as UTF-8") from None


def _error(file: str, folder: Folder, line: int, what: str, column: str | None = None) -> DataError:
    where = f"line {line}" + (f", column {column!r}" if column else "")
    return DataError(f"{_shown(file, folder)}, {where}: {what}. {_remedy(file)}")


def _shown(file: str, folder: Folder) -> str:
    return f"data/{file}" if folder is None else str(Path(folder) / file)


def _remedy(file: str) -> str:
    rebuild = " (or rebuild it: python -m helpers.simulate)" if file == "participants.csv" else ""
    return f"Put it right, or restore the file with: git checkout -- data/{file}{rebuild}"


def _nearest(word: str, words: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, words, n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _plain(latex: str) -> str:
    """Return LaTeX text without braces, its accents as letters: ``{\\"u}`` becomes ü."""
    marks = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "v": "\u030c"}
    text = re.sub(r"\\(['`^\"]|v(?=\{))\{?([A-Za-z])\}?", lambda m: m[2] + marks[m[1]], latex)
    text = re.sub(r"\\o(?![a-z])", "ø", text).replace("\\&", "&")
    return unicodedata.normalize("NFC", " ".join(re.sub(r"[{}]", "", text).split()))
