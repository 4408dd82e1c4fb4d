"""What leaves the notebooks: slides, paper for a class, and a fresh start.

`write` makes one HTML file a notebook that needs nothing else, no network either. Cells are taken
apart into pieces here; the templates beside this file (`slides.html.j2` with `slides.css` and
`slides.js`, `print.html.j2`) say which pieces a slide, worksheet, key or handout shows, and how.
Slides follow the slide metadata; an answer is one step after its question.

In a cell's `metadata.slideshow`, two keys are ours: `notes` (Markdown, for the presenter) and
`optional` (true: the slide that this cell begins is left out of the main path). What stands in a
`<span>` is for a reader at a keyboard and left out.

`reset` puts notebooks back as they were shipped, and keeps the present ones.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from html import escape
from pathlib import Path
from subprocess import DEVNULL, CalledProcessError, check_output
from typing import Any
from zipfile import BadZipFile, ZipFile

import jinja2
import mistune
import nbformat

from helpers import tables

__all__ = ["pieces", "reset", "sheets", "shipped", "write"]

_MARK = r"<strong>(?:Predict|Check|Exercise|Vote|Judge|You are|Your verd|A friend|To discuss)"
_ASKS = re.compile(rf"(?s)(?=<p>(?:(?!<p>).)*?{_MARK})|(?<=To discuss</h2>\n)(?=<ol>)")
_FOLD = re.compile(r"<details>\s*<summary>(?:[A-F]\. )?(.*?)</summary>(.*)</details>", re.DOTALL)
_KIND_OF_FOLD = {"What you will see": "change", "For the presenter": "notes"}  # others hold answers
_ROW = re.compile(r'"([^"]+)"\]?\s*[:=]\s*(?:\.\.\.|""|0)\s*(?:,|#|$)', re.MULTILINE)
_TIDY = {
    r"<!--.*?-->|<style.*?</style>|<hr ?/?>|</?details>|<div>|(?<=</table>)\s*</div>": "",
    r"<span>.*?</span>|<em>\(about \d+ min in\)</em>": "",  # for readers at a keyboard, at a clock
    r"<p>\s*</p>": "",
    r"<summary>(.*?)</summary>(<table.*?>)": r"\2<caption>\1</caption>",
    r"(<table[^>]*>)(?!\s*<caption)": r'\1<caption class="unseen">Table in: {}</caption>',
    r"<th></th>": "<td></td>",
    r'<a href="[^"]*\.ipynb[^"]*">(.*?)</a>': r"\1",  # on paper it leads nowhere
}
_WRITTEN = ["my_verdicts.json", "my_studies.csv", "my_protocol_*.md"]  # by readers' cells
_NOWHERE = """If the name is right, this folder has no git history, or that is no ZIP file.
Give the one that the collection came in: python -m helpers reset --from FILE.zip"""
_markdown = mistune.create_markdown(escape=False, plugins=["table"])


def pieces(cell: nbformat.NotebookNode, folder: Path) -> Iterator[tuple[str, str]]:
    """Take a cell apart; pictures that it shows lie in `folder`.

    Yields:
        A kind and HTML. The kinds: text; question, the part of a text that asks; option, and
        feedback, the option with what is said to it; answer; change, what a change shows; code,
        stub; figure, result; hidden, a folded output; rows, what is to be judged; told, our
        verdicts on it; notes.
    """
    slide = cell.metadata.get("slideshow", {})
    yield "notes", _markdown(slide.get("notes", ""))
    if cell.cell_type == "markdown":
        yield from _text(_markdown(cell.source), folder)
    else:
        stub = "exercise" in cell.metadata.get("tags", ())
        yield "stub" if stub else "code", f"<pre>{escape(cell.source)}</pre>"
        keys = _ROW.findall(cell.source)
        if keys and re.search(r"^(my|more)_\w+( = \{|\[)", cell.source, re.MULTILINE):
            yield from _rows(keys)
        for output in [] if stub else cell.outputs:
            data = output.get("data", {"text/plain": output.get("text", "")})
            plain = data.get("text/plain", "")
            if found := re.search('data-result="([^"]+)"', data.get("text/html", "")):
                yield "hidden", f"<p><b>The result:</b> {found[1]}</p>"
            if "widget" in str(list(data)) or re.search("^Not tried|not judged yet|^$", plain):
                continue
            page = data.get("text/html") or _markdown(data.get("text/markdown", ""))
            shown = "figure" if "<figure" in page else "result"
            folded = cell.metadata.get("jupyter", {}).get("outputs_hidden")
            yield "hidden" if folded else shown, page or f"<pre>{escape(plain)}</pre>"


def _text(page: str, folder: Path) -> Iterator[tuple[str, str]]:
    for part in re.split("(?s)(<p><img.*?</p>|<details>.*?</details>)", page):
        fold = _FOLD.match(part)
        if picture := re.match('<p><img src="([^"]+)"', part):
            data = base64.b64encode((folder / picture[1]).read_bytes()).decode()
            inside = part[3:-4].replace(picture[1], f"data:image/svg+xml;base64,{data}")
            yield "figure", f"<figure>{inside}</figure>"
        elif fold and "<strong>Check yourself" in page:
            yield "option", f"<li>{fold[1]}</li>"
            yield "feedback", f"<li><b>{fold[1]}</b>{fold[2]}</li>"
        elif fold:
            name = re.sub("</?b>|, (after|once) you .*", "", fold[1])
            yield _KIND_OF_FOLD.get(name.split(",")[0], "answer"), f"<p><b>{name}</b></p>{fold[2]}"
        else:
            told, *asked = _ASKS.split(part, maxsplit=1)
            yield "text", told
            yield "question", "".join(asked)


def _rows(keys: list[str]) -> Iterator[tuple[str, str]]:
    claims = tables.read("claims").set_index("id").reindex(keys)
    ours = claims[["paraphrase", "verdict", "reason"]].dropna(axis="columns", how="all")
    look = {"border": 0, "index_names": False, "na_rep": ""}
    ours = ours.rename(columns={"paraphrase": "what is said"})
    yield "rows", ours.filter(["what is said"]).assign(yours="").to_html(**look)
    yield "told", ours.to_html(**look) if "verdict" in ours else ""


def sheets(notebook: nbformat.NotebookNode, folder: Path) -> list[dict[str, Any]]:
    """Return what stands together on a slide: first (a cell's id), title, optional, cells.

    Each cell gets its pieces and the title of its section. All slides from the cell
    `going-further` on are optional. What has nothing to show joins the next slide.
    """
    found, title, late = [], "", False
    for cell in notebook.cells:
        slide, late = cell.metadata.get("slideshow", {}), late or cell.id == "going-further"
        if cell.cell_type == "markdown" and (heads := re.search("(?m)^##? (.+)$", cell.source)):
            title = heads[1]
        cell.update(title=title, type=slide.get("slide_type", "-"), pieces=[])
        for kind, page in pieces(cell, folder):
            for pattern, new in _TIDY.items():
                page = re.sub(pattern, new.format(escape(title)), page, flags=re.DOTALL)
            cell.pieces += [(kind, page)] if page.strip() else []
        if cell.type in ("slide", "subslide") or cell.id == "setup" or not found:
            if not found or found[-1]["shows"]:
                found.append({"shows": False, "cells": []})
            optional = late or slide.get("optional", False)
            found[-1] |= {"first": cell.id, "title": title, "optional": optional}
        found[-1]["cells"].append(cell)
        shown = {kind for kind, _ in cell.pieces} - {"code", "stub", "notes"}
        found[-1]["shows"] |= cell.id == "setup" or (cell.type != "skip" and bool(shown))
    return found


def write(kind: str, notebooks: list[Path], to: Path) -> None:
    """Write `NAME_KIND.html` for each notebook into the folder `to`."""
    here = jinja2.FileSystemLoader(Path(__file__).parent)
    looks = jinja2.Environment(loader=here, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    look = looks.get_template(f"{'slides' if kind == 'slides' else 'print'}.html.j2")
    to.mkdir(parents=True, exist_ok=True)
    for path in notebooks:
        notebook = nbformat.v4.new_notebook() if path.suffix == ".md" else nbformat.read(path, 4)
        if not notebook.cells:  # the lecturer's guide: text, no cells
            notebook.cells = [nbformat.v4.new_markdown_cell(path.read_text(encoding="utf-8"))]
        found = sheets(notebook, path.parent)
        page = look.render(kind=kind, name=path.stem, sheets=found)
        target = to / f"{path.stem}_{kind}.html"
        target.write_text(page, encoding="utf-8", newline="\n")
        print(target)


def shipped(folder: Path, archive: Path | None = None) -> dict[str, bytes]:
    """Return the notebooks as they were shipped; none if that cannot be known.

    They are those of the ZIP file `archive` that the collection came in or, in a checkout, those
    of the branch it came from; if it came from nowhere, those of the last commit.
    """
    for commit in ("@{upstream}", "HEAD"):
        git = ["git", "archive", "--format=zip", commit, "."]
        with suppress(OSError, CalledProcessError, BadZipFile):
            source = archive or io.BytesIO(check_output(git, cwd=folder, stderr=DEVNULL))
            with ZipFile(source) as files:
                names = [name for name in files.namelist() if name.endswith(".ipynb")]
                return {Path(name).name: files.read(name) for name in names}
    return {}


def reset(names: list[str], folder: Path, archive: Path | None = None) -> int:
    """Put notebooks back as they were `shipped`; return how many could not be.

    The present one gets the date into its name, once the shipped one is whole on the disk; both
    are renamed, nothing is written over. Without `names`, what readers' cells wrote is put aside.
    """
    home = shipped(folder, archive)
    mine = [path.name for kind in _WRITTEN for path in folder.glob(kind) if " (" not in path.name]
    chosen = [name for name in [*home, *mine] if home and name.startswith(tuple(names or [""]))]
    stamp, failed = datetime.now().strftime(" (%Y-%m-%d %H-%M-%S)"), 0
    for name in chosen:
        path, fresh = folder / name, folder / f"{name}.new"
        try:
            if path.exists() and path.read_bytes().replace(b"\r\n", b"\n") == home.get(name):
                continue
            fresh.write_bytes(home.get(name, b""))
            if path.exists():
                path.rename(path.with_stem(path.stem + stamp))
            fresh.rename(path) if name in home else fresh.unlink()
            print(f"{name} was put {'back' if name in home else 'aside'}.")
        except OSError as error:
            failed += 1
            print(f"{name} was not put back, and nothing is lost: {error}")
    print(f"The rest is as shipped. Yours have{stamp} in the name." if chosen else _NOWHERE)
    return failed if chosen else 1
