"""Notebook 02: its computations against theory, its tables, its figures and its exercises."""

import math
import re
import time

import numpy as np
import pandas as pd
import pytest

from helpers.first_edition import (
    audit,
    data,
    design,
    design_readings,
    exercises,
    learn,
    notebooks,
    plots,
    power,
    replica,
    show,
    simulate,
)

FINDINGS = data.published_findings()
RATIO = FINDINGS.loc["vk2_mean_control", "value"] / FINDINGS.loc["vk2_mean_ms", "value"]
MODEL = simulate.published_model(FINDINGS)


# ------------------------------------------------------------------ which design


@pytest.mark.parametrize(("short", "long", "share"), [(8, 24, 0.5), (3, 30, 0.7), (10, 10, 0.4)])
def test_people_are_found_in_proportion_to_their_stay(short, long, share):
    cases = design.cases_over_time(
        40_000, years_short=short, years_long=long, share_short=share, seed=1
    )
    expected = design.share_short_when_found(short, long, share)
    found = cases.loc[cases["found"], "stay"].eq("short")
    assert found.mean() == pytest.approx(expected, abs=4 * math.sqrt(0.25 / len(found)))
    assert cases["stay"].eq("short").mean() == pytest.approx(share, abs=0.02)
    assert (cases["onset"] <= 0).all()


def test_cases_bad_input():
    with pytest.raises(ValueError, match="years_short must be above 0"):
        design.cases_over_time(10, years_short=0, seed=1)
    with pytest.raises(TypeError, match="n_cases must be a whole number"):
        design.cases_over_time(1.5, seed=1)


# ------------------------------------------------------------------ choosing controls


def test_log_normal_has_the_mean_and_sd_asked_for():
    people = design.log_normal(235, 100)
    draws = np.random.default_rng(1).lognormal(people.log_mean, people.log_sd, 400_000)
    assert draws.mean() == pytest.approx(235, rel=0.005)
    assert draws.std() == pytest.approx(100, rel=0.01)


@pytest.mark.parametrize("preference", [1, 2, 8, 20])
def test_choice_alone_makes_the_ratio_that_theory_gives(preference):
    choice = design.choose_controls(preference, n_ms=2000, n_control=300)
    expected = design.ratio_from_choice(preference)
    assert choice.comparison.ratio_of_geometric_means.value == pytest.approx(expected, rel=0.08)
    assert design.preference_for_ratio(expected) == pytest.approx(preference)


def test_without_preference_intervals_hold_one():
    held = [
        design.choose_controls(1, seed=seed).comparison.ratio_of_geometric_means.covers(1)
        for seed in range(40)
    ]
    assert sum(held) >= 34


def test_controls_are_people_of_the_population():
    choice = design.choose_controls(16)
    assert np.isin(choice.controls, choice.population).all()
    assert len(choice.controls) == 29
    assert len(choice.ms) == 45
    with pytest.raises(ValueError, match="preference must be between 1 and 1000"):
        design.choose_controls(0.5)


# ------------------------------------------------------------------ measurement


def test_a_shared_factor_leaves_a_background_shrinks_an_own_factor_makes():
    table = design.error_table(FINDINGS, factor=1000, background=100).set_index("the error")
    real, none = table.columns[:2]
    assert table.loc["multiplies all by 1000", real] == round(RATIO, 2)
    assert 1 < table.loc["adds 100 ng/ml to all", real] < RATIO
    assert table.loc["takes 100 ng/ml from all", real] > RATIO
    shared = table.index[:-1]
    assert (table.loc[shared, none] == 1).all()
    assert table[none].iloc[-1] == round(RATIO, 2)


def test_measured_refuses_what_cannot_be():
    assert design.measured([100.0], factor=2, background=5, own_factor=0.5).tolist() == [105]
    with pytest.raises(ValueError, match="background must leave every measured value above 0"):
        design.measured([100.0], background=-100)


def test_share_affected_is_turned_round_by_share_to_affect():
    for reads in (0, 0.2):
        share = design.share_to_affect(RATIO, reads)
        assert design.ratio_from_affected(share, reads) == pytest.approx(RATIO)
    assert design.share_to_affect(RATIO, 0.5) > 1
    assert design.ratio_from_affected(1, 0) == math.inf


