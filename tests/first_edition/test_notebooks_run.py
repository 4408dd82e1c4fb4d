"""The notebooks run as a reader runs them: fresh kernel, foreign folder, no network."""

import time

import pytest
from notebook_rules import (
    LESSONS,
    NOTEBOOKS,
    code_cells,
    each,
    exercises,
    outputs_without_images,
    sections_of,
    solution,
    with_solution,
)

from helpers.first_edition import notebooks

SECONDS_ALLOWED = {"00": 20, "01": 15, "02": 15, "03": 20, "04": 25}
BUSY_MACHINE = 3  # the limits hold on an idle machine; tests may share theirs


@pytest.fixture(scope="module")
def fresh_runs(offline_environment, tmp_path_factory):
    """Run a notebook once; keep the result for the tests below."""
    done = {}

    def run(path):
        if path not in done:
            folder = tmp_path_factory.mktemp("elsewhere")
            started = time.perf_counter()
            notebook = notebooks.execute(path, cwd=folder, environment=offline_environment)
            done[path] = (notebook, time.perf_counter() - started, list(folder.iterdir()))
        return done[path]

    return run


each_notebook = each(NOTEBOOKS)


@each_notebook
def test_runs_offline_without_warnings_and_leaves_nothing_behind(path, fresh_runs):
    notebook, _, left_behind = fresh_runs(path)
    assert notebooks.stderr_texts(notebook) == {}
    assert left_behind == []


@each_notebook
def test_committed_outputs_equal_a_fresh_run(path, fresh_runs):
    fresh, _, _ = fresh_runs(path)
    committed = notebooks.read(path)
    assert [cell.id for cell in fresh.cells] == [cell.id for cell in committed.cells]
    for new, old in zip(code_cells(fresh), code_cells(committed), strict=True):
        assert outputs_without_images(new) == outputs_without_images(old), new.id


@each_notebook
def test_a_second_run_is_identical(path, fresh_runs, offline_environment):
    first, _, _ = fresh_runs(path)
    second = notebooks.execute(path, environment=offline_environment)
    assert second == first  # images too: same computer, same fonts


@each_notebook
def test_keeps_its_time(path, fresh_runs):
    _, seconds, _ = fresh_runs(path)
    assert seconds < BUSY_MACHINE * SECONDS_ALLOWED[path.name[:2]]


@each_notebook
def test_untouched_stubs_answer_kindly(path, fresh_runs):
    notebook, _, _ = fresh_runs(path)
    for number, _, stub in exercises(notebook):
        shown = [output.get("data", {}).get("text/plain", "") for output in stub.outputs]
        assert any(text.startswith("Not tried yet.") for text in shown), f"exercise {number}"


@each_notebook
def test_every_solution_passes_its_check(path, offline_environment, tmp_path):
    notebook = notebooks.read(path)
    for number, text, stub in exercises(notebook):
        answer = solution(text)
        assert answer, f"exercise {number} has no solution"
        assert "..." not in answer
        stub.source = with_solution(stub.source, answer)
    solved = tmp_path / path.name
    notebooks.write(notebook, solved)
    result = notebooks.execute(solved, environment=offline_environment)
    assert exercises(result)
    for number, _, stub in exercises(result):
        shown = [output.get("data", {}).get("text/plain", "") for output in stub.outputs]
        assert any(text.startswith("Correct.") for text in shown), (number, shown)


@each(LESSONS)
def test_sections_stand_alone_and_cells_may_be_run_twice(path, offline_environment, tmp_path):
    """After the set-up, sections run in any order, here backwards, and each cell twice."""
    notebook = notebooks.read(path)
    before, *sections = sections_of(notebook)
    order = [*before, *(cell for section in reversed(sections) for cell in section)]
    notebook.cells = []
    for cell in order:
        notebook.cells.append(cell)
        if cell.cell_type == "code":
            again = cell.copy()
            again["id"] = f"{cell.id}-again"
            notebook.cells.append(again)
    shuffled = tmp_path / path.name
    notebooks.write(notebook, shuffled)
    executed = notebooks.execute(shuffled, environment=offline_environment)
    result = {cell.id: outputs_without_images(cell) for cell in code_cells(executed)}
    for cell in code_cells(notebooks.read(path)):
        assert result[cell.id] == outputs_without_images(cell), cell.id
        assert result[f"{cell.id}-again"] == outputs_without_images(cell), f"{cell.id}, again"
