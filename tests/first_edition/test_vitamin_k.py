"""Vitamin K: molecules, units, kinetics, and what notebook 01 shows and says of them."""

import inspect
import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.first_edition import data, exercises, learn, plots, show, verdicts, vitamin_k, vitamin_readings
from helpers.first_edition.plots import molecules

VITAMERS = ["K1", *(f"MK-{n}" for n in range(1, vitamin_k.LONGEST + 1))]
half_lives = st.floats(0.5, 500)


@pytest.fixture(scope="module")
def tables():
    """Return the tables that notebook 01 reads, by name."""
    return {
        "kinetics": data.kinetics(),
        "table": data.vitamin_k_foods(),
        "serum": data.serum_levels(),
        "findings": data.published_findings(),
        "intakes": data.vitamin_k_intakes(),
        "evidence": data.vitamin_k_evidence(),
    }


def called(function, tables, **extra):
    """Call with those of the tables that the function asks for."""
    wanted = inspect.signature(function).parameters
    return function(**{name: table for name, table in tables.items() if name in wanted}, **extra)


# ------------------------------------------------------------------ molecules


def test_molar_masses_are_those_of_the_formulas():
    assert vitamin_k.formula("K1") == {"C": 31, "H": 46, "O": 2}
    assert vitamin_k.formula("MK-4") == {"C": 31, "H": 40, "O": 2}
    assert vitamin_k.formula("MK-7") == {"C": 46, "H": 64, "O": 2}
    assert f"{vitamin_k.molar_mass('MK-4'):.2f}" == "444.65"
    assert f"{vitamin_k.molar_mass('MK-7'):.1f}" == "649.0"


def test_molar_masses_agree_with_published_doses(tables):
    value = tables["kinetics"]["value"]
    for name, vitamer in (("mk4", "MK-4"), ("mk7", "MK-7")):
        implied = 1000 * value[f"single_dose_{name}"] / value[f"single_dose_{name}_nmol"]
        assert implied == pytest.approx(vitamin_k.molar_mass(vitamer), rel=0.001)


@pytest.mark.parametrize("vitamer", VITAMERS)
def test_drawing_has_the_atoms_of_the_formula(vitamer):
    drawing, formula = molecules.skeleton(vitamer), vitamin_k.formula(vitamer)
    elements = [element for element, _, _ in drawing.atoms]
    assert elements.count("C") == formula["C"]
    assert elements.count("O") == formula["O"]
    assert drawing.hydrogens() == formula["H"]


@pytest.mark.parametrize("vitamer", VITAMERS)
def test_double_bonds_stand_where_they_belong(vitamer):
    drawing = molecules.skeleton(vitamer)
    where = {i: (element, x) for i, (element, x, _) in enumerate(drawing.atoms)}
    double = [(a, b) for a, b, order in drawing.bonds if order == 2]
    assert sum("O" in (where[a][0], where[b][0]) for a, b in double) == 2
    in_chain = sum(min(where[a][1], where[b][1]) > 4 * molecules.STEP for a, b in double)
    assert in_chain == (1 if vitamer == "K1" else vitamin_k.units(vitamer))


def test_bonds_are_of_length_one_and_no_atom_has_too_many():
    drawing = molecules.skeleton("MK-13")
    bonds = np.zeros(len(drawing.atoms))
    for a, b, order in drawing.bonds:
        bonds[[a, b]] += order
        assert math.dist(drawing.atoms[a][1:], drawing.atoms[b][1:]) == pytest.approx(1)
    assert all(
        n <= {"C": 4, "O": 2}[element]
        for n, (element, _, _) in zip(bonds, drawing.atoms, strict=True)
    )


# ------------------------------------------------------------------ units