# ------------------------------------------------------------------ the readings of ±


def test_the_three_readings_give_the_d_of_the_fact_sheet():
    table = design.readings_of_spread(FINDINGS)
    assert table["cohen_d"].round(2).tolist() == [4.66, 1.59, 0.78]
    assert table["sd_ms"].round().tolist() == [100, 333, 671]
    assert table["sd_control"].round().tolist() == [154, 405, 829]
    assert (table["p_value"] < 0.001).tolist() == [True, True, False]
    gap = design.compare_reading(FINDINGS, "sd").difference
    assert [round(x) for x in (gap.value, gap.low, gap.high)] == [577, 512, 642]


# ------------------------------------------------------------------ power


@pytest.mark.parametrize("spread_is", design.READINGS.values())
def test_formula_and_simulation_agree_and_keep_the_error_rate(spread_is):
    model = power.model_for_reading(FINDINGS, spread_is)
    ratios = np.array([1, 1.2, 1.6, 2.3])
    simulated = power.power_by_simulation(model, ratios, 2000)
    formula = power.power_for_ratio(ratios, *power.log_sds(model))
    assert np.abs(simulated - formula).max() < 0.06
    assert 0.03 < simulated[0] < 0.07


def test_power_is_a_number_however_large_the_ratio():
    values = power.power_for_ratio(np.linspace(1, 50, 40), 0.4, 0.2)
    assert np.isfinite(values).all()
    assert values[0] == pytest.approx(0.05)
    assert values[-1] == 1
    assert (np.diff(values) >= -1e-9).all()
    found = power.ratio_found(0.8, 0.4, 0.2)
    assert power.power_for_ratio([found], 0.4, 0.2)[0] == pytest.approx(0.8, abs=1e-4)
    with pytest.raises(ValueError, match="ratio must be finite and above zero"):
        power.power_for_ratio([0.0], 0.4, 0.2)


def test_precision_names_the_published_counts():
    table = power.precision(MODEL)
    count = FINDINGS["value"].astype(int, errors="ignore")
    numbers = [[int(x) for x in re.findall(r"\d+", name)] for name in table.index]
    assert numbers == [
        [count["n_control"], count["n_ms"]],
        [count["n_spms"], count["n_rrms"]],
        [count["n_ppms"], count["n_rrms"]],
    ]
    assert table.iloc[0]["formula"] == pytest.approx(table.iloc[0]["simulated"], rel=0.02)
    assert table.iloc[1]["formula"] > table.iloc[0]["formula"]
    assert table.iloc[2].isna().all()


def test_slopes_cannot_be_told_apart_by_74_people():
    table = power.power_for_slopes(MODEL, [1, 8], n_studies=1500)
    assert (table["formula"] - table["simulated"]).abs().max() < 0.08
    assert table.loc[1, "simulated"] < 0.2
    needed = power.size_for_slopes(MODEL)
    assert 8 < needed < 20
    equal = power.power_for_slopes(MODEL, [1], n_studies=2000, percent_ms=-10, percent_control=-10)
    assert 0.03 < equal.loc[1, "simulated"] < 0.075  # false alarms only


def test_if_the_ten_percent_is_everyones_the_controls_fall_less():
    table = power.power_if_ten_is_everyone(MODEL, FINDINGS, 1500)
    value = FINDINGS["value"]
    controls = -float(re.search(r"against ([\d.]+) %", table.loc[1, "percents"]).group(1))
    logs = [math.log1p(percent / 100) for percent in (value["age_effect_ms"], controls)]
    everyone = np.average(logs, weights=[value["n_ms"], value["n_control"]])
    assert 100 * math.expm1(everyone) == pytest.approx(value["age_effect_all"], abs=0.05)
    assert table.loc[1, "simulated"] > 0.3  # against 0.12 if the 10 % is the controls'
    assert f"{100 * table.loc[1, 'simulated']:.0f} %" in repr(
        design_readings.if_ten_is_everyone(table)
    )


# ------------------------------------------------------------------ words and tables


def test_every_unknown_of_the_list_has_a_row_with_a_reason():
    unknown = data.not_found()
    text = " ".join(unknown["item"])
    for word in ("age", "site", "controls", "vitamin D", "sun", "EDSS", "attacks", "model", "±"):
        assert word in text
    for word in ("detection limit", "fasted", "handled", "limitations", "supplement", "15 %"):
        assert word in text
    grouped = audit.unknowns(unknown)
    assert "; ".join(grouped["looked for, not found"]).count(";") == len(unknown) - 1


