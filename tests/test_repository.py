"""The collection as a whole: files, requirements, licence, sources, which module needs which."""

import ast
import csv
import importlib.metadata
import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from helpers import data

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "helpers"
FILES = ("README.md", "requirements.txt", "pyproject.toml", "LICENSE", "CITATION.cff")
FOLDERS = ("notebooks", "data", "src", "tests")


def listed():
    """Return the files that git tracks or would add; without git, all that are not set aside."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if (ROOT / ".git").exists():
        names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
        found = [ROOT / name for name in names.decode().split("\0") if name]
    else:
        aside = (ROOT / ".gitignore").read_text(encoding="utf-8").replace("/", "").split()
        found = [
            path
            for path in ROOT.rglob("*")
            if not any(Path(p).match(glob) for p in path.relative_to(ROOT).parts for glob in aside)
        ]
    return sorted(path for path in found if path.is_file())


LISTED = listed()
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def text_of(path):
    return path.read_text(encoding="utf-8")


def cells(path, kind):
    """Return the texts of a notebook's cells of one kind."""
    found = json.loads(text_of(path))["cells"]
    return ["".join(cell["source"]) for cell in found if cell["cell_type"] == kind]


# --- files ----------------------------------------------------------------------------------------


def test_the_top_holds_only_what_the_design_allows():
    tops = {path.relative_to(ROOT).parts[0] for path in LISTED}
    assert {name for name in tops if not name.startswith(".")} == {*FILES, *FOLDERS}
    assert {path.name for path in LISTED if path.parent == ROOT} >= set(FILES)


def test_folders_hold_only_what_belongs_there():
    kinds = {"notebooks": {".ipynb"}, "data": {".csv", ".md", ".bib"}, "src": {".py"}}
    for folder, allowed in kinds.items():
        found = {path.suffix for path in LISTED if path.is_relative_to(ROOT / folder)}
        assert found <= allowed, folder


def test_every_package_is_in_the_metadata():
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    packages = {name for name, path in MODULES.items() if path.name == "__init__.py"}
    assert set(project["tool"]["setuptools"]["packages"]) == packages


def test_every_module_is_in_the_map_of_the_package():
    words = set(re.findall(r"[\w.]+", ast.get_docstring(ast.parse(text_of(MODULES["helpers"])))))
    tops = {name.split(".")[1] for name in MODULES if "." in name and name.count(".") == 1}
    assert tops - {"__main__"} <= words


def strings_and_sources(path):
    """Return a file's text; of a notebook, without its images, in which any text may occur."""
    text = text_of(path)
    if path.suffix == ".ipynb":
        text = re.sub(r'"image/png": *"[^"]*"', "", text)
        text = re.sub(r"data:image/png;base64,[\w+/=]*", "", text)
    return text


def test_no_file_names_a_folder_of_one_machine():
    folders = "|".join(("work", "root", "home", "tmp", "Users", "private"))
    pattern = re.compile(rf"(?<![\w.<*)\]}}/])/({folders})/|[A-Z]:\\+Users")
    assert pattern.search("see /" + "tmp/x")
    found = [
        (path.name, match[0])
        for path in LISTED
        for match in pattern.finditer(strings_and_sources(path))
    ]
    assert found == []


def test_no_file_names_a_package_registry():
    hosts = (
        "py" + "pi",
        "python" + "hosted",
        "conda" + ".anaconda",
        "index" + "-url",
        "proxy.go" + "lang",
    )
    for path in LISTED:
        text = strings_and_sources(path).casefold()
        assert [host for host in hosts if host in text] == [], path.name


# --- requirements ---------------------------------------------------------------------------------


def requirements(file):
    lines = [line.partition("#")[0].strip() for line in text_of(ROOT / file).splitlines()]
    return {r.name: r for r in (Requirement(x) for x in lines if x and not x.startswith("-"))}


