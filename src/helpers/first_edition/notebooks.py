"""Run the notebooks from start to end: ``python -m helpers.notebooks``.

Without options no file is changed. ``--refresh`` writes the outputs back in a form that depends
on nothing but the cells and the libraries: a second run leaves every file as it is.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode

FOLDER = Path(__file__).resolve().parents[3] / "notebooks"
KERNEL = "python3"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class NotebookFailed(RuntimeError):
    """A notebook did not run to its end; the message says in which cell and why."""


@dataclass(frozen=True)
class Result:
    """What became of one notebook: `problem` is empty when it ran to its end."""

    name: str
    seconds: float
    problem: str = ""
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the outcome in one line, without the name."""
        outcome = f"FAILED in {self.problem}" if self.problem else "; ".join(["OK", *self.notes])
        return f"{outcome} ({self.seconds:.1f} s)"


def execute(
    path: str | Path,
    cwd: str | Path | None = None,
    environment: Mapping[str, str] | None = None,
    timeout: float = 600,
) -> NotebookNode:
    """Run a notebook in a fresh kernel and return it, tidied, with its outputs; write no file.

    Args:
        path: the notebook.
        cwd: the folder the kernel works in; a new, empty one by default.
        environment: variables for the kernel on top of those of this process.
        timeout: seconds allowed for one cell.

    Raises:
        NotebookFailed: a cell raised an error, took too long or ended the kernel, or the
            callback of a widget failed.
    """
    notebook = read(path)
    reached = [0]
    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name=KERNEL,
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        interrupt_on_timeout=True,
        error_on_timeout={
            "ename": "timeout",
            "evalue": f"no end after {timeout:g} seconds",
            "traceback": [],
        },
        on_cell_start=lambda cell, cell_index: reached.__setitem__(0, cell_index),
    )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as empty:
        client.resources = {"metadata": {"path": str(cwd or empty)}}
        try:
            client.execute(env={**os.environ, **(environment or {})})
        except CellExecutionError as error:
            raise NotebookFailed(_where(notebook, reached[0], error.ename, error.evalue)) from error
        except DeadKernelError as error:
            why = "the Python process ended: out of memory?"
            raise NotebookFailed(_where(notebook, reached[0], "kernel died", why)) from error
        except NoSuchKernel as error:
            raise NotebookFailed(f"the start: no kernel {KERNEL}; run python -m helpers") from error
    for state in client.widget_state.values():
        for output in state.get("outputs", ()):
            if output["output_type"] == "error":
                raise NotebookFailed(f"a widget: {output['ename']}: {output['evalue']}")
    return tidy(notebook)


def run_all(
    names: Iterable[str] = (),
    *,
    folder: str | Path = FOLDER,
    refresh: bool = False,
    cwd: str | Path | None = None,
    environment: Mapping[str, str] | None = None,
    report: Callable[..., None] = print,
) -> list[Result]:
    """Run the notebooks called `names` (all by default) in sorted order; report one line each.

    With `refresh` the outputs of a notebook that ran to its end are written back to its file.
    """
    results = []
    for path in find(names, folder):
        report(f"{path.name} ... ", end="", flush=True)
        start, problem, notes = time.perf_counter(), "", []
        try:
            notebook = execute(path, cwd, environment)
        except NotebookFailed as error:
            problem = str(error)
        else:
            if warned := stderr_texts(notebook):
                notes.append(f"warnings in cell {', '.join(str(number) for number in warned)}")
            if refresh and write(notebook, path):
                notes.append("outputs rewritten")
        results.append(Result(path.name, time.perf_counter() - start, problem, tuple(notes)))
        report(results[-1])
    return results


def find(names: Iterable[str] = (), folder: str | Path = FOLDER) -> list[Path]:
    """Return the notebooks in `folder`, sorted, or those whose file name begins with a name given.

    Raises:
        FileNotFoundError: no notebook there, or none of that name.
    """
    there = sorted(Path(folder).glob("*.ipynb"))
    if not there:
        raise FileNotFoundError(f"no notebook in {folder}")
    wanted = []
    for name in names:
        hits = [path for path in there if path.name.startswith(Path(name).name)]
        if not hits:
            known = ", ".join(path.name for path in there)
            raise FileNotFoundError(f"no notebook called {name}; there are {known}")
        wanted += hits
    return sorted(set(wanted)) or there


def read(path: str | Path) -> NotebookNode:
    """Return the notebook in the file `path`."""
    return nbformat.reads(Path(path).read_text(encoding="utf-8"), as_version=4)


def write(notebook: NotebookNode, path: str | Path) -> bool:
    """Write a notebook, ended by one line feed, if the file differs; say whether it did."""
    new = (nbformat.writes(notebook).rstrip("\n") + "\n").encode("utf-8")
    if Path(path).exists() and Path(path).read_bytes() == new:
        return False
    Path(path).write_bytes(new)
    return True


def tidy(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook without what changes from run to run or from machine to machine.

    Kept are the cells with their ids, tags and slide settings. Dropped are timings, widget views
    (they cannot be shown without a kernel) and all notebook metadata but the kernel's name.
    """
    notebook = nbformat.from_dict(notebook)
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": KERNEL},
            "language_info": {"name": "python"},
        }
    )
    count = 0
    for cell in notebook.cells:
        for key in ("execution", "ExecuteTime", "trusted"):
            cell.metadata.pop(key, None)
        if cell.cell_type != "code":
            continue
        if not cell.source.strip():
            cell.outputs, cell.execution_count = [], None
            continue
        count += 1
        cell.execution_count = count
        cell.outputs = _joined(
            out for out in cell.outputs if WIDGET_VIEW not in out.get("data", {})
        )
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    return notebook


def stderr_texts(notebook: NotebookNode) -> dict[int, str]:
    """Return what each cell wrote to stderr, warnings above all, by cell number from 1."""
    found: dict[int, str] = {}
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", ()):
            if output.output_type == "stream" and output.name == "stderr":
                found[number] = found.get(number, "") + output.text
    return found


def _joined(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """Join neighbouring pieces of one stream, and drop the process number from warnings.

    Where a stream is cut is a matter of timing; a warning names a file made for the process.
    """
    result: list[NotebookNode] = []
    for output in outputs:
        last = result[-1] if result else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            result.append(output)
    for output in result:
        if output.output_type == "stream":
            output.text = re.sub(r"\S*ipykernel_\d+\S+\.py", "cell", output.text)
    return result


def _where(notebook: NotebookNode, index: int, kind: str, why: str) -> str:
    first = next(iter(str(why).strip().splitlines()), "")
    identity = notebook.cells[index].get("id", "no id")
    return f"cell {index + 1} of {len(notebook.cells)} (id {identity}): {kind}: {first}"


def main(arguments: list[str] | None = None) -> int:
    """Run the notebooks named on the command line; return 0 if all ran to their end, else 1."""
    parser = argparse.ArgumentParser(prog="python -m helpers.notebooks", description=__doc__)
    parser.add_argument("names", nargs="*", help="for example 03; all notebooks if none is named")
    parser.add_argument("--refresh", action="store_true", help="write the outputs back")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the notebooks are")
    options = parser.parse_args(arguments)
    try:
        results = run_all(options.names, folder=options.folder, refresh=options.refresh)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    failed = sum(bool(result.problem) for result in results)
    if failed:
        print(f"{failed} of {len(results)} failed. If packages are missing: python -m helpers")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