def test_units_are_those_of_the_fact_sheet(tables):
    assert round(vitamin_k.nmol_per_litre(812, "MK-4")) == 1826
    assert round(vitamin_k.nmol_per_litre(235, "MK-4")) == 529
    assert round(vitamin_k.nmol_per_litre(235, "MK-7")) == 362
    assert vitamin_k.plasma_amount(812, 3) == pytest.approx(2.436)
    assert vitamin_readings.upper_limit(tables["serum"]) == pytest.approx(2.357)


# ------------------------------------------------------------------ kinetics


@given(half_lives, st.integers(1, 40))
def test_build_up_is_the_sum_of_what_is_left(half_life, days):
    left = 0.5 ** (24 * np.arange(days) / half_life)
    rest = 0.5 ** (24 * days / half_life) * vitamin_k.build_up(half_life)
    assert vitamin_k.build_up(half_life) == pytest.approx(left.sum() + rest)
    assert vitamin_k.share_by_day(half_life, days) == pytest.approx(
        left / vitamin_k.build_up(half_life)
    )


@given(half_lives, st.floats(0.1, 20))
def test_one_dose_enters_and_leaves_completely(half_life, absorption):
    hours = np.linspace(0, 40 * max(half_life, absorption), 20_001)
    amount = vitamin_k.amount_in_blood(hours, half_life, days=1, absorption_half_life=absorption)
    assert amount[0] == 0
    assert (amount >= -1e-12).all()
    assert amount.max() < 1
    area = np.trapezoid(amount, hours) / 24
    assert area == pytest.approx(vitamin_k.average_amount(half_life), rel=0.02)


def test_doses_add_up_and_equal_rates_are_no_special_case():
    hours = np.arange(0, 100.0)
    one = vitamin_k.amount_in_blood(hours, 30, days=1)
    two = vitamin_k.amount_in_blood(hours, 30, days=2)
    assert two[:25] == pytest.approx(one[:25])
    assert two[24:] == pytest.approx(one[24:] + one[:76])
    near = vitamin_k.amount_in_blood(hours, 1.0001, days=3)
    assert vitamin_k.amount_in_blood(hours, 1.0, days=3) == pytest.approx(near, abs=1e-3)


def test_long_run_of_the_simulation_meets_the_formula():
    hours = np.linspace(99 * 24, 100 * 24, 2001)
    amount = vitamin_k.amount_in_blood(hours, 68, days=101)
    assert amount.mean() == pytest.approx(vitamin_k.average_amount(68), rel=0.001)
    first = vitamin_k.amount_in_blood(np.array([24.0]), 68, days=1)
    assert amount[-1] / first[0] == pytest.approx(vitamin_k.build_up(68), rel=0.001)


def test_the_model_has_the_direction_but_not_the_published_size(tables):
    published = tables["kinetics"].loc["accumulation_mk7"]
    half_life = tables["kinetics"]["value"]
    assert vitamin_k.build_up(half_life["half_life_mk7"]) < published["low"]
    assert half_life["half_life_mk7"] / half_life["half_life_k1"] > published["high"]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: vitamin_k.molar_mass("K2"), ValueError, "vitamer must be one of 'K1'"),
        (lambda: vitamin_k.molar_mass("MK-14"), ValueError, "got 'MK-14'"),
        (lambda: vitamin_k.molar_mass(7), TypeError, "vitamer must be a text"),
        (lambda: vitamin_k.nmol_per_litre(-1, "K1"), ValueError, "ng_per_ml must be at least 0"),
        (lambda: vitamin_k.plasma_amount(1, 0), ValueError, "litres must be above 0"),
        (lambda: vitamin_k.build_up(0), ValueError, "half_life must be above 0"),
        (lambda: vitamin_k.build_up("68"), TypeError, "half_life must be a number"),
        (lambda: vitamin_k.build_up(68, interval=0), ValueError, "interval must be above 0"),
        (lambda: vitamin_k.share_by_day(68, 0), ValueError, "days must be at least 1"),
        (lambda: vitamin_k.amount_in_blood([0.0], 68, days=1.5), TypeError, "days must be a whole"),
        (lambda: vitamin_k.amount_in_blood([math.nan], 68, days=1), ValueError, "hours must be"),
        (lambda: plots.family(3, number=1), ValueError, "n must be from 4 to 13"),
        (lambda: plots.daily_doses(data.kinetics(), number=1, days=2), ValueError, "days"),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words.replace("(", r"\(")):
        call()


