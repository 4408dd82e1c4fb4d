"""Notebook 05: what its cells compute against figures worked out by hand."""

import math
from functools import cache
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from conftest import JUNK, Cells
from hypothesis import given, settings

run = Cells("05").run
PRICES, PROTOCOL = "cheap-costs cheap-read cheap-order", "register-mine register-page register-file"


@cache
def start():
    return run("setup target-worth target-ratio counts-k")[0]


@cache
def sized():
    cells = "size-draw size-trial size-fit size-hand size-power size-curve"
    names, said = run(cells, start(), my_people=1)
    return names | {"said": said}


@cache
def bits():
    return run("cheap-votes cheap-bits", start())[0]


def test_spread_error_power_and_what_trials_could_see_by_hand():
    assert start()["k"] == pytest.approx(0.69)  # 1.3 ** 2 = 1 + k
    counts = sized()["trial"].groupby("k2")["attacks"]
    variance = (counts.var(ddof=0) / 150 / counts.mean() ** 2).sum()
    assert sized()["fit"].bse["k2"] == pytest.approx(math.sqrt(variance))
    assert sized()["fit"].params["k2"] == pytest.approx(np.log(counts.mean()).diff()[1])
    for ratio in sized()["ratios"]:
        wanted = sized()["foretold"](ratio, np.array(sized()["sizes"]))
        assert sized()["power"][ratio].to_numpy() == pytest.approx(wanted, abs=9)
    each = (1 / 0.82 + 1 / (0.82 * 0.8) + 1.38) * (2.8016 / math.log(0.8)) ** 2
    assert sized()["said"][-1] == pytest.approx(2 * each, abs=2) == 1302
    seen = run("seen-table seen-solar", sized())[0]["seen"]
    assert seen["could see"]["SOLAR 2019: NEDA-3 (primary)"] == pytest.approx(0.448, abs=0.002)
    assert seen["could see"]["SOLAR 2019: attacks a year"] == pytest.approx(0.464, abs=0.002)
    assert seen["could see"].max() < 0.8  # as the text says


def test_interaction_needs_four_times_the_people():
    names, said = run("both-draw both-fit both-many both-power", sized(), my_times=1)
    assert said[0] == pytest.approx(4, abs=0.3)
    assert names["factors"].bse["k2:d"] == pytest.approx(2 * names["factors"].bse["k2"])
    assert f"in {sized()['value']['interaction_power']:.0f} %" in said[1]


def test_prices_and_votes_make_the_order():
    plan = run(PRICES, bits())[0]["plan"]
    assert (plan.index[0], plan.loc["trial", "thousand euro"]) == ("re-assay", 1510)
    sure = run("cheap-bits", start(), my_votes={"deficiency": 20, "consumption": 5})[0]
    assert run(PRICES, sure)[0]["plan"].index[0] == "banked blood"


@given(JUNK)
@settings(max_examples=30)
def test_junk_never_raises_nor_does_a_folder_that_refuses(junk):
    run("target-worth target-ratio", start(), my_worth=junk)
    for typed in (junk, {"trial": junk, str(junk): junk}):
        run(PRICES, bits(), my_euros=typed, my_months=typed)
        with mock.patch.object(Path, "open", side_effect=OSError(30, "Read-only file system")):
            run(PROTOCOL, start(), my_protocol=typed)
            assert "Not saved: Read-only" in run(PROTOCOL, start(), my_protocol={"x": "y"})[1][-1]


def test_a_protocol_is_saved_beside_older_ones(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "nothing is saved" in run(PROTOCOL, start())[1][-1]
    for number, answer in enumerate(["Does it help?", "Or not?"], start=1):
        said = run(PROTOCOL, start(), my_protocol={"question": answer, "safety": "..."})[1]
        assert (said[-1], "Open: 1 of 2" in said[0]) == (f"Saved as my_protocol_{number}.md.", True)
    pages = [path.read_text(encoding="utf-8") for path in sorted(tmp_path.iterdir())]
    assert ["Does it help?" in page for page in pages] == [True, False]