def imported(source):
    """Return the top-level names of the packages that Python source imports."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - {"helpers"}


INSTALLED = importlib.metadata.packages_distributions()


def distribution(name):
    """Return the name under which a package is installed."""
    return INSTALLED.get(name, [name])[0]


def needed_by_readers():
    sources = [text_of(path) for path in MODULES.values()]
    sources += [source for path in NOTEBOOKS for source in cells(path, "code")]
    return {distribution(name) for name in set().union(*map(imported, sources))}


BROUGHT_ALONG = {  # package: the declared one that needs it
    "jupyter_client": "nbclient",
    "ipython": "ipywidgets",
    "nbconvert": "jupyterlab",
}
RUN_NOT_IMPORTED = {"jupyterlab"}


def needs_in_the_end(package, seen):
    """Add to `seen` all that is installed with a package."""
    name = package.replace("-", "_").casefold()
    if name in seen:
        return seen
    seen.add(name)
    for text in importlib.metadata.requires(package) or ():
        need = Requirement(text)
        if need.marker is None or need.marker.evaluate({"extra": ""}):
            needs_in_the_end(need.name, seen)
    return seen


def test_every_import_is_declared_and_every_declared_package_is_used():
    declared = set(requirements("requirements.txt"))
    assert needed_by_readers() - set(BROUGHT_ALONG) | RUN_NOT_IMPORTED == declared


@pytest.mark.parametrize(("package", "parent"), BROUGHT_ALONG.items())
def test_what_is_imported_undeclared_comes_with_a_declared_package(package, parent):
    assert parent in requirements("requirements.txt")
    assert package in needs_in_the_end(parent, set())


def test_the_imports_of_the_tests_are_declared():
    declared = {*requirements("requirements.txt"), *requirements("tests/requirements.txt")}
    here = {path.stem for path in (ROOT / "tests").rglob("*.py")}
    used = set().union(*(imported(text_of(path)) for path in (ROOT / "tests").rglob("*.py")))
    wanted = {distribution(name) for name in used - here}
    assert wanted - set(BROUGHT_ALONG) <= declared


@pytest.mark.parametrize("name", sorted(requirements("requirements.txt")))
def test_a_requirement_has_a_lower_bound_and_stops_at_the_next_major_version(name):
    bounds = {
        s.operator: Version(s.version) for s in requirements("requirements.txt")[name].specifier
    }
    if name == "packaging":  # it reads version numbers; its own are years
        assert set(bounds) == {">="}
        return
    assert set(bounds) == {">=", "<"}
    assert bounds["<"] == Version(str(bounds[">="].major + 1))


def test_requirements_end_with_the_helpers_themselves():
    lines = text_of(ROOT / "requirements.txt").split("\n")
    assert [line for line in lines if line.startswith("-")] == ["-e ."]


# --- licence, citation, README --------------------------------------------------------------------


def test_the_licence_names_both_licences_in_full():
    licence = " ".join(text_of(ROOT / "LICENSE").split())
    for words in (
        "MIT License",
        "Permission is hereby granted, free of charge",
        'THE SOFTWARE IS PROVIDED "AS IS"',
        "Creative Commons Attribution 4.0 International",
        "CC BY 4.0",
        "https://creativecommons.org/licenses/by/4.0/legalcode",
    ):
        assert words in licence
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    assert project["license"] == "MIT AND CC-BY-4.0"
    for file in (ROOT / "README.md", ROOT / "data" / "README.md"):
        assert "CC BY 4.0" in text_of(file)


def read_simple_yaml(text):
    """Return (path of keys, value) pairs of the plain subset of YAML that CITATION.cff uses."""
    pairs, path = [], {}  # depth: the key that stands there
    for line in text.splitlines():
        match = re.fullmatch(r"( *)(- )?(?:([\w-]+):(?: (.+))?|([\w. -]+))", line)
        assert match, f"not plain YAML: {line!r}"
        depth = len(match[1]) + len(match[2] or "")
        assert depth % 2 == 0
        value = match[4] or match[5]
        if value and value.startswith('"'):
            value = json.loads(value)
        elif value:
            assert not re.search(r": | #", value), f"needs quotes: {line!r}"
        path = {d: key for d, key in path.items() if d < depth} | {depth: match[3] or "-"}
        pairs.append((".".join(path.values()), value))
    return pairs


def test_the_citation_names_the_study_as_the_references_do():
    pairs = read_simple_yaml(text_of(ROOT / "CITATION.cff"))
    assert len(pairs) > 20
    cited = dict(pairs)
    assert cited["cff-version"] == "1.2.0"
    assert cited["type"] == "software"
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    assert cited["version"] == project["version"]
    assert cited["title"] == text_of(ROOT / "README.md").splitlines()[0].removeprefix("# ")
    assert [value for key, value in pairs if key.startswith("license.")] == ["MIT", "CC-BY-4.0"]
    study = data.references()["lasemi2018"]
    for field in ("doi", "title", "journal", "year", "volume"):
        assert cited[f"references.{field}"] == study[field]
    assert f"{cited['references.start']}–{cited['references.end']}" == study["pages"]
    families = [value for key, value in pairs if key == "references.authors.family-names"]
    assert len(families) == len(study["author"].split(" and "))
    for family, author in zip(families, study["author"].split(" and "), strict=True):
        assert family in author


README = text_of(ROOT / "README.md")
MARKED = {
    name: block.splitlines()
    for name, block in re.findall(
        r"<!-- command: (.+?) -->\n```(?:sh|bat)\n(.*?)\n```", README, flags=re.DOTALL
    )
}


def test_readme_marks_each_command_and_each_is_one_line():
    assert README.count("<!-- command:") == len(MARKED)
    assert set(MARKED) == {"start", "start, Windows", "test", "test, Windows", "no screen", "check"}
    assert {len(lines) for lines in MARKED.values()} == {1}


@pytest.mark.parametrize("name", ["start", "test"])
def test_the_commands_for_windows_do_the_same(name):
    inner = re.fullmatch(r'cmd /c "(.+)"', MARKED[f"{name}, Windows"][0])[1]
    same = inner.replace("\\", "/").replace("/Scripts/", "/bin/")
    assert re.sub(r"^py ", "python3 ", same) == MARKED[name][0]


def test_what_the_commands_name_exists():
    inline = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", README, flags=re.DOTALL))
    commands = [*(line for lines in MARKED.values() for line in lines), *inline]
    files = set(re.findall(r"[\w./]+/[\w./]+\.(?:txt|ipynb|md)\b", " ".join(commands)))
    assert {"tests/requirements.txt", "notebooks/00_start_here.ipynb"} <= files
    for file in files:
        assert (ROOT / file).is_file(), file
    modules = {name for text in commands for name in re.findall(r"-m (helpers[\w.]*)", text)}
    assert modules == {"helpers", "helpers.notebooks", "helpers.simulate"}
    for name in modules:
        module = name if name != "helpers" else "helpers.__main__"
        source = text_of(Path(importlib.util.find_spec(module).origin))
        assert 'if __name__ == "__main__"' in source
    assert "`.ci/run`" in README
    assert os.access(ROOT / ".ci" / "run", os.X_OK) or os.name == "nt"
    asked = re.findall(r"\$\(readme \"?([\w ]+?)\"?\)", text_of(ROOT / ".ci" / "run"))
    assert set(asked) == {"start", "test", "check", "no screen"} <= set(MARKED)


def test_the_oldest_python_is_the_same_everywhere():
    oldest = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]["requires-python"]
    version = re.fullmatch(r">=(\d+)\.(\d+)", oldest)
    assert f"Python {version[1]}.{version[2]} or newer" in README
    from helpers import __main__ as environment

    oldest = (int(version[1]), int(version[2]))
    assert oldest == environment.OLDEST_PYTHON


def links(text):
    """Return the targets of the Markdown links of a text, those to a place of a page left out."""
    found = re.findall(r"\]\(<?((?:[^()\s]|\([^()\s]*\))+)>?\)", text) + re.findall(
        r"<(http[^>]+)>", text
    )
    return [target for target in found if not target.startswith("#")]


def test_every_link_to_a_file_leads_to_one():
    texts = {path: text_of(path) for path in LISTED if path.suffix == ".md"}
    texts |= {path: "\n".join(cells(path, "markdown")) for path in NOTEBOOKS}
    seen = 0
    for path, text in texts.items():
        for target in links(text):
            if not re.match(r"\w+:", target):
                seen += 1
                file = path.parent / unquote(target.partition("#")[0])
                assert file.exists(), f"{path.name} links to {target}"
    assert seen >= 5


def map_of(text):
    """Return number: (title, linked file or "", minutes, state) of a table of the notebooks."""
    rows = {}
    for line in text.splitlines():
        cell = [part.strip() for part in line.strip().strip("|").split("|")]
        found = re.fullmatch(r"\[?(\d\d) · (\[?)([^\]]+?)\]?(?:\(([^)]+)\))?", cell[0])
        if line.startswith("|") and found:
            file = Path(found[4]).name if found[4] else ""
            rows[found[1]] = (found[3], cell[1], file, cell[2], cell[3])
    return rows


def test_the_map_of_readme_matches_the_folder():
    rows = map_of(README)
    assert list(rows) == ["00", "01", "02", "03", "04", "05"]
    assert {row[4] for row in rows.values()} <= {"ready", "planned"}
    ready = [row[2] for row in rows.values() if row[4] == "ready"]
    assert ready == [path.name for path in NOTEBOOKS]
    for number, row in rows.items():
        assert bool(row[2]) == (row[4] == "ready")
        assert row[2].startswith(number) or not row[2]


def test_the_map_of_notebook_00_is_that_of_readme():
    start = ROOT / "notebooks" / "00_start_here.ipynb"
    (text,) = [cell for cell in cells(start, "markdown") if cell.startswith("## The map")]
    here, there = map_of(text), map_of(README)
    assert list(here) == list(there)
    for number, (title, question, file, minutes, state) in here.items():
        if number == "00":
            assert state == "you are here"
            file, state = start.name, "ready"
        assert (title, question, file, minutes, state) == there[number]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_opens_with_the_title_and_minutes_of_the_map(path):
    title, _, _, minutes, _ = map_of(README)[path.stem[:2]]
    card = cells(path, "markdown")[0]
    assert re.match(rf"# {path.stem[:2]} · {re.escape(title)}(:|\n)", card)
    assert f"{minutes} minutes" in card


# --- sources --------------------------------------------------------------------------------------

KEY = re.compile(r"\b[a-z]{3,}(?:19|20)\d\d[a-z]*\b")


def dois(text):
    """Return the DOIs in a text, without what follows them in a sentence."""
    found = set()
    for doi in re.findall(r"\b10\.\d{4,9}/[^\s\"'<>\]`,;{}|\\]+", unquote(text)):
        while doi[-1] in ".:*" or (doi[-1] == ")" and doi.count(")") > doi.count("(")):
            doi = doi[:-1]
        found.add(doi.partition(")](")[0].casefold())
    return found


@pytest.fixture(scope="module")
def references():
    return data.references()


@pytest.fixture(scope="module")
def table_keys():
    """Return the keys in the source cells of all tables."""
    keys = set()
    for path in (ROOT / "data").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                keys |= {key for key in row.get("source", "").split("; ") if key}
    return keys


@pytest.fixture(scope="module")
def notebook_text():
    return "\n".join(text for path in NOTEBOOKS for text in cells(path, "markdown"))


@pytest.fixture(scope="module")
def docstrings():
    """Return the docstrings and comments' sources of the package, by module."""
    found = {}
    for name, path in MODULES.items():
        nodes = ast.walk(ast.parse(text_of(path)))
        kinds = (ast.Module, ast.FunctionDef, ast.ClassDef)
        found[name] = "\n".join(ast.get_docstring(n) or "" for n in nodes if isinstance(n, kinds))
    return found


