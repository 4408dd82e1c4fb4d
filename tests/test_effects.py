"""Effects against hand calculation, statsmodels and scipy."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from benchmark import at_once, one_by_one
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from helpers import effects, simulate, tables


def test_many_fits_are_what_statsmodels_gives_one_by_one():
    people = simulate.draw(simulate.published_model(), np.random.default_rng(5), 20, 45)
    np.testing.assert_allclose(at_once(people), one_by_one(people), rtol=1e-8)


def test_a_known_analysis_keeps_its_word():
    """10,000 studies of −10 % per attack: the interval's coverage, and the rate of p < 0.05."""
    model = simulate.published_model()
    studies = simulate.repeat(model, at_once, 10_000, seed=1)
    truth = model.ms.slopes["attacks_per_year"]
    covered = ((studies["low"] <= truth) & (truth <= studies["high"])).mean()
    assert 0.945 < covered < 0.97  # HC3 errs on the wide side in small studies
    findings = tables.read("published_findings").set_index("id")
    findings.loc["attack_effect_ms", "value"] = 0
    null = simulate.repeat(simulate.published_model(findings), at_once, 10_000, seed=1)
    assert 0.03 < (null["p"] < 0.05).mean() < 0.055


def test_percent_of_a_slope_by_hand():
    data = pd.DataFrame({"x": [0, 0, 1, 1], "y": np.exp([1.0, 1.2, 0.9, 1.1])})
    result = effects.percent(smf.ols("np.log(y) ~ x", data).fit(), "x")
    assert result["estimate"] == pytest.approx(100 * (np.exp(-0.1) - 1))
    reach = stats.t.isf(0.025, 2) * np.sqrt(0.02)  # residual variance 0.02, two and two people
    ends = 100 * (np.exp([-0.1 - reach, -0.1 + reach]) - 1)
    assert result[["low", "high"]].tolist() == pytest.approx(ends.tolist())


@pytest.mark.parametrize("outcome", ["y", "np.log10(y)"])
def test_per_cent_of_something_else_than_a_logarithm_are_refused(outcome):
    data = pd.DataFrame({"x": [0, 0, 1, 1], "y": [2.0, 3, 4, 6]})
    with pytest.raises(ValueError, match=r"np\.log"):
        effects.percent(smf.ols(f"{outcome} ~ x", data).fit(), "x")


def test_a_study_that_cannot_be_fitted_gets_no_numbers():
    outcome, x = np.array([[1, 2, 3, 5.0]] * 2), np.array([[1, 2, 3, 4.0], [1, 1, 1, 1]])
    fits = effects.many_fits(outcome, {"x": x}, of="x")
    assert fits.loc[0].notna().all()
    assert fits.loc[1].isna().all()


@pytest.mark.parametrize("first", [[3, 5, 5, 9], [6, 7, 8, 9]])  # the last win every pair
def test_pairs_won_by_counting_and_by_the_equation_of_its_interval(first):
    second = [1, 5, 4]
    pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a in first for b in second]
    result = effects.pairs_won(first, second)
    assert result["estimate"] == np.mean(pairs)
    assert result["low"] < result["estimate"]
    for end in ("low", "high"):
        t, n, m = result[end], 4, 3
        variance = t * (1 - t) / (n * m)
        variance *= 1 + ((n + m) / 2 - 1) * ((1 - t) / (2 - t) + t / (1 + t))
        assert abs(t - result["estimate"]) == pytest.approx(1.959964 * np.sqrt(variance), rel=1e-5)


@given(
    st.lists(st.integers(0, 9), min_size=2, max_size=30), st.lists(st.integers(0, 9), min_size=2)
)
def test_pairs_won_stays_within_its_bounds(first, second):
    low, estimate, high = effects.pairs_won(first, second)[["low", "estimate", "high"]]
    assert 0 <= low <= estimate <= high <= 1
    turned = effects.pairs_won(second, first)
    assert turned["estimate"] == pytest.approx(1 - estimate)
    assert turned["low"] == pytest.approx(1 - high, abs=1e-6)


def test_words_never_let_an_interval_seem_to_touch_zero_nor_a_p_value_a_bound():
    for row, text in {
        (-9.96, -17.2, -1.7): "−10 % (95 % interval −17 to −2 %)",
        (-10.7, -19.9, -0.4): "−10.7 % (95 % interval −19.9 to −0.4 %)",
        (0.0, -4.0, 4.0): "0 % (95 % interval −4 to 4 %)",
        (-9.96, -17.2, -0.04): "−9.96 % (95 % interval −17.20 to −0.04 %)",
    }.items():
        assert effects.words(dict(zip(("estimate", "low", "high"), row, strict=True))) == text
    words = [effects.p_in_words(p) for p in (9.99e-4, 0.001, 0.0996, 0.1)]
    assert words == ["p < 0.001", "p = 0.001", "p = 0.100", "p = 0.10"]