# ------------------------------------------------------------------ figures


FIGURES = {
    "family": "649.00 g/mol",
    "foods": "939",
    "cycle": "gamma-glutamyl carboxylase",
    "two_medicines": "aspirin blocks cyclooxygenase",
    "daily_doses": "4.6",
    "sample_memory": "MK-7 22 %",
    "blood_levels": "812 in controls",
    "sandwich": "finds no place",
}


@pytest.mark.parametrize("name", FIGURES)
def test_figure_says_what_it_shows(name, tables):
    picture = called(getattr(plots, name), tables, number=3)
    assert isinstance(picture, show.Picture)
    assert picture.png.startswith(b"\x89PNG")
    assert len(picture.alt) > 100
    assert FIGURES[name] in picture.alt
    assert picture.caption.startswith("Figure 3. ")


@pytest.mark.parametrize("n", range(4, 14))
def test_family_is_drawn_for_every_place_of_its_slider(n):
    picture = plots.family(n=n, number=1)
    assert f"MK-{n} with {n} units" in picture.alt


@pytest.mark.parametrize(("mk7", "k1"), [(24, 0.5), (24, 12.0), (144, 0.5), (144, 12.0)])
def test_doses_are_drawn_fast_at_the_ends_of_the_sliders(mk7, k1, tables):
    start = time.perf_counter()
    picture = plots.daily_doses(tables["kinetics"], number=5, half_life_mk7=mk7, half_life_k1=k1)
    assert time.perf_counter() - start < 2  # a third of a second on an idle machine
    assert f"half-life of {mk7:g} hours" in picture.alt
    assert f"{mk7 / k1:.0f} times as much" in picture.alt


def test_figures_keep_their_marks(tables):
    models, published = ("daily_doses", "sample_memory"), ("foods", "blood_levels")
    for name in models + published:
        source = inspect.getsource(inspect.unwrap(getattr(plots, name)))
        assert ("mark=MODEL" in source) == (name in models)


# ------------------------------------------------------------------ sentences


READINGS = {
    "molar_masses": ["444.4", "444.65", "649.1", "649.00"],
    "calcium_trial": [
        "26 people",
        "arteries of the heart",
        "14 %",
        "no control group",
        "not support",
    ],
    "accumulation": ["4.6 to 4.8", "45 times", "7 to 8", "does not spell out", "8.5 to 9.7 hours"],
    "one_sample": ["1.1 times", "12 to 85", "82 %", "97 %", "38 days"],
    "times_the_limit": ["2.36", "345 times", "100 times", "116 times", "57 times"],
    "in_the_plasma": ["1,826", "1,251", "2.4 mg", "20 days"],
    "if_picograms": ["Hypothesis, not a finding", "0.235", "0.812", "says ng/ml"],
}


@pytest.mark.parametrize("name", READINGS)
def test_sentence_holds_the_computed_numbers(name, tables):
    text = repr(called(getattr(vitamin_readings, name), tables))
    for words in READINGS[name]:
        assert words in text


def test_sentences_follow_the_data(tables):
    kinetics = tables["kinetics"].copy()
    kinetics.loc["half_life_mk7", ["value", "low", "high"]] = 24.0, 24.0, 24.0
    assert "2.0 to 2.0" in repr(vitamin_readings.accumulation(kinetics))


