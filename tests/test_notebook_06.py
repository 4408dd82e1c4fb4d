"""A second paper: the form that a reader fills in, and notebook 06 for every study."""

import re
from itertools import zip_longest

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from helpers import exercises, tables, worlds

CELLS = nbformat.read(ROOT / "notebooks" / "06_your_paper.ipynb", as_version=4).cells
STUDIES = tables.read("studies").set_index("id")
MINE = "Müller, Novák and others 2020|10.1000/xyz|P|serum urate|µmol/l|people with MS|donors"
MINE = (MINE + "|1200|57|mean|13.8|10.1|SD|4.9|0.125").split("|")
MEDIAN = {"spread_kind": "range", "middle_kind": "median", "spread_case": "", "spread_control": ""}
MEDIAN |= {"low_case": "3", "high_case": "36", "low_control": "4", "high_control": "27"}


def rows(head="my_paper", **changed):
    """A form as lists of cells; the explanation holds commas, semicolons and quotes."""
    cells = dict(zip_longest(STUDIES.columns, MINE, fillvalue="")) | changed
    return [["field", "what to write", head], *([k, 'a, b; "c"', x] for k, x in cells.items())]


def written(folder, table, separator=",", **how):
    file = folder / "my_studies.csv"
    table = pd.DataFrame(zip_longest(*table, fillvalue="")).T
    table.to_csv(file, sep=separator, header=False, index=False, **how)
    return file


COMMAS = [[re.sub(r"^(\d+)\.(\d+)$", r"\1,\2", cell) for cell in row] for row in rows()]
SPACES = [[f" {cell}\u00a0" for cell in row] for row in rows(spread_kind="sd", grade="p")]
WINDOWS = {"encoding": "cp1252", "lineterminator": "\r\n"}
SAVED = [(rows(), {}), (rows(), WINDOWS), (rows(), WINDOWS | {"encoding": "utf-8-sig"})]
SAVED += [(COMMAS, {"separator": ";"}), (COMMAS, {"separator": "\t", **WINDOWS})]
SAVED += [([*([*row, "", ""] for row in rows()), [""] * 5, [""] * 5, []], {})]
SAVED += [([rows()[0], *SPACES[1:]], {}), ([[row[0], row[2]] for row in rows() if row[2]], {})]


@pytest.mark.parametrize(("table", "how"), SAVED)
def test_however_a_program_saves_csv_it_is_the_same_study(tmp_path, table, how):
    got = tables.study("my_paper", written(tmp_path, table, **how))
    figures = got.drop("source").map(lambda x: f"{x:g}" if isinstance(x, float) else x)
    assert {**figures, "source": got["source"]} == {k: x or "nan" for k, _, x in rows()[1:]}


WRONG = {
    "is a workbook, or not the form": [[], [["PK\x03\x04"]]],
    "in one column, write it anew": [[["field,what,my_paper;"]]],
    "lasemi2018 stands there twice, or is ours": [rows("lasemi2018")],
    "n_case is 'not there'; write: How many": [rows()[:8] + rows()[9:]],
    "line 12, 13: a cell…',' in double": [[r + ["5"] * ("middle_c" in r[0]) for r in rows()]],
    "Did you mean my_papers?": [rows("my_papers")],
    "'my_paper'. Did you mean lasemi2018 or": [rows("example")],
    "is empty; is your text in column example?": [rows(**dict.fromkeys(STUDIES, ""))],
    "line 9, n_case…line 25, women_control is": [rows(n_case="x", women_control="99")],
    "; write a point: 13.8.": ["middle_case", "13,8"],
    "source is ''; write: …a DOI or a web address": ["source", ""],
    "line 7, case_name is…swap the two groups": ["case_name", "Healthy controls"],
    "line 9, n_case is …a whole number": ["n_case", "eighty", "88.5", "n = 88", ""],
    "line 12, …digits only": ["middle_case", "1 200", "7 µmol/l", "nan", "0.0"],
    "thousands; write 1200,": ["middle_case", "1.200", "1,200"],
    "goes into spread_case": ["middle_case", "13.8 ± 4.9", "13.8 (4.9)", "3-36", "3 to 6"],
    "digits only, and '<0.5' into": ["middle_case", "<0.5"],
    "line 14, spread_kind is 'S…SD, SE, CI": ["spread_kind", "SEM", "SE."],
    "line 15, …above 0": ["spread_case", "-4.9", "−4.9", "0"],
}  # rules across cells are tried one by one in test_data.py


@pytest.mark.parametrize("says", WRONG)
def test_a_file_that_cannot_be_used_is_told_so(tmp_path, says):
    field, *texts = WRONG[says]
    for table in [rows(**{field: x}) for x in texts] if isinstance(field, str) else WRONG[says]:
        with pytest.raises(ValueError, match=re.escape(says).replace("…", "(?s:.*)")) as found:
            tables.study("my_paper", written(tmp_path, table))
        first, *lines = str(found.value).split("\n")
        assert "example or" not in first
        assert not [line for line in lines if re.search(r"[.!?] [A-Z(]", line)], "one sentence"
    with pytest.raises(ValueError, match="run the cell in section 8 that writes the form"):
        tables.study("my_paper", tmp_path / "none.csv")


def run(folder, patch, old, new, ids=None):
    """Run 06, or some cells, in a folder: its names, and all that it says."""
    said, scope = [], {}
    patch.chdir(folder)
    patch.setattr("IPython.display.display", lambda x, **_: said.append(x["text/plain"]))
    with plt.rc_context():
        for cell in CELLS:
            if cell.cell_type == "code" and cell.id in (ids or cell.id):
                exec(cell.source.replace(old, new), scope)
    return scope, "\n".join(said)


