"""Notebook 01: the arithmetic of its cells, and its drawings."""

import xml.etree.ElementTree as ET
from functools import cache
from types import SimpleNamespace
from unittest.mock import Mock

import matplotlib.pyplot as plt
import numpy as np
import pytest
from conftest import JUNK, ROOT, Cells
from hypothesis import given
from hypothesis import strategies as st

from helpers import figures, tables

NOTEBOOK = Cells("01")
DRAWINGS = sorted((ROOT / "notebooks" / "drawings").glob("*.svg"))
QUIET = dict.fromkeys(["draw_memory", "show_foods", "show_levels"], Mock())


@cache
def setup():
    with plt.rc_context():
        return NOTEBOOK.run("setup")[0]


@given(mine=st.dictionaries(st.sampled_from(["kale", "aspirin", "Kale"]) | st.text(), JUNK) | JUNK)
def test_strange_verdicts_get_a_row_each(mine):
    names, _ = NOTEBOOK.run("claims-compared", setup(), my_verdicts=mine)
    assert len(names["tabled"][0]) >= 16


def test_what_a_sample_holds_is_as_calculated_by_hand():
    kinetics = tables.read("kinetics").set_index("id")
    kinetics.loc[kinetics["quantity"].eq("half-life in the blood"), "value"] = [12, 24, 48]
    share = NOTEBOOK.run("sample-figure", setup(), kinetics=kinetics, **QUIET)[0]["share"]
    # After 12, 24 and 48 hours half is left: a day leaves 1/4, 1/2 and 0.7071 of it.
    assert share[1].round(2).tolist() == [75, 50, 29.29]
    assert share[2].round(2).tolist() == [18.75, 25, 20.71]


def test_doses_add_up_as_calculated_by_hand():
    names, said = NOTEBOOK.run("build-model", setup(), my_rise=...)
    levels = names["in_blood"](np.array([0, 12, 24, 48]), 24, days=2)
    assert levels == pytest.approx([1, 0.5**0.5, 1.5, 0.75])
    assert said == pytest.approx([1 / (1 - 0.5 ** (24 / 68))])


def test_units_and_times_are_as_calculated_by_hand():
    cells = "foods-rows foods-figure normal-lasemi normal-levels normal-figure"
    names, said = NOTEBOOK.run(cells, setup(), my_times=..., my_excess=..., **QUIET)
    assert said == pytest.approx([939 / 45.1, 812 / (1.598 + 0.759)])
    assert NOTEBOOK.run("normal-plasma", names)[0]["amount"] == 2436  # µg in three litres


@pytest.mark.parametrize(("mk7", "k1"), [(24, 12), (144, 0.5), (68, 1.5)])
def test_the_sliders_say_what_is_drawn_at_both_ends(mk7, k1):
    kit = SimpleNamespace(**vars(figures) | {"show": Mock()})
    cells = "looks build-model build-drawing"
    NOTEBOOK.run(cells, setup(), my_rise=..., figures=kit)[0]["draw_doses"](mk7, k1)
    (fig,), said = kit.show.call_args
    curves = [line.get_ydata() for line in fig.axes[1].lines]
    assert f"{curves[0].mean() / curves[1].mean():.1f} times" in said["caption"]
    plt.close(fig)


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_drawings_stand_alone_and_are_described(path):
    root, svg = ET.parse(path).getroot(), "{http://www.w3.org/2000/svg}"
    assert all(root.find(f"{svg}{tag}").text.strip() for tag in ("title", "desc"))
    for part in root.iter():
        assert part.tag.removeprefix(svg) not in {"image", "script", "style", "foreignObject"}
        links = [v for k, v in part.items() if k.endswith("href") or "url(" in v]
        assert all(link.startswith(("#", "url(#")) for link in links)
    texts = NOTEBOOK.source.values()
    alt = [s.split("](drawings/")[0] for s in texts if f"](drawings/{path.name})" in s]
    assert [len(text) > 100 for text in alt] == [True]
