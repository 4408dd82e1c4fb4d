"""What all tests share."""

import os
from pathlib import Path
from types import SimpleNamespace

import matplotlib
import nbformat
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell

from helpers import learn

ROOT = Path(__file__).resolve().parents[1]
OFFLINE = ROOT / "tests" / "offline"
# without the copies that `python -m helpers reset` keeps
NOTEBOOKS = [path for path in sorted((ROOT / "notebooks").glob("*.ipynb")) if " (" not in path.name]

collect_ignore = ["offline"]  # it is for kernels: importing it here would cut this process off
matplotlib.use("agg")
InteractiveShell.instance()  # so that what is shown can be looked at

PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
PLAIN |= st.binary() | st.sampled_from([..., len])
JUNK = PLAIN | st.lists(PLAIN, max_size=3) | st.dictionaries(st.text() | PLAIN, PLAIN, max_size=3)

settings.register_profile("ours", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("ours")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Keep the tests of one notebook's cells together: they share what is costly."""
    for item in items:
        if item.path.stem.startswith("test_notebook_"):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


class Cells:
    """The code of a notebook, to be run cell by cell."""

    def __init__(self, number):
        (file,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
        self.cells = nbformat.read(file, as_version=4).cells
        self.source = {cell.id: cell.source for cell in self.cells}

    def run(self, ids, before=None, change=("", ""), **typed):
        """Return the names that cells leave, and what they said and foretold.

        What a reader types is put in place before and after each cell.
        """
        said, tabled = [], []
        look = {"say": said.append, "table": lambda frame, *_, **__: tabled.append(frame)}
        look["predict"] = lambda _, result=None, **more: said.append(more.get("answer", result))
        fixed = {"learn": SimpleNamespace(**vars(learn) | look), "tabled": tabled, **typed}
        names = {**(before or {}), **fixed}
        for name in ids.split():
            exec(self.source[name].replace(*change), names)
            names |= fixed
        return names, said


@pytest.fixture(scope="module", autouse=True)
def _elsewhere(tmp_path_factory):
    """Work in an empty folder, as some cells write a reader's file into the current one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("elsewhere"))
        yield


@pytest.fixture(scope="session")
def offline_environment():
    """Return variables that cut the network of a Python process started with them."""
    path = os.pathsep.join(filter(None, [str(OFFLINE), os.environ.get("PYTHONPATH")]))
    nowhere = "http://127.0.0.1:9"  # for programs that are not Python but honour a proxy
    cut = {"PYTHONPATH": path, "http_proxy": nowhere, "https_proxy": nowhere, "PIP_NO_INDEX": "1"}
    return cut | {"no_proxy": "localhost,127.0.0.1,::1"}
