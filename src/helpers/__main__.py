"""Check that everything is in place, or run the notebooks.

    python -m helpers                    one line for each thing: OK, or FIX and what to do
    python -m helpers run                run all notebooks and say which work; changes no file
    python -m helpers run 03             only those whose name begins so
    python -m helpers run --refresh      and write their outputs back, the same bytes every time

For a class; each makes one HTML file a notebook, with 03 only of those whose name begins so:

    python -m helpers slides             slides; press ? in the browser for the keys
    python -m helpers worksheet          the questions, with room to write
    python -m helpers key                the same with answers, reasons and presenter's notes
    python -m helpers handout            the whole notebook; with lecturers, the guide
    python -m helpers reset              put the notebooks back as shipped; yours are kept beside
                                         (no git history? Add --from FILE.zip, your download)

The check works when packages are missing.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

__all__ = ["check", "execute", "main", "run"]

_CHECKOUT = Path(__file__).resolve().parents[2]
_PYTHON = f'"{sys.executable}"' if " " in sys.executable else sys.executable
_INSTALL = f"in the folder with README.md run: {_PYTHON} -m pip install -r requirements.txt"
_COMMANDS = ["check", "run", "slides", "worksheet", "key", "handout", "reset"]
_WIDGET = "application/vnd.jupyter.widget-view+json"


def check() -> list[str]:
    """Return one line for each thing looked at, beginning with OK, NOTE or FIX."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    fits = sys.version_info >= (3, 11)
    lines = [f"OK   Python {version}" if fits else f"FIX  Python {version}: install 3.11 or newer"]
    try:
        from packaging.requirements import Requirement

        wanted = [Requirement(text) for text in metadata.requires("helpers") or ()]
    except (ImportError, metadata.PackageNotFoundError):
        return [*lines, f"FIX  the packages are not installed: {_INSTALL}"]
    for package in wanted:
        try:
            found = metadata.version(package.name)
            wrong = not package.specifier.contains(found, prereleases=True)
        except metadata.PackageNotFoundError:
            found, wrong = "is missing", True
        told = f"{package.name} {found}"
        repair = f"FIX  {told}; wanted is {package.specifier}: {_INSTALL}"
        lines.append(repair if wrong else f"OK   {told}")
    return lines + _tables() + _kernel()


def _tables() -> list[str]:
    """Compare each file with the fingerprint it was shipped with (in datapackage.json)."""
    folder, lines = tables.folder(), []
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        path = folder / resource["path"]
        content = path.read_bytes().replace(b"\r\n", b"\n") if path.is_file() else b""
        if f"sha256:{hashlib.sha256(content).hexdigest()}" == resource["hash"]:
            continue
        told = f"NOTE {path.name} has changed since it was shipped. Yours? Then all is well"
        gone = f"FIX  {path.name} is missing or empty: get the folder data again"
        lines.append(told if content else gone)
    return lines or ["OK   the tables are as they were shipped"]


def _kernel() -> list[str]:
    """See that Jupyter's kernel python3 is there and runs this Python."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        program = Path(KernelSpecManager().get_kernel_spec("python3").argv[0])
    except NoSuchKernel:
        program = Path("/")
    ours = Path(sys.executable).parent.resolve()
    if not program.is_absolute() or program.parent.resolve() == ours:
        return ["OK   the kernel python3"]
    repair = f"run: {_PYTHON} -m ipykernel install --sys-prefix --name python3"
    return [f"FIX  the kernel python3 is missing or runs another Python: {repair}"]


def execute(path: Path, environment: Mapping[str, str] | None = None) -> NotebookNode:
    """Run a notebook in a fresh kernel, in an empty folder, and return it with its outputs.

    Nothing is kept that changes from run to run: no timings, no widgets.

    Args:
        path: the notebook; the file is not changed.
        environment: variables for the kernel on top of those of this process.

    Raises:
        RuntimeError: a cell failed, or the callback of a widget did; says where and why.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(path, as_version=4)
    quiet = {"record_timing": False, "extra_arguments": ["--log-level=ERROR"]}
    how = {"timeout": 600, "kernel_name": "python3", "coalesce_streams": True}
    client = NotebookClient(notebook, **how, **quiet)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as empty:
        client.resources = {"metadata": {"path": empty}}
        try:
            asyncio.run(client.async_execute(env={**os.environ, **(environment or {})}))
        except CellExecutionError as error:
            where = f"code cell {client.code_cells_executed}"
            raise RuntimeError(f"{where}: {error.ename}: {error.evalue}") from error
    for state in client.widget_state.values():
        for output in state.get("outputs", ()):
            if output["output_type"] == "error":
                raise RuntimeError(f"a widget: {output['ename']}: {output['evalue']}")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if _WIDGET not in o.get("data", {})]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    drawn_with = {name: metadata.version(name) for name in ("matplotlib", "numpy")}
    about = {"kernelspec": kernel, "language_info": {"name": "python"}, "drawn_with": drawn_with}
    notebook.metadata = nbformat.from_dict(about)
    return notebook