def test_account_covers_the_posts_paragraphs_on_the_study():
    account = audit.post_against_abstract(data.claims())
    claims = data.claims()
    told = claims[claims["where"].isin([f"paragraph {n}" for n in (6, 7, 8)])]
    assert len(account) == len(told) + (claims["kind"] == "omission").sum()
    assert not account["in the post"].str.startswith("Left out").any()
    assert "3 are in the abstract as told" in repr(audit.count_of_fates(account))


def test_audit_is_compared_only_where_it_was_filled_in():
    rows = data.strobe_audit()
    assert audit.compare_audit({"size": ..., "cases": ...}, rows).status == "not tried"
    assert audit.compare_audit({"size": "up"}, rows).status == "not yet"
    assert audit.compare_audit({"sise": "larger"}, rows).status == "not yet"
    shown = audit.compare_audit({"size": " Larger ", "cases": "none", "timing": ...}, rows)
    assert isinstance(shown, show.Table)
    assert len(shown.frame) == 2
    assert "agree on 1 of 2" in shown.caption
    assert audit.filled_audit(rows).folded
    assert audit.reasons(data.not_found()).folded
    blank = audit.blank_audit(rows)
    assert (blank[["seen?", "possible bias", "direction"]] == "").all().all()


def test_account_is_shown_by_fate():
    account = audit.post_against_abstract(data.claims())
    shown = audit.account_table(account, "kept", "changed")
    assert set(shown.frame["the post"]) == {"kept", "changed"}
    with pytest.raises(ValueError, match="fates must be one of"):
        audit.account_table(account, "lost")


def test_plan_of_the_reader_stands_beside_ours_once_written():
    mine = {"the model": " logs ", "the primary comparison": ..., "what would change my mind": ""}
    assert audit.compare_plan({"the model": ...}).status == "not tried"
    shown = audit.compare_plan(mine)
    assert shown.frame["you"].tolist() == ["logs"]
    assert shown.frame["we"].tolist() == [audit.OUR_LINES["the model"]]


def test_claims_looked_at_are_those_of_the_notebook():
    shown = audit.claims_looked_at(data.claims(), "02")
    assert shown.folded
    assert len(shown.frame) == (data.claims()["notebook"] == "02").sum()


def test_notebook_03_does_what_the_plan_says():
    path = notebooks.FOLDER / "03_reanalysis.ipynb"
    cells = notebooks.read(path).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    for question, _, _, markers in audit.PLAN:
        for marker in markers:
            assert marker in code, f"{question}: {marker}"


def test_every_claim_of_this_notebook_names_one_of_its_sections():
    path = notebooks.FOLDER / "02_study_design.ipynb"
    text = "\n".join(c.source for c in notebooks.read(path).cells if c.cell_type == "markdown")
    titles = {title.strip("?").lower() for title in re.findall(r"(?m)^## \d+ · (.*)$", text)}
    words = {"how much the size can tell": "how much can 45 and 29 tell"}
    tested = data.claims().query("notebook == '02'")
    assert len(tested) == 6
    for section in tested["section"]:
        assert words.get(section, section) in titles


def test_sentences_are_built_from_their_numbers():
    changed = FINDINGS.copy()
    changed.loc["vk2_mean_control", "value"] = 470
    for reading in (design_readings.choice_needed, design_readings.biotin):
        assert f"{RATIO:.2f}" in repr(reading(FINDINGS))
        assert "2.00" in repr(reading(changed))
    assert "345 times" in repr(design_readings.unit_trouble(FINDINGS, data.serum_levels()))
    gaps = repr(design_readings.difference_of_means(FINDINGS))
    assert "577 ng/ml" in gaps
    assert "all leave out zero" in gaps
    table = design_readings.spread_table(design.readings_of_spread(FINDINGS))
    assert table.frame["SD in MS"].tolist() == [100, 333, 671]
    verdict = repr(design_readings.three_readings(design.readings_of_spread(FINDINGS), FINDINGS))
    assert verdict.endswith("Undecided.")


# ------------------------------------------------------------------ figures