def test_predictions_keep_their_answers_out_of_the_cells():
    assert "and so it is" in repr(vitamin_readings.who_makes_it("d"))
    assert "MK-4 is left out" in repr(vitamin_readings.who_makes_it("b"))
    assert "and so it is" in repr(vitamin_readings.when_it_helped("b"))
    assert vitamin_readings.when_it_helped(...).status == "not tried"
    assert vitamin_readings.who_makes_it(7).status == "not yet"


def test_natto_is_set_against_egg_yolk(tables):
    assert vitamin_readings.natto_to_yolk(tables["table"]) == pytest.approx(939 / 45.1)


def test_evidence_says_what_was_modelled_and_leaves_no_cell_empty(tables):
    table = vitamin_readings.evidence_table(tables["evidence"]).frame
    assert list(table.columns[:3]) == ["study", "in", "model of"]
    assert not table.isna().any(axis=None)
    assert set(tables["evidence"]["grade"]) == {"A"}  # as the caption says


def test_half_lives_say_how_sure_they_are(tables):
    kinetics = tables["kinetics"]
    quoted = "K1 1.5 h (assumed), MK-4 1 h (quoted on a secondary page), MK-7 68 h (quoted on"
    assert quoted in plots.daily_doses(kinetics, number=5).caption
    assert quoted in plots.sample_memory(kinetics, number=6).caption
    moved = plots.daily_doses(kinetics, number=5, half_life_k1=9.0).caption
    assert "K1 9 h (your choice)" in moved


def test_intake_table_says_none_set_and_never_zero(tables):
    table = vitamin_readings.intake_table(tables["intakes"]).frame
    assert (table["amount"] == "none set").sum() == 2
    assert not table["amount"].str.startswith("0").any()
    assert "120 µg a day" in set(table["amount"])
    assert "Schurgers 2007" in set(table["source"])


# ------------------------------------------------------------------ verdicts


def test_claims_are_judged_without_ours_in_sight():
    claims = data.claims()
    shown = verdicts.to_judge(claims.head(5)).frame
    assert list(shown.columns) == ["where in the post", "the claim, in our words"]
    assert list(shown.index) == ["CL01", "CL02", "CL03", "CL04", "CL05"]


def test_settled_claims_and_the_questions_of_readers():
    claims = data.claims()
    settled = verdicts.settled(claims, notebook="01", also=["CL34"])
    assert {"CL02", "CL16", "CL34"} <= set(settled["id"])
    assert "CL33" not in set(settled["id"])
    assert set(settled["kind"]) == {"claim"}
    assert list(verdicts.asked(claims, notebook="01").frame.index) == ["comment 1", "comment 2"]


def test_sections_of_the_claims_are_those_of_the_notebook():
    path = data.FOLDER.parent / "notebooks" / "01_what_is_vitamin_k2.ipynb"
    text = path.read_text(encoding="utf-8").casefold()
    claims = data.claims().query("notebook == '01'")
    for section in claims["section"].unique():
        assert f"· {section}" in text or f"· the {section}" in text or f"· a {section}" in text


def test_only_judged_claims_show_our_verdict():
    claims = data.claims().head(9)
    table = verdicts.compare({"wrong": "cl05, CL09", "supported": ["CL04 CL05"]}, claims)
    assert table.frame["you"].to_dict() == {
        "CL04": "supported",
        "CL05": "wrong and supported",
        "CL09": "wrong",
    }
    assert table.frame.loc["CL09", "we"] == "wrong"
    assert table.caption.startswith("You judged 3 of 9 claims, 2 of them as we did.")
    assert "Still open: CL01, CL02" in table.caption


@pytest.mark.parametrize("mine", [..., None, {}, 3, "CL04", {"wrong": ...}, {"wrong": 5}, {1: [2]}])
def test_nothing_judged_is_met_with_advice(mine):
    feedback = verdicts.compare(mine, data.claims())
    assert isinstance(feedback, learn.Feedback)
    assert feedback.status == "not tried"