def _found(names: list[str], folder: Path, endings: tuple[str, ...] = (".ipynb",)) -> list[Path]:
    """Return the notebooks in `folder` whose names begin so, without those that `reset` kept."""
    begins = tuple(names or [""])
    every = [path for path in sorted(folder.glob("*")) if path.suffix in endings]
    found = [path for path in every if path.name.startswith(begins) and " (" not in path.name]
    if not found:
        print(f"No such notebook in {folder.resolve()}. Write 03, not 3; if elsewhere: --folder")
    return found


def run(names: list[str], folder: Path, refresh: bool = False) -> int:
    """Run the notebooks in `folder`, or those whose names begin so; return how many failed."""
    import nbformat

    found = _found(names, folder)
    failed = 0 if found else 1

    def attempt(path: Path) -> NotebookNode | RuntimeError:
        try:
            return execute(path)
        except RuntimeError as error:
            return error

    with ThreadPoolExecutor(2) as pool:  # two kernels at a time
        for path, result in zip(found, pool.map(attempt, found), strict=True):
            if isinstance(result, RuntimeError):
                failed += 1
                print(f"{path.name}: FAILED in {result}", flush=True)
                continue
            if refresh:
                text = nbformat.writes(result).rstrip("\n") + "\n"
                path.write_bytes(text.encode("utf-8"))
            print(f"{path.name}: OK", flush=True)
    return failed


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; return 0 if all is well, else 1."""
    for stream in (sys.stdout, sys.stderr):  # a console may not know every letter
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    parser = argparse.ArgumentParser(
        prog="python -m helpers", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("command", nargs="?", choices=_COMMANDS, default="check")
    parser.add_argument("names", nargs="*", help="the notebooks' numbers, for example 03")
    parser.add_argument("--refresh", action="store_true", help="write the outputs back")
    parser.add_argument("--to", type=Path, default=Path("exports"), help="where to put the pages")
    parser.add_argument("--from", dest="archive", type=Path, help="a ZIP file, for reset")
    homes = [_CHECKOUT / "notebooks", Path("notebooks"), Path()]
    home = next(folder for folder in homes if folder.is_dir())
    parser.add_argument("--folder", type=Path, default=home, help="where the notebooks are")
    options = parser.parse_intermixed_args(arguments)
    if options.command == "run":
        return min(1, run(options.names, options.folder, options.refresh))
    if options.command != "check":
        from helpers import export

        if options.command == "reset":
            return min(1, export.reset(options.names, options.folder, options.archive))
        endings = (".ipynb", ".md") if options.command == "handout" else (".ipynb",)
        found = _found(options.names, options.folder, endings)
        export.write(options.command, found, options.to)
        return 0 if found else 1
    lines = check()
    print(*lines, sep="\n")
    wrong = sum(line.startswith("FIX") for line in lines)
    start = f'{_PYTHON} -m jupyterlab "{options.folder / "00_start_here.ipynb"}"'
    print(f"{wrong} to put right." if wrong else f"Everything is ready. Start with: {start}")
    return min(1, wrong)


if __name__ == "__main__":
    raise SystemExit(main())
