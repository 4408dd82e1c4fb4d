"""Notebook 01: its answer keys, the arithmetic of its cells, and its drawings."""

import json
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import exercises, figures, learn, tables

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
CELLS = json.loads((NOTEBOOKS / "01_what_is_vitamin_k2.ipynb").read_text("utf-8"))["cells"]
SOURCE = {cell["id"]: "".join(cell["source"]) for cell in CELLS}
DRAWINGS = sorted((NOTEBOOKS / "drawings").glob("*.svg"))
HALF, RING, UNIT = 0.5, 444.65 - 4 * 68.117, 68.117
KEYS = {  # the right answer, and slips: what their sentence holds
    exercises.natto_micrograms: (849.6, {  # 708 % of 120 µg
        "heading says": 849_600, "7.08 times": 84_960, "divided by the daily value": 5.9,
        "divided by the share": 16.949, "in per cent. Of which": 708, "as a number": 7.08,
        "the daily value, 100 %": 120, "in milligrams": 0.8496,
    }),
    exercises.plasma_milligrams: (0.705, {  # 235 µg in each of 3 litres
        "is in micrograms": 705, "is in one litre": 0.235, "by the 3 litres": 0.07833,
        "one litre holds": 235, "1000 twice": 0.000705, "the controls": 2.436, "added": 0.238,
    }),
    exercises.build_up: (lambda h: sum(HALF ** (24 / h * day) for day in range(200)), {
        "left after a day": lambda h: 2 ** (-24 / h), "share that is left": lambda h: 2 ** (24 / h),
        "upside down": lambda h: 1 / (1 - 2 ** (-h / 24)), "whatever": lambda h: 2,
        "that has gone": lambda h: 1 - 2 ** (-24 / h), "power": lambda h: 1 / (1 - 12 / h),
        "first dose": lambda h: sum(HALF ** (24 / h * day) for day in range(1, 200)),
        "in days": lambda h: h / 24, "number of half-lives": lambda h: 24 / h,
    }),
    exercises.mass_of_menaquinone: (lambda n: RING + n * UNIT, {
        "for each": lambda n: RING + (n + 4) * UNIT, "left the ring out": lambda n: n * UNIT,
        "scaled": lambda n: 111.1625 * n, "molecule n times": lambda n: 444.65 * n,
        "took off 1": lambda n: RING + (n + 3) * UNIT, "missing": lambda n: n + RING,
        "wrong place": lambda n: (440.65 + n) * UNIT, "turned round": lambda n: 717.118 - n * UNIT,
    }),
    exercises.level_in_nmol: (362.1, {  # 235 ng/ml of 649 g/mol
        "multiplied by the molar": 152.515, "multiplied by both": 152_515_000, "MK-4": 528.51,
        "µmol": 0.3621, "wrong way round": 2.7617, "upside down": 2761.7, "controls": 1251.2,
    }),
}  # fmt: skip
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(...) | st.binary()
    | st.functions(like=lambda x: ..., returns=st.none() | st.text() | st.floats()),
    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(), x, max_size=3),
    max_leaves=5,
)  # fmt: skip


@cache
def first_cell():
    """What the notebook's first cell loads."""
    scope = {}
    with plt.rc_context():
        exec(SOURCE["setup"], scope)
    return scope


def run(*ids, table=None, predict=None, **names):
    """Run cells after the first, without drawing; return all names, and what was shown."""
    shown = []
    kit = vars(figures) | {"show": lambda fig, **said: shown.append((fig, said))}
    quiet = dict.fromkeys(["draw_memory", "show_foods", "show_levels"], Mock())
    said = {"say": Mock(), "table": table or Mock(), "predict": predict or Mock()}
    quiet["learn"] = SimpleNamespace(**(vars(learn) | said))
    scope = first_cell() | quiet | {"figures": SimpleNamespace(**kit), "shown": shown} | names
    for name in ids:
        exec(SOURCE[name], scope)
    return SimpleNamespace(**scope)


@pytest.mark.parametrize("key", KEYS)
def test_right_answers_pass_and_each_slip_is_named(key):
    right, slips = KEYS[key]
    assert (key(right).status, key(...).status) == ("Correct", "Not tried yet")
    for words, slip in slips.items():
        assert (key(slip).status, words in key(slip).message) == ("Not yet", True), words


@pytest.mark.parametrize("key", KEYS)
@given(answer=JUNK)
def test_a_strange_answer_gets_a_sentence(key, answer):
    assert key(answer).status in {"Not yet", "Not tried yet", "Correct"}


@given(mine=st.dictionaries(st.sampled_from(["kale", "aspirin", "Kale"]) | st.text(), JUNK) | JUNK)
def test_strange_verdicts_get_a_row_each(mine):
    rows = []
    run("claims-compared", my_verdicts=mine, table=lambda frame, _: rows.append(frame))
    assert len(rows[0]) >= 16


def test_what_a_sample_holds_is_as_calculated_by_hand():
    kinetics = tables.read("kinetics").set_index("id")
    kinetics.loc[kinetics["quantity"].eq("half-life in the blood"), "value"] = [12, 24, 48]
    share = run("sample-figure", kinetics=kinetics).share
    # After 12, 24 and 48 hours half is left: a day leaves 1/4, 1/2 and 0.7071 of it.
    assert share[1].round(2).tolist() == [75, 50, 29.29]
    assert share[2].round(2).tolist() == [18.75, 25, 20.71]


def test_doses_add_up_as_calculated_by_hand():
    cell = run("build-model", my_rise=..., predict=Mock())
    levels = cell.in_blood(np.array([0, 12, 24, 48]), 24, days=2)
    assert levels == pytest.approx([1, 0.5**0.5, 1.5, 0.75])
    assert cell.rise.item() == pytest.approx(1 / (1 - 0.5 ** (24 / 68)))


def test_units_and_times_are_as_calculated_by_hand():
    guessed = []
    names = {"my_times": ..., "my_excess": ..., "predict": lambda _, x, **__: guessed.append(x)}
    cell = run("foods-figure", "normal-lasemi", "normal-figure", "normal-plasma", **names)
    assert guessed == pytest.approx([939 / 45.1, 812 / (1.598 + 0.759)])
    assert cell.amount == 2436  # µg in three litres


@pytest.mark.parametrize(("mk7", "k1"), [(24, 12), (144, 0.5), (68, 1.5)])
def test_the_sliders_say_what_is_drawn_at_both_ends(mk7, k1):
    cell = run("looks", "build-model", "build-drawing", my_rise=..., predict=Mock())
    cell.draw_doses(mk7, k1)
    fig, said = cell.shown[0]
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
    alt = [s.split("](drawings/")[0] for s in SOURCE.values() if f"](drawings/{path.name})" in s]
    assert [len(text) > 100 for text in alt] == [True]
