"""The tables of the folder `data`, read as DataFrames from wherever Python was started.

`datapackage.json` in that folder describes every column; `data/README.md` says what each table is
for. In a copy of the repository the folder `data` is read; where the package was installed on its
own, the copy that came with it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["folder", "read"]


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
