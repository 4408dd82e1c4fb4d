"""Each key concept is taught in a cell that stands, and asked for in one that a reader answers."""

import json
import re

from conftest import ROOT

from helpers import tables

OPTION = r"<details><summary>(?!<b>|What )"
ANSWER = r'^my_\w+(\["\w+"\])? = \.\.\.|^\s+"\w+": (""|\.\.\.)'


def test_every_key_concept_is_taught_and_checked():
    concepts = tables.read("key_concepts")
    assert len(concepts) >= 24
    for row in concepts.itertuples():
        (file,) = (ROOT / "notebooks").glob(f"{row.notebook:02}_*.ipynb")
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        ids = [cell["id"] for cell in cells]
        assert {row.section, row.check} <= set(ids), (row.id, row.section, row.check)
        texts = ["".join(c["source"]) if c["cell_type"] == "markdown" else "" for c in cells]
        above = "\n".join(texts[: ids.index(row.section) + 1])
        assert re.findall(r"^##? (.+)$", above, re.MULTILINE)[-1] == row.heading, row.id
        place = ids.index(row.check)
        if texts[place]:  # an option, or a hint and a solution, in each fold
            name, asked = row.check_name, texts[place]
            assert len(re.findall(OPTION, asked)) >= 2, row.id
        else:  # a guess or a verdict; the text above it asks
            name, asked = row.check_name.partition(":")[0], next(filter(None, texts[place::-1]))
            assert re.search(ANSWER, "".join(cells[place]["source"]), re.MULTILINE), row.id
        assert re.search(rf"\*\*{re.escape(name)}\b", asked), (row.id, row.check_name)
