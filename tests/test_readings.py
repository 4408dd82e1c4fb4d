"""Results read out in words: each number is computed again here, and follows its data."""

import math
import re

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from helpers import data, estimate, readings, replica, show


def said(sentence):
    """Return the plain text, with hyphens for the minus signs."""
    assert isinstance(sentence, show.Sentence)
    text = repr(sentence)
    assert "nan" not in text
    assert not re.search(r"(?<!\w)-\d", text), "a negative number needs a real minus"
    return text.replace("−", "-").replace("*", "")


@pytest.fixture(scope="module")
def people():
    return replica.analysis_table()


@pytest.fixture(scope="module")
def findings():
    return data.published_findings()


def shifted(people, group, factor):
    """Return the people with the VK2 of one group multiplied."""
    changed = people.copy()
    changed["vk2_ng_ml"] = changed["vk2_ng_ml"].astype(float)
    changed.loc[changed["group"] == group, "vk2_ng_ml"] *= factor
    changed["log_vk2"] = np.log(changed["vk2_ng_ml"])
    return changed


# --- the size of the difference -------------------------------------------------------------------


@pytest.mark.parametrize("factor", [1.0, 2.9])
def test_size_of_difference_says_what_the_data_say(people, findings, factor):
    people = shifted(people, "MS", factor)
    ms = people.loc[people["group"] == "MS", "vk2_ng_ml"]
    control = people.loc[people["group"] == "control", "vk2_ng_ml"]
    text = said(readings.size_of_difference(estimate.compare_groups(control, ms), findings))
    logs = stats.ttest_ind(np.log(control), np.log(ms), equal_var=False)
    low, high = np.exp(logs.confidence_interval())
    ratio = stats.gmean(control) / stats.gmean(ms)
    assert f"VK2 is {ratio:.2f} (95 % interval {low:.2f} to {high:.2f}) times as high" in text
    assert f"{100 - 100 * stats.gmean(ms) / stats.gmean(control):.0f} % lower in MS" in text
    pairs = np.sign(np.subtract.outer(control.to_numpy(), ms.to_numpy()))
    assert f"In {100 * ((pairs + 1) / 2).mean():.1f} of 100 pairs" in text
    published = findings["value"]
    means = published["vk2_mean_control"] / published["vk2_mean_ms"]
    assert f"published means is {means:.2f}" in text
    p = stats.mannwhitneyu(control, ms).pvalue
    assert f"(Mann–Whitney) gives {show.p_value(p)}." in text


def pairs_of_normals(mean_gap, sd_first, sd_second):
    """Return per cent of pairs in which the first is higher, if both groups were normal."""
    return 100 * stats.norm.cdf(mean_gap / math.hypot(sd_first, sd_second))


def test_the_other_readings_of_plus_minus_use_the_published_figures(findings):
    gap = estimate.compare_groups([6, 7, 9, 12], [1, 2, 4, 5])
    changed = findings.copy()
    changed.loc["vk2_mean_ms", ["value", "spread"]] = [406.0, 60.0]
    for table in (findings, changed):
        text = said(readings.size_of_difference(gap, table))
        (ms, error_ms), (control, error_control) = (
            table.loc[f"vk2_mean_{group}", ["value", "spread"]] for group in ("ms", "control")
        )
        assert f"published means is {control / ms:.2f}" in text
        n_ms, n_control = table.loc[["n_ms", "n_control"], "value"]
        as_se = (error_control * math.sqrt(n_control), error_ms * math.sqrt(n_ms))
        shown = int(re.search(r"as a standard error about (\d+)\.", text)[1])
        assert shown == pytest.approx(pairs_of_normals(control - ms, *as_se), abs=1)
        as_half = [
            sd / stats.t.isf(0.025, n - 1) for sd, n in zip(as_se, (n_control, n_ms), strict=True)
        ]
        shown = int(re.search(r"interval it would be about (\d+) of 100 pairs", text)[1])
        assert shown == pytest.approx(pairs_of_normals(control - ms, *as_half), abs=1)


# --- age ------------------------------------------------------------------------------------------


def test_age_interaction_compares_the_slopes_of_the_groups(people, findings):
    fit = estimate.log_linear("vk2_ng_ml", "age_decades * ms", people)
    text = said(readings.age_interaction(fit, findings))
    slopes = {}
    for group in ("MS", "control"):
        rows = people[people["group"] == group]
        log_vk2 = np.log(rows["vk2_ng_ml"].to_numpy(float))
        slopes[group] = np.polyfit(rows["age_decades"], log_vk2, 1)[0]
    assert f"by a factor of {math.exp(slopes['MS'] - slopes['control']):.2f} (95 % interval" in text
    assert (
        "A true 15 % in MS against 10 % in controls would be a factor of 0.94: inside the interval."
        in text
    )
    assert "74 people cannot tell" in text


