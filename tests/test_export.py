"""Slides, worksheets, keys and handouts of every notebook, and putting notebooks back.

What is on a page is tested without a browser; whether it fits is measured in headless Chromium.
"""

import re
import shutil
import subprocess
from functools import cache
from html import unescape
from pathlib import Path
from zipfile import ZipFile

import nbformat
import pytest
from conftest import NOTEBOOKS
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers import __main__ as command
from helpers import export, learn

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
WRITTEN = ["my_verdicts.json", "my_studies.csv", "my_protocol_2.md"]
KINDS = ["slides", "worksheet", "key", "handout"]
pytestmark = pytest.mark.xdist_group("export")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for kind in KINDS:
        export.write(kind, NOTEBOOKS, folder)
    return folder


def words(page):
    """What can be read on a page, without spaces."""
    page = re.sub(r"(?s)<(style|script|summary|span)\b.*?</\1>|<!--.*?-->|<[^>]+>", "", page)
    return re.sub(r"\s", "", unescape(page))


@cache
def of_kind(path, *kinds):
    cells = nbformat.read(path, as_version=4).cells
    found = [piece for cell in cells for piece in export.pieces(cell, path.parent)]
    return [page for kind, page in found if kind in kinds and page.strip()]


@each_notebook
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_needs_nothing_else(pages, path, kind):
    page = (pages / f"{path.stem}_{kind}.html").read_text(encoding="utf-8")
    assert not re.findall(r'<(?:img|script|link|iframe)[^>]*?(?:src|href)="(?!data:)', page)
    assert not re.search(r"@import|url\(|<a [^>]*\.ipynb|Not tried yet", page)
    described = re.findall(r'<img[^>]*? alt="([^"]{40,})"', page)
    assert page.count("<img") == len(described)
    assert '<html lang="en">' in page
    assert "<h1" in page


@each_notebook
def test_the_answers_are_in_the_key_and_not_in_the_worksheet(pages, path):
    worksheet = words((pages / f"{path.stem}_worksheet.html").read_text(encoding="utf-8"))
    key = words((pages / f"{path.stem}_key.html").read_text(encoding="utf-8"))
    for answer in of_kind(path, "answer", "feedback", "hidden", "told", "notes"):
        for text in map(words, re.findall(r"(?s)<(?:p|pre|figcaption)\b.*?</\w+>", answer)):
            assert text in key
            assert len(text) < 20 or text not in worksheet
    for question in of_kind(path, "question", "option"):
        assert words(question) in worksheet


@each_notebook
def test_an_answer_is_a_step_after_its_question(pages, path):
    page = (pages / f"{path.stem}_slides.html").read_text(encoding="utf-8")
    page = re.sub(r'(?s)<div class="(notes|code)">.*?</section>', "", page)
    asked = [words(step) for step in re.findall(r'(?s)<div class="step(?! told)(.*?)</div>', page)]
    for answer in of_kind(path, "feedback", "hidden", "answer", "change"):
        assert not any(words(answer) in step for step in asked if len(words(answer)) > 20)
    assert not any(stub in page for stub in of_kind(path, "stub"))


@each_notebook
def test_a_lesson_has_15_to_25_main_slides_and_each_its_notes(path):
    found = export.sheets(nbformat.read(path, as_version=4), path.parent)
    main = [sheet["cells"] for sheet in found if sheet["shows"] and not sheet["optional"]]
    assert 15 <= len(main) <= 25
    assert all(any("notes" in dict(cell.pieces) for cell in cells) for cells in main)


FOLD = "<details><summary>{}</summary>\n\n{}\n\n</details>\n"


