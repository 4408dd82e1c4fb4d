"""Notebook 05: its answer keys, and what its cells compute against figures worked out by hand."""

import json
import math
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import matplotlib
import numpy as np
import pytest
from conftest import JUNK
from hypothesis import given, settings

from helpers import exercises, learn

matplotlib.use("agg")
NOTEBOOK = Path(__file__).resolve().parents[1] / "notebooks" / "05_the_next_study.ipynb"
CELLS = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
SOURCE = {cell["id"]: "".join(cell["source"]) for cell in CELLS}


def run(cells, before=None, **typed):
    """Run cells as in the notebook; what a reader types is put in place after each of them."""
    names, said = {**(before or {}), **typed}, []
    look = {"say": said.append, "table": print, "predict": lambda _, x, **__: said.append(x)}
    look |= {"kept": learn.kept}
    for name in cells.split():
        exec(SOURCE[name], names)
        names |= {"learn": SimpleNamespace(**look), **typed}
    return names, said


START, _ = run("setup target-worth target-ratio counts-k")
ONE, MANY = "size-draw size-trial size-fit size-hand", "size-power size-curve"
SIZED, SAID = run(f"{ONE} {MANY}", START, my_people=1)
BITS, _ = run("cheap-votes cheap-bits", START)
PRICES, PROTOCOL = "cheap-costs cheap-read cheap-order", "register-mine register-page register-file"


def test_spread_error_power_and_what_trials_could_see_by_hand():
    assert START["k"] == pytest.approx(0.69)  # 1.3 ** 2 = 1 + k
    counts = SIZED["trial"].groupby("k2")["attacks"]
    variance = (counts.var(ddof=0) / 150 / counts.mean() ** 2).sum()
    assert SIZED["fit"].bse["k2"] == pytest.approx(math.sqrt(variance))
    assert SIZED["fit"].params["k2"] == pytest.approx(np.log(counts.mean()).diff()[1])
    for ratio in SIZED["ratios"]:
        wanted = SIZED["foretold"](ratio, np.array(SIZED["sizes"]))
        assert SIZED["power"][ratio].to_numpy() == pytest.approx(wanted, abs=9)
    assert SAID[-1] == pytest.approx(2 * EACH[0.8] * (2.8016 / 2.8) ** 2, abs=2) == 1302
    seen = run("seen-table seen-solar", SIZED)[0]["seen"]
    assert seen["could see"]["SOLAR 2019: NEDA-3 (primary)"] == pytest.approx(0.448, abs=0.002)
    assert seen["could see"]["SOLAR 2019: attacks a year"] == pytest.approx(0.464, abs=0.002)
    assert seen["could see"].max() < 0.8  # as the text says


def test_interaction_needs_four_times_the_people():
    names, said = run("both-draw both-fit both-many both-power", SIZED, my_times=1)
    assert said[0] == pytest.approx(4, abs=0.3)
    assert names["factors"].bse["k2:d"] == pytest.approx(2 * names["factors"].bse["k2"])
    assert f"in {START['value']['interaction_power']:.0f} %" in said[1]


def test_prices_and_votes_make_the_order():
    plan = run(PRICES, BITS)[0]["plan"]
    assert (plan.index[0], plan.loc["trial", "thousand euro"]) == ("re-assay", 1510)
    sure = run("cheap-bits", START, my_votes={"deficiency": 20, "consumption": 5})[0]
    assert run(PRICES, sure)[0]["plan"].index[0] == "banked blood"


FAR = {r: 2.8 / math.log(r) for r in (0.5, 0.7, 0.8, 0.9)}  # below 0
EACH = {r: (1 / 0.82 + 1 / (0.82 * r) + 1.38) * far**2 for r, far in FAR.items()}
KEYS = {  # the check, a right answer, and slips: what their sentence holds
    "each": (lambda x: exercises.people_each(x, 0.82, 0.69), EACH.get, {
        "half of the trials": lambda r: EACH[r] * 0.49, "0.84 alone": lambda r: EACH[r] * 0.09,
        "square is missing": lambda r: -EACH[r] / FAR[r], "no square": lambda r: EACH[r] / FAR[r],
        "logarithm": lambda r: EACH[r] * (2.8 / FAR[r] / r) ** 2, "both": lambda r: 2 * EACH[r],
        "1 - ratio": lambda r: EACH[r] * (2.8 / FAR[r] / (1 - r)) ** 2,
        "halved": lambda r: EACH[r] / 2, "alike": lambda r: EACH[r] - 1.38 * FAR[r] ** 2,
        "upside": lambda r: EACH[r] / FAR[r] ** 4, "one person": lambda r: EACH[r] / FAR[r] ** 2,
    }),
    "half": (exercises.half_as_large, 16, {"as large": 4, "square": 8, "error only": 2, "few": 1}),
    "one": (lambda x: exercises.people_for_one(x, 0.41), 12.2, {
        "one person": 0.082, "in 100": 8.2, "of *what*": 5, "all attacks": 2.44, "left": 3.05,
    }),
}  # fmt: skip


@pytest.mark.parametrize("name", KEYS)
def test_right_answers_pass_and_each_slip_is_named(name):
    check, right, slips = KEYS[name]
    assert [check(x).status for x in (right, ...)] == ["Correct", "Not tried yet"]
    for words, slip in slips.items():
        feedback = check(slip)
        assert (feedback.status, words in feedback.message) == ("Not yet", True), words


@given(JUNK)
@settings(max_examples=30)
def test_junk_never_raises_nor_does_a_folder_that_refuses(junk):
    assert all(check(junk).message for check, _, _ in KEYS.values())
    run("target-worth target-ratio", START, my_worth=junk)
    for typed in (junk, {"trial": junk, str(junk): junk}):
        run(PRICES, BITS, my_euros=typed, my_months=typed)
        with mock.patch.object(Path, "open", side_effect=OSError(30, "Read-only file system")):
            run(PROTOCOL, START, my_protocol=typed)
            assert "Not saved: Read-only" in run(PROTOCOL, START, my_protocol={"x": "y"})[1][-1]


def test_a_protocol_is_saved_beside_older_ones_if_anything_is_filled_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "nothing is saved" in run(PROTOCOL, START)[1][-1]
    for number, answer in enumerate(["Does it help?", "Or not?"], start=1):
        said = run(PROTOCOL, START, my_protocol={"question": answer, "safety": "..."})[1]
        assert (said[-1], "Open: 1 of 2" in said[0]) == (f"Saved as my_protocol_{number}.md.", True)
    pages = [path.read_text(encoding="utf-8") for path in sorted(tmp_path.iterdir())]
    assert ["Does it help?" in page for page in pages] == [True, False]