def test_doi_finder_reads_dois_as_they_are_written():
    text = (
        "doi 10.1016/0304-4076(85)90158-7, advised ([x](https://doi.org/10.1136/bmj.38.1)) and "
        "(https://doi.org/10.1001/A.b). [10.7717/peerj.7695](https://doi.org/10.7717/peerj.7695);"
    )
    assert dois(text) == {
        "10.1016/0304-4076(85)90158-7",
        "10.1136/bmj.38.1",
        "10.1001/a.b",
        "10.7717/peerj.7695",
    }


def test_every_reference_is_used(references, table_keys, notebook_text, docstrings):
    text = "\n".join([notebook_text, *docstrings.values()])
    cited, addresses = dois(text), text.casefold()
    unused = [
        key
        for key, entry in references.items()
        if key not in table_keys
        and entry.get("doi", "no doi").casefold() not in cited
        and entry.get("url", "no url").casefold() not in addresses
    ]
    assert unused == []


def test_every_source_of_a_table_is_a_reference(references, table_keys):
    assert len(table_keys) > 20
    assert table_keys - set(references) == set()


def test_a_key_in_any_other_cell_is_a_reference(references):
    seen = set()
    for path in (ROOT / "data").glob("*.csv"):
        seen |= set(KEY.findall(text_of(path)))
    assert "tremlett2008" in seen
    assert seen - set(references) == set()


