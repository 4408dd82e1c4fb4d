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


def study(name: str, file: str | Path = "my_studies.csv") -> pd.Series:
    """Two groups and one measurement of them: from your own file, or else from `studies.csv`.

    Args:
        name: the head of its column in your file, or its `id` in `studies.csv`.
        file: the form, filled in, as any spreadsheet program saves CSV.

    Raises:
        ValueError: no such study, or something in the file that cannot be used; says where it
            stands and what to write.

    Example:
        >>> study("lasemi2018")[["n_case", "middle_case", "spread_kind"]].tolist()
        [45, 235.0, 'not said']
    """
    shipped = read("studies").set_index("id").T
    own, comma = _columns(Path(file)) if Path(file).is_file() else ({}, "")
    if name not in own:
        if name in shipped:
            return shipped[name]
        near = get_close_matches(str(name), [*shipped, *own], n=1) or [*shipped, *own]
        raise ValueError(f"No study is called {name!r}. Did you mean {' or '.join(near)}?")
    # Numbers are positive, and without three decimals, which may be thousands.
    number = rf"(?=.*[1-9])(\d+([.{comma}](\d\d?|\d{{4,}}))?|0[.{comma}]\d+)"
    looks = {"string": ".+", "integer": r"\d+", "number": number}
    table, cells, values, faults = described("studies"), own[name], {}, {}
    for field, column in zip(shipped.index, table["schema"]["fields"][1:], strict=True):
        kind, limits, text = column["type"], column.get("constraints", {}), cells.get(field, "")
        text = next((x for x in limits.get("enum", []) if x.lower() == text.lower()), text)
        values[field] = float("nan")
        if text in limits.get("enum", [text]) and re.fullmatch(looks[kind], text):
            values[field] = text if kind == "string" else float(text.replace(",", "."))
        elif text or limits.get("required"):
            faults[field] = f"write: {column['description'].rstrip('.')}"
    row = cells.to_frame().T[[]].assign(**values)
    for rule in [] if faults else table["rules"]:
        if not row.eval(rule["holds"], engine="python").all():
            faults.setdefault(rule["cell"], rule["says"])
    for field, write in faults.items():
        where = f"{Path(file).name}, line {[*own.index, field].index(field) + 2}: {field} of {name}"
        raise ValueError(f"{where} is {cells.get(field, 'not there')!r}; {write}.")
    return row.loc[name]


def _columns(path: Path) -> tuple[pd.DataFrame, str]:
    """The cells of a form as text, a column a study; and a comma if it may stand for a point."""
    import pandas as pd

    raw = path.read_bytes()
    is_utf8 = raw.decode("utf-8", "ignore").encode() == raw  # older Windows programs use cp1252
    text = raw.decode("utf-8-sig" if is_utf8 else "cp1252", "replace")
    first = re.match(r'"?field"?([,;\t])', text)
    if not first:
        raise ValueError(f"{path.name} is a workbook, or not the form; use Save as, CSV UTF-8.")
    lines = csv.reader(text.splitlines(), delimiter=first[1])
    rows = pd.DataFrame([dict(enumerate(line)) for line in lines]).fillna("").map(str.strip)
    for line in rows.index[rows.loc[:, rows.iloc[0] == ""].ne("").any(axis=1)]:
        raise ValueError(f"{path.name}, line {line + 1}: a cell too many; write 3.5, not 3,5.")
    heads = pd.concat([rows.iloc[0], rows[0].iloc[1:]])
    for head in heads[heads.duplicated() & (heads != "")]:
        raise ValueError(f"{path.name}: {head} stands there twice; rename one of the two.")
    columns = rows[1:].set_axis(rows.iloc[0], axis=1).set_index("field")
    return columns.drop(columns="what to write", errors="ignore"), "," * (first[1] != ",")
