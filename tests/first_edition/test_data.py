"""The tables load, and every kind of damage is reported with file, line, column and remedy."""

import csv
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.first_edition import data

LOADERS = {name: getattr(data, name) for name in data.TABLES}
quick = settings(max_examples=40, deadline=None, derandomize=True)


@pytest.fixture
def folder(tmp_path):
    """A copy of the tables, to be damaged."""
    return Path(shutil.copytree(data.FOLDER, tmp_path / "data"))


def cells_of(name, folder=data.FOLDER):
    with (Path(folder) / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name, rows, folder):
    names = [column.name for column in data.TABLES[name].columns]
    with (Path(folder) / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


# ------------------------------------------------------------------ the tables as they are


def test_all_tables_are_sound():
    assert data.check_all() == []


@pytest.mark.parametrize("name", LOADERS)
def test_loaded_table_has_every_row_and_cell_of_its_file(name):
    written = cells_of(name)
    loaded = LOADERS[name]().reset_index()
    assert len(loaded) == len(written) > 0
    for column in data.TABLES[name].columns:
        for cell, row in zip(loaded[column.name], written, strict=True):
            text = row[column.name]
            if text == "":
                assert pd.isna(cell)
            elif column.kind in ("number", "whole"):
                assert cell == float(text)
            else:
                assert cell == text


def test_column_types_are_the_same_with_and_without_empty_cells():
    people = data.participants()
    assert people["age_years"].dtype == "int64"
    assert people["attacks_per_year"].dtype == "Int64"
    assert people["edss"].dtype == "float64"
    assert people["ms_type"].dtype == "string"
    assert people.loc[people["group"] == "control", "ms_type"].isna().all()


def test_every_claim_omission_and_comment_is_there():
    claims = data.claims().set_index("id")
    comments = ["C1", "C2a", "C2b", "C3", "C4", "C5", "R", "C6", "C7", "C8"]
    expected = [f"CL{number:02d}" for number in range(1, 37)] + ["OM1", "OM2", "OM3"] + comments
    assert list(claims.index) == expected
    assert claims["kind"].value_counts().to_dict() == {
        "claim": 36, "omission": 3, "comment": 9, "reply": 1,
    }  # fmt: skip
    wrong = claims.index[claims["verdict"] == "wrong"]
    assert list(wrong) == ["CL05", "CL09", "CL34"]
    assert claims.loc["CL25", ["verdict", "qualifier"]].tolist() == ["reversed", "probable"]
    assert claims["source"].str.startswith("white2018blog").all()


def test_published_figures_are_found_by_id_with_their_decimals():
    findings = data.published_findings()
    assert findings.loc["vk2_mean_ms", "value"] == 235
    assert findings.loc["vk2_p", "decimals"] == 3
    assert findings.loc["vk2_median_control", "decimals"] == 0
    assert data.finding("vk2_mean_control", "spread") == 154
    assert data.finding("vk2_mean_control", "unit") == "ng/ml"


def test_finding_refuses_unknown_names_and_empty_cells():
    with pytest.raises(ValueError, match=r"name must be one of .*'vk2_mean_ms'"):
        data.finding("vk2_mean")
    with pytest.raises(ValueError, match=r"column must be one of .*'spread'"):
        data.finding("vk2_mean_ms", "sd")
    with pytest.raises(data.DataError, match="no 'spread' for 'vk2_median_ms'; it is not zero"):
        data.finding("vk2_median_ms", "spread")


def test_not_measured_is_not_zero():
    foods = data.vitamin_k_foods().set_index("status")["amount"]
    assert foods.loc[[data.NOT_MEASURED]].isna().all()
    assert foods.loc[[data.PRESENT]].isna().all()
    assert (foods.loc[[data.ZERO]] == 0).all()
    assert (foods.loc[[data.MEASURED]].dropna() > 0).all()


def test_the_two_tables_for_raw_kale_disagree_four_fold_and_both_stand():
    kale = data.vitamin_k_foods().query("food == 'kale, raw' and vitamer == 'K1'")
    assert set(kale["source"]) == {"medwikiK2", "healthlinkbc"}
    assert round(kale["amount"].max() / kale["amount"].min()) == 4


def test_figures_of_the_study_under_review_stand_in_one_place_only():
    for name in ("serum_levels", "vitamin_k_foods", "vitamin_d_precedent"):
        assert not LOADERS[name]()["source"].str.contains("lasemi2018", na=False).any()


def test_estimates_lie_in_their_intervals_and_ratios_agree_with_the_verdict():
    studies = data.vitamin_d_precedent()
    with_interval = studies.dropna(subset=["estimate", "low"])
    ratios = with_interval[with_interval["measure"].isin(data.RATIOS)]
    assert len(ratios) >= 9
    excludes_one = (ratios["low"] > 1) | (ratios["high"] < 1)
    assert (excludes_one == (ratios["verdict"] == "favours the vitamin")).all()


def test_onset_is_never_before_the_age_of_eight():
    people = data.participants().dropna(subset=["years_since_onset"])
    assert ((people["age_years"] - people["years_since_onset"]) >= 8).all()


# ------------------------------------------------------------------ sources


def test_references_are_plain_text():
    references = data.references()
    assert references["lasemi2018"]["type"] == "article"
    assert references["lasemi2018"]["title"] == "Vitamin K2 in multiple sclerosis patients"
    assert references["lasemi2018"]["pages"] == "307–313"
    assert references["ballegooijen2017"]["author"].split(" and ")[3] == "Grübler, Martin R."
    assert references["martinezyelamos2006"]["author"].startswith("Martínez-Yélamos")
    assert "Gøtzsche" in references["vonelm2007strobe"]["author"]
    for fields in references.values():
        assert fields["title"]
        assert fields["year"]
        assert not re.search(r"[{}\\]", " ".join(fields.values()))


def test_braces_nest_and_entries_may_share_a_line(tmp_path):
    text = "% a note\n@misc{a, title = {A {nested {deep}} title}, }\n@misc{b,year={n.d.}} @book{c}"
    (tmp_path / "references.bib").write_text(text)
    assert data.references(tmp_path) == {
        "a": {"type": "misc", "title": "A nested deep title"},
        "b": {"type": "misc", "year": "n.d."},
        "c": {"type": "book"},
    }


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("@misc{a,\n  title = {open {brace\n}\n", 2, "brace of the field 'title'"),
        ("@misc{a,\n  title = {T}\n", 3, "',' or '}' is expected"),
        ("@misc{a,\n  year = {2018}\n}\n\n@misc{a,\n  year = {2019}\n}\n", 5, "'a' stands"),
        ("@misc{a,\n  year = {2018},\n  year = {2019}\n}\n", 3, "'year' of 'a' is double"),
        ("@misc{a,\n  year = {}\n}\n", 2, "'year' of 'a' is double, empty or cannot be read"),
        ("@misc{a,\n  title = {\\aleph}\n}\n", 2, "cannot be read"),
        ("@misc{a,\n  title = 2018\n}\n", 2, "a field such as"),
        ("@misc{a,\n  year = {2018}\n  title = {T}\n}\n", 3, "',' or '}' is expected"),
        ("@misc{a,\n  year = {2018}\n}\nstray words\n", 4, "an entry such as"),
    ],
)
def test_damaged_references_are_reported(tmp_path, text, line, what):
    (tmp_path / "references.bib").write_text(text)
    with pytest.raises(data.DataError, match=f"references.bib, line {line}: .*{re.escape(what)}"):
        data.references(tmp_path)


