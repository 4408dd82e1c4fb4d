"""The tables of the folder `data`, read as DataFrames from wherever Python was started.

`datapackage.json` in that folder describes every column; `data/README.md` says what each table is
for. In a copy of the repository the folder `data` is read; where the package was installed on its
own, the copy that came with it.
"""

from __future__ import annotations

import csv
import json
import re
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["described", "folder", "read", "study"]


def folder() -> Path:
    """Return the folder that holds the tables, `references.bib` and `datapackage.json`.

    Example:
        >>> (folder() / "datapackage.json").is_file()
        True
    """
    checkout = Path(__file__).resolve().parents[2] / "data"
    return checkout if (checkout / "datapackage.json").is_file() else _SHIPPED


_SHIPPED = Path(__file__).resolve().parent / "tables_data"  # mapped from data/ in pyproject.toml


def read(name: str) -> pd.DataFrame:
    """Read one table; an empty cell is a missing value, never zero.

    Args:
        name: the file's name without its ending, for example "claims".

    Raises:
        FileNotFoundError: no such table.

    Example:
        >>> read("participants")["group"].value_counts().to_dict()
        {'MS': 45, 'control': 29}
    """
    import pandas as pd

    # Without these options pandas would take the treatment "none" for a missing value.
    return pd.read_csv(folder() / f"{name}.csv", keep_default_na=False, na_values=[""])


def described(name: str) -> dict:
    """What `datapackage.json` says of a table: its columns, and rules across them.

    Example:
        >>> described("studies")["schema"]["fields"][-1]["name"]
        'note'
    """
    package = json.loads((folder() / "datapackage.json").read_text(encoding="utf-8"))
    return next(resource for resource in package["resources"] if resource["name"] == name)


def study(name: str, file: Path = Path("my_studies.csv")) -> pd.Series:
    """Two groups and one measurement of them: from your own file, or else from `studies.csv`.

    Args:
        name: the head of its column in your file, or its `id` in `studies.csv`.
        file: the form, filled in, as any spreadsheet program saves CSV.

    Raises:
        ValueError: no such study, or something in the file that cannot be used; says of every
            such cell where it stands and what to write.

    Example:
        >>> study("lasemi2018")[["n_case", "middle_case", "spread_kind"]].tolist()
        [45, 235.0, 'not said']
    """
    shipped = read("studies").set_index("id").T
    own, comma = _columns(file) if file.is_file() else ({}, "")
    if name not in own:
        if name in shipped:
            return shipped[name]
        known = [head for head in [*shipped, *own] if head not in ("", "example")]
        near = " or ".join(get_close_matches(str(name), known, n=1) or known * (len(own) > 0))
        did = f"mean {near}" if near else "run the cell in section 8 that writes the form"
        raise ValueError(f"No study is called {name!r}. Did you {did}?")
    # Numbers are positive, and without three decimals, which may be thousands.
    number = rf"(?=.*[1-9])(\d+([.{comma}](\d\d?|\d{{4,}}))?|0[.{comma}]\d+)"
    looks = {"string": ".+", "integer": r"\d+", "number": number}
    table, cells, values, faults = described("studies"), own[name], {}, {}
    if (cells == "").all():
        raise ValueError(f"{file.name}: column {name} is empty; is your text in column example?")
    for field, column in zip(shipped.index, table["schema"]["fields"][1:], strict=True):
        kind, limits, text = column["type"], column.get("constraints", {}), cells.get(field, "")
        text = next((x for x in limits.get("enum", []) if x.lower() == text.lower()), text)
        if text in limits.get("enum", [text]) and re.fullmatch(looks[kind], text):
            values[field] = text if kind == "string" else float(text.replace(",", "."))
        elif text or limits.get("required"):
            says = [m.expand(s) for r, s in table["slips"].items() if (m := re.fullmatch(r, text))]
            faults[field] = [*says, f"write: {column['description'].rstrip('.')}"][0]
    row = cells.to_frame().T[[]].assign(**values).reindex(columns=shipped.index)
    for rule in table["rules"]:  # unless a cell that it needs cannot be read
        read_all = faults.keys().isdisjoint(re.findall(r"\w+", rule["holds"]))
        if read_all and not row.eval(rule["holds"], engine="python").all():
            faults[rule["cell"]] = rule["says"]
    at = [*own.index, *shipped.index.difference(own.index)].index
    told = [f"line {at(x) + 2}, {x} is {cells.get(x, 'not there')!r}; {faults[x]}." for x in faults]
    if told:
        raise ValueError("\n".join([f"{file.name}, column {name}:", *told]))
    return row.loc[name]


def _columns(path: Path) -> tuple[pd.DataFrame, str]:
    """The cells of a form as text, a column a study; and a comma if it may stand for a point."""
    import pandas as pd

    raw = path.read_bytes()
    is_utf8 = raw.decode("utf-8", "ignore").encode() == raw  # older Windows programs use cp1252
    text = raw.decode("utf-8-sig" if is_utf8 else "cp1252", "replace")
    first = re.match(r'("?)field\1(,(?!.*[;\t])|[;\t])', text)  # no second kind beside commas
    if not first:
        advice = 'Save as, CSV UTF-8; or if all is in one column, write it anew, separator = ";"'
        raise ValueError(f"{path.name} is a workbook, or not the form; use {advice}.")
    lines = csv.reader(text.splitlines(), delimiter=first[2])
    rows = pd.DataFrame([dict(enumerate(line)) for line in lines]).fillna("").map(str.strip)
    if wide := (rows.index[rows.loc[:, rows.iloc[0] == ""].ne("").any(axis=1)] + 1).tolist():
        advice = f"write 3.5, not 3,5, or put text that holds {first[2]!r} in double quotes"
        raise ValueError(f"{path.name}, line {str(wide)[1:-1]}: a cell too many; {advice}.")
    heads = pd.concat([read("studies")["id"], rows.iloc[0], rows[0].iloc[1:]])
    for head in heads[heads.duplicated() & (heads != "")]:
        raise ValueError(f"{path.name}: {head} stands there twice, or is ours; rename it.")
    columns = rows[1:].set_axis(rows.iloc[0], axis=1).set_index("field")
    return columns.drop(columns="what to write", errors="ignore"), "," * (first[2] != ",")
