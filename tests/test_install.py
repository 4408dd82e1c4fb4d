"""The check of the environment, and that what is declared in two places agrees."""

import json
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
from conftest import ROOT

from helpers import __main__ as environment
from helpers import tables


def declared(text):
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return sorted(line for line in lines if line and not line.startswith("-"))


def test_requirements_and_pyproject_cannot_disagree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert declared(requirements) == sorted(project["project"]["dependencies"])


def test_the_environment_of_the_tests_is_in_order(capsys):
    assert environment.main([]) == 0
    assert "Everything is ready" in capsys.readouterr().out


def test_a_missing_package_and_a_wrong_version_are_named(monkeypatch):
    wanted = ["numpy>=99", "no-such-package>=1"]
    monkeypatch.setattr(environment.metadata, "requires", lambda name: wanted)
    fixes = [line for line in environment.check() if line.startswith("FIX")]
    assert len(fixes) == 2
    assert "not >=99" in fixes[0]
    assert "no-such-package" in fixes[1]
    assert all("pip install -r requirements.txt" in line for line in fixes)


@pytest.fixture
def copied_tables(tmp_path, monkeypatch):
    folder = tmp_path / "data"
    shutil.copytree(tables.folder(), folder)
    monkeypatch.setattr(tables, "folder", lambda: folder)
    return folder


def test_a_table_cut_at_a_line_end_is_noticed(copied_tables):
    file = copied_tables / "participants.csv"
    rows = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(rows[:40] + rows[41:]))
    assert any(line.startswith("NOTE participants.csv") for line in environment.check())
    file.unlink()
    assert any(line.startswith("FIX  participants.csv") for line in environment.check())


def test_line_ends_of_another_system_are_no_change(copied_tables):
    for file in copied_tables.glob("*.csv"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert not any("changed" in line for line in environment.check())


@pytest.mark.parametrize("arguments", [[], ["run", "99"]])
def test_a_console_that_knows_few_letters_does_not_stop_it(arguments, tmp_path):
    command = [sys.executable, "-X", "utf8=0", "-m", "helpers", *arguments]
    plain = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PATH": ""}
    done = subprocess.run(command, capture_output=True, cwd=tmp_path, env=plain)
    assert b"Traceback" not in done.stderr
    assert done.stdout


def test_the_runner_says_where_a_notebook_failed_and_leaves_it_alone(tmp_path, capsys):
    cells = [
        {
            "cell_type": "code",
            "id": i,
            "metadata": {},
            "source": s,
            "outputs": [],
            "execution_count": None,
        }
        for i, s in (("one", "x = 1"), ("two", "x / 0"))
    ]
    file = tmp_path / "09_broken.ipynb"
    file.write_text(
        json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )
    before = file.read_bytes()
    assert environment.main(["run", "--refresh", "--folder", str(tmp_path)]) == 1
    assert "code cell 2: ZeroDivisionError" in capsys.readouterr().out
    assert file.read_bytes() == before
    assert environment.main(["run", "77", "--folder", str(tmp_path)]) == 1


def test_readme_and_citation_agree_on_the_address():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    (address,) = re.findall(r'^(?:# )?repository-code: "https://github.com/(.+)"', citation, re.M)
    assert f"/gh/{address}/HEAD" in readme
    assert (address == "OWNER/NAME") == ("OWNER/NAME" in readme)
