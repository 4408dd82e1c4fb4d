"""The tables are whole, sourced, and as datapackage.json describes them.

After a change in `data/`, ``python tests/test_data.py`` refreshes the sizes and hashes there.
"""

import csv
import hashlib
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from frictionless import Package

from helpers import tables

DATA = ROOT / "data"
RESOURCES = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))["resources"]
FIELDS = {r["name"]: r["schema"]["fields"] for r in RESOURCES if "schema" in r}
RULES = [(r["name"], rule["holds"]) for r in RESOURCES for rule in r.get("rules", [])]


def fingerprint(path):
    """The size and the hash of a file with the line ends LF, as datapackage.json has them."""
    content = path.read_bytes().replace(b"\r\n", b"\n")
    return len(content), f"sha256:{hashlib.sha256(content).hexdigest()}"


def refresh_hashes(folder=DATA):
    """Write the size and the hash of every file into datapackage.json, and change nothing else."""
    package = folder / "datapackage.json"
    text = package.read_text(encoding="utf-8")
    for name in (resource["path"] for resource in RESOURCES):
        size, code = fingerprint(folder / name)
        now = f'"path": "{name}", "bytes": {size}, "hash": "{code}"'
        text, found = re.subn(rf'"path": "{name}", "bytes": \d+, "hash": "[^"]*"', now, text)
        assert found == 1, f"{name}: path, bytes and hash must stand in one line"
    package.write_text(text, encoding="utf-8", newline="\n")


def read_text(*patterns):
    paths = [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def test_every_file_is_described_and_unchanged():
    files = {path.name for pattern in ("*.csv", "*.bib") for path in DATA.glob(pattern)}
    assert {resource["path"] for resource in RESOURCES} == files
    for resource in RESOURCES:
        described = resource["bytes"], resource["hash"]
        assert described == fingerprint(DATA / resource["path"]), "run python tests/test_data.py"


def test_every_table_fits_its_description():
    report = Package(str(DATA / "datapackage.json")).validate()
    assert report.flatten(["title", "rowNumber", "fieldName", "note"]) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("participants", r"S41,.*\n", "", "hash-count"),  # a line cut out leaves a sound table
        ("participants", "S02,", "S01,", "primary-key"),
        ("participants", "(S01,MS,female),28", r"\1,", "constraint-error"),
        ("claims", ",supported,", ",suported,", "constraint-error"),
        ("serum_levels", ",14.2,", ",about 14,", "type-error"),
        ("published_findings", "02; 03", "02;03", "constraint-error"),
        ("kinetics", "quantity", "amount", "incorrect-label"),
    ],
)
def test_damage_is_reported(tmp_path, name, old, new, fault):
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    file = folder / f"{name}.csv"
    damaged, found = re.subn(old, new, file.read_text(encoding="utf-8"), count=1)
    assert found == 1
    file.write_text(damaged, encoding="utf-8", newline="\n")
    if fault != "hash-count":  # otherwise the hash alone would tell
        refresh_hashes(folder)
    report = Package(str(folder / "datapackage.json")).get_resource(name).validate()
    assert fault in {error.type for task in report.tasks for error in task.errors}


@pytest.mark.parametrize(("name", "rule"), RULES)
def test_rule_holds_and_some_column_can_break_it(name, rule):
    changed = [table := tables.read(name)]
    for column in [column for column in table if re.search(rf"\b{column}\b", rule)]:
        number = pd.api.types.is_numeric_dtype(table[column])
        others = [float("nan"), -1.0, 0.25, 1e9] if number else [None]
        values = [*table[column].dropna().unique(), *others]
        changed += [table.assign(**{column: value}) for value in values]
    holds, *broken = (other.eval(rule, engine="python").all() for other in changed)
    assert holds
    assert not all(broken)


def test_every_source_is_in_the_bibliography_and_every_entry_is_used():
    found = re.split(r"^@\w+\{", read_text("data/references.bib"), flags=re.MULTILINE)[1:]
    entries = {entry.partition(",")[0]: entry for entry in found}
    assert len(entries) == len(found)
    read = [tables.read(name) for name in FIELDS]
    sources = pd.concat([table["source"] for table in read if "source" in table]).dropna()
    keys = set(sources.str.split("; ").explode())
    assert keys <= set(entries)
    text = read_text("notebooks/*.ipynb", "src/helpers/**/*.py").lower()
    for key in set(entries) - keys:
        links = re.findall(r"(?:doi|url) = \{(.+)\}", entries[key])
        assert any(link.lower() in text for link in [key, *links]), f"{key} is used nowhere"


@pytest.mark.parametrize("name", FIELDS)
def test_tables_are_read_as_they_stand(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        written = [cell for row in csv.reader(file) for cell in row]
    table = tables.read(name)
    assert all(cell == cell.strip() and cell.isprintable() for cell in written)
    assert table.isna().sum().sum() == written.count("")
    for field in FIELDS[name]:
        column = table[field["name"]]
        if field["type"] == "string":
            assert all(isinstance(cell, str) for cell in column.dropna())
        else:
            assert pd.api.types.is_numeric_dtype(column)


if __name__ == "__main__":
    refresh_hashes()
