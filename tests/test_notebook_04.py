"""Notebook 04: its answer keys, and what its cells compute against figures worked out by hand."""

import json
import math
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import exercises, learn, tables, worlds

matplotlib.use("agg")
NOTEBOOK = Path(__file__).resolve().parents[1] / "notebooks" / "04_cause_or_effect.ipynb"
CELLS = {c["id"]: c for c in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]}
SOURCE = {name: "".join(cell["source"]) for name, cell in CELLS.items()}
LAW = worlds.Law()
RANK, ATTACKS = np.linspace(-2, 2, 50), np.arange(50) % 4
LINE = LAW.line(1, 36, 1, ATTACKS)
ROW = pd.Series({"deficiency": 0.9, "consumption": 0.03, "assay": 0.07})


def run(*ids, old="", new=""):
    """Run cells as they stand in the notebook, `old` replaced by `new`; return names, sentences."""
    names, said = {}, []
    assert not old or any(old in SOURCE[name] for name in ids)
    for name in ids:
        exec(SOURCE[name].replace(old, new) if old else SOURCE[name], names)
        names["learn"] = type("Quiet", (), {"say": said.append, "table": lambda *_, **__: None})
    return names, "\n".join(said)


def test_risk_ratio_and_e_value_by_hand():
    names, said = run("setup", "gap-by-hand", "gap-shapes", "gap-e-value")
    ill, low_ms, low_control = 35.9, 0.957614, 0.000678
    low = ill * low_ms / (ill * low_ms + (100_000 - ill) * low_control)
    rest = ill * (1 - low_ms) / (ill * (1 - low_ms) + (100_000 - ill) * (1 - low_control))
    assert names["risk"].tolist() == pytest.approx([low, rest], rel=1e-3)
    assert "**22,100**" in said
    risks = names["risks"].set_axis(range(len(names["risks"])))
    assert risks["risk_ratio"].round().tolist()[:7] == [22100, 5735, 40, 12, 12, 3, 195]
    assert risks["risk_ratio"].iloc[7] == pytest.approx(1950, rel=0.05)  # shares .953 and .010
    by_hand = [ratio + math.sqrt(ratio * (ratio - 1)) for ratio in risks["risk_ratio"]]
    assert risks["e_value"].tolist() == pytest.approx(by_hand)
    assert [names["two_digits"](x) for x in (3.35, 195.2, 44_199)] == ["3.4", "200", "44,000"]


def test_votes_and_orders_of_any_kind():
    first = ("setup", "vote", "print-run", "update-2018", "update-room")
    names, said = run(*first, old="n_studies=1000", new="n_studies=40")
    assert "no belief has moved by more than **0.0 points**" in said
    assert names["after"].iloc[:, -1].idxmax() == "shared cause"
    fewer = SOURCE["update-room"].replace('("trial", "not', '("trail", "not')
    exec(fewer, names)
    assert len(names["steps"]) == 2


def half(text, arrows='[("MS", "VK2"), ("attacks", "VK2"), *worlds.HIDDEN_CAUSE]'):
    stub = SOURCE["exercise-1-stub"].rpartition("\n")[0].replace("return ...", f"return {text}")
    names = {"worlds": worlds, "np": np}
    exec(stub.replace('[("MS", "VK2"), ("attacks", "VK2")]', arrows), names)
    return names["HalfUsedUp"]


NOW, ILL = "people.log_vk2", "self.law.as_controls(people)"


class Twice(half(f"({NOW} + {ILL}) / 2")):
    def true_vk2(self, people):
        return self.law.as_controls(people)


KEYS = {  # the check, a right answer, and slips: what their sentence holds
    "half": (exercises.half_used_up, half(f"({NOW} + {ILL}) / 2"), {
        "used nothing up": half(NOW), "consumption world": half(ILL), "half of the sum":
        half(f"{NOW} + {ILL}"), "half of one": half(f"{NOW} / 2"), "Brackets":
        half(f"{NOW} + {ILL} / 2"), "is in ng/ml": half(f"np.exp({NOW})"), "Halfway in ng/ml":
        half(f"np.log((np.exp({NOW}) + np.exp({ILL})) / 2)"), "arrow is missing":
        half(f"({NOW} + {ILL}) / 2", '[("MS", "VK2"), ("attacks", "VK2")]'), "changed as well":
        Twice, "return": half("None"), "stopped. NameError": half("as_controls(people)"),
        "made from worlds.World": worlds.Assay(),
    }),
    "less": (exercises.made_less, ["a", "b", "c"], {
        "d: there the true level": ["a", "d"], "1 still missing": ["a", "c"], "letters": "abc",
    }),
    "close": (exercises.close_the_path, [" Hidden cause"], {
        "opens a path": ["hidden cause", "attacks"], "nothing left": ["VK2"],
        "square brackets": "hidden cause", "closed already": ["hidden severity"],
    }),
    "forwards": (
        lambda x: exercises.consumption_forwards(x, LAW, RANK, ATTACKS), LINE + LAW.sd[1] * RANK, {
            "before anything": LAW.line(0, 36, 1, 0) + LAW.sd[0] * RANK, "line only": LINE,
            "attacks are missing": LAW.line(1, 36, 1, 0) + LAW.sd[1] * RANK,
            "spread of controls": LINE + LAW.sd[0] * RANK, "spread is not": LINE + RANK,
            "ng/ml": np.exp(LINE + LAW.sd[1] * RANK), "upside": LINE - LAW.sd[1] * RANK,
            "for each woman": 5.3, "Start from": LINE + 1,
        },
    ),
    "bayes": (lambda x: exercises.after_a_telling_trial(x, ROW), 0.9, {
        "did not divide": 0.18, "lower half": 1 / 3 + 1e-9, "sum of the row": 1.0,
        "per cent": 90, "another world": 0.1,
    }),
}  # fmt: skip


@pytest.mark.parametrize("name", KEYS)
def test_right_answers_pass_and_each_slip_is_named(name):
    check, right, slips = KEYS[name]
    assert (check(right).status, check(...).status) == ("Correct", "Not tried yet")
    for words, slip in slips.items():
        assert check(slip).status == "Not yet", words
        assert words in check(slip).message, (words, check(slip).message)
    assert exercises.half_used_up(half("...")).status == "Not tried yet"


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(len)
JUNK = PLAIN | st.lists(PLAIN, max_size=3) | st.dictionaries(st.text(), PLAIN, max_size=3)


@settings(max_examples=50)
@given(JUNK)
def test_junk_never_raises(junk):
    for check, _, _ in KEYS.values():
        assert check(junk).message
    junk_world = type("Odd", (worlds.World,), {"vk2_before_onset": lambda self, people: junk})
    assert exercises.half_used_up(junk_world).message
    ours = tables.read("hill_viewpoints").set_index("viewpoint")["our_rating"]
    for mine in (junk, {"strength": junk, "strenght": junk}):
        assert len(learn.compare(mine, ours, ["weak"])) >= len(ours)