@pytest.mark.parametrize("separator", [",", ";"])
def test_the_form_that_the_notebook_writes_can_be_read(tmp_path, monkeypatch, separator):
    new, ids = f"r = {separator!r}", ["setup", "own-form", "own-write"]
    said = run(tmp_path, monkeypatch, 'r = ","', new, ids)[1]
    assert said.endswith("my_studies.csv, beside this notebook, is blank: fill it in.")
    got, wanted = tables.study("example").dropna(), STUDIES.loc["ramsaransing2006"].dropna()
    assert got.to_dict() == wanted.to_dict()
    ours = pd.read_csv(tables.folder() / "studies.csv", dtype=str, keep_default_na=False)
    for study, texts in ours.set_index("id").iterrows():  # ours pass the readers' checks
        got = tables.study("my_paper", written(tmp_path, rows(**texts), separator)).dropna()
        assert got.to_dict() == STUDIES.loc[study].dropna().to_dict()


def test_what_other_tables_hold_as_well_agrees_with_them():
    row, findings = STUDIES.loc["lasemi2018"], tables.read("published_findings").set_index("id")
    levels = tables.read("serum_levels").query("source == 'yu2020'").set_index("people")
    people = {"ms": "Parkinson’s disease", "control": "controls"}
    for group, side in (("ms", "case"), ("control", "control")):
        names = [f"vk2_mean_{group}", f"n_{group}", f"n_women_{group}"]
        ours = [findings.loc[names[0], "spread"], *findings.loc[names, "value"]]
        fields = [f"{figure}_{side}" for figure in ("spread", "middle", "n", "women")]
        assert ours == row[fields].tolist()
        yu = levels.loc[people[group], ["spread", "value", "n"]].tolist()
        assert yu == STUDIES.loc["yu2020", fields[:3]].tolist()
    assert row["p_printed"] == f"< {findings.loc['vk2_p', 'value']}"
    assert set(STUDIES["prevalence"].dropna()) == {findings.loc["ms_prevalence", "value"]}


SAID = """
lasemi2018 | MS have less | 71 % less; | control has more | cent lower | 8 of 8: no line
ramsaransing2006 | MS have more | 37 % more; | case has more | cent higher | high levels
zoccolella2012 | p = 0.24 from these figures, 0.02 in print
yu2020 | no prevalence given, 1 in 100,000 supposed | printed p.
tabriz2015 | 0.560
my_paper | older, left as it was
equal | both groups have the same: | no difference, and nothing | SD is 1.6 times the mean
"""  # a study, and what is said when the notebook runs for it


@pytest.mark.parametrize("line", SAID.strip().splitlines())
def test_it_runs_for_every_study_and_leaves_the_readers_file_alone(tmp_path, monkeypatch, line):
    equal = [row[2] for row in rows("equal", middle_case="10.1", spread_case="16")]
    own = written(tmp_path, [[*a, b] for a, b in zip(rows(**MEDIAN), equal, strict=True)], ";")
    before, (study, *says) = own.read_bytes(), line.split(" | ")
    wrong = ["e+0"] + ["(deficiency)", "(consumption)", "cent lower"] * ("MS have more" in line)
    said = run(tmp_path, monkeypatch, '"lasemi2018"', f'"{study}"')[1]
    assert [words for words in says if words not in said] == []
    assert ([words for words in wrong if words in said], own.read_bytes()) == ([], before)


def test_figures_worked_out_by_hand_and_slips_of_exercise_1(tmp_path, monkeypatch):
    told = run(tmp_path, monkeypatch, "lasemi2018", "ramsaransing2006")[0]
    # The error of the log of 13.8 / 10.1: √((4.9 / 13.8)² / 88 + (2.5 / 10.1)² / 57) = 0.05008;
    # t is 1.977 for 143 degrees of freedom: 1.3663 times or over exp(0.0990).
    shown = told["result"].loc["SD", ["estimate", "low", "high"]].tolist()
    assert shown == pytest.approx([1.3663, 1.2375, 1.5085], abs=2e-4)
    # (13.8 - 10.1) / √(4.9² + 2.5²) = 0.6726, below which a bell has 74.94 %.
    assert told["pairs"]["case has more, normal"]["SD"] == pytest.approx(0.7494, abs=1e-4)
    assert told["smallest"]["SD"] == pytest.approx(100 * (np.exp(2.8016 * 0.05008) - 1), abs=0.02)
    # A median's range: √(π / 2) SDs of the logs over √n; extremes 2.7614 and 2.7644 SDs out.
    logs = np.log(35.9 / 3.4) / 2 / 2.7614, np.log(27.4 / 3.5) / 2 / 2.7644
    error = np.sqrt(np.pi / 2 * (logs[0] ** 2 / 217 + logs[1] ** 2 / 219))
    high = run(tmp_path, monkeypatch, "lasemi2018", "zoccolella2012")[0]["result"]["high"]
    assert high["range"] == pytest.approx(9.1 / 8.6 * np.exp(1.9655 * error), rel=1e-3)
    risk = run(tmp_path, monkeypatch, "", "")[0]["risk"]["risk ratio"]
    for shape, ratio in risk.items():  # as in notebook 04
        ours = worlds.implied_risks().loc[(shape, "standard deviation"), "risk_ratio"]
        assert ratio == pytest.approx(ours, rel=1e-6)
    for answer, says in [(7, "one SD"), (3.483, "√n"), (49.5, "Twice"), ("", "text")]:
        assert says in exercises.sd_from_interval(answer, 50, 55, 69).message
    assert exercises.sd_from_interval(24.6, 50, 55, 69).status == "Correct"
