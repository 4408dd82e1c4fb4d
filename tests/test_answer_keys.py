"""The answer keys of the exercises, against figures worked out by hand."""

import math
from functools import partial

import numpy as np
import pandas as pd
import pytest
from conftest import JUNK, Cells
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import exercises, simulate, tables, worlds

PEOPLE, NOT_FOUND = tables.read("participants"), tables.read("not_found")
LOG, LEFT = np.log, 235 / 812
STEP, TENTH = LOG(LEFT), LOG(0.9)
FIT = type("Fit", (), {"params": pd.Series({"np.log(vk2_ng_ml)": -0.5})})
HALF, RING, UNIT = 0.5, 444.65 - 4 * 68.117, 68.117
FAR = {r: 2.8 / math.log(r) for r in (0.5, 0.7, 0.8, 0.9)}  # below 0
EACH = {r: (1 / 0.82 + 1 / (0.82 * r) + 1.38) * far**2 for r, far in FAR.items()}
FEW, LAW = '[("MS", "VK2"), ("attacks", "VK2")]', worlds.Law()
RANK, ATTACKS = np.linspace(-2, 2, 50), np.arange(50) % 4
BEFORE, LINE, LOW = LAW.line(0, 36, 1, 0), LAW.line(1, 36, 1, ATTACKS), LAW.sd[1] * RANK
ROW = pd.Series({"deficiency": 0.9, "consumption": 0.3, "shared cause": 0.2, "assay": 0.1})
STUB = Cells("04").source["exercise-1-stub"].rpartition("\n")[0]
NOW, ILL = "people.log_vk2", "self.law.as_controls(people)"
BOTH = f"{NOW} + {ILL}"


def half(text, arrows=f"[*{FEW}, *worlds.HIDDEN_CAUSE]"):
    names = {"worlds": worlds, "np": np}
    exec(STUB.replace("return ...", f"return {text}").replace(FEW, arrows), names)
    return names["HalfUsedUp"]