def test_unknown_claims_are_named():
    assert "CL99" in repr(verdicts.compare({"wrong": "CL99"}, data.claims()))
    assert "CL99" in verdicts.compare({"wrong": "CL99 CL05"}, data.claims()).caption


# ------------------------------------------------------------------ exercises


def test_exercises_accept_right_answers_and_wait_for_an_attempt(tables):
    right = [
        exercises.mass_of_menaquinone(lambda n: 444.65 + (n - 4) * 68.117),
        exercises.natto_micrograms(849.6, tables["intakes"]),
        exercises.build_up(lambda hours: 1 / (1 - 0.5 ** (24 / hours))),
        exercises.level_in_nmol(235 / 649 * 1000, tables["findings"]),
    ]
    assert [feedback.status for feedback in right] == ["correct"] * 4
    waiting = [
        exercises.mass_of_menaquinone(...),
        exercises.natto_micrograms(..., tables["intakes"]),
        exercises.build_up(...),
        exercises.level_in_nmol(..., tables["findings"]),
    ]
    assert [feedback.status for feedback in waiting] == ["not tried"] * 4


@pytest.mark.parametrize(
    ("check", "answer", "words"),
    [
        ("mass_of_menaquinone", lambda n: 444.648 + n * 68.1171, "already holds four"),
        ("mass_of_menaquinone", lambda n: n * 68.1171, "left the ring out"),
        ("mass_of_menaquinone", lambda n: 444.648 * n / 4, "only the chain grows"),
        ("mass_of_menaquinone", lambda n: 444.65 * n, "whole molecule n times"),
        ("mass_of_menaquinone", lambda n: 444.65 + n - 4 * 68.117, "Brackets are missing"),
        ("mass_of_menaquinone", lambda n: (444.65 + n - 4) * 68.117, "wrong place"),
        ("mass_of_menaquinone", lambda n: 444.65 + (n - 1) * 68.117, "already holds four"),
        ("mass_of_menaquinone", lambda n: 444.65, "for every n"),
        ("build_up", lambda h: 1 - 0.5 ** (24 / h), "Divide 1 by it"),
        ("build_up", lambda h: 1 / (1 - 0.5 * (24 / h)), "to the power of"),
        ("build_up", lambda h: 0.5 ** (24 / h), "share that is left"),
        ("build_up", lambda h: 2 ** (24 / h), "has gone"),
        ("build_up", lambda h: 1 / (1 - 0.5 ** (h / 24)), "upside down"),
        ("build_up", lambda h: 1 / (2 ** (24 / h) - 1), "first dose is missing"),
    ],
)
def test_functions_with_a_likely_mistake_are_told_so(check, answer, words):
    feedback = getattr(exercises, check)(answer)
    assert feedback.status == "not yet"
    assert words in feedback.message


@pytest.mark.parametrize(
    ("check", "table", "answer", "words"),
    [
        ("natto_micrograms", "intakes", 850_000, "turned into µg"),
        ("natto_micrograms", "intakes", 708 * 120, "7.08 times"),
        ("natto_micrograms", "intakes", 5.9, "You divided"),
        ("natto_micrograms", "intakes", 708, "the per cent itself"),
        ("natto_micrograms", "intakes", 0.85, "in milligrams"),
        ("natto_micrograms", "intakes", 120 / 7.08, "is a product"),
        ("level_in_nmol", "findings", 649 / 235, "the other way round"),
        ("level_in_nmol", "findings", 235 * 649 / 1000, "heavier molecule"),
        ("level_in_nmol", "findings", 528.5, "That is for MK-4"),
        ("level_in_nmol", "findings", 0.3621, "µmol/l"),
        ("level_in_nmol", "findings", 1251, "controls"),
    ],
)
def test_numbers_with_a_likely_mistake_are_told_so(check, table, answer, words, tables):
    feedback = getattr(exercises, check)(answer, tables[table])
    assert feedback.status == "not yet"
    assert words in feedback.message
