"""Check that everything is in place: ``python -m helpers``.

One line for each thing: OK, or FIX and what to do. Works when packages are missing.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parents[2]
OLDEST_PYTHON = (3, 11)
PYTHON = f'"{sys.executable}"' if " " in sys.executable else sys.executable
INSTALL = f"in {ROOT} run: {PYTHON} -m pip install -r requirements.txt"
GET_DATA = "get the folder again with git checkout -- data, or download the collection again"
START = "notebooks/00_start_here.ipynb"


@dataclass(frozen=True)
class Row:
    """One thing checked: what was found and, if it needs putting right, what to do."""

    what: str
    advice: str = ""

    def __str__(self) -> str:
        """Return the line shown."""
        return f"FIX {self.what}: {self.advice}" if self.advice else f"OK  {self.what}"


def check_python(version: Sequence[int] = sys.version_info) -> Row:
    """Check the version of the Python that runs this."""
    what = f"Python {'.'.join(str(part) for part in version[:3])} ({sys.executable})"
    if tuple(version[:2]) >= OLDEST_PYTHON:
        return Row(what)
    oldest = ".".join(str(part) for part in OLDEST_PYTHON)
    return Row(what, f"install Python {oldest} or newer and set up again as README.md says")


def check_requirements(
    file: Path = ROOT / "requirements.txt", installed: Callable[[str], str] = metadata.version
) -> list[Row]:
    """Check the installed version of each package that `file` names against its bounds.

    `installed` gives the version of a package and raises PackageNotFoundError without one.
    """
    if not file.is_file():
        return [Row(f"{file.name} not found", "install from the folder that holds it, with -e .")]
    try:
        from packaging.requirements import Requirement
    except ImportError:
        return [Row("the package packaging is missing", INSTALL)]
    rows = []
    for line in file.read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if not text or text.startswith("-"):
            continue
        wanted = Requirement(text)
        try:
            version = installed(wanted.name)
        except metadata.PackageNotFoundError:
            rows.append(Row(f"{wanted.name} is missing", INSTALL))
            continue
        what = f"{wanted.name} {version}"
        fits = wanted.specifier.contains(version, prereleases=True)
        rows.append(Row(what) if fits else Row(f"{what}, not {wanted.specifier}", INSTALL))
    return rows


def check_data(check: Callable[[], list[str]] | None = None) -> Row:
    """Check that the tables of ``data/`` are there and intact; `check` lists what is not."""
    try:
        problems = (check or importlib.import_module("helpers.first_edition.data").check_all)()
    except ImportError as error:
        return Row(f"the tables of data/ cannot be read, {error}", INSTALL)
    except Exception as error:  # whatever is wrong with a table, it becomes one line of advice
        first = next(iter(str(error).splitlines()), "") or type(error).__name__
        return Row(f"the tables of data/, {first}", GET_DATA)
    if problems:
        return Row(f"the tables of data/, {problems[0].splitlines()[0]}", GET_DATA)
    return Row("the tables of data/ are there and intact")


def check_kernel(name: str = "python3") -> Row:
    """Check that Jupyter finds the kernel of the notebooks and that it runs this Python."""
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        return Row("the package jupyter_client is missing", INSTALL)
    try:
        command = KernelSpecManager().get_kernel_spec(name).argv[0]
    except NoSuchKernel:
        return Row(f"Jupyter finds no kernel {name}", INSTALL)
    program = Path(command)
    if program.is_absolute() and program.parent.resolve() != Path(sys.executable).parent.resolve():
        advice = f"run: {PYTHON} -m ipykernel install --sys-prefix --name {name}"
        return Row(f"the kernel {name} runs another Python ({program})", advice)
    return Row(f"the kernel {name} is found")


def check_everything() -> list[Row]:
    """Return the rows of all checks."""
    return [check_python(), *check_requirements(), check_data(), check_kernel()]


def main() -> int:
    """Print one line for each check and a closing line; return 0 if all is well, else 1."""
    rows = check_everything()
    for row in rows:
        print(row)
    wrong = sum(bool(row.advice) for row in rows)
    if wrong:
        print(f"{wrong} thing{'s' if wrong > 1 else ''} to put right.")
        return 1
    print(f"Everything is ready. Start with: {PYTHON} -m jupyterlab {START}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