def curves():
    return power.power_by_reading(FINDINGS, [1, 1.3, 2, 3.5], 200)


def slopes():
    return power.power_for_slopes(MODEL, [1, 2], 200)


FIGURES = {
    "time_line": lambda: plots.time_line(design.cases_over_time(5000, seed=5), number=1),
    "choice": lambda: plots.choice_of_controls(design.choose_controls(8), number=2),
    "error": lambda: plots.measurement_error(replica.analysis_table(), number=3, background=200),
    "biotin": lambda: plots.share_affected(RATIO, number=4),
    "readings": lambda: plots.readings_of_spread(
        design.readings_of_spread(FINDINGS), FINDINGS, number=5
    ),
    "power": lambda: plots.power_by_reading(curves(), RATIO, number=6),
    "precision": lambda: plots.precision(power.precision(MODEL, 200), number=7),
    "slopes": lambda: plots.power_for_slopes(slopes(), 13.2, number=8),
}


@pytest.mark.parametrize(("number", "draw"), list(enumerate(FIGURES.values(), 1)), ids=FIGURES)
def test_figures_say_what_they_show(number, draw):
    picture = draw()
    assert picture.png.startswith(b"\x89PNG")
    assert picture.caption.startswith(f"Figure {number}. ")
    assert len(picture.alt) >= 40
    assert re.search(r"\d", picture.alt)
    assert "Notice" in picture.caption or "distance" in picture.caption


def test_moving_figures_are_fast_at_every_end_of_their_sliders():
    people = replica.analysis_table()
    plots.measurement_error(people, number=1)  # the first call loads matplotlib
    for preference in (1, 24):
        start = time.perf_counter()
        picture = plots.choice_of_controls(design.choose_controls(preference), number=2)
        assert time.perf_counter() - start < 1  # about 0.15 s; tests may share a slow machine
        assert f"{preference:g} times" in picture.alt
    for factor in (0.5, 2):
        for background in (0, 600):
            for own_factor in (0.2, 1.5):
                for real_gap in (True, False):
                    start = time.perf_counter()
                    plots.measurement_error(
                        people,
                        number=3,
                        real_gap=real_gap,
                        factor=factor,
                        background=background,
                        own_factor=own_factor,
                    )
                    assert time.perf_counter() - start < 1


def test_error_figure_tells_the_ratio_of_the_means():
    people = replica.analysis_table()
    shared = plots.measurement_error(people, number=1, factor=2)
    made = plots.measurement_error(people, number=1, real_gap=False, own_factor=0.5)
    assert "is 3.46; the measured one 3.46" in shared.alt
    assert "is 1.00; the measured one 2.00" in made.alt


# ------------------------------------------------------------------ exercises


def test_exercise_1_names_the_reason_for_a_wrong_choice():
    unknown = data.not_found()
    assert exercises.gap_makers(["a", "c", "e", "g"], unknown).passed
    wrong = exercises.gap_makers(["a", "b"], unknown)
    assert not wrong.passed
    assert "does not change the two means" in wrong.message


def test_exercise_2_accepts_what_trying_finds():
    for guess in (16, 18, 20):
        assert exercises.preference_for_two(guess).passed
    assert "1.18" in exercises.preference_for_two(2).message
    assert "whole published ratio" in exercises.preference_for_two(175).message


def test_exercise_3_and_4_name_the_likely_mistakes():
    assert exercises.reads_too_low(71.06, FINDINGS).passed
    assert "what is left" in exercises.reads_too_low(28.94, FINDINGS).message
    assert "whole here" in exercises.reads_too_low(245.5, FINDINGS).message
    assert exercises.sd_from_se(lambda se, n: se * math.sqrt(n)).passed
    assert "divided" in exercises.sd_from_se(lambda se, n: se / math.sqrt(n)).message
    for check in (exercises.preference_for_two, exercises.sd_from_se):
        assert check(...).status == "not tried"
    assert isinstance(exercises.reads_too_low(..., FINDINGS), learn.Feedback)


def test_tables_refuse_what_is_not_a_table():
    with pytest.raises(TypeError, match="audit must be a pandas DataFrame"):
        audit.blank_audit([])
    with pytest.raises(ValueError, match="table lacks column"):
        plots.precision(pd.DataFrame({"formula": [1.0]}), number=1)
