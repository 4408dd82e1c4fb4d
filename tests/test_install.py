"""The check of the environment, and that what is declared in two places agrees."""

import re
import shutil
import subprocess
import sys
import tomllib
from types import SimpleNamespace

import nbformat
import pytest
from conftest import ROOT
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

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


def test_a_missing_package_and_a_wrong_version_are_named(monkeypatch, capsys):
    wanted = ["numpy>=99", "no-such-package>=1", "pandas>=1"]
    monkeypatch.setattr(environment.metadata, "requires", lambda name: wanted)
    assert environment.main([]) == 1
    shown = capsys.readouterr().out
    assert "2 to put right." in shown
    assert "OK   pandas" in shown
    wrong, missing = (line for line in shown.splitlines() if line.startswith("FIX"))
    assert "wanted is >=99" in wrong
    assert "no-such-package" in missing
    assert shown.count("pip install -r requirements.txt") == 2


def test_an_old_python_without_the_packages_is_named(monkeypatch):
    def none(name):
        raise environment.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(environment.metadata, "requires", none)
    for version, said in (((3, 10, 12, "final", 0), "FIX"), ((3, 11, 0, "final", 0), "OK ")):
        monkeypatch.setattr(environment, "sys", SimpleNamespace(version_info=version))
        python, packages = environment.check()
        assert python.startswith(f"{said}  Python 3.1{version[1] - 10}.{version[2]}")
        assert packages.startswith("FIX  the packages are not installed")


@pytest.mark.parametrize(
    ("program", "said"),
    [(sys.executable, "OK"), ("python", "OK"), ("/opt/other/bin/python", "FIX"), (None, "FIX")],
)
def test_a_kernel_that_runs_another_python_is_named(program, said, monkeypatch):
    def kernel(self, name):
        if name != "python3" or program is None:
            raise NoSuchKernel(name)
        return SimpleNamespace(argv=[program, "-m", "ipykernel_launcher"])

    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", kernel)
    (line,) = (line for line in environment.check() if "kernel" in line)
    assert line.startswith(f"{said}  ")


def test_a_table_cut_at_a_line_end_is_noticed_but_not_other_line_ends(tmp_path, monkeypatch):
    folder = shutil.copytree(tables.folder(), tmp_path / "data")
    monkeypatch.setattr(tables, "folder", lambda: folder)
    for file in folder.glob("*.csv"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert not any("changed" in line for line in environment.check())
    file = folder / "participants.csv"
    rows = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(rows[:40] + rows[41:]))
    assert any(line.startswith("NOTE participants.csv") for line in environment.check())
    file.unlink()
    assert any(line.startswith("FIX  participants.csv") for line in environment.check())


@pytest.mark.parametrize("arguments", [[], ["run", "99", "--folder", "ü"]])
def test_a_console_that_knows_few_letters_does_not_stop_it(arguments, tmp_path):
    command = [sys.executable, "-X", "utf8=0", "-m", "helpers", *arguments]
    plain = {"PYTHONIOENCODING": "ascii:strict", "LC_ALL": "C", "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, capture_output=True, cwd=tmp_path, env=plain)
    assert b"Traceback" not in done.stderr
    assert done.stdout


def write(file, *sources):
    cells = [nbformat.v4.new_code_cell(text, id=f"c{i}") for i, text in enumerate(sources)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), file)
    return file, file.read_bytes()


def test_the_runner_says_where_a_notebook_failed_and_leaves_it_alone(tmp_path, capsys):
    cell, before_cell = write(tmp_path / "08_broken.ipynb", "x = 1", "x / 0")
    callback = "import ipywidgets\nout = ipywidgets.Output()\nwith out:\n    1 / 0"
    widget, before_widget = write(tmp_path / "09_broken.ipynb", callback)
    assert environment.main(["run", "--refresh", "--folder", str(tmp_path)]) == 1
    shown = capsys.readouterr().out
    assert "08_broken.ipynb: FAILED in code cell 2: ZeroDivisionError" in shown
    assert "09_broken.ipynb: FAILED in a widget: ZeroDivisionError" in shown
    assert (cell.read_bytes(), widget.read_bytes()) == (before_cell, before_widget)
    assert environment.main(["run", "77", "--folder", str(tmp_path)]) == 1


def test_a_run_starts_in_an_empty_folder_and_keeps_nothing_that_changes(tmp_path, capsys):
    look = "import os, ipywidgets\nprint(os.listdir())\nprint(os.environ.get('MINE'))"
    file, before = write(tmp_path / "01_good.ipynb", look, "ipywidgets.IntSlider()", "6 * 7")
    fresh = environment.execute(file, {"MINE": "set"})
    assert file.read_bytes() == before
    assert [len(cell.outputs) for cell in fresh.cells] == [1, 0, 1]
    assert fresh.cells[0].outputs[0].text == "[]\nset\n"
    assert environment.run(["01", "02"], tmp_path, refresh=True) == 0
    assert capsys.readouterr().out == "01_good.ipynb: OK\n"
    written = file.read_text(encoding="utf-8")
    assert written.endswith("}\n")
    assert not any(word in written for word in ("iopub", "widget-view", "set\\n", "ERROR"))
    assert nbformat.reads(written, 4).cells[2].outputs[0].data == {"text/plain": "42"}


def test_readme_and_citation_agree_on_the_address():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    (address,) = re.findall(r'^(?:# )?repository-code: "https://github.com/(.+)"', citation, re.M)
    assert f"/gh/{address}/HEAD" in readme
    assert (address == "OWNER/NAME") == ("OWNER/NAME" in readme)
