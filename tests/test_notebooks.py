"""Each notebook runs offline, twice: as committed, and as a busy reader would run it.

The first run must give the committed outputs, pictures included where the same versions drew them.
In the second, each exercise holds its solution, each *change this* is tried, and each cell runs
twice. The house rules are counted on the committed file.
"""

import ast
import json
import re
import statistics
from importlib import metadata

import nbformat
import pytest
from conftest import NOTEBOOKS

from helpers import tables
from helpers.__main__ import execute

DETAILS = re.compile(r"<details>(?!<summary><b>What to notice).*?</details>", re.DOTALL)
CHANGE = re.compile(r"\*\*Change this\.\*\*.*?change `([^`]+)` to `([^`]+)`", re.DOTALL)
SOLUTION = re.compile(r"<summary>Solution.*?```python\n(.*?)```", re.DOTALL)

GROUPED = [pytest.param(p, id=p.stem, marks=pytest.mark.xdist_group(p.stem)) for p in NOTEBOOKS]
each_notebook = pytest.mark.parametrize("path", GROUPED, scope="module")


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def folded(cell, what):
    return cell.metadata.get("jupyter", {}).get(f"{what}_hidden", False)


def without_pictures(outputs):
    return json.loads(re.sub(r"base64,[A-Za-z0-9+/=]+", "PICTURE", json.dumps(outputs)))


@pytest.fixture(scope="module")
def committed(path):
    return nbformat.read(path, as_version=4)


@pytest.fixture(scope="module")
def fresh(path, offline_environment):
    return execute(path, offline_environment)


@each_notebook
def test_a_run_gives_the_committed_outputs(path, committed, fresh):
    here = {name: metadata.version(name) for name in ("matplotlib", "numpy")}
    looks = list if committed.metadata["drawn_with"] == here else without_pictures
    for new, old in zip(code_cells(fresh), code_cells(committed), strict=True):
        assert looks(new.outputs) == looks(old.outputs), f"refresh the outputs: {new.id}"
        assert not [o for o in new.outputs if o.get("name") == "stderr"], f"a warning in {new.id}"
    counts = [cell.execution_count for cell in code_cells(committed)]
    assert counts == list(range(1, len(counts) + 1))


@pytest.fixture(scope="module")
def busy(path, committed, offline_environment, tmp_path_factory):
    """The notebook with solutions filled in, changes tried, and each cell run twice."""
    notebook, cells = nbformat.from_dict(committed), []
    changes = {}  # cell id to its changed sources
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            for old, new in CHANGE.findall(cell.source):
                above = [c for c in notebook.cells[:index] if c.cell_type == "code"]
                target = next((c for c in reversed(above) if old in c.source), None)
                assert target, f"{cell.id}: no cell above holds {old}"
                changes.setdefault(target.id, []).append(target.source.replace(old, new))
            if found := SOLUTION.search(cell.source):
                stub = next(c for c in notebook.cells if c.id == f"{cell.id}-stub")
                check = stub.source.rstrip().splitlines()[-1]
                stub.source = f"{found.group(1)}\n{check}"
    for cell in notebook.cells:
        cells.append(cell)
        if cell.cell_type == "code":
            sources = [*changes.get(cell.id, []), cell.source]
            for number, source in enumerate(sources):
                cells.append(nbformat.v4.new_code_cell(source, id=f"{cell.id}-{number}"))
            cells[-1]["id"] = f"{cell.id}-again"
    notebook.cells = cells
    file = tmp_path_factory.mktemp("busy") / path.name
    nbformat.write(notebook, file)
    return {cell.id: cell.outputs for cell in code_cells(execute(file, offline_environment))}


@each_notebook
def test_stubs_answer_kindly_and_solutions_pass(path, committed, busy):
    stubs = [cell for cell in code_cells(committed) if cell.id.endswith("-stub")]
    assert stubs
    for cell in stubs:
        assert cell.outputs[-1]["data"]["text/plain"].startswith("Not tried yet."), cell.id
        texts = [output.get("data", {}).get("text/plain", "") for output in busy[cell.id]]
        assert any(text.startswith("Correct.") for text in texts), (cell.id, texts)


