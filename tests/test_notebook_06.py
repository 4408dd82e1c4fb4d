"""A second paper: the form that a reader fills in, and notebook 06 for every study."""

import csv
import io
import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from helpers import exercises, tables, worlds
from helpers.__main__ import execute

CELLS = nbformat.read(ROOT / "notebooks" / "06_your_paper.ipynb", as_version=4).cells
STUDIES = tables.read("studies").set_index("id")
MINE = dict.fromkeys(STUDIES.columns, "") | {
    "citation": "Müller, Novák and others 2020", "source": "10.1000/xyz", "grade": "P",
    "measurement": "serum urate", "unit": "µmol/l", "case_name": "people with MS",
    "control_name": "blood donors", "n_case": "1200", "n_control": "57", "middle_kind": "mean",
    "middle_case": "13.8", "middle_control": "10.1", "spread_kind": "SD", "spread_case": "4.9",
    "spread_control": "0.125",
}  # fmt: skip
MEDIAN = {"spread_kind": "range", "middle_kind": "median", "spread_case": "", "spread_control": ""}
MEDIAN |= {"low_case": "3", "high_case": "36", "low_control": "4", "high_control": "27"}


def rows(**changed):
    """A form as lists of cells; the explanation holds commas, semicolons and quotes."""
    lines = [[field, 'a, b; "c"', text] for field, text in (MINE | changed).items()]
    return [["field", "what to write", "my_paper"], *lines]


def written(folder, table, separator=",", encoding="utf-8", ends="\n"):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator=ends).writerows(table)
    (folder / "my_studies.csv").write_bytes(text.getvalue().encode(encoding))
    return folder / "my_studies.csv"


COMMAS = [[re.sub(r"^(\d+)\.(\d+)$", r"\1,\2", cell) for cell in row] for row in rows()]
SPACES = [[f" {cell}\u00a0" for cell in row] for row in rows(spread_kind="sd", grade="p")]
WINDOWS = {"encoding": "cp1252", "ends": "\r\n"}