@pytest.fixture
def small():
    """A notebook with one of each."""
    slide, more = {"slide_type": "slide", "notes": "Wait."}, {"optional": True}
    check = "**Check yourself 1.** Why?\n\n" + FOLD.format("Chance.", "Not so.")
    check += FOLD.format("Bias.", "Right.")
    cells = [
        new_markdown_cell("# T", metadata={"slideshow": slide}),
        new_code_cell("import numpy", id="setup"),
        new_code_cell("x = 1", metadata={"slideshow": slide}),  # shows nothing
        new_markdown_cell("For me", metadata={"slideshow": {"slide_type": "skip"}}),
        new_markdown_cell(check, metadata={"slideshow": slide}),
        new_code_cell('my_verdicts = {\n    "CL05": "",  # plants\n}'),
        new_markdown_cell("More", metadata={"slideshow": slide | more}),
    ]
    return new_notebook(cells=cells)


def test_slides_of_a_small_notebook(small, tmp_path):
    nbformat.write(small, tmp_path / "09_small.ipynb")
    found = export.sheets(small, tmp_path)
    assert [sheet["optional"] for sheet in found] == [False, False, False, True]
    kinds = " ".join(kind for cell in found[2]["cells"] for kind, _ in cell.pieces)
    assert kinds == "notes code text notes question option feedback option feedback code rows told"
    (tmp_path / "guide.md").write_text("# Guide")
    where = ["--folder", str(tmp_path), "--to", str(tmp_path)]
    for kind, name in [*((kind, "09_small") for kind in KINDS), ("handout", "guide")]:
        assert command.main([kind, name[:5], *where]) == 0
        assert (tmp_path / f"{name}_{kind}.html").is_file()
    page = (tmp_path / "09_small_slides.html").read_text(encoding="utf-8")
    listed = re.findall(r'<a href="#\d">(.+?)</li>', page)
    assert listed[1::2] == ["2 Run this first</a>", "4 More</a> · optional"]
    assert command.main(["slides", "guide", *where]) == 1


def shows(data, **metadata):
    if isinstance(data, learn.Feedback):
        data = {"text/html": data._repr_html_(), "text/plain": repr(data)}
    return new_code_cell("x", outputs=[new_output("display_data", data)], metadata=metadata)


HIDDEN = {"jupyter": {"outputs_hidden": True}}
CELLS = {
    "code hidden": shows(learn.predict(..., 3.65), **HIDDEN),  # the result, no "Not tried"
    "code hidden hidden": shows(learn.predict(2, 3.65), **HIDDEN),
    "code hidden result": shows(learn.predict(2, 3.65)),
    "code result": shows(learn.Feedback("Noted", "Kept.")),
    "stub": shows(learn.predict(2, 3.65), tags=["exercise"]),
    "code figure": shows({"text/html": "<figure></figure>", "text/plain": "F"}),
    "code": shows({"application/vnd.jupyter.widget-view+json": {}, "text/plain": "VBox()"}),
    "text change": new_markdown_cell("Do.\n\n" + FOLD.format("What you will see", "It.")),
    "notes": new_markdown_cell(FOLD.format("For the presenter", "Wait.")),
    "text figure": new_markdown_cell("Look.\n\n![A picture.](a.svg)"),
}


@pytest.mark.parametrize("kinds", CELLS)
def test_what_a_cell_shows_has_a_kind(kinds, tmp_path):
    (tmp_path / "a.svg").write_text("<svg/>")
    found = [(kind, page.strip()) for kind, page in export.pieces(CELLS[kinds], tmp_path)]
    assert " ".join(kind for kind, page in found if page) == kinds
    rules = {"hidden": "(?s).*3.65.*", "figure": "<figure>(<img [^<>]*>)?</figure>"}
    assert all(re.fullmatch(rules.get(kind, "(?s).*"), page) for kind, page in found)


@pytest.fixture
def home(small, tmp_path):
    """A folder with two changed notebooks, a reader's file, and where they came from."""
    (tmp_path / "git").mkdir()
    nbformat.write(small, tmp_path / "git" / "03_a.ipynb")
    with ZipFile(tmp_path / "shipped.zip", "w") as archive:
        for name in ("03_a.ipynb", "04_b.ipynb"):
            archive.write(tmp_path / "git" / "03_a.ipynb", f"main/notebooks/{name}")
    for name in ("03_a.ipynb", "04_b.ipynb", *WRITTEN):
        (tmp_path / name).write_text("mine")
    return tmp_path


