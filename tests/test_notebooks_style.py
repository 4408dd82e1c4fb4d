"""The house rules of the notebooks, read from the committed files."""

import base64
import html
import json
import re
import statistics

from notebook_rules import (
    DETAILS,
    DOI,
    LESSONS,
    NOTEBOOKS,
    code_cells,
    each,
    exercises,
    html_outputs,
    markdown_cells,
    numbers_in,
    numbers_in_code_of,
    numbers_in_prose,
    prose,
    published_numbers,
    text_outputs,
)

from helpers import data, notebooks

each_notebook = each(NOTEBOOKS)
only_lessons = each(LESSONS)


def lines(cell):
    return [line for line in cell.source.splitlines() if line.strip()]


def text_of(notebook):
    return "\n\n".join(cell.source for cell in markdown_cells(notebook))


@each_notebook
def test_code_cells_are_short(path):
    lengths = [len(lines(cell)) for cell in code_cells(notebooks.read(path))]
    assert max(lengths) <= 15
    assert statistics.median(lengths) <= 5


@each_notebook
def test_setup_is_five_lines_at_most(path):
    assert len(lines(code_cells(notebooks.read(path))[0])) <= 5


@each_notebook
def test_never_more_than_three_code_cells_in_a_row(path):
    kinds = "".join(cell.cell_type[0] for cell in notebooks.read(path).cells)
    assert "cccc" not in kinds


@each_notebook
def test_prose_is_short(path):
    for cell in markdown_cells(notebooks.read(path)):
        words = len(prose(cell).split())
        assert words <= 150, f"{cell.id}: {words} words"


@each_notebook
def test_metadata_is_what_every_reader_has(path):
    notebook = notebooks.read(path)
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.language_info == {"name": "python"}
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", name) for name in ids)
    for cell in notebook.cells:
        kind = cell.metadata.slideshow.slide_type
        assert kind in {"slide", "subslide", "fragment", "skip", "notes", "-"}, cell.id
        assert set(cell.metadata) <= {"slideshow", "tags"}, cell.id


@each_notebook
def test_outputs_are_committed_in_order(path):
    cells = code_cells(notebooks.read(path))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        for output in cell.outputs:
            assert output.output_type != "error", cell.id
            assert output.get("name") != "stderr", cell.id
            assert notebooks.WIDGET_VIEW not in output.get("data", {}), cell.id


@each_notebook
def test_the_file_is_as_the_refresh_writes_it(path):
    notebook = notebooks.read(path)
    written = json.dumps(notebooks.tidy(notebook), sort_keys=True)
    assert written == json.dumps(notebook, sort_keys=True)
    assert path.read_bytes().endswith(b"}\n")


@each_notebook
def test_every_figure_has_alternative_text_and_a_number(path):
    numbers = []
    for cell in code_cells(notebooks.read(path)):
        for output in cell.outputs:
            bundle = output.get("data", {})
            if not any(kind.startswith("image/") for kind in bundle):
                continue
            image = base64.b64decode(bundle["image/png"])
            assert image.startswith(b"\x89PNG"), cell.id
            (alt,) = re.findall(r'<img[^>]*?alt="([^"]*)"', bundle["text/html"])
            assert len(html.unescape(alt)) >= 40, f"{cell.id}: {alt!r}"
            caption = re.search(
                r"<figcaption[^>]*>Figure (\d+)\. (.*?)</figcaption>", bundle["text/html"]
            )
            assert caption, cell.id
            numbers.append(int(caption.group(1)))
    assert numbers == list(range(1, len(numbers) + 1))


@each_notebook
def test_no_image_without_alternative_text(path):
    for cell in code_cells(notebooks.read(path)):
        for output in html_outputs(cell):
            assert len(re.findall("<img", output)) == len(re.findall(r'alt="[^"]{40,}"', output))
    for cell in markdown_cells(notebooks.read(path)):
        assert "![](" not in cell.source


@each_notebook
def test_alternative_text_reaches_exported_html(path):
    from nbconvert import HTMLExporter

    page, _ = HTMLExporter(embed_images=True).from_filename(str(path))
    expected = sum(
        any(kind.startswith("image/") for kind in output.get("data", {}))
        for cell in code_cells(notebooks.read(path))
        for output in cell.outputs
    )
    texts = re.findall(r'<img[^>]*alt="([^"]{40,})"', page)
    assert len(texts) == expected == len(re.findall(r"<img\b", page))


@each_notebook
def test_every_doi_is_in_the_references(path):
    known = {entry["doi"].lower() for entry in data.references().values() if "doi" in entry}
    for cell in markdown_cells(notebooks.read(path)):
        for doi in DOI.findall(cell.source):
            assert doi.lower().rstrip(".") in known, f"{cell.id}: {doi}"