def test_unknown_source_is_reported_with_the_nearest_key(folder):
    rows = cells_of("serum_levels")
    rows[3]["source"] = "dunovska2091"
    write("serum_levels", rows, folder)
    (problem,) = data.check_all(folder)
    assert "serum_levels.csv, line 5, column 'source'" in problem
    assert "did you mean 'dunovska2019'?" in problem


def test_check_all_reports_every_damaged_file(folder):
    (folder / "claims.csv").unlink()
    (folder / "serum_levels.csv").write_text("study\n")
    (folder / "references.bib").write_text("@misc{")
    problems = data.check_all(folder)
    assert len(problems) == 3
    for problem, file in zip(
        problems, ("references.bib", "claims.csv", "serum_levels.csv"), strict=True
    ):
        assert file in problem
        assert f"git checkout -- data/{file}" in problem


# ------------------------------------------------------------------ damage


def expect_error(folder, name, line, column, *words):
    """Load a damaged table; the message must name file, line, column, words and remedy."""
    with pytest.raises(data.DataError) as caught:
        LOADERS[name](folder)
    message = str(caught.value)
    place = f"{folder / name}.csv, line {line}" + (f", column {column!r}" if column else "") + ":"
    assert message.startswith(place)
    assert f"git checkout -- data/{name}.csv" in message
    for word in words:
        assert word in message