def test_age_interaction_follows_the_published_figures(people, findings):
    fit = estimate.log_linear("vk2_ng_ml", "age_decades * ms", people)
    changed = findings.copy()
    changed.loc["age_effect_ms", "value"] = -40.0
    changed.loc["age_effect_all", "value"] = -20.0
    text = said(readings.age_interaction(fit, changed))
    assert (
        "A true 40 % in MS against 20 % in controls would be a factor of 0.75: outside the "
        "interval." in text
    )


# --- attacks --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two_ways(people):
    """Return a function: people to both regressions."""

    def fit(rows):
        ms = rows[rows["group"] == "MS"]
        return (
            estimate.log_linear("vk2_ng_ml", "attacks_per_year", ms),
            smf.ols("attacks_per_year ~ log_vk2", data=ms).fit(),
        )

    return fit


@pytest.mark.parametrize("add", [0, 1])
def test_attacks_two_ways_says_what_the_data_say(people, findings, two_ways, add):
    people = people.assign(attacks_per_year=people["attacks_per_year"] ** (1 + add))
    ms = people[people["group"] == "MS"]
    text = said(readings.attacks_two_ways(*two_ways(people), findings))
    attacks, log_vk2 = ms["attacks_per_year"].to_numpy(), np.log(ms["vk2_ng_ml"].to_numpy(float))
    forwards = np.polyfit(attacks, log_vk2, 1)[0]
    backwards = np.polyfit(log_vk2, attacks, 1)[0]
    assert f"VK2 changes by {100 * math.expm1(forwards):.0f} % (95 %" in text
    assert f"goes with {math.log(0.9) * backwards:+.2f} attacks a year" in text
    published = findings["value"]
    steps = math.log(published["vk2_mean_ms"] / published["vk2_mean_control"]) / math.log(0.9)
    assert f"the post says {published['attacks_post']:+.0f}." in text
    assert f"about {steps * published['attacks_post']:.0f} more attacks a year" in text
    assert text.count(f"{published['attack_effect_ms']:.0f} %") >= 2
    assert "Probably" in text


def test_the_posts_figure_follows_the_table(people, findings, two_ways):
    changed = findings.copy()
    changed.loc["attacks_post", "value"] = 3.0
    changed.loc[["vk2_mean_ms", "vk2_mean_control"], "value"] = [81.0, 100.0]
    text = said(readings.attacks_two_ways(*two_ways(people), changed))
    assert "the post says +3." in text
    assert "about 6 more attacks a year" in text  # two steps of 0.9, three attacks each


# --- adjustment -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("half", "worse"), [(-3.0, True), (-7.0, False), (-5.0, False), (-15.0, False), (-16.0, True)]
)
def test_adjustments_say_whether_half_a_repair_is_worse(half, worse):
    naive = estimate.Estimate(-5, -14, 4)
    full = estimate.Estimate(-10, -17, -2)
    text = said(readings.adjustments(naive, estimate.Estimate(half, -40, 6), full))
    assert "the naive way: -5 % (95 % interval -14 to 4 %) per attack." in text
    assert f"Sex only: {half:.0f} % (95 % interval -40 to 6 %)." in text
    assert "Age and sex: -10 % (95 % interval -17 to -2 %)." in text
    assert ("Half a repair can be worse than none." in text) == worse


# --- silence --------------------------------------------------------------------------------------


def test_silence_gives_both_ends_of_the_intervals_that_hold_zero():
    silent = {
        "each point": estimate.Estimate(-5, -12.4, 2.4),
        "drug": estimate.Estimate(-11, -33, 18),
        "clear": estimate.Estimate(-15, -23, -6),
    }
    text = said(readings.silence(silent))
    rows = (
        "each point: anything from 12 % lower to 2 % higher; "
        "drug: anything from 33 % lower to 18 % higher."
    )
    assert rows in text
    assert "clear" not in text
    assert "23" not in text


# --- many studies ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("truth", "spread"), [(-10.0, 4.4), (-20.0, 9.0)])
def test_many_studies_says_what_the_results_say(truth, spread):
    rng = np.random.default_rng(3)
    value = rng.normal(truth, spread, 2_000)
    results = pd.DataFrame(
        {
            "estimate": value,
            "low": value - 1.7 * spread,
            "high": value + 1.7 * spread,
            "p_value": 2 * stats.norm.sf(np.abs(value) / spread),
        }
    )
    text = said(readings.many_studies(results, truth))
    low, high = np.percentile(value, [2.5, 97.5])
    assert f"The truth is {truth:.0f} %, and 95 of 100" in text
    assert f"lie from {low:.0f} to {high:.0f} %." in text
    covered = 100 * np.mean(np.abs(value - truth) <= 1.7 * spread)
    assert covered < 94, "the test must see that coverage is computed"
    assert f"in {covered:.1f} % of the studies" in text
    found = value[results["p_value"].to_numpy() < 0.05]
    assert f"{len(found) / 20:.0f} % reach p < 0.05" in text
    assert f"Those say {found.mean():.1f} % on average, {found.mean() / truth:.1f} times" in text
