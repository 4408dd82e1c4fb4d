"""The runner of notebooks, and the guard that cuts the network of the kernels it starts."""

import os
import subprocess
import sys

import nbformat
import pytest

from helpers.first_edition import notebooks


def make(path, *sources, **cell_metadata):
    """Write a notebook of code cells, as messy as an editor may leave it."""
    cells = [
        nbformat.v4.new_code_cell(source, id=f"cell-{number}", metadata=cell_metadata)
        for number, source in enumerate(sources, start=1)
    ]
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "my laptop"},
        "language_info": {"name": "python", "version": "3.11.7"},
        "widgets": {"state": {}},
    }
    path.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=metadata)))
    return path


def lines(report):
    """Return a `report` for run_all that collects what it would print."""
    return lambda text, end="\n", flush=False: report.append(f"{text}{end}")


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    """Return a folder with one notebook, and that notebook run twice with refresh."""
    folder = tmp_path_factory.mktemp("lesson")
    path = make(
        folder / "00_lesson.ipynb",
        "import warnings\nfrom pathlib import Path\nprint('one', flush=True)\nprint('two')",
        "",
        "warnings.warn('old-fashioned')\nlist(Path().iterdir())",
        "import ipywidgets\nipywidgets.IntSlider(), print(6 * 7)\nipywidgets.IntSlider()",
        tags=["kept"],
        execution={"iopub.status.busy": "2026-01-01T00:00:00Z"},
    )
    before = path.read_bytes()
    passes = []
    for refresh in (False, True, True):
        report = []
        results = notebooks.run_all(folder=folder, refresh=refresh, report=lines(report))
        passes.append((results, "".join(report), path.read_bytes()))
    return before, passes  # bytes, and for each pass the results, the report and the bytes after


def test_a_run_without_refresh_changes_nothing_and_prints_one_line(lesson):
    before, [(results, printed, after), *_] = lesson
    assert after == before
    assert [result.problem for result in results] == [""]
    assert printed.startswith("00_lesson.ipynb ... OK; warnings in cell 3 (")
    assert printed.count("\n") == 1


def test_refresh_writes_once_and_then_leaves_the_bytes_alone(lesson):
    before, [_, (_, first_report, first), (_, second_report, second)] = lesson
    assert first != before
    assert first == second
    assert "outputs rewritten" in first_report
    assert "outputs rewritten" not in second_report
    assert first.endswith(b"}\n")
    assert b"\r" not in first


def test_refresh_keeps_cells_and_drops_what_varies(lesson):
    notebook = nbformat.reads(lesson[1][2][2].decode(), as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata == {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    assert [cell.id for cell in notebook.cells] == ["cell-1", "cell-2", "cell-3", "cell-4"]
    assert {str(cell.metadata) for cell in notebook.cells} == {"{'tags': ['kept']}"}
    assert [cell.execution_count for cell in notebook.cells] == [1, None, 2, 3]
    first, empty, third, widget = (cell.outputs for cell in notebook.cells)
    assert [output.text for output in first] == ["one\ntwo\n"]
    assert empty == []
    assert third[-1].execution_count == 2
    assert third[-1].data["text/plain"] == "[]"  # the kernel works in an empty folder
    assert [output.get("text") for output in widget] == ["42\n"]  # and no widget view


def test_tidy_joins_streams_and_renumbers():
    def stream(name, text):
        return nbformat.v4.new_output("stream", name=name, text=text)

    result = nbformat.v4.new_output("execute_result", {"text/plain": "1"}, execution_count=31)
    outputs = [
        stream("stdout", "a\n"),
        stream("stdout", "b\n"),
        stream("stderr", "c\n"),
        stream("stdout", "d\n"),
        result,
    ]
    messy = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("text"),
            nbformat.v4.new_code_cell(" \n", outputs=[stream("stdout", "old")], execution_count=9),
            nbformat.v4.new_code_cell("1", outputs=outputs, execution_count=30),
        ]
    )
    clean = notebooks.tidy(messy)
    assert clean.cells[1].outputs == []
    assert [out.get("text", "result") for out in clean.cells[2].outputs] == [
        "a\nb\n",
        "c\n",
        "d\n",
        "result",
    ]
    assert clean.cells[2].execution_count == clean.cells[2].outputs[-1].execution_count == 1
    assert notebooks.stderr_texts(clean) == {3: "c\n"}
    assert messy.cells[2].execution_count == 30  # the notebook given is not touched
    assert notebooks.tidy(clean) == clean


def test_a_failure_is_told_in_one_line_and_never_written(tmp_path, capsys):
    bad = make(tmp_path / "01_bad.ipynb", "x = 1", "print(x)\ny + 1")
    make(tmp_path / "02_good.ipynb", "1")
    before = bad.read_bytes()
    assert notebooks.main(["--refresh", "--folder", str(tmp_path)]) == 1
    first, second, closing = capsys.readouterr().out.splitlines()
    wanted = (
        "01_bad.ipynb ... FAILED in cell 2 of 2 (id cell-2): NameError: name 'y' is not defined"
    )
    assert first.startswith(wanted)
    assert second.startswith("02_good.ipynb ... OK; outputs rewritten")
    assert closing.startswith("1 of 2 failed")
    assert bad.read_bytes() == before


