"""The check of the environment, and the commands of README.md that it belongs to."""

import re
import subprocess
import sys
from importlib import metadata

import pytest

from helpers import __main__ as environment


def test_python_version():
    assert environment.check_python((3, 11, 0)).advice == ""
    assert environment.check_python((4, 0, 0)).advice == ""
    old = environment.check_python((3, 10, 13))
    assert str(old).startswith("FIX Python 3.10.13")
    assert "install Python 3.11 or newer" in old.advice


def test_oldest_python_is_the_one_the_package_declares(root):
    declared = re.search(r'requires-python = ">=(.+)"', (root / "pyproject.toml").read_text())[1]
    assert declared == ".".join(str(part) for part in environment.OLDEST_PYTHON)


def test_requirements_are_compared_with_their_bounds(tmp_path):
    file = tmp_path / "requirements.txt"
    file.write_text(
        "# a remark\nfine>=1.2,<2\nold>=3.0  # why\n\nnew>=1,<2\ngone>=1\npre>=2\n-e .\n"
    )
    versions = {"fine": "1.2", "old": "2.9.9", "new": "2.0", "pre": "3.0rc1"}

    def installed(name):
        if name not in versions:
            raise metadata.PackageNotFoundError(name)
        return versions[name]

    rows = environment.check_requirements(file, installed)
    assert [row.what for row in rows] == [
        "fine 1.2",
        "old 2.9.9, not >=3.0",
        "new 2.0, not <2,>=1",
        "gone is missing",
        "pre 3.0rc1",
    ]
    assert [bool(row.advice) for row in rows] == [False, True, True, True, False]
    assert all("-m pip install -r requirements.txt" in row.advice for row in rows if row.advice)


def test_requirements_file_that_is_not_there(tmp_path):
    [row] = environment.check_requirements(tmp_path / "requirements.txt")
    assert row.what == "requirements.txt not found"
    assert row.advice


def test_each_requirement_of_this_collection_gets_a_row(root):
    text = (root / "requirements.txt").read_text()
    names = re.findall(r"^([a-z][\w-]*)", text, re.MULTILINE)
    rows = environment.check_requirements()
    assert [row.what.split()[0] for row in rows] == names
    assert len(names) > 5


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("claims.csv, line 3: no verdict\nmore"), "claims.csv, line 3: no verdict"),
        (FileNotFoundError("no claims.csv"), "no claims.csv"),
        (KeyError(), "KeyError"),
        (ImportError("No module named 'pandas'"), "cannot be read, No module named 'pandas'"),
    ],
)
def test_any_trouble_with_the_data_becomes_one_line(error, words):
    def check():
        raise error

    row = environment.check_data(check)
    assert words in row.what
    assert row.advice
    assert "\n" not in str(row)


def test_a_listed_problem_is_not_called_intact():
    row = environment.check_data(lambda: ["claims.csv, line 3: no such source\nRestore it"])
    assert "claims.csv, line 3" in str(row)
    assert str(row).startswith("FIX")


def test_data_that_are_well():
    assert str(environment.check_data(lambda: [])).startswith("OK  the tables of data/")


def test_kernel():
    assert environment.check_kernel().advice == ""
    assert (
        environment.check_kernel("no-such-kernel").what == "Jupyter finds no kernel no-such-kernel"
    )


def test_kernel_of_another_python(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    specification = tmp_path / "kernels" / "other" / "kernel.json"
    specification.parent.mkdir(parents=True)
    program = (tmp_path / "elsewhere" / "python").as_posix()
    specification.write_text(f'{{"argv": ["{program}", "-m", "x"], "display_name": "Other"}}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    row = environment.check_kernel("other")
    assert "runs another Python" in row.what
    assert "ipykernel install --sys-prefix --name other" in row.advice


@pytest.mark.parametrize(
    ("rows", "code", "closing"),
    [
        ([("a", "")], 0, "Everything is ready. Start with: "),
        ([("a", ""), ("b", "do")], 1, "1 thing to put right."),
        ([("a", "do"), ("b", "do")], 1, "2 things to put right."),
    ],
)
def test_closing_line_and_exit_code(monkeypatch, capsys, rows, code, closing):
    monkeypatch.setattr(
        environment, "check_everything", lambda: [environment.Row(*row) for row in rows]
    )
    assert environment.main() == code
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == len(rows) + 1
    assert printed[-1].startswith(closing)
    assert printed[0].startswith("FIX a: do" if rows[0][1] else "OK  a")


def test_it_works_without_any_package(root):
    code = "import runpy; runpy.run_module('helpers', run_name='__main__')"
    done = subprocess.run(
        [
            sys.executable,
            "-S",
            "-c",
            f"import sys; sys.path.insert(0, {str(root / 'src')!r}); {code}",
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr == ""
    assert "FIX the package packaging is missing" in done.stdout
    assert "FIX the package jupyter_client is missing" in done.stdout
    assert "to put right." in done.stdout.splitlines()[-1]


def marked(root):
    """Return the commands of README.md by the names of their markers."""
    text = (root / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"<!-- command: (.+) -->\n```\w+\n(.+)\n```\n", text)
    assert len(found) == len(dict(found)) == text.count("<!-- command:")
    return dict(found)


@pytest.mark.parametrize("name", ["start", "test"])
def test_the_windows_commands_are_the_same_in_other_clothes(root, name):
    commands = marked(root)
    other = commands[name].replace("python3 -m venv", "py -m venv")
    other = other.replace(".venv/bin/", ".venv\\Scripts\\").replace("notebooks/", "notebooks\\")
    assert commands[f"{name}, Windows"] == f'cmd /c "{other}"'


def test_the_ci_script_takes_every_command_from_the_readme(root):
    script = (root / ".ci" / "run").read_text(encoding="utf-8")
    used = set(re.findall(r'\$\(readme "?([a-z ]+)"?\)', script))
    assert used == {name for name in marked(root) if "Windows" not in name}
    assert "pip install" not in script


def test_the_start_of_all_ways_is_the_same_notebook(root):
    assert environment.START in marked(root)["start"]
    assert f" {environment.START}" in (root / ".ci" / "run").read_text(encoding="utf-8")