def test_every_doi_linked_in_a_notebook_or_readme_is_a_reference(references, notebook_text):
    known = {entry["doi"].casefold() for entry in references.values() if "doi" in entry}
    linked = dois(notebook_text) | dois(README)
    assert len(linked) >= 8
    assert linked - known == set()


def test_every_doi_in_a_docstring_is_a_reference(references, docstrings):
    known = {entry["doi"].casefold() for entry in references.values() if "doi" in entry}
    found = {doi for text in docstrings.values() for doi in dois(text)}
    assert found
    assert found <= known


def test_a_doi_link_shows_the_doi_it_leads_to(notebook_text):
    pairs = re.findall(
        r"\[(10\.\d{4,9}/[^\]]+)\]\(https://doi\.org/([^\s]+?)\)(?=[\s).,;]|$)", notebook_text
    )
    assert pairs
    assert [pair for pair in pairs if pair[0] != unquote(pair[1])] == []


def test_no_doi_stands_twice_in_the_references(references):
    all_dois = [entry["doi"].casefold() for entry in references.values() if "doi" in entry]
    assert sorted(set(all_dois)) == sorted(all_dois)
    for doi in all_dois:
        assert dois(doi) == {doi}


# --- which module needs which ---------------------------------------------------------------------

LAYERS = (  # a module may import modules of the layers before its own, and those listed with it
    {"checks"},
    {"show", "learn", "data", "intervals"},
    {"loglinear", "batch"},
    {"simulate", "estimate"},
    {"replica", "causal"},
)
ALONE = {  # those that need nothing else of the package, or only this
    "checks": set(),
    "show": {"checks"},
    "learn": {"checks"},
    "data": {"checks"},
    "intervals": {"checks"},
    "batch": {"checks", "intervals"},
    "loglinear": {"checks", "intervals"},
    "estimate": {"checks", "batch", "intervals", "loglinear"},
    "simulate": {"checks", "data"},
    "interact": {"checks", "show"},
    "notebooks": set(),
}