TWICE = type("Twice", (half(f"({BOTH}) / 2"),), {"true_vk2": worlds.Assay.true_vk2})
KEYS = {  # the check, a right answer, and slips: what their sentence holds
    "all": (lambda x: exercises.how_many(x, PEOPLE), 74, {"group (MS)": 45, "group (control)": 29}),
    "decades": (exercises.decades, STEP / TENTH, {
        "compound": 7.1, "15 %": 7.6, "years": 118, "log of the ratio is missing": LEFT / TENTH,
        "0.9 itself": STEP / 0.9, "divided by 0.1": STEP / -0.1, "the ratio itself": LEFT,
        "upside down": -STEP / TENTH, "Divide it by one step": STEP, "worked case": 6.5788,
        "times 1.1": STEP / -LOG(1.1),
    }),
    "attacks": (lambda x: exercises.attacks_for_ten_percent_lower(x, FIT), -0.5 * TENTH, {
        "left the logarithm out": -0.5 * 0.9, "per unit of log VK2": -0.5,
        "You divided": -0.5 / TENTH, "the post's figure": 1, "lower VK2 is a step down": -0.05,
        "not np.log(0.1)": -0.5 * LOG(0.1), "10 % higher": -0.5 * LOG(1.1),
    }),
    "percent lower": (exercises.percent_lower, lambda r: 100 * (1 - 1 / r), {
        "per cent higher": lambda r: 100 * (r - 1), "How much is missing": lambda r: 100 / r,
        "as a fraction": lambda r: 1 - 1 / r, "multiplies": lambda r: 100 * r,
        "Take 1 / ratio from 1": lambda r: 100 * (1 - r), "left, as a fraction": lambda r: 1 / r,
    }),
    "natto": (exercises.natto_micrograms, 849.6, {  # 708 % of 120 µg
        "heading says": 849_600, "7.08 times": 84_960, "divided by the daily value": 5.9,
        "divided by the share": 16.949, "in per cent. Of which": 708,
        "the daily value, 100 %": 120, "in milligrams": 0.8496,
    }),
    "plasma": (exercises.plasma_milligrams, 0.705, {  # 235 µg in each of 3 litres
        "is in micrograms": 705, "is in one litre": 0.235, "by the 3 litres": 0.07833,
        "one litre holds": 235, "1000 twice": 0.000705, "the controls": 2.436,
    }),
    "build-up": (exercises.build_up, lambda h: sum(HALF ** (24 / h * day) for day in range(200)), {
        "left after a day": lambda h: 2 ** (-24 / h), "not by left": lambda h: 2 ** (24 / h),
        "upside down": lambda h: 1 / (1 - 2 ** (-h / 24)), "whatever": lambda h: 2,
        "that has gone": lambda h: 1 - 2 ** (-24 / h), "power": lambda h: 1 / (1 - 12 / h),
        "first dose": lambda h: sum(HALF ** (24 / h * day) for day in range(1, 200)),
        "in days": lambda h: h / 24, "number of half-lives": lambda h: 24 / h,
    }),
    "mass": (exercises.mass_of_menaquinone, lambda n: RING + n * UNIT, {
        "for each": lambda n: RING + (n + 4) * UNIT, "left the ring out": lambda n: n * UNIT,
        "only the chain": lambda n: 111.1625 * n, "molecule n times": lambda n: 444.65 * n,
        "took off 1": lambda n: RING + (n + 3) * UNIT, "missing": lambda n: n + RING,
        "move": lambda n: (440.65 + n) * UNIT, "turned round": lambda n: 717.118 - n * UNIT,
    }),
    "nmol": (exercises.level_in_nmol, 362.1, {  # 235 ng/ml of 649 g/mol
        "multiplied by the molar": 152.515, "MK-4": 528.51,
        "µmol": 0.3621, "wrong way round": 2.7617, "upside down": 2761.7, "controls": 1251.2,
    }),
    "sd": (exercises.sd_if_se, lambda n: 100 * n**0.5, {
        "divided": lambda n: 100 / n**0.5, "square root": lambda n: 100 * n,
        "squared": lambda n: 100 * n**2, "n - 1": lambda n: 100 * (n - 1) ** 0.5,
        "error itself": lambda n: 100, "45 for every": lambda n: 100 * 45**0.5,
        "Multiply": lambda n: n**0.5, "halves": lambda n: 50 * n**0.5,
    }),
    "low": (lambda x: exercises.reads_too_low(x, 235, 812), 100 * (1 - LEFT), {
        "Two slips": LEFT, "what is left": 100 * LEFT, "as a fraction": 1 - LEFT,
        "higher": 100 * (1 / LEFT - 1), "is the ratio. What": 1 / LEFT,
        "ratio in per cent": 100 / LEFT, "in ng/ml": 577, "sign": -100 * (1 - LEFT),
    }),
    "gap": (lambda x: exercises.gap_makers(x, NOT_FOUND), ["a", "c", "e", "g"], {
        "b: It changes how sure": ["a", "b"], "1 still missing, 0 not": ["a", "c", "e"],
        "list of letters": "aceg", "d: The abstract gives": [*"acdeg"],
    }),
    "choosy": (lambda x: exercises.how_choosy(x, 0.408), 18, {
        "It makes 1.18": 2, "published ratio": 2 ** (-STEP / 0.408**2),
    }),
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
    "each": (lambda x: exercises.people_each(x, 0.82, 0.69), EACH.get, {
        "half of the trials": lambda r: EACH[r] * 0.49, "0.84 alone": lambda r: EACH[r] * 0.09,
        "square is missing": lambda r: -EACH[r] / FAR[r], "no square": lambda r: EACH[r] / FAR[r],
        "logarithm": lambda r: EACH[r] * (2.8 / FAR[r] / r) ** 2, "both": lambda r: 2 * EACH[r],
        "1 - ratio": lambda r: EACH[r] * (2.8 / FAR[r] / (1 - r)) ** 2,
        "halved": lambda r: EACH[r] / 2, "alike": lambda r: EACH[r] - 1.38 * FAR[r] ** 2,
        "one person": lambda r: EACH[r] / FAR[r] ** 2,
    }),
    "four": (exercises.half_as_large, 16, {"as large": 4, "square": 8, "error only": 2, "few": 1}),
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
    assert exercises.half_used_up(half("...")).status == "Not tried yet"


def odd(junk):
    return type("Odd", (worlds.World,), {"vk2_before_onset": lambda self, people: junk})


@given(JUNK | st.complex_numbers() | JUNK.map(lambda junk: lambda _: junk) | JUNK.map(odd))
@settings(max_examples=40)
def test_a_strange_answer_gets_a_sentence(answer):
    for check, _, _ in KEYS.values():
        feedback = check(answer)
        assert feedback.status in {"Not yet", "Not tried yet", "Correct"}
        assert feedback.message


def test_right_answers_come_with_the_numbers_behind_them():
    assert "45 MS and 29 control" in exercises.how_many(74, PEOPLE).message
    assert "That is 118 years" in exercises.decades(11.8).message
    told = exercises.attacks_for_ten_percent_lower(0.0527, FIT).message
    assert "About 19 such steps" in told  # 1 / 0.0527


def test_every_letter_and_every_thing_in_the_graph_has_a_reason():
    things = {thing for arrow in worlds.SharedCause.graph() for thing in arrow}
    for check, offered in ((exercises.made_less, "abcde"), (exercises.close_the_path, things)):
        assert "not one of" not in check([*offered, "f"]).message.replace("f: not one of", "")
        assert check(["f"]).message.endswith("f: not one of the options.")


def test_answer_key_of_the_larger_study(monkeypatch):
    found = {(45, 10_000, 2018): 20, (90, 10_000, 2018): 36}  # of 100 simulated studies

    def repeat(model, analysis, n_studies, n_ms, seed):
        return pd.DataFrame({"p": np.arange(100) < 100 - found[n_ms, n_studies, seed]})

    monkeypatch.setattr(simulate, "repeat", repeat)
    key = partial(exercises.found_with_twice_the_people, model=None, analysis=None)
    assert [key(answer).status for answer in (36, ...)] == ["Correct", "Not tried yet"]
    slips = {"n_ms=90": 20, "does not double": 40, "Which side": 64, "is a count": 3600}
    for words, slip in slips.items():
        assert words in key(slip).message