FIRST_MS = next(i for i, row in enumerate(cells_of("participants")) if row["group"] == "MS")
FIRST_CONTROL = next(
    i for i, row in enumerate(cells_of("participants")) if row["group"] == "control"
)
ONSET_TOO_EARLY = f"{int(cells_of('participants')[FIRST_MS]['age_years']) - 7.9:.1f}"
FOOD = {
    status: next(i for i, r in enumerate(cells_of("vitamin_k_foods")) if r["status"] == status)
    for status in (data.MEASURED, data.ZERO, data.PRESENT, data.NOT_MEASURED)
}
FINDING = {row["id"]: i for i, row in enumerate(cells_of("published_findings"))}
STUDY = {row["study"]: i for i, row in reversed(list(enumerate(cells_of("vitamin_d_precedent"))))}


@pytest.mark.parametrize(
    ("name", "row", "column", "cell", "words"),
    [
        # outside the allowed values
        ("claims", 4, "verdict", "wrnog", "did you mean 'wrong'?"),
        ("claims", 4, "verdict", "Wrong", "allowed: supported / oversimplified"),
        ("claims", 0, "notebook", "5", "allowed: 01 / 02"),
        ("participants", FIRST_MS, "sex", "woman", "allowed: female / male"),
        ("participants", FIRST_MS, "ms_type", "CIS", "RRMS / SPMS / PPMS"),
        ("serum_levels", 0, "unit", "pg/ml", "did you mean 'ng/ml'?"),
        ("serum_levels", 0, "unit", "", "an empty cell is not allowed"),
        ("vitamin_k_foods", FOOD[data.MEASURED], "unit", "mg/100 g", "µg/100 g / µg/serving"),
        ("vitamin_k_foods", FOOD[data.MEASURED], "unit", "\u03bcg/100 g", r"\u03bcg/100 g"),
        ("vitamin_d_precedent", 0, "grade", "M", "P / A / S / D / C"),
        ("published_findings", 0, "used_in", "02, 03", "joined with '; '"),
        ("published_findings", 0, "used_in", "02; 02", "joined with '; '"),
        ("claims", 0, "source", "white2018blog;lasemi2018", "keys; several are joined"),
        # not a number, or an impossible one
        ("serum_levels", 7, "value", "14,2", "number, at least 0"),
        ("serum_levels", 7, "value", "about 14", "number"),
        ("serum_levels", 7, "value", "nan", "number"),
        ("serum_levels", 7, "value", "1e3", "number"),
        ("serum_levels", 7, "value", "-14.2", "at least 0"),
        ("serum_levels", 7, "value", "−14.2", "number"),
        ("serum_levels", 7, "n", "26.0", "whole number"),
        ("serum_levels", 7, "n", "0", "at least 1"),
        ("participants", FIRST_MS, "age_years", "", "an empty cell"),
        ("participants", FIRST_MS, "age_years", "7", "at least 8"),
        ("participants", FIRST_MS, "vk2_ng_ml", "0", "at least 1"),
        ("participants", FIRST_MS, "vk2_ng_ml", "234.5", "whole number"),
        ("participants", FIRST_MS, "edss", "2.3", "in steps of 0.5"),
        ("participants", FIRST_MS, "edss", "10.5", "at most 10"),
        ("participants", FIRST_MS, "edss", "0.5", "without 0.5"),
        ("participants", FIRST_MS, "sun_hours_per_day", "25", "at most 24"),
        ("vitamin_d_precedent", STUDY["SOLAR 2019"], "percent_treated", "363", "at most 100"),
        ("published_findings", FINDING["vk2_mean_ms"], "spread", "-100", "at least 0"),
        ("published_findings", FINDING["n_ms"], "value", "45.5", "whole number"),
        ("published_findings", FINDING["vk2_p"], "value", "5", "from 0 to 1"),
        ("published_findings", FINDING["women_direction"], "value", "-25", "-1, 0 or 1"),
        # does not fit the rest of the line
        ("published_findings", FINDING["vk2_mean_ms"], "unit", "", "unless 'statistic' is 'p'"),
        ("published_findings", FINDING["n_ms"], "source", "", "unless 'status' is 'assumed'"),
        ("published_findings", FINDING["age"], "note", "", "must give the reason"),
        ("participants", FIRST_MS, "edss", "", "when 'group' is 'MS'"),
        ("participants", FIRST_CONTROL, "treatment", "none", "when 'group' is 'MS'"),
        ("participants", FIRST_MS, "years_since_onset", ONSET_TOO_EARLY, "before the age of 8"),
        ("claims", 0, "verdict", "", "unless 'kind' is 'reply'"),
        ("claims", 0, "verdict", "omitted", "for an omission"),
        ("claims", 0, "where", "", "unless 'kind' is 'omission'"),
        ("vitamin_k_foods", FOOD[data.NOT_MEASURED], "amount", "0", "and only then"),
        ("vitamin_k_foods", FOOD[data.PRESENT], "amount", "3", "and only then"),
        ("vitamin_k_foods", FOOD[data.MEASURED], "amount", "", "must be filled"),
        ("vitamin_k_foods", FOOD[data.MEASURED], "amount", "0", "perhaps not assayed"),
        ("vitamin_k_foods", FOOD[data.ZERO], "amount", "2", "perhaps not assayed"),
        ("vitamin_k_foods", FOOD[data.MEASURED], "unit", "", "with an amount"),
        ("vitamin_k_foods", FOOD[data.MEASURED], "serving", "1 cup", "'µg/serving'"),
        ("vitamin_k_foods", FOOD[data.MEASURED], "grade", "N", "a grade other than N"),
        ("serum_levels", 0, "low", "2", "must rise"),
        ("serum_levels", 0, "high", "", "together with 'low'"),
        ("serum_levels", 7, "value", "", "unless low and high are"),
        ("serum_levels", 7, "spread_is", "", "together with 'spread'"),
        ("vitamin_d_precedent", 0, "estimate", "1.2", "must rise"),
        ("vitamin_d_precedent", 1, "estimate", "0", "above 0 for a ratio"),
        ("vitamin_d_precedent", 0, "measure", "", "with an estimate or a range"),
        ("vitamin_d_precedent", STUDY["SOLAR 2019"], "percent_control", "", "'percent_treated'"),
        # blanks and invisible signs
        ("claims", 2, "reason", " One sample.", "a blank at an end"),
        ("claims", 2, "reason", "One sample.\t", "a blank at an end"),
        ("claims", 2, "reason", "One\nsample.", "an invisible sign"),
        ("claims", 2, "reason", "One\u00a0sample.", "an invisible sign"),
        ("claims", 2, "reason", "One\u200bsample.", "an invisible sign"),
        ("claims", 2, "verdict", "supported ", "a blank at an end"),
    ],
)
def test_damaged_cell_is_reported(folder, name, row, column, cell, words):
    rows = cells_of(name)
    assert rows[row][column] != cell
    rows[row][column] = cell
    write(name, rows, folder)
    blamed = {"serum_levels low 2": "low", "vitamin_d_precedent estimate 1.2": "low"}.get(
        f"{name} {column} {cell}", "grade" if cell == "N" else column
    )
    expect_error(folder, name, row + 2, blamed, words)