def unit(name):
    """Return the part of the package that a module belongs to: helpers.plots.style is plots."""
    return name.split(".")[1] if "." in name else ""


def needs(path):
    """Return the parts of the package that a file imports, wherever in it, types included."""
    tree = ast.parse(text_of(path))
    tree.body = [  # what runs only as a command is not part of the module
        node
        for node in tree.body
        if not (isinstance(node, ast.If) and "__main__" in ast.unparse(node.test))
    ]
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {unit(alias.name) for alias in node.names if alias.name.startswith("helpers")}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name}: write imports in full"
            if node.module == "helpers":
                found |= {alias.name for alias in node.names}
            elif node.module.startswith("helpers."):
                found.add(unit(node.module))
    return found


@pytest.fixture(scope="module")
def graph():
    parts = {}
    for name, path in MODULES.items():
        if unit(name) not in ("", "__main__"):
            parts.setdefault(unit(name), set()).update(needs(path) - {unit(name)})
    assert {"replica", "plots", "readings", "exercises"} <= set(parts)
    return parts


def test_imports_name_modules_that_exist(graph):
    assert set().union(*graph.values()) <= set(graph)


@pytest.mark.parametrize("name", ALONE)
def test_a_basic_module_needs_only_what_it_may(graph, name):
    assert graph[name] <= ALONE[name]


def test_dependencies_point_one_way(graph):
    lower = set().union(*LAYERS)
    for before, after in pairwise(LAYERS):
        for name in before & set(graph):
            assert not graph[name] & after, f"{name} must not import {graph[name] & after}"
    for name in lower & set(graph):
        assert graph[name] <= lower, f"{name} must not import {graph[name] - lower}"
    for place, layer in enumerate(LAYERS):
        allowed = set().union(*LAYERS[:place])
        for name in layer & set(graph):
            assert graph[name] <= allowed, f"{name} must not import {graph[name] - allowed}"


def test_no_module_needs_itself_in_the_end(graph):
    left = {name: set(others) for name, others in graph.items()}
    while ready := [name for name, others in left.items() if not others & set(left)]:
        for name in ready:
            del left[name]
    assert left == {}, "these import each other in a circle"


def test_importing_a_module_loads_nothing_heavy():
    heavy = ("pandas", "statsmodels", "matplotlib", "scipy", "networkx", "ipywidgets", "IPython")
    names = [name for name in MODULES if not name.endswith(("__main__", ".notebooks"))]
    assert {"helpers.data", "helpers.learn", "helpers.show"} <= set(names)
    script = (
        "import importlib, sys\n"
        f"for name in {names!r}:\n"
        "    importlib.import_module(name)\n"
        f"    loaded = [heavy for heavy in {heavy!r} if heavy in sys.modules]\n"
        "    if loaded: sys.exit(f'{name} loads {loaded}')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