@pytest.mark.parametrize("source", ["zip", "git"])
def test_reset_keeps_what_was_there(home, source):
    folder, archive = (home, home / "shipped.zip") if source == "zip" else (home / "git", None)
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for step in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *step], check=True)
    (folder / "03_a.ipynb").write_text("mine")
    assert export.reset(["03"], folder, archive) == 0
    assert next(folder.glob("03_a (*).ipynb")).read_text() == "mine"
    assert len(nbformat.read(folder / "03_a.ipynb", as_version=4).cells) == 7
    after = sorted(folder.iterdir())
    assert export.reset(["03"], folder, archive) == 0
    assert sorted(folder.iterdir()) == after


def test_reset_of_all_puts_readers_files_aside(home):
    where = ["--folder", str(home), "--from", str(home / "shipped.zip")]
    assert command.main(["reset", *where]) == 0
    for path in map(Path, WRITTEN):
        assert next(home.glob(f"{path.stem} (*){path.suffix}")).read_text() == "mine"
        assert not (home / path).exists()


@pytest.mark.parametrize("action", ["write_bytes", "rename"])
def test_reset_loses_nothing_when_the_disk_is_full(home, monkeypatch, action):
    monkeypatch.setattr(Path, action, lambda *_: (_ for _ in ()).throw(OSError(28, "No space")))
    assert export.reset([], home, home / "shipped.zip") == 2 + len(WRITTEN)
    assert {(home / name).read_text() for name in ("03_a.ipynb", "04_b.ipynb")} == {"mine"}


@pytest.mark.parametrize("archive", [None, "nowhere.zip", "03_a.ipynb"])
def test_reset_says_when_there_is_nothing_to_go_back_to(home, archive, capsys):
    before = sorted(home.iterdir())
    assert export.reset([], home, archive and home / archive) == 1
    assert "--from FILE.zip" in capsys.readouterr().out
    assert sorted(home.iterdir()) == before


@pytest.fixture(scope="module")
def browser():
    """Chromium without a window: Playwright's own, or one of the system."""
    sync = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    system = map(shutil.which, ["chromium", "chromium-browser", "google-chrome", "chrome"])
    with sync.sync_playwright() as play:
        for program in [None, *filter(None, system)]:
            try:
                yield play.chromium.launch(executable_path=program, args=["--no-sandbox"])
            except sync.Error:
                continue
            return
        pytest.skip("no browser is installed: python -m playwright install chromium")


MEASURE = """() => pages.map(page => {
  const body = page.querySelector(".body"), edge = body.getBoundingClientRect();
  const sizes = {text: 99, table: 99}, reader = document.createTreeWalker(page, 4);
  let beyond = Math.max(body.scrollHeight - body.clientHeight, body.scrollWidth - body.clientWidth);
  for (let text; text = reader.nextNode();) {
    const box = text.parentElement, what = box.closest("table") ? "table" : "text";
    if (!text.data.trim() || box.closest(".notes, .code, .unseen")) continue;
    sizes[what] = Math.min(sizes[what], parseFloat(getComputedStyle(box).fontSize));
    const range = document.createRange();
    range.selectNodeContents(text);
    if (body.contains(box)) for (const line of range.getClientRects())
      beyond = Math.max(beyond, line.bottom - edge.bottom, line.right - edge.right);
  }
  return [page.getAttribute("aria-label"), beyond, sizes.text, sizes.table];
})"""


@each_notebook
def test_no_page_overflows_and_all_can_be_read(browser, pages, path):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto((pages / f"{path.stem}_slides.html").as_uri())
    measured = page.evaluate(MEASURE)
    assert [slide for slide in measured if slide[1] > 1] == []
    assert [slide for slide in measured if slide[2] < 24 or slide[3] < 18] == []
    page.set_viewport_size({"width": 375, "height": 700})
    for kind in ("handout", "worksheet"):
        page.goto((pages / f"{path.stem}_{kind}.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
    printed = page.pdf(prefer_css_page_size=True)
    page.close()
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 8
