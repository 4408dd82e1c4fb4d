"""What the tests read out of a notebook: its prose, its numbers, its outputs."""

import re

import pytest

from helpers.first_edition import data, notebooks

NOTEBOOKS = sorted(notebooks.FOLDER.glob("*.ipynb"))
LESSONS = [path for path in NOTEBOOKS if not path.name.startswith("00")]
DETAILS = re.compile(r"<details>.*?</details>", re.DOTALL)
DOI = re.compile(r"doi\.org/(10\.\d{4,}/[^\s)\"'<>]+)")


def markdown_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def sections_of(notebook):
    """Lists of cells: what stands before the first numbered section, then each section."""
    sections = [[]]
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and re.match(r"## \d+ · ", cell.source):
            sections.append([])
        sections[-1].append(cell)
    return sections


def prose(cell):
    """The text that a reader sees at once: without what is folded away."""
    return DETAILS.sub("", cell.source)


def html_outputs(cell):
    for output in cell.get("outputs", ()):
        text = output.get("data", {}).get("text/html")
        if text:
            yield text


def outputs_without_images(cell):
    """Outputs to compare between runs: images are drawn by another computer's fonts."""
    kept = []
    for output in cell.get("outputs", ()):
        content = {
            kind: re.sub(r"data:image/png;base64,[^\"]+", "IMAGE", text)
            for kind, text in output.get("data", {}).items()
            if kind != "image/png"
        }
        kept.append((output.output_type, output.get("name"), output.get("text"), content))
    return kept


def text_outputs(notebook):
    parts = []
    for cell in code_cells(notebook):
        for output in cell.get("outputs", ()):
            parts += [output.get("text", ""), output.get("data", {}).get("text/plain", "")]
            parts.append(re.sub(r"<[^>]*>", " ", output.get("data", {}).get("text/markdown", "")))
    return "\n".join(parts)


NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])")
# What numbers are not results: links, code, clock, headings, references to parts, years, ranges
# of minutes.
STRUCTURE = [
    re.compile(pattern)
    for pattern in (
        r"```.*?```",
        r"`[^`]*`",
        r"\]\([^)]*\)",
        r"(?m)^#+ \d+ ·.*$",
        r"\*\(about \d+ min in\)\*",
        r"\d+(?:–\d+)? minutes",
        r"(?i)\b(?:figures?|tables?|exercise|check yourself|sections?|notebooks?|step) \d+",
        r"\b\d\d(?= ·)|\| \[?\d\d ·[^\n]*",
        r"\bnotebooks? \d\d(?:(?:,| and| to) \d\d)*",
        r"(?<![\w.,])(?:19|20)\d\d(?![\w%]|,\d)",
        r"10\.\d{4,}/\S+",
        r"(?m)^# .*$",
    )
]


def numbers_in_prose(cell):
    text = prose(cell)
    for pattern in STRUCTURE:
        text = pattern.sub(" ", text)
    found = []
    for match in NUMBER.finditer(text):
        number = float(match.group().replace(",", ""))
        per_cent = text[match.end() :].lstrip().startswith("%")
        if per_cent or number > 12 or not number.is_integer():
            found.append(number)
    return found


def numbers_in_code_of(cell):
    """Numbers in a text cell's own code, folded solutions included: an exercise may name them."""
    return numbers_in("\n".join(re.findall(r"```python.*?```|`[^`]+`", cell.source, re.DOTALL)))


def numbers_in(text):
    return {float(match.group().replace(",", "")) for match in NUMBER.finditer(text)}


def published_numbers():
    """Every number in a table of the folder data, except the simulated participants."""
    numbers = set()
    for name in data.TABLES:
        if name != "participants":
            path = data.data_folder() / f"{name}.csv"
            numbers |= numbers_in(path.read_text(encoding="utf-8").replace("-", " "))
    return numbers


def solution(cell):
    """The Python block in a solution that is folded away."""
    folded = re.search(r"<summary>Solution.*?</details>", cell.source, re.DOTALL)
    block = folded and re.search(r"```python\n(.*?)```", folded.group(), re.DOTALL)
    return block.group(1).strip() if block else None


def exercises(notebook):
    """Pairs of (exercise number, markdown cell, stub cell)."""
    cells = {cell.id: cell for cell in notebook.cells}
    numbers = [
        match.group(1) for name in cells if (match := re.fullmatch(r"exercise-(\d+)-stub", name))
    ]
    return [
        (number, cells[f"exercise-{number}"], cells[f"exercise-{number}-stub"])
        for number in sorted(numbers, key=int)
    ]


def with_solution(stub_source, answer):
    """The stub with the solution in place of what stands before its last line, the check."""
    check = stub_source.rstrip().splitlines()[-1]
    return f"{answer}\n\n{check}"


def each(paths):
    """One test a notebook; the tests of one notebook run in one process, which runs it once."""
    marks = [pytest.param(p, id=p.stem, marks=pytest.mark.xdist_group(p.stem)) for p in paths]
    return pytest.mark.parametrize("path", marks)