@each_notebook
def test_changes_run_and_cells_run_twice(path, committed, busy):
    for cell in code_cells(committed):
        once, again = (without_pictures(busy[name]) for name in (cell.id, f"{cell.id}-again"))
        for output in (*once, *again):
            output.pop("execution_count", None)
        assert again == once, cell.id


@each_notebook
def test_cells_are_short_and_of_three_kinds(path, committed):
    visible, row = [], 0
    for cell in committed.cells:
        if cell.cell_type == "markdown":
            row = 0
            continue
        lines = [line for line in cell.source.splitlines() if line.strip()]
        if folded(cell, "source"):
            assert lines[0].startswith("# "), cell.id
            assert len(lines) <= 25, cell.id
        else:
            visible.append(len(lines))
            row += 1
        assert row <= 3, f"{cell.id}: a fourth visible code cell in a row"
    assert max(visible) <= 15
    assert statistics.median(visible) <= 5


@each_notebook
def test_no_answer_shows_before_its_cell_is_run(path, committed):
    after_guess = False
    for cell in code_cells(committed):
        if re.search(r"^my_\w+ = \.\.\.", cell.source, re.MULTILINE):
            after_guess = True
        elif after_guess and cell.outputs and "exercises." not in cell.source:
            assert folded(cell, "outputs"), f"{cell.id} follows a guess"
        if "learn.predict(" in cell.source:
            assert folded(cell, "outputs"), cell.id
            assert "learn.predict(" in ast.unparse(ast.parse(cell.source).body[-1]), cell.id
            after_guess = False
        if folded(cell, "outputs"):
            data = cell.outputs[0]["data"]
            shown = data.get("text/html", data.get("text/markdown", ""))
            assert shown.startswith("<!--"), cell.id


@each_notebook
def test_text_is_short_and_the_core_path_keeps_its_minutes(path, committed):
    words, minutes = [], 0.0
    for cell in committed.cells:
        if cell.id == "going-further":
            break
        shown = DETAILS.sub("", cell.source)
        if cell.cell_type == "markdown":
            if cell.metadata.get("slideshow", {}).get("slide_type") != "notes":
                bare = re.sub(r"\]\([^)]*\)|<[^>]+>", "]", shown)
                words.append(len(re.findall(r"\w[\w'’.,%-]*", bare)))
                minutes += words[-1] / 180 + len(re.findall(r"\*\*Check yourself", shown))
            minutes += 4 * len(re.findall(r"\*\*Exercise \d", shown))
        else:
            minutes += cell.source.count("figures.show(") + cell.source.count("learn.predict(")
            outputs = [output.get("data", {}) for output in cell.outputs]
            minutes += sum(len(data.get("text/markdown", "").split()) for data in outputs) / 180
    assert statistics.median(words) <= 70
    assert max(words) <= 150
    promised = int(re.search(r"About (\d+) minutes", committed.cells[0].source).group(1))
    assert minutes <= promised + 1
    assert promised <= 45


@each_notebook
def test_there_is_something_to_change(path, committed):
    text = "\n".join(cell.source for cell in committed.cells if cell.cell_type == "markdown")
    marked = text.count("**Change this.**")
    assert marked == len(CHANGE.findall(text))
    assert marked >= (2 if path.name.startswith("00") else 4)


@each_notebook
def test_pictures_speak_and_options_end_well_and_are_those_of_the_notes(path, committed):
    for cell in committed.cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"</details>\n[^\n<]", cell.source), cell.id
            right = re.findall(r"<summary>([A-D])\. [^<]*</summary>\s*Right\b", cell.source)
            notes = cell.metadata.get("slideshow", {}).get("notes", "")
            told = re.findall(r"[Aa]nswer:? ([A-D])\b", notes)
            assert not right or told in ([], right), cell.id
            for alt in re.findall(r"!\[([^\]]*)\]\(", cell.source):
                assert len(alt) >= 40, cell.id
            continue
        for output in cell.outputs:
            html = output.get("data", {}).get("text/html", "")
            assert not any(kind.startswith("image/") for kind in output.get("data", {})), cell.id
            assert all(len(alt) >= 40 for alt in re.findall(r'<img[^>]*? alt="([^"]*)"', html))