@pytest.mark.parametrize("name", LOADERS)
def test_damaged_header_is_reported(folder, name):
    path = folder / f"{name}.csv"
    header, body = path.read_text(encoding="utf-8").split("\n", 1)
    names = header.split(",")
    path.write_text(",".join(names[:-1]) + "\n" + body, encoding="utf-8")
    expect_error(folder, name, 1, names[-1], "the column is missing")
    path.write_text(header + ",extra\n" + body, encoding="utf-8")
    expect_error(folder, name, 1, "extra", "not expected")
    path.write_text(header + f",{names[0]}\n" + body, encoding="utf-8")
    expect_error(folder, name, 1, names[0], "not expected")
    path.write_text(",".join(reversed(names)) + "\n" + body, encoding="utf-8")
    expect_error(folder, name, 1, None, "the order must be", ", ".join(names))
    path.write_text(header + "\n", encoding="utf-8")
    expect_error(folder, name, 1, None, "no rows")
    path.write_bytes(b"")
    expect_error(folder, name, 1, None, "no rows")


@pytest.mark.parametrize("name", LOADERS)
def test_damaged_lines_are_reported(folder, name):
    path = folder / f"{name}.csv"
    good = path.read_text(encoding="utf-8")
    lines = good.splitlines()
    width = len(data.TABLES[name].columns)

    def damage(number, line):
        changed = [*lines[: number - 1], line, *lines[number:]]
        path.write_text("\n".join(changed) + "\n", encoding="utf-8")

    damage(3, lines[2] + ",one more")
    expect_error(folder, name, 3, None, f"{width} cells are expected, found {width + 1}")
    damage(4, "")
    expect_error(folder, name, 4, None, f"{width} cells are expected, found 0")
    damage(5, lines[1])
    expect_error(folder, name, 5, data.TABLES[name].key[0], "already in line 2")
    damage(3, '"never closed' + lines[2])
    expect_error(folder, name, 3, None, "the quotes do not match up")
    path.write_bytes(b"\xef\xbb\xbf" + good.encode())
    expect_error(folder, name, 1, None, "byte-order mark", "UTF-8")
    damage(6, lines[5] + "é")
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252", "replace"))
    first = next(i for i, line in enumerate(path.read_bytes().split(b"\n"), 1) if max(line) > 127)
    expect_error(folder, name, first, None, "not UTF-8")


