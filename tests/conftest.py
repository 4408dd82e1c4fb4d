"""What all tests share."""

import os
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell

ROOT = Path(__file__).resolve().parents[1]
OFFLINE = ROOT / "tests" / "offline"

collect_ignore = ["offline"]  # it is for kernels: importing it here would cut this process off

PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(len)
JUNK = PLAIN | st.lists(PLAIN, max_size=3) | st.dictionaries(st.text(), PLAIN, max_size=3)

InteractiveShell.instance()  # so that what is shown can be looked at

settings.register_profile("everywhere", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "everywhere")


@pytest.fixture(scope="session", autouse=True)
def _elsewhere(tmp_path_factory):
    """Work in an empty folder, as some cells write a reader's file into the current one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("elsewhere"))
        yield


@pytest.fixture(scope="session")
def root():
    """Return the top folder of the collection."""
    return ROOT


@pytest.fixture(scope="session")
def offline_environment():
    """Return variables that cut the network of a Python process started with them."""
    path = os.pathsep.join(filter(None, [str(OFFLINE), os.environ.get("PYTHONPATH")]))
    nowhere = "http://127.0.0.1:9"  # for programs that are not Python but honour a proxy
    return {
        "PYTHONPATH": path,
        "http_proxy": nowhere,
        "https_proxy": nowhere,
        "no_proxy": "localhost,127.0.0.1,::1",
        "PIP_NO_INDEX": "1",
    }