@pytest.mark.parametrize(
    ("table", "how"),
    [
        (rows(), {}),
        (rows(), {"encoding": "utf-8-sig", "ends": "\r\n"}),
        (rows(), WINDOWS),
        (COMMAS, {"separator": ";"}),
        (COMMAS, {"separator": "\t", **WINDOWS}),
        ([*([*row, "", ""] for row in rows()), [""] * 5, [""] * 5, []], {}),
        ([rows()[0], *SPACES[1:]], {}),
        ([[row[0], row[2]] for row in rows() if row[2]], {}),  # no explanations, no empty lines
    ],
)
def test_however_a_program_saves_csv_it_is_the_same_study(tmp_path, table, how):
    got = tables.study("my_paper", written(tmp_path, table, **how))
    figures = got.drop("source").map(lambda x: f"{x:g}" if isinstance(x, float) else x)
    assert {**figures, "source": got["source"]} == {k: v or "nan" for k, v in MINE.items()}


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize(
    ("field", "texts", "says"),
    [
        ("source", [""], "a DOI or a web address"),
        ("case_name", ["Healthy controls"], "swap the two groups"),
        ("control_name", ["people with MS"], "same name"),
        ("n_case", ["eighty", "88.5", "n = 88", ""], "a whole number"),
        ("n_control", ["1"], "two people at least"),
        ("middle_kind", ["average"], "mean or median"),
        ("middle_case", ["1,200", "1 200", "1.200", "7 µmol/l", "nan", "0.0"], "digits only"),
        ("spread_kind", ["SEM", "se."], "SD, SE, CI"),
        ("spread_case", ["-4.9", "−4.9", "0"], "above 0"),
        ("spread_case", [""], "need the figure"),
        ("low_case", ["3"], "stay empty"),
        ("women_case", ["68.9"], "a count"),
        ("women_control", ["58"], "at most n_control"),
        ("prevalence_source", ["an atlas"], "needs its source"),
    ],
)
def test_a_bad_cell_is_named_and_what_to_write(tmp_path, field, texts, says, separator):
    for text in texts:
        with pytest.raises(ValueError, match=re.escape(says)) as found:
            tables.study("my_paper", written(tmp_path, rows(**{field: text}), separator))
        line = 2 + [*MINE].index(field)
        start = f"my_studies.csv, line {line}: {field} of my_paper is {text!r}; "
        assert str(found.value).startswith(start)
        assert not re.search(r"[.!?] [A-Z(]", str(found.value)), "one sentence"


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ([], "not the form"),
        ([["PK\x03\x04"]], "is a workbook"),
        ([*rows(), rows()[8]], "n_case stands there twice"),
        ([[*row, row[2]] for row in rows()], "my_paper stands there twice"),
        (rows()[:8] + rows()[9:], "n_case of my_paper is 'not there'; write: How many"),
        ([row + ["5"] * (row[2] == "13.8") for row in rows()], "line 12: a cell too many"),
        ([["field", "mine"], *rows()[1:]], "line 2: a cell too many"),
        (rows(**MEDIAN | {"low_case": "0"}), "low_case of my_paper is '0'; write: "),
        (rows(**MEDIAN | {"low_case": "20"}), "with middle_case between them"),
        (rows(**MEDIAN | {"high_case": ""}), "need their two ends in low_case and high_case"),
        ([["field", "what to write", "my_papers"]], "Did you mean my_papers?"),
        (
            rows(**dict.fromkeys(MINE, "")),
            "line 2: citation of my_paper is ''; write: First author",
        ),
        (rows(middle_case="13,8"), "middle_case of my_paper is '13,8'; write: Mean or median"),
        (rows(spread_kind="SE", middle_kind="median"), "a median with IQR or range"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_so(tmp_path, table, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        tables.study("my_paper", written(tmp_path, table))


@pytest.mark.parametrize("study", STUDIES.index)
def test_shipped_rows_pass_the_readers_checks(study, tmp_path):
    texts = pd.read_csv(tables.folder() / "studies.csv", dtype=str, keep_default_na=False)
    file = written(tmp_path, rows(**texts.set_index("id").loc[study]))
    got = tables.study("my_paper", file).dropna()
    assert got.to_dict() == STUDIES.loc[study].dropna().to_dict()
    assert tables.study(study, file).equals(tables.study(study))  # ours, if yours has it not


@pytest.mark.parametrize("separator", [",", ";"])
def test_the_form_that_the_notebook_writes_can_be_read(tmp_path, monkeypatch, separator):
    monkeypatch.chdir(tmp_path)
    source = "\n".join(c.source for c in CELLS if c.id in ("setup", "own-form", "own-write"))
    exec(source.replace('separator = ","', f"separator = {separator!r}"), {})
    wanted = STUDIES.loc["ramsaransing2006"].dropna()
    assert tables.study("example").dropna().to_dict() == wanted.to_dict()


def test_what_other_tables_hold_as_well_agrees_with_them():
    row, findings = STUDIES.loc["lasemi2018"], tables.read("published_findings").set_index("id")
    levels = tables.read("serum_levels").query("source == 'yu2020'").set_index("people")
    for group, side in (("ms", "case"), ("control", "control")):
        names = [f"n_{group}", f"n_women_{group}", f"vk2_mean_{group}"]
        ours = [*findings.loc[names, "value"], findings.loc[names[2], "spread"]]
        fields = [f"{figure}_{side}" for figure in ("n", "women", "middle", "spread")]
        assert ours == row[fields].tolist()
        people = "controls" if side == "control" else "Parkinson’s disease"
        yu = STUDIES.loc["yu2020", [fields[0], *fields[2:]]]
        assert levels.loc[people, ["n", "value", "spread"]].tolist() == yu.tolist()
    assert row["p_printed"] == f"< {findings.loc['vk2_p', 'value']}"
    assert set(STUDIES["prevalence"].dropna()) == {findings.loc["ms_prevalence", "value"]}


@pytest.fixture(scope="module")
def told(tmp_path_factory, offline_environment):
    """What notebook 06 computes for every study and a reader's own, in one kernel."""
    folder = tmp_path_factory.mktemp("own")
    own = written(folder, rows(**MEDIAN), ";").read_bytes()
    setup, *cells = [cell.source for cell in CELLS if cell.cell_type == "code"]
    sources = {"first": f"{setup}\nPath('my_studies.csv').write_bytes({own})"}
    told = "[x.to_dict() for x in (result, 100 * pairs, smallest, risk)]"
    for study in [*STUDIES.index, "my_paper"]:
        for number, source in enumerate(cells):
            changed = source.replace('study = "lasemi2018"', f'study = "{study}"')
            sources[f"{study[:8]}-{number}".replace("_", "-")] = changed
        sources[study.replace("_", "-")] = f"[*{told}, file.read_bytes() == {own}]"
    make = nbformat.v4.new_code_cell
    notebook = nbformat.v4.new_notebook(cells=[make(s, id=name) for name, s in sources.items()])
    nbformat.write(notebook, folder / "06.ipynb")
    run = {c.id: c.outputs for c in execute(folder / "06.ipynb", offline_environment).cells}
    assert not [o for outputs in run.values() for o in outputs if o.get("name") == "stderr"]
    results = {name: run[name.replace("_", "-")] for name in [*STUDIES.index, "my_paper"]}
    plain = {name: outputs[0]["data"]["text/plain"] for name, outputs in results.items()}
    return {name: eval(text, {"np": np, "nan": np.nan}) for name, text in plain.items()}


def test_it_runs_for_every_study_and_leaves_the_readers_file_alone(told):
    assert all(alone for *_, alone in told.values())


def test_figures_worked_out_by_hand(told):
    result, pairs, smallest, *_ = told["ramsaransing2006"]
    # The error of the log of 13.8 / 10.1: √((4.9 / 13.8)² / 88 + (2.5 / 10.1)² / 57) = 0.05008;
    # t is 1.977 for 143 degrees of freedom: 1.3663 times or over exp(0.0990).
    shown = [result[what]["SD"] for what in ("estimate", "low", "high")]
    assert shown == pytest.approx([1.3663, 1.2375, 1.5085], abs=2e-4)
    # (10.1 - 13.8) / √(4.9² + 2.5²) = -0.6726, below which a bell has 25.06 %.
    assert pairs["control has more, normal"]["SD"] == pytest.approx(25.06, abs=0.01)
    assert smallest["SD"] == pytest.approx(100 * (1 - np.exp(-2.8016 * 0.05008)), abs=0.02)
    # A median and its range: √(π / 2) SDs of the logs over √n; extremes 2.7614 and 2.7644 SDs out.
    logs = np.log(35.9 / 3.4) / 2 / 2.7614, np.log(27.4 / 3.5) / 2 / 2.7644
    error = np.sqrt(np.pi / 2 * (logs[0] ** 2 / 217 + logs[1] ** 2 / 219))
    high = told["zoccolella2012"][0]["high"]["range"]
    assert high == pytest.approx(9.1 / 8.6 * np.exp(1.9655 * error), rel=1e-3)
    for shape, ratio in told["lasemi2018"][3]["risk ratio"].items():  # as in notebook 04
        ours = worlds.implied_risks().loc[(shape, "standard deviation"), "risk_ratio"]
        assert ratio == pytest.approx(ours, rel=1e-6)


def test_slips_of_exercise_1_are_named():
    for answer, says in [(7, "one SD"), (3.483, "√n"), (49.5, "Twice"), ("", "text")]:
        assert says in exercises.sd_from_interval(answer, 50, 55, 69).message
    assert exercises.sd_from_interval(24.6, 50, 55, 69).status == "Correct"