def test_a_failing_widget_callback_is_a_failure(tmp_path):
    path = make(
        tmp_path / "widget.ipynb",
        "from ipywidgets import interact\ninteract(lambda x: x, x=(0, 1, 1));",
        "import ipywidgets\nslider = ipywidgets.IntSlider()\n"
        "shown = ipywidgets.interactive_output(lambda x: 1 / (1 - x), {'x': slider})\n"
        "slider.value = 1",
    )
    with pytest.raises(notebooks.NotebookFailed, match="a widget: ZeroDivisionError"):
        notebooks.execute(path)


def test_time_limit_and_death_of_the_kernel(tmp_path):
    slow = make(tmp_path / "slow.ipynb", "1", "import time\ntime.sleep(60)")
    with pytest.raises(notebooks.NotebookFailed, match=r"cell 2 of 2 .* no end after 1 seconds"):
        notebooks.execute(slow, timeout=1)
    dead = make(tmp_path / "dead.ipynb", "import os\nos._exit(3)")
    with pytest.raises(notebooks.NotebookFailed, match=r"cell 1 of 1 .* kernel died"):
        notebooks.execute(dead)


def test_folder_and_environment_of_the_kernel(tmp_path):
    path = make(tmp_path / "where.ipynb", "import os\nprint(os.getcwd(), os.environ['COLOUR'])")
    notebook = notebooks.execute(path, cwd=tmp_path, environment={"COLOUR": "green"})
    assert notebook.cells[0].outputs[0].text == f"{os.path.realpath(tmp_path)} green\n"


def test_find_by_number_name_or_path_in_sorted_order(tmp_path):
    for name in ("03_c", "00_a", "01_b"):
        make(tmp_path / f"{name}.ipynb")
    paths = notebooks.find(folder=tmp_path)
    assert [path.stem for path in paths] == ["00_a", "01_b", "03_c"]
    for names in (["03", "00"], ["notebooks/03_c.ipynb", "00_a"]):
        assert [path.stem for path in notebooks.find(names, tmp_path)] == ["00_a", "03_c"]
    with pytest.raises(
        FileNotFoundError, match=r"no notebook called 07; there are 00_a\.ipynb, 01"
    ):
        notebooks.find(["07"], tmp_path)


def test_no_notebook_is_a_failure(tmp_path, capsys):
    assert notebooks.main(["--folder", str(tmp_path)]) == 1
    assert "no notebook in" in capsys.readouterr().err


ATTEMPTS = {
    "connect": "socket.create_connection(('192.0.2.1', 80), timeout=5)",
    "connect_ex": "s = socket.socket(); s.settimeout(5); s.connect_ex(('192.0.2.1', 80))",
    "connect, IPv6": "socket.socket(socket.AF_INET6).connect(('2001:db8::1', 80))",
    "send": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
    "look up": "socket.getaddrinfo('example.invalid', 80)",
    "look up by name": "socket.gethostbyname('example.invalid')",
    "urllib": "urllib.request.build_opener(urllib.request.ProxyHandler({})).open('http://192.0.2.1')",
    "asyncio": "asyncio.run(asyncio.open_connection('192.0.2.1', 80))",
    "child process": "subprocess.run([sys.executable, '-c', "
    "'import socket; socket.getaddrinfo(\"example.invalid\", 80)'], check=True)",
}
IMPORTS = "import asyncio, socket, subprocess, sys, threading, urllib.request\n"


def python(code, environment):
    return subprocess.run(
        [sys.executable, "-c", IMPORTS + code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_the_guard_cuts(attempt, offline_environment):
    done = python(attempt, offline_environment)
    assert done.returncode != 0
    assert "NetworkCut: the network is cut in the tests" in done.stderr


def test_the_guard_lets_this_machine_talk_to_itself(offline_environment):
    code = """
server = socket.create_server(("127.0.0.1", 0))
def greet():
    connection, _ = server.accept()
    connection.sendall(b"hello")
    connection.close()
threading.Thread(target=greet).start()
with socket.create_connection(("localhost", server.getsockname()[1]), timeout=5) as client:
    print(client.recv(5).decode())
one, other = socket.socketpair()
one.sendall(b"pair")
print(other.recv(4).decode())
"""
    done = python(code, offline_environment)
    assert (done.stdout, done.stderr) == ("hello\npair\n", "")


def test_the_guard_cuts_in_a_kernel_too(tmp_path, offline_environment):
    path = make(
        tmp_path / "net.ipynb",
        "import socket",
        f"try:\n    {ATTEMPTS['connect']}\nexcept OSError:\n    pass",
    )
    with pytest.raises(
        notebooks.NotebookFailed, match=r"cell 2 .*: NetworkCut: the network is cut"
    ):
        notebooks.execute(path, environment=offline_environment)
