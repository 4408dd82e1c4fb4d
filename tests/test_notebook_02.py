"""Notebook 02: what its cells compute against figures worked out by hand."""

import json
import math
import re

import pytest
from conftest import Cells

from helpers import tables

NOTEBOOK = Cells("02")
SOURCE = NOTEBOOK.source
FINDINGS = tables.read("published_findings").set_index("id")
SPREAD = "setup spread-by-hand spread-guess spread-numbers spread-table plus-minus "
ODDS = f"{SPREAD} people-head odds-by-hand odds-library odds-guess odds-more-controls"


def run(ids, old="", new=""):
    """Run cells, `old` replaced by `new`; return names, and all sentences as one text."""
    assert any(old in SOURCE[name] for name in ids.split())
    names, said = NOTEBOOK.run(ids, change=(old, new))
    return names, "\n".join(map(str, said))


def test_three_readings_by_hand():
    names, said = run(SPREAD)
    assert "100, 333 or 671 ng/ml" in said
    assert names["sds"].loc["SE"].tolist() == pytest.approx([100 * 45**0.5, 154 * 29**0.5])
    half = [100 / 2.0154 * 45**0.5, 154 / 2.0484 * 29**0.5]  # quantiles of t: 44 and 28 degrees
    assert names["sds"].loc["half a 95 % interval"].tolist() == pytest.approx(half, rel=1e-3)
    assert names["readings"]["d"].round(2).tolist() == [4.66, 1.59, 0.78]  # 577 / 123.8, …
    assert names["readings"]["p"].iloc[2] == pytest.approx(0.003, abs=5e-4)


@pytest.mark.parametrize("written", ['"SD"', '"half a 95 % interval"', '"SE"', '"se"', "[None]"])
def test_plus_minus_takes_three_words_and_never_raises(written):
    names, said = run(SPREAD, old='"SD"\n\nreading', new=f"{written}\n\nreading")
    known = written.strip('"') in names["sds"].index
    assert names["reading"] == (written.strip('"') if known else "SD")
    assert ("is none of" in said) != known
    assert names["log_sd"].equals(names["log_sds"].loc[names["reading"]])
    assert ("built for ± = SD" in said) == (names["reading"] != "SD")


def test_odds_ratio_by_hand_and_by_statsmodels():
    names, _ = run(ODDS)
    (a, b), (c, d) = names["counts"].to_numpy().tolist()
    by_hand = a * d / (b * c)
    assert (a + b, c + d, names["answer"]) == (45, 29, "b")
    assert names["odds_ratio"] == pytest.approx(by_hand)
    assert names["by_library"].oddsratio == pytest.approx(by_hand)
    reach = math.exp(1.96 * math.sqrt(1 / a + 1 / b + 1 / c + 1 / d))
    assert names["high_end"] == pytest.approx(by_hand * reach, rel=1e-3)
    assert names["more_controls"]["odds ratio"].tolist() == pytest.approx([by_hand] * 3)
    assert names["more_controls"].loc[10].iloc[0] == pytest.approx(100 * a / (a + 10 * c))
    names, said = run(ODDS, old="cut = 550", new="cut = 400")
    (a, b), (_, d) = names["counts"].to_numpy().tolist()
    assert "odds ratio **inf**" in said
    assert names["by_library"].oddsratio == pytest.approx(a * d / (b * 0.5))  # half a person


def test_simulations_agree_with_formulas():
    sections = "choice-one choice-guess choice-many power-guess power-many error-guess error-table"
    names, _ = run(SPREAD + sections)
    ms, control = (math.sqrt(math.log(1 + x**2)) for x in (100 / 235, 154 / 812))
    assert names["middle"] == pytest.approx(math.exp(math.log2(8) * ms**2), rel=0.03)
    z = math.log(1.2) / math.sqrt(ms**2 / 45 + control**2 / 29)
    assert names["found"] == pytest.approx(50 * (1 + math.erf((z - 1.96) / 2**0.5)), abs=4)
    assert names["power"](1, names["log_sd"]) == pytest.approx(5, abs=2)
    assert names["read"]["no gap"].tolist() == pytest.approx([1, 1, 1, 2])
    assert names["read"]["the published gap"].iloc[2] == pytest.approx(912 / 335)


def test_post_abstract_and_tables_agree():
    names, said = run("setup account-table account-mine account-compare rest-table")
    assert names["ours"].value_counts().to_dict() == dict.fromkeys(names["words"], 2)
    assert "Of 11 statements 3 were kept, 2 changed and 6 added." in said
    value, spread = FINDINGS["value"].map("{:g}".format), FINDINGS["spread"].map("{:g}".format)
    for group in ("ms", "control"):
        mean, women = f"vk2_mean_{group}", f"n_women_{group}"
        assert f"{value[f'n_{group}']} ({value[women]} women)" in SOURCE["abstract-results"]
        assert f"{value[mean]} ± {spread[mean]}" in SOURCE["abstract-results"]
    ill = round(FINDINGS["value"]["ms_prevalence"])
    assert f"{100_000 - 2 * ill:,} would still" in SOURCE["absolute-risk"]
    sheet, appraisal = tables.read("paper_in_hand"), tables.read("appraisal")
    assert sheet["id"].tolist() == tables.read("not_found")["id"].tolist()
    assert set(sheet["our_assumption"].dropna().str.split("; ").explode()) <= set(FINDINGS.index)
    assert set(appraisal["settled_by"].dropna().str.split("; ").explode()) <= set(sheet["id"])
    assert re.findall(r'"([^"]+)": \.', SOURCE["appraise-mine"]) == appraisal["item"].tolist()


def test_no_answer_of_03_is_given_away():
    shown = json.dumps(NOTEBOOK.cells)
    assert not re.search(r"\b71(\.\d+)? ?%|99\.9|11\.8 dec|12 (extra|more)", shown)