@each_notebook
def test_a_notebook_needs_only_what_is_installed(path, committed):
    assert committed.metadata.kernelspec.name == "python3"
    forbidden = r"^\s*[!%]|filterwarnings|urlopen|requests|chdir|getcwd|np\.random\.(?!default_rng)"
    for cell in code_cells(committed):
        assert not re.search(forbidden, cell.source, re.MULTILINE), cell.id
        assert "execution" not in cell.metadata


WORKING = r"(?!\s*(#|from |import |learn\.|exercises\.|figures\.show|my_)|\s*$)"
HELPER = r"\b(effects|simulate|figures|worlds|designs|beliefs)\.\w+\("


@each_notebook
def test_helpers_do_not_do_the_thinking(path, committed):
    lines = [line for cell in code_cells(committed) for line in cell.source.splitlines()]
    lines = [line for line in lines if re.match(WORKING, line)]
    assert sum(bool(re.search(HELPER, line)) for line in lines) <= 0.25 * len(lines)


def numbered(number):
    (path,) = (path for path in NOTEBOOKS if path.name.startswith(f"{number:02}_"))
    return nbformat.read(path, as_version=4)


def test_each_claim_omission_and_comment_is_judged_by_the_reader():
    claims = tables.read("claims")
    for number, ids in claims.groupby("notebook")["id"]:
        texts = [cell.source for cell in code_cells(numbered(number))]
        asked = "\n".join(text for text in texts if re.search("_verdicts|my_sorting", text))
        judged = set(re.findall(r'"(\w+)"(?:\]| *:)', asked))
        assert set(ids) <= judged, (number, set(ids) - judged)
        assert 'learn.keep("verdicts", ' in asked, number


OPTION = r"<details><summary>(?!<b>|What )"
ANSWER = r'^my_\w+(\["\w+"\])? = \.\.\.|^\s+"\w+": (""|\.\.\.)'


def test_every_key_concept_is_taught_and_checked():
    """Taught in a cell that stands, and asked for in one that a reader answers."""
    concepts = tables.read("key_concepts")
    assert len(concepts) >= 24
    for row in concepts.itertuples():
        cells = numbered(row.notebook).cells
        ids = [cell.id for cell in cells]
        assert {row.section, row.check} <= set(ids), (row.id, row.section, row.check)
        place = ids.index(row.check)
        texts = [cell.source if cell.cell_type == "markdown" else "" for cell in cells]
        above = "\n".join(texts[: ids.index(row.section) + 1])
        assert re.findall(r"^##? (.+)$", above, re.MULTILINE)[-1] == row.heading, row.id
        if texts[place]:  # an option, or a hint and a solution, in each fold
            name, asked = row.check_name, texts[place]
            assert len(re.findall(OPTION, asked)) >= 2, row.id
        else:  # a guess or a verdict; the text above it asks
            name, asked = row.check_name.partition(":")[0], next(filter(None, texts[place::-1]))
            assert re.search(ANSWER, cells[place].source, re.MULTILINE), row.id
        assert re.search(rf"\*\*{re.escape(name)}\b", asked), (row.id, row.check_name)


OTHER_GROUPS = {
    "shuffled": '["group"].sample(frac=1, random_state=3).to_numpy()',
    "swapped": '["group"].map({"MS": "control", "control": "MS"})',
}


@pytest.mark.xdist_group("03_reanalysis")
@pytest.mark.parametrize("groups", OTHER_GROUPS)
def test_notebook_03_survives_other_groups(groups, tmp_path, offline_environment):
    notebook = numbered(3)
    for cell in notebook.cells:
        cell.source = cell.source.replace("10_000", "1_000")
    cell = next(cell for cell in notebook.cells if cell.id == "people")
    first, _, rest = cell.source.partition("\n")
    cell.source = f'{first}\npeople["group"] = people{OTHER_GROUPS[groups]}\n{rest}'
    nbformat.write(notebook, tmp_path / "03.ipynb")
    execute(tmp_path / "03.ipynb", offline_environment)