def test_windows_line_ends_change_nothing(folder):
    path = folder / "claims.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    pd.testing.assert_frame_equal(data.claims(folder), data.claims())


@pytest.mark.parametrize("name", LOADERS)
def test_missing_file_is_reported_with_its_remedy(folder, name):
    (folder / f"{name}.csv").unlink()
    with pytest.raises(FileNotFoundError) as caught:
        LOADERS[name](folder)
    assert f"{name}.csv is missing" in str(caught.value)
    assert f"git checkout -- data/{name}.csv" in str(caught.value)
    assert ("helpers.simulate" in str(caught.value)) == (name == "participants")


def test_missing_data_folder_tells_how_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(data, "FOLDER", tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"pip install -r requirements\.txt"):
        data.claims()
    assert len(data.check_all()) == len(data.TABLES) + 1


def test_default_folder_does_not_depend_on_the_working_directory(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert data.data_folder() == data.FOLDER
    assert len(data.claims()) == 49


def test_checks_run_without_pandas_or_numpy(tmp_path):
    code = (
        "import sys; sys.modules['pandas'] = sys.modules['numpy'] = None; "
        "from helpers.first_edition import data; print(data.check_all())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, cwd=tmp_path, env=dict(os.environ),
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


# ------------------------------------------------------------------ the dictionary


def dictionary():
    """The tables of columns in data/README.md: file name -> list of rows of cells."""
    found, name = {}, ""
    for line in (data.FOLDER / "README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            name = line.removeprefix("## ")
        if line.startswith("| `"):
            found.setdefault(name, []).append([cell.strip() for cell in line[1:-1].split(" | ")])
    return found


def test_dictionary_has_every_column_with_its_unit_and_allowed_values():
    documented = dictionary()
    assert list(documented) == [f"{name}.csv" for name in data.TABLES]
    for name, table in data.TABLES.items():
        rows = documented[f"{name}.csv"]
        assert [row[0].strip("`") for row in rows] == [column.name for column in table.columns]
        for row, column in zip(rows, table.columns, strict=True):
            assert len(row) == 6
            assert all(row)
            assert row[2] == (column.unit or "–")
            assert row[3] == column.allowed()


def test_dictionary_explains_every_status_verdict_and_grade():
    text = (data.FOLDER / "README.md").read_text(encoding="utf-8")
    explained = {
        ("published_findings", "status"), ("claims", "verdict"),
        ("vitamin_k_foods", "status"), ("vitamin_k_foods", "grade"),
    }  # fmt: skip
    for name, column_name in explained:
        (column,) = (c for c in data.TABLES[name].columns if c.name == column_name)
        for choice in column.choices.split(" / "):
            assert f"\n| {choice} | " in text
    assert "Every participant is simulated" in text
    assert "python -m helpers.simulate" in text
    assert "CC BY 4.0" in text


# ------------------------------------------------------------------ properties


def tenths(low, high):
    return st.integers(low * 10, high * 10).map(lambda tenth: f"{tenth / 10:.1f}")


@st.composite
def participant_rows(draw):
    rows = []
    for number in range(draw(st.integers(1, 12))):
        ms = draw(st.booleans())
        age = draw(st.integers(18, 90))
        row = {
            "participant": f"S{number:03d}",
            "group": "MS" if ms else "control",
            "sex": draw(st.sampled_from(["female", "male"])),
            "age_years": str(age),
            "sun_hours_per_day": draw(tenths(0, 24)),
            "vitamin_d_supplement": draw(st.sampled_from(["yes", "no"])),
            "vk2_ng_ml": str(draw(st.integers(1, 10**6))),
        }
        clinic = {
            "ms_type": draw(st.sampled_from(["RRMS", "SPMS", "PPMS"])),
            "years_since_onset": draw(tenths(0, age - 8)),
            "attacks_per_year": str(draw(st.integers(0, 12))),
            "edss": str(draw(st.sampled_from([0, *(half / 2 for half in range(2, 21))]))),
            "optic_nerve_lesion": draw(st.sampled_from(["yes", "no"])),
            "treatment": draw(st.sampled_from(["none", "interferon beta", "other"])),
        }
        rows.append(row | (clinic if ms else dict.fromkeys(clinic, "")))
    return rows


@quick
@given(participant_rows())
def test_any_valid_table_loads_as_it_was_written(rows):
    with tempfile.TemporaryDirectory() as place:
        write("participants", rows, place)
        loaded = data.participants(place)
    assert len(loaded) == len(rows)
    for position, row in enumerate(rows):
        for name, text in row.items():
            cell = loaded[name].iloc[position]
            if text == "":
                assert pd.isna(cell)
            else:
                assert cell == (text if isinstance(cell, str) else float(text))


CELLS = [
    (name, position, column)
    for name in LOADERS
    for position in range(len(cells_of(name)))
    for column in data.TABLES[name].columns
]
SIGNS = st.characters(codec="utf-8") | st.sampled_from(list("0123456789-., ;eµ"))


@settings(quick, max_examples=150)
@given(st.sampled_from(CELLS), st.text(SIGNS, max_size=6) | st.floats().map(str))
def test_any_cell_is_taken_as_it_stands_or_refused(where, text):
    name, position, column = where
    rows = cells_of(name)
    rows[position][column.name] = text
    with tempfile.TemporaryDirectory() as place:
        write(name, rows, place)
        refusal = ""
        try:
            cell = LOADERS[name](place).reset_index()[column.name].iloc[position]
        except data.DataError as error:
            refusal = str(error)
    if refusal:
        assert re.search(rf"{name}\.csv, line \d+", refusal)
        return
    if text == "":
        assert pd.isna(cell)
    elif column.kind in ("number", "whole"):
        assert math.isclose(cell, float(text), rel_tol=0, abs_tol=0)
    else:
        assert cell == text


@quick
@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_decimals_are_those_printed(digits, decimals):
    printed = f"{digits / 10**decimals:.{decimals}f}"
    row = next(r for r in cells_of("published_findings") if r["id"] == "age_effect_all")
    row["value"] = printed
    with tempfile.TemporaryDirectory() as place:
        write("published_findings", [row], place)
        loaded = data.published_findings(place).loc["age_effect_all"]
    assert loaded["decimals"] == decimals
    assert loaded["value"] == float(printed)
