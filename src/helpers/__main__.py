"""Check that everything is in place, or run the notebooks.

    python -m helpers                    one line for each thing: OK, or FIX and what to do
    python -m helpers run                run all notebooks and say which work; changes no file
    python -m helpers run 03             only those whose name begins so
    python -m helpers run --refresh      and write their outputs back, the same bytes every time

The check works when packages are missing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
import tempfile
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
        except metadata.PackageNotFoundError:
            lines.append(f"FIX  {package.name} is missing: {_INSTALL}")
            continue
        fits = package.specifier.contains(found, prereleases=True)
        told = f"{package.name} {found}"
        lines.append(
            f"OK   {told}" if fits else f"FIX  {told}, not {package.specifier}: {_INSTALL}"
        )
    lines += _tables() + _kernel()
    return lines


def _tables() -> list[str]:
    """Compare each table with the size and fingerprint it was shipped with (datapackage.json)."""
    folder, lines = tables.folder(), []
    try:
        package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        resources = package["resources"]
    except (OSError, ValueError, KeyError) as error:
        return [f"FIX  the tables: {error}. Get the folder data again"]
    for resource in resources:
        path = folder / resource["path"]
        if not path.is_file():
            lines.append(f"FIX  {path.name} is missing: get the folder data again")
            continue
        content = path.read_bytes().replace(b"\r\n", b"\n")
        if f"sha256:{hashlib.sha256(content).hexdigest()}" != resource["hash"]:
            lines.append(
                f"NOTE {path.name} has changed since it was shipped. Yours? Then all is well"
            )
    return lines or ["OK   the tables are as they were shipped"]


def _kernel() -> list[str]:
    """See that Jupyter's kernel python3 is there and runs this Python."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    repair = f"run: {_PYTHON} -m ipykernel install --sys-prefix --name python3"
    try:
        program = Path(KernelSpecManager().get_kernel_spec("python3").argv[0])
    except NoSuchKernel:
        return [f"FIX  Jupyter finds no kernel python3: {repair}"]
    if program.is_absolute() and program.parent.resolve() != Path(sys.executable).parent.resolve():
        return [f"FIX  the kernel python3 runs another Python: {repair}"]
    return ["OK   the kernel python3"]


def execute(path: Path, environment: Mapping[str, str] | None = None) -> NotebookNode:
    """Run a notebook in a fresh kernel, in an empty folder, and return it with its outputs.

    Nothing is kept that changes from run to run: timings, widgets, ids of processes.

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
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
    )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as empty:
        client.resources = {"metadata": {"path": empty}}
        try:
            client.execute(env={**os.environ, **(environment or {})})
        except CellExecutionError as error:
            cells = enumerate(notebook.cells, 1)
            failed = [
                (i, c)
                for i, c in cells
                if any(o.output_type == "error" for o in c.get("outputs", ()))
            ]
            number, cell = failed[-1]
            raise RuntimeError(
                f"cell {number} (id {cell.get('id')}): {error.ename}: {error.evalue}"
            ) from error
    for state in client.widget_state.values():
        for output in state.get("outputs", ()):
            if output["output_type"] == "error":
                raise RuntimeError(f"a widget: {output['ename']}: {output['evalue']}")
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if _WIDGET not in o.get("data", {})]
            for output in cell.outputs:
                if output.output_type == "stream":  # a warning names a file made for the process
                    output.text = re.sub(r"\S*ipykernel_\d+\S+\.py", "cell", output.text)
    drawn_with = {name: metadata.version(name) for name in ("matplotlib", "numpy")}
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "drawn_with": drawn_with,
        }
    )
    return notebook


def run(names: list[str], folder: Path, refresh: bool = False) -> int:
    """Run the notebooks in `folder`, or those whose names begin so; return how many failed."""
    import nbformat

    found = [
        p for p in sorted(folder.glob("*.ipynb")) if not names or p.name.startswith(tuple(names))
    ]
    if not found:
        print(f"No such notebook in {folder}. Say where they are: --folder")
        return 1
    failed = 0
    for path in found:
        print(f"{path.name} … ", end="", flush=True)
        try:
            notebook = execute(path)
        except RuntimeError as error:
            failed += 1
            print(f"FAILED in {error}")
            continue
        if refresh:
            text = nbformat.writes(notebook).rstrip("\n") + "\n"
            path.write_bytes(text.encode("utf-8"))
        print("OK")
    return failed


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; return 0 if all is well, else 1."""
    for stream in (sys.stdout, sys.stderr):  # a console may not know every letter
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    parser = argparse.ArgumentParser(
        prog="python -m helpers", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("command", nargs="?", choices=["check", "run"], default="check")
    parser.add_argument("names", nargs="*", help="the notebooks' numbers, for example 03")
    parser.add_argument("--refresh", action="store_true", help="write the outputs back")
    at_home = _CHECKOUT / "notebooks"
    home = (
        at_home if at_home.is_dir() else Path("notebooks") if Path("notebooks").is_dir() else Path()
    )
    parser.add_argument("--folder", type=Path, default=home, help="where the notebooks are")
    options = parser.parse_intermixed_args(arguments)
    if options.command == "run":
        return min(1, run(options.names, options.folder, options.refresh))
    lines = check()
    print(*lines, sep="\n")
    wrong = sum(line.startswith("FIX") for line in lines)
    start = f"{_PYTHON} -m jupyterlab {options.folder / '00_start_here.ipynb'}"
    print(f"{wrong} to put right." if wrong else f"Everything is ready. Start with: {start}")
    return min(1, wrong)


if __name__ == "__main__":
    raise SystemExit(main())
