"""Notebook 04: its answer keys, and what its cells compute against figures worked out by hand."""

import json
import math
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from conftest import JUNK
from hypothesis import given

from helpers import exercises, learn, worlds

matplotlib.use("agg")
NOTEBOOK = Path(__file__).resolve().parents[1] / "notebooks" / "04_cause_or_effect.ipynb"
CELLS = {c["id"]: c for c in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]}
SOURCE = {name: "".join(cell["source"]) for name, cell in CELLS.items()}
FEW, LAW = '[("MS", "VK2"), ("attacks", "VK2")]', worlds.Law()
RANK, ATTACKS = np.linspace(-2, 2, 50), np.arange(50) % 4
BEFORE, LINE, LOW = LAW.line(0, 36, 1, 0), LAW.line(1, 36, 1, ATTACKS), LAW.sd[1] * RANK
ROW = pd.Series({"deficiency": 0.9, "consumption": 0.3, "shared cause": 0.2, "assay": 0.1})


def run(*ids):
    names, said = {}, []  # cells run as in the notebook, with fewer studies
    for name in ids:
        exec(SOURCE[name].replace("n_studies=1000", "n_studies=40"), names)
        quiet = {"say": said.append, "table": lambda *_, **__: None, "keep": learn.keep}
        names["learn"] = type("Quiet", (), quiet)
    return names, said


def test_risk_ratio_and_e_value_by_hand():
    names, said = run("setup", "gap-by-hand", "gap-shapes", "gap-e-value")
    low, others = 35.9 * 0.957614, 99_964.1 * 0.000678
    assert names["risk"][0] == pytest.approx(low / (low + others), rel=1e-3)
    assert "**22,100**" in said[0]
    ratios, e_values = names["risks"]["risk_ratio"].tolist(), names["risks"]["e_value"].tolist()
    assert [round(x) for x in ratios[:7]] == [22100, 5735, 40, 12, 12, 3, 195]
    assert ratios[7] == pytest.approx(1950, rel=0.05)  # shares 0.953 and 0.010
    assert e_values == pytest.approx([x + math.sqrt(x * (x - 1)) for x in ratios])
    assert names["two_digits"](44_199) == "44,000"


def test_votes_and_orders_of_any_kind():
    names, said = run("setup", "vote", "see-draw", "print-run", "update-2018", "update-room")
    assert "by more than **0.0 points**" in said[1]
    assert names["after"].iloc[:, -1].idxmax() == "shared cause"
    exec(SOURCE["update-room"].replace('("trial"', '("trail"'), names)
    assert len(names["steps"]) == 2


def half(text, arrows=f"[*{FEW}, *worlds.HIDDEN_CAUSE]"):
    stub = SOURCE["exercise-1-stub"].rpartition("\n")[0].replace("return ...", f"return {text}")
    exec(stub.replace(FEW, arrows), names := {"worlds": worlds, "np": np})
    return names["HalfUsedUp"]


NOW, ILL = "people.log_vk2", "self.law.as_controls(people)"
BOTH = f"{NOW} + {ILL}"
TWICE = type("Twice", (half(f"({BOTH}) / 2"),), {"true_vk2": worlds.Assay.true_vk2})
KEYS = {  # the check, a right answer, and slips: what their sentence holds
    "half": (exercises.half_used_up, half(f"({NOW} + {ILL}) / 2"), {
        "used nothing up": half(NOW), "consumption world": half(ILL), "Halfway is": half(BOTH),
        "half of one": half(f"{NOW} / 2"), "Brackets": half(f"{NOW} + {ILL} / 2"),
        "is in ng/ml": half(f"np.exp({NOW})"), "changed as well": TWICE, "return": half("None"),
        "Halfway in ng/ml": half(f"np.log((np.exp({NOW}) + np.exp({ILL})) / 2)"),
        "arrow is missing": half(f"({BOTH}) / 2", FEW),
        "stopped. NameError": half("as_controls(people)"), "World, without": worlds.Assay(),
    }),
    "less": (exercises.made_less, [*"abc"], {
        "d: there": ["a", "d"], "1 still": ["a", "c"], "e: there": ["e"], "3 still": ["f"],
    }),
    "close": (exercises.close_the_path, [" Hidden cause"], {
        "opens a path": ["hidden cause", "attacks"], "nothing left": ["VK2 before onset"],
        "square brackets": "hidden cause", "closed already": ["hidden severity"],
    }),
    "forwards": (lambda x: exercises.consumption_forwards(x, LAW, RANK, ATTACKS), LINE + LOW, {
        "before anything": BEFORE + LAW.sd[0] * RANK, "line only": LINE, "Start from": LINE + 1,
        "attacks are missing": LAW.line(1, 36, 1, 0) + LOW, "ng/ml": np.exp(LINE + LOW),
        "spread of controls": LINE + LAW.sd[0] * RANK, "spread is not": LINE + RANK,
        "upside": LINE - LOW, "for each person": 5.3, "array of logs": "many",
    }),
    "bayes": (lambda x: exercises.after_a_telling_trial(x, ROW), 0.6, {  # 0.9 of 1.5
        "if*": 0.9, "not divide": 0.18, "over all worlds, the lower": 0.375, "before": 0.25,
        "sum of the row": 1.5, "per cent": 60, "another": 0.4,
    }),
}  # fmt: skip


@pytest.mark.parametrize("name", KEYS)
def test_right_answers_pass_and_each_slip_is_named(name):
    check, right, slips = KEYS[name]
    assert [check(x).status for x in (right, ...)] == ["Correct", "Not tried yet"]
    for words, slip in slips.items():
        feedback = check(slip)
        assert (feedback.status, words in feedback.message) == ("Not yet", True), words
    assert exercises.half_used_up(half("...")).status == "Not tried yet"


def test_every_letter_and_every_thing_in_the_graph_has_a_reason():
    things = {thing for arrow in worlds.SharedCause.graph() for thing in arrow}
    for check, offered in ((exercises.made_less, "abcde"), (exercises.close_the_path, things)):
        assert "not one of" not in check([*offered, "f"]).message.replace("f: not one of", "")
        assert check(["f"]).message.endswith("f: not one of the options.")


@given(JUNK)
def test_junk_never_raises(junk):
    for check, _, _ in KEYS.values():
        assert check(junk).message
    junk_world = type("Odd", (worlds.World,), {"vk2_before_onset": lambda self, people: junk})
    assert exercises.half_used_up(junk_world).message
    rated = learn.compare({"strength": junk, "strenght": junk}, {"strength": "weak"}, ["weak"])
    assert len(rated) == 2