@each_notebook
def test_numbers_in_prose_are_published_or_computed(path):
    notebook = notebooks.read(path)
    code = "\n".join(cell.source for cell in code_cells(notebook)).replace("_000", ",000")
    backed = published_numbers() | numbers_in(text_outputs(notebook)) | numbers_in(code)
    backed |= {5.0, 50.0, 95.0, 100.0}  # 5 % and 95 % levels, halves, wholes
    for cell in markdown_cells(notebook):
        here = backed | numbers_in_code_of(cell)
        loose = [number for number in numbers_in_prose(cell) if number not in here]
        assert not loose, f"{cell.id}: {loose}"


@each_notebook
def test_nothing_of_one_machine_and_no_tricks(path):
    raw = path.read_text(encoding="utf-8")
    without_images = re.sub(r"[A-Za-z0-9+/=]{200,}", "", raw)
    assert not re.search(r"/(?:work|root|home|tmp|Users|opt|usr)/|[A-Z]:\\\\", without_images)
    code = "\n".join(cell.source for cell in code_cells(notebooks.read(path)))
    assert not re.search(r"(?m)^\s*[%!]", code), "a magic or a shell command"
    for trick in ("filterwarnings", "simplefilter", "os.chdir", "sys.path", "pip install"):
        assert trick not in code
    assert not re.search(r"\bplt\.|\.iloc\b|params\[\d", code), "plotting or positions in a cell"


@each_notebook
def test_says_post_or_abstract_and_never_that_the_study_found(path):
    text = text_of(notebooks.read(path))
    assert not re.search(
        r"(?i)\b(?:the|this) (?:study|paper|authors?) (?:found|showed|proved)", text
    )


@each_notebook
def test_folded_answers_are_well_formed(path):
    for cell in markdown_cells(notebooks.read(path)):
        source = cell.source
        assert source.count("<details>") == source.count("</details>") == source.count("<summary>")
        for block in DETAILS.findall(source):
            assert re.match(r"<details><summary>[^\n]+</summary>\n\n", block), cell.id
            assert block.endswith("\n\n</details>"), cell.id
            assert len(re.sub(r"<summary>.*?</summary>", "", block).split()) >= 6, cell.id


@each_notebook
def test_opens_with_a_card(path):
    card = notebooks.read(path).cells[0].source
    assert re.match(r"# \d\d · ", card)
    assert "**Promise.**" in card
    goals = re.findall(r"(?m)^- \*\*[a-z]+\*\* ", card)
    assert 3 <= len(goals) <= 5
    assert len(goals) == len(re.findall(r"(?m)^- ", card))
    assert re.search(r"\d+(?:–\d+)? minutes", card)


@each_notebook
def test_closes_with_what_can_be_said(path):
    text = text_of(notebooks.read(path))
    end = text[text.rindex("Now you can say / you cannot say") :]
    assert "discuss" in end.lower()
    assert "<summary>" in end
    assert "References" in end
    assert "doi.org" in end
    assert "Nothing here is medical advice" in end


@each_notebook
def test_links_lead_to_files_that_are_there(path):
    for link in re.findall(r"\]\(([^)#]+?\.(?:ipynb|md|csv))\)", text_of(notebooks.read(path))):
        if not link.startswith("http"):
            assert (path.parent / link).is_file(), link


@each_notebook
def test_exercises_are_complete(path):
    notebook = notebooks.read(path)
    order = [cell.id for cell in notebook.cells]
    for number, text, stub in exercises(notebook):
        assert order.index(stub.id) == order.index(text.id) + 1
        assert "exercise" in stub.metadata.tags
        assert "..." in stub.source
        assert "*Expected:" in text.source, number
        assert "<summary>Hint</summary>" in text.source, number
        assert "<summary>Solution, after you have tried</summary>" in text.source, number


@only_lessons
class TestLessons:
    """What a lesson has and the start page need not have."""

    def test_length(self, path):
        assert 25 <= len(notebooks.read(path).cells) <= 50

    def test_enough_to_do(self, path):
        notebook = notebooks.read(path)
        checks = re.findall(r"\*\*Check yourself (\d+)\.\*\*", text_of(notebook))
        assert [int(number) for number in checks] == list(range(1, len(checks) + 1))
        assert len(checks) >= 6
        assert len(exercises(notebook)) >= 3
        guesses = [
            cell for cell in code_cells(notebook) if re.search(r"(?m)^my_\w+ = \.\.\.", cell.source)
        ]
        assert len(guesses) >= 3
        assert text_of(notebook).count("**Predict.**") >= 3

    def test_clock_runs(self, path):
        text = text_of(notebooks.read(path))
        sections = re.findall(r"(?m)^## (\d+) · .*\n\*\(about (\d+) min in\)\*", text)
        titles = re.findall(r"(?m)^## (\d+) · ", text)
        assert [number for number, _ in sections] == titles, "a section without a clock"
        assert [int(number) for number in titles] == list(range(1, len(titles) + 1))
        clock = [int(minutes) for _, minutes in sections]
        assert clock == sorted(clock)
        longest = re.search(r"(\d+)(?:–(\d+))? minutes", text)
        assert clock[-1] < int(longest.group(2) or longest.group(1))
