"""Unit tests of the estimates: hand calculations, agreement with statsmodels and scipy, rules."""

import re
import subprocess
import sys
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.first_edition import estimate
from helpers.first_edition.estimate import (
    Estimate,
    batch_least_squares,
    batch_ratio,
    compare_groups,
    compare_summaries,
    e_value,
    log_linear,
    log_slope,
    percent_change,
    percent_for,
    risk_ratio_from_standardised_difference,
    specification_curve,
    units_to_reach,
)

close = pytest.approx


def made_groups(seed=1, n_first=45, n_second=29):
    rng = np.random.default_rng(seed)
    return rng.lognormal(5.4, 0.4, n_first), rng.lognormal(6.5, 0.3, n_second)


@pytest.fixture(scope="module")
def people():
    rng = np.random.default_rng(3)
    n = 60
    table = pd.DataFrame(
        {
            "age_decades": rng.normal(4, 1, n),
            "attacks": rng.integers(0, 4, n),
            "sex": rng.choice(["man", "woman"], n),
            "ms_type": np.repeat(["RRMS", "SPMS", "PPMS"], [40, 12, 8]),
            "optic": rng.random(n) < 0.4,
        }
    )
    log_vk2 = 5.5 - 0.16 * table.age_decades - 0.1 * table.attacks + rng.normal(0, 0.4, n)
    return table.assign(vk2=np.exp(log_vk2))


# --- Estimate -------------------------------------------------------------------------------------


def test_estimate_is_written_with_its_interval():
    assert f"{Estimate(3.4553, 3.02, 3.968):.2f}" == "3.46 (95 % interval 3.02 to 3.97)"
    assert str(Estimate(-10.04, -15, 2.5, 0.9)) == "−10 (90 % interval −15 to 2.5)"
    assert str(Estimate(1, -np.inf, np.inf, 0.995)) == "1 (99.5 % interval −∞ to ∞)"
    assert f"{Estimate(-1234.5, -2000, 1000):,.0f}" == "−1,234 (95 % interval −2,000 to 1,000)"


def test_estimate_covers_its_ends():
    e = Estimate(2, 1, 3)
    assert e.covers(1)
    assert e.covers(3)
    assert not e.covers(3.01)


def test_transform_orders_the_ends():
    e = Estimate(2, 1, 4, 0.9)
    assert e.transform(np.log2) == Estimate(1.0, 0.0, 2.0, 0.9)
    assert e.transform(lambda x: -x) == Estimate(-2.0, -4.0, -1.0, 0.9)
    with pytest.raises(ValueError, match=r"value must lie between low and high, got 0\.0"):
        e.transform(lambda x: (x - 2) ** 2)


@pytest.mark.parametrize(
    ("numbers", "kind", "words"),
    [
        ((5, 1, 4), ValueError, "value must lie between low and high, got 5 with low 1 and high 4"),
        ((2, 3, 1), ValueError, "value must lie between"),
        ((np.nan, 1, 4), ValueError, "value must be a finite number, got nan"),
        ((2, np.nan, 4), ValueError, "low must be a finite number, got nan"),
        ((2, 1, "4"), TypeError, "high must be a number, got '4'"),
        ((2, 1, 4, 0.05), ValueError, re.escape("level must be between 0.5 and 1 (ends excluded)")),
        ((2, 1, 4, 95), ValueError, "level must be between"),
    ],
)
def test_estimate_refuses(numbers, kind, words):
    with pytest.raises(kind, match=words):
        Estimate(*numbers)


# --- groups ---------------------------------------------------------------------------------------


def test_compare_groups_by_hand():
    # first: mean 8, squares 4 + 1 + 1 + 4 = 10, variance 10/3; second: mean 3, variance 10/3.
    # Standard error √(10/12 + 10/12) = 1.29099; t = 5/1.29099 = 3.87298; df = 6 (equal variances
    # and sizes); t(0.975; 6) = 2.44691; reach 3.15894. d = 5/√(10/3) = 2.73861;
    # correction Γ(3)/(√3 Γ(2.5)) = 2/(1.73205 × 1.32934) = 0.86863.
    c = compare_groups([6, 7, 9, 10], [1, 2, 4, 5])
    assert (c.n_first, c.n_second, c.mean_first, c.mean_second) == (4, 4, 8, 3)
    assert c.sd_first == c.sd_second == close(np.sqrt(10 / 3))
    assert c.difference.value == 5
    assert c.difference.low == close(5 - 3.15894, abs=1e-5)
    assert (c.welch_t, c.welch_df) == close((3.87298, 6), abs=1e-5)
    assert c.hedges_g.value == close(2.73861 * 0.86863, abs=1e-4)
    # All 16 pairs have first larger: U = 16, AUC 1; exact p = 2/C(8, 4) = 2/70.
    assert (c.mann_whitney_u, c.auc.value, c.auc.high) == (16, 1, 1)
    assert c.mann_whitney_p == close(2 / 70)
    # The 16 differences run from 6 − 5 = 1 to 10 − 1 = 9, median 5. k: 8 + ½ − 1.96 √(16 × 9/12)
    # = 8.5 − 6.79 = 1.71, so the smallest and the largest difference are the ends.
    assert c.location_shift == Estimate(5, 1, 9)
    # Geometric means (6 × 7 × 9 × 10)^¼ = 7.8408, (1 × 2 × 4 × 5)^¼ = 2.5149.
    assert c.ratio_of_geometric_means.value == close(7.8408 / 2.5149, abs=1e-3)


def test_compare_groups_counts_ties_half():
    # Pairs (3, 1) larger, (3, 3) tie, (5, 1) larger, (5, 3) larger: 3.5 of 4.
    c = compare_groups([3, 5], [1, 3])
    assert (c.mann_whitney_u, c.auc.value) == (3.5, 3.5 / 4)


def test_compare_groups_agrees_with_scipy():
    a, b = made_groups()
    c = compare_groups(a, b, level=0.9)
    raw, logs = (stats.ttest_ind(f(a), f(b), equal_var=False) for f in (np.asarray, np.log))
    interval, log_interval = (t.confidence_interval(0.9) for t in (raw, logs))
    assert (c.welch_t, c.welch_df, c.welch_p) == close((raw.statistic, raw.df, raw.pvalue))
    assert (c.difference.low, c.difference.high) == close((interval.low, interval.high))
    r = c.ratio_of_geometric_means
    assert (r.low, r.high) == close((np.exp(log_interval.low), np.exp(log_interval.high)))
    assert r.value == close(stats.gmean(a) / stats.gmean(b))
    ranks = stats.mannwhitneyu(a, b)
    assert (c.mann_whitney_u, c.mann_whitney_p) == (ranks.statistic, ranks.pvalue)
    assert c.auc.level == 0.9


def test_hedges_interval_puts_the_observed_t_in_each_tail():
    a, b = made_groups(2)
    c = compare_groups(a, b)
    t = stats.ttest_ind(a, b)
    root = np.sqrt(1 / 45 + 1 / 29)
    for end, probability in ((c.hedges_g.low, 0.975), (c.hedges_g.high, 0.025)):
        assert stats.nct.cdf(t.statistic, t.df, end / root) == close(probability, abs=1e-8)
    # Hedges' usual approximation of the correction, 1 − 3/(4 df − 1).
    assert c.hedges_g.value / (t.statistic * root) == close(1 - 3 / (4 * 72 - 1), abs=1e-5)


def test_auc_interval_solves_newcombes_equation():
    a, b = np.arange(1, 46) + 0.5, np.arange(10, 39)
    c = compare_groups(a, b)
    m, n, z = 45, 29, stats.norm.isf(0.025)
    star = (m + n) / 2 - 1
    for theta in (c.auc.low, c.auc.high):
        variance = theta * (1 - theta) / (m * n)
        variance *= 1 + star * (1 - theta) / (2 - theta) + star * theta / (1 + theta)
        assert abs(c.auc.value - theta) == close(z * np.sqrt(variance))


@pytest.mark.parametrize("sizes", [(4, 4), (5, 4), (7, 5), (6, 9)])
def test_shift_interval_is_exact_enough_in_small_groups(sizes):
    """Count, over all orders of ranks, how often the interval misses the true shift 0."""
    from helpers.first_edition.intervals import location_shift

    everyone = np.arange(1.0, sum(sizes) + 1) ** 1.1
    orders = [list(chosen) for chosen in combinations(range(sum(sizes)), sizes[0])]
    covered = np.mean(
        [
            location_shift(everyone[chosen], np.delete(everyone, chosen), 0.95).covers(0)
            for chosen in orders
        ]
    )
    assert 0.95 <= covered < 0.98


def test_shift_interval_is_infinite_if_the_groups_are_too_small():
    # The widest interval of 3 against 3 covers 1 − 2/C(6, 3) = 90 %.
    c = compare_groups([4, 5, 6], [1, 2, 3])
    assert str(c.location_shift) == "3 (95 % interval −∞ to ∞)"


def test_one_constant_group_is_enough_spread():
    c = compare_groups([2, 2, 2], [3, 4, 5])
    assert c.welch_df == close(2)
    assert c.difference.value == -2


@pytest.mark.parametrize(
    ("first", "second", "level", "kind", "words"),
    [
        ([1, 2, 0], [1, 2], 0.95, ValueError, "first must be finite and above zero; position 2"),
        ([1, 2], [1, np.nan], 0.95, ValueError, "second must be finite and above zero; position 1"),
        ([1], [1, 2], 0.95, ValueError, "first must hold at least 2"),
        ([1, 2], ["a", "b"], 0.95, TypeError, "second must hold numbers only"),
        ([2, 2], [3, 3], 0.95, ValueError, "first and second must vary"),
        ([1, 2], [1, 2], 0.05, ValueError, "level must be between 0.5 and 1"),
        ([1, 1 + 1e-9], [2, 2], 0.95, ValueError, "standard errors apart: too far"),
    ],
)
def test_compare_groups_refuses(first, second, level, kind, words):
    with pytest.raises(kind, match=words):
        compare_groups(first, second, level)


positive = st.floats(0.1, 1000)
group = st.lists(positive, min_size=2, max_size=12).filter(lambda x: max(x) > 1.01 * min(x))
INTERVALS = ("difference", "ratio_of_geometric_means", "hedges_g", "auc", "location_shift")


@settings(max_examples=60, deadline=None)
@given(group, group)
def test_swapping_the_groups_mirrors_every_result(first, second):
    forth, back = compare_groups(first, second), compare_groups(second, first)
    mirror = {
        "difference": lambda x: -x,
        "hedges_g": lambda x: -x,
        "location_shift": lambda x: -x,
        "auc": lambda x: 1 - x,
        "ratio_of_geometric_means": lambda x: 1 / x,
    }
    for name, function in mirror.items():
        expected, got = getattr(forth, name).transform(function), getattr(back, name)
        assert (got.value, got.low, got.high) == close(
            (expected.value, expected.low, expected.high), rel=1e-6, abs=1e-6
        )
    assert back.welch_p == close(forth.welch_p)
    assert back.mann_whitney_p == close(forth.mann_whitney_p)


@settings(max_examples=60, deadline=None)
@given(group, group, st.sampled_from([0.01, 0.5, 64.0]))
def test_a_change_of_unit_changes_only_what_has_a_unit(first, second, factor):
    before = compare_groups(first, second)
    after = compare_groups(np.multiply(first, factor), np.multiply(second, factor))
    for name in INTERVALS:
        scale = factor if name in ("difference", "location_shift") else 1
        old, new = getattr(before, name), getattr(after, name)
        # The unit may break ties or make them, by rounding, in ranks of values that are equal.
        assert (new.value, new.low, new.high) == close(
            (old.value * scale, old.low * scale, old.high * scale), rel=1e-6, abs=1e-6 * scale
        )


@settings(max_examples=60, deadline=None)
@given(group, group)
def test_intervals_hold_the_estimate_and_widen_with_the_level(first, second):
    levels = [compare_groups(first, second, level) for level in (0.51, 0.8, 0.95, 0.999)]
    for name in INTERVALS:
        nested = [getattr(c, name) for c in levels]
        for narrow, wide in pairwise(nested):
            assert wide.low <= narrow.low <= narrow.value <= narrow.high <= wide.high


# --- summaries ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spread_is", "sds", "d", "t", "risk_ratio", "e"),
    [
        # The three readings of 235 ± 100 (n 45) and 812 ± 154 (n 29), computed by hand.
        # SD: pooled √((44 × 100² + 28 × 154²)/72) = 123.8; d = 577/123.8 = 4.66;
        # t = 577/√(154²/29 + 100²/45) = 577/32.25 = 17.9.
        ("sd", (154, 100), 4.66, 17.9, 69, 138),
        # Half-width: 100 √45/2.0154 = 333; 154 √29/2.0484 = 405.
        ("interval half-width", (405, 333), 1.59, 6.4, 4.3, 8.0),
        # SE: 100 √45 = 671; 154 √29 = 829; t = 577/√(154² + 100²) = 577/183.6 = 3.14.
        ("se", (829, 671), 0.78, 3.1, 2.0, 3.5),
    ],
)
def test_three_readings_of_plus_minus(spread_is, sds, d, t, risk_ratio, e):
    c = compare_summaries(812, 154, 29, 235, 100, 45, spread_is)
    assert (round(c.sd_first), round(c.sd_second)) == sds
    assert round(c.cohen_d, 2) == d
    assert round(c.welch_t, 1) == t
    ratio = risk_ratio_from_standardised_difference(c.cohen_d)
    assert ratio == close(risk_ratio, rel=0.02)
    assert e_value(ratio).point == close(e, rel=0.02)


def test_published_figures_read_as_standard_deviations():
    c = compare_summaries(812, 154, 29, 235, 100, 45)
    # Welch df = (817.8 + 222.2)²/(817.8²/28 + 222.2²/44) = 43.25; t = 2.0164; reach 65.03.
    assert c.welch_df == close(43.25, abs=0.01)
    assert f"{c.difference:.1f}" == "577.0 (95 % interval 512.0 to 642.0)"
    assert c.auc.value == close(stats.norm.cdf(577 / np.hypot(100, 154)))
    assert round(c.auc.value, 3) == 0.999
    # ln 812 − ½ ln(1 + 0.18966²) − ln 235 + ½ ln(1 + 0.42553²) = 6.6820 − 5.3762 = 1.3057
    assert np.log(c.ratio_of_geometric_means.value) == close(1.3057, abs=5e-4)
    assert compare_summaries(812, 154, 29, 235, 100, 45, "se").welch_p == close(0.003, abs=5e-4)


def test_summaries_agree_with_the_values_they_come_from():
    a, b = made_groups()
    raw = compare_groups(a, b)
    for spread_is, scale_a, scale_b in (
        ("sd", 1, 1),
        ("se", 45**-0.5, 29**-0.5),
        ("interval half-width", stats.t.isf(0.05, 44) / 45**0.5, stats.t.isf(0.05, 28) / 29**0.5),
    ):
        c = compare_summaries(
            a.mean(),
            a.std(ddof=1) * scale_a,
            45,
            b.mean(),
            b.std(ddof=1) * scale_b,
            29,
            spread_is,
            published_level=0.9,
        )
        for name in ("difference", "hedges_g"):
            old, new = getattr(raw, name), getattr(c, name)
            assert (new.value, new.low, new.high) == close((old.value, old.low, old.high))
        assert (c.welch_t, c.welch_df, c.welch_p) == close((raw.welch_t, raw.welch_df, raw.welch_p))


def test_ratio_from_summaries_recovers_a_log_normal_ratio():
    # Exact log-normal moments: mean exp(μ + σ²/2), variance mean² (exp σ² − 1).
    mu, sigma = np.array([6.0, 5.0]), np.array([0.3, 0.6])
    mean = np.exp(mu + sigma**2 / 2)
    sd = mean * np.sqrt(np.expm1(sigma**2))
    c = compare_summaries(mean[0], sd[0], 40, mean[1], sd[1], 30)
    assert c.ratio_of_geometric_means.value == close(np.e)


def test_log_normal_variance_is_the_delta_method_with_log_normal_moments():
    v = 0.7
    # Gradient of ln m − ½ ln(1 + s²/m²) at m = 1, s² = v, and moments of the log-normal.
    gradient = np.array([(1 + 2 * v) / (1 + v), -1 / (2 * (1 + v))])
    skewness = (v + 3) * np.sqrt(v)
    kurtosis = v**4 + 6 * v**3 + 15 * v**2 + 16 * v + 3
    covariance = np.array([[v, skewness * v**1.5], [skewness * v**1.5, (kurtosis - 1) * v**2]])
    assert estimate._log_normal(1, np.sqrt(v))[1] == close(gradient @ covariance @ gradient)


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"mean_first": 0}, ValueError, "mean_first must be above 0"),
        ({"mean_second": "812"}, TypeError, "mean_second must be a number"),
        ({"spread_first": -1}, ValueError, "spread_first must be above 0"),
        ({"spread_second": np.nan}, ValueError, "spread_second must be above 0"),
        ({"n_first": 1}, ValueError, "n_first must be at least 2"),
        ({"n_second": 29.0}, TypeError, "n_second must be a whole number"),
        ({"spread_is": "variance"}, ValueError, "spread_is must be one of 'sd', 'se', 'interval"),
        ({"level": 1}, ValueError, "level must be between"),
        ({"published_level": 0.05}, ValueError, "published_level must be between"),
    ],
)
def test_compare_summaries_refuses(change, kind, words):
    good = {
        "mean_first": 812,
        "spread_first": 154,
        "n_first": 29,
        "mean_second": 235,
        "spread_second": 100,
        "n_second": 45,
    }
    with pytest.raises(kind, match=words):
        compare_summaries(**(good | change))


# --- per cents ------------------------------------------------------------------------------------


def test_percents_by_hand():
    assert percent_for(-10, 4) == close(100 * (0.9**4 - 1))  # −34.39 %
    assert percent_for(-15, 4) == close(-47.8, abs=0.01)
    assert round(units_to_reach(-10, 0.289), 1) == 11.8
    assert round(units_to_reach(-15, 0.289), 1) == 7.6
    assert percent_change(np.log([0.5, 1, 2])).tolist() == close([-50, 0, 100])
    assert log_slope(np.array([-50, 100])).tolist() == close([-np.log(2), np.log(2)])
    assert percent_change(1000) == np.inf


@given(st.floats(-99, 1000).filter(lambda x: abs(x) > 1e-3), st.floats(-20, 20))
def test_per_cents_compound_and_come_back(percent, units):
    assert percent_change(log_slope(percent)) == close(percent)
    reached = 1 + percent_for(percent, units) / 100
    if reached > 1e-9:
        assert units_to_reach(percent, reached) == close(units, rel=1e-4, abs=1e-4)
    assert percent_for(percent, units) == close(
        100 * ((1 + percent_for(percent, units / 2) / 100) ** 2 - 1), rel=1e-6, abs=1e-6
    )


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: log_slope(-100), ValueError, "percent must be above -100, got -100"),
        (lambda: log_slope(np.array([0, -101])), ValueError, "percent must be above -100"),
        (lambda: log_slope("10"), TypeError, "percent must be a number"),
        (lambda: percent_change(np.nan), ValueError, "log_slope must be a finite number"),
        (lambda: percent_change(np.array([1, np.inf])), ValueError, "log_slope must be finite"),
        (lambda: percent_for(-10, None), TypeError, "units must be a number"),
        (lambda: percent_for(-110, 1), ValueError, "percent must be above -100"),
        (lambda: units_to_reach(0, 0.5), ValueError, "percent_per_unit must not be 0"),
        (lambda: units_to_reach(-10, 0), ValueError, "ratio must be above 0"),
    ],
)
def test_percents_refuse(call, kind, words):
    with pytest.raises(kind, match=words):
        call()


# --- log-linear fits ------------------------------------------------------------------------------

TERMS = "age_decades + attacks + sex + C(ms_type) + optic"


def test_log_linear_is_statsmodels_with_hc3(people):
    fit = log_linear("vk2", TERMS, people, level=0.9)
    reference = smf.ols(f"np.log(vk2) ~ {TERMS}", people).fit(cov_type="HC3", use_t=True)
    assert fit.n == 60
    assert fit.level == 0.9
    for name in reference.params.index:
        low, high = reference.conf_int(0.1).loc[name]
        slope = fit.slope(name)
        assert (slope.value, slope.low, slope.high) == close((reference.params[name], low, high))
        assert fit.percent(name).value == close(100 * np.expm1(reference.params[name]))
        assert fit.p_value(name) == close(reference.pvalues[name])


def test_log_linear_by_hand():
    # log₂ of the outcome 1, 2, 2, 3 at x = 0, 1, 1, 2: slope 1, so the outcome doubles: +100 %.
    # Leave x = 0 at 0.8 times: the slope is then 1 − log₂(0.8)/2.
    table = pd.DataFrame({"y": [2, 4, 4, 8, 2 * 0.8], "x": [0, 1, 1, 2, 0]})
    # x̄ = 0.8, Σ(x − x̄)² = 0.64 + 0.04 + 0.04 + 1.44 + 0.64 = 2.8; only the last y departs from
    # slope 1, by log₂ 0.8 = −0.32193: slope = 1 + (0 − 0.8) × (−0.32193)/2.8 = 1.09198.
    assert log_linear("y", "x", table).slope("x").value == close(1.09198 * np.log(2), abs=1e-5)


def test_terms_can_be_named_three_ways(people):
    fit = log_linear("vk2", "sex * age_decades + C(ms_type)", people)
    assert fit.percent("sex") == fit.percent("sex: woman") == fit.percent("sex[T.woman]")
    assert fit.table().index.tolist() == [
        "sex: woman",
        "ms_type: RRMS",
        "ms_type: SPMS",
        "age_decades",
        "sex: woman × age_decades",
    ]
    assert fit.table().columns.tolist() == ["percent_change", "low", "high", "p_value"]
    row = fit.table().loc["age_decades"]
    assert row.percent_change == fit.percent("age_decades").value
    assert row.p_value == fit.p_value("age_decades")
    wanted = r"term must be one of Intercept, sex\[T.woman\], .*; got 'C\(ms_type\)'"
    with pytest.raises(ValueError, match=wanted):
        fit.slope("C(ms_type)")  # two coefficients: which is meant?
    with pytest.raises(ValueError, match="got 'age'"):
        fit.p_value("age")


def test_formulas_may_use_functions_and_references(people):
    fit = log_linear("vk2", "np.sqrt(age_decades) + C(sex, Treatment('woman')):attacks", people)
    assert "sex: man × attacks" in fit.table().index


@settings(max_examples=20, deadline=None)
@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_units_of_the_outcome_and_of_a_term(factor, per):
    rng = np.random.default_rng(4)
    table = pd.DataFrame({"y": rng.lognormal(size=20), "x": rng.normal(size=20)})
    fit = log_linear("y", "x", table)
    scaled = log_linear("y", "x", table.assign(y=table.y * factor, x=table.x * per))
    assert scaled.slope("x").value * per == close(fit.slope("x").value)
    assert scaled.slope("x").low * per == close(fit.slope("x").low)


@pytest.mark.parametrize(
    ("outcome", "terms", "change", "kind", "words"),
    [
        ("vk1", "sex", {}, ValueError, "table lacks column.s. vk1; it has age_decades"),
        ("vk2", "sex + edss", {}, ValueError, "table lacks column.s. edss"),
        ("vk2", "", {}, TypeError, "terms must be a text that is not empty, got ''"),
        (3, "sex", {}, TypeError, "outcome must be a text"),
        ("vk2", "vk2 ~ sex", {}, ValueError, "terms must be the right side of a formula"),
        ("vk2", "sex +", {}, ValueError, "terms must be the right side of a formula"),
        ("vk2", "nosuch(sex)", {}, ValueError, r"terms 'nosuch\(sex\)' cannot be used"),
        ("vk2", "sex + twice", {"twice": None}, ValueError, "twice in 60 row"),
        ("vk2", "same", {"same": 1.0}, ValueError, "terms 'same' cannot be told apart"),
        ("vk2", "same", {"same": "x"}, ValueError, "column same is the same in every row"),
        ("sex", "attacks", {}, TypeError, "column sex must hold numbers only"),
        ("vk2", "attacks", {"attacks": np.inf}, ValueError, "column attacks must be finite"),
        ("vk2", "attacks", {"vk2": 0.0}, ValueError, "column vk2 must be finite and above zero"),
    ],
)
def test_log_linear_refuses(people, outcome, terms, change, kind, words):
    with pytest.raises(kind, match=words):
        log_linear(outcome, terms, people.assign(**change))


def test_log_linear_names_missing_rows(people):
    table = people.copy()
    table.loc[[3, 9], "attacks"] = np.nan
    table.loc[9, "vk2"] = np.nan
    with pytest.raises(ValueError, match=r"vk2 in 1 row\(s\), attacks in 2 row\(s\); leave"):
        log_linear("vk2", "attacks + sex", table)
    assert log_linear("vk2", "age_decades", table.drop(index=9)).n == 59  # attacks is not used


def test_log_linear_refuses_designs_that_cannot_be_fitted(people):
    with pytest.raises(ValueError, match="cannot be told apart: one of their 3"):
        log_linear("vk2", "attacks + double", people.assign(double=2 * people.attacks))
    with pytest.raises(ValueError, match="need more than 3 rows for 3 coefficients, got 3"):
        log_linear("vk2", "attacks + age_decades", people.head(3))
    alone = people.assign(ms_type=["PPMS", *["RRMS"] * 59])
    with pytest.raises(ValueError, match=r"row 0 \(counted from 0\) alone determines"):
        log_linear("vk2", "age_decades + C(ms_type)", alone)
    with pytest.raises(TypeError, match="table must be a pandas DataFrame, got dict"):
        log_linear("vk2", "sex", {"vk2": [1]})
    with pytest.raises(ValueError, match="level must be between"):
        log_linear("vk2", "sex", people, level=5)


# --- specification curve --------------------------------------------------------------------------


def test_specification_curve_is_the_fits_one_by_one(people):
    adjustment_sets = {"none": "", "age": "age_decades", "age and sex": "age_decades + sex"}
    subsets = {"everyone": people.vk2 > 0, "women": "sex == 'woman'"}
    curve = specification_curve("vk2", "attacks", adjustment_sets, people, subsets)
    assert len(curve) == 6
    assert curve.percent_change.is_monotonic_increasing
    for row in curve.itertuples():
        chosen = people if row.subset == "everyone" else people[people.sex == "woman"]
        further = adjustment_sets[row.adjustment]
        if row.subset == "women":  # restriction has adjusted for sex already
            further = further.removesuffix(" + sex")
        fit = log_linear("vk2", " + ".join(filter(None, ["attacks", further])), chosen)
        percent = fit.percent("attacks")
        assert (row.percent_change, row.low, row.high) == (percent.value, percent.low, percent.high)
        assert (row.p_value, row.n) == (fit.p_value("attacks"), len(chosen))
    everyone = specification_curve("vk2", "attacks", adjustment_sets, people)
    assert everyone.subset.unique().tolist() == ["everyone"]
    assert set(everyone.adjustment) == set(adjustment_sets)


@pytest.mark.parametrize(
    ("exposure", "adjustment_sets", "subsets", "words"),
    [
        ("attacks", {}, None, "adjustment_sets and subsets must hold at least one entry"),
        ("attacks", {"none": ""}, {}, "adjustment_sets and subsets must hold"),
        ("attacks", {"none": ""}, {"few": [True]}, "subset 'few' must be a query or 60 values"),
        ("attacks", {"none": ""}, {"few": [1] * 60}, "got int64 of shape"),
        ("attacks", {"none": ""}, {"few": "nosuch > 1"}, "subset 'few': query 'nosuch > 1' fails"),
        (
            "attacks",
            {"age": "age_decades"},
            {"two": "index < 2"},
            "adjustment 'age', subset 'two': terms 'attacks . age_decades' need more than 3 rows",
        ),
        ("C(ms_type)", {"none": ""}, None, "adjustment 'none', subset 'everyone': term must be"),
    ],
)
def test_specification_curve_refuses(people, exposure, adjustment_sets, subsets, words):
    with pytest.raises(ValueError, match=words):
        specification_curve("vk2", exposure, adjustment_sets, people, subsets)


# --- many studies ---------------------------------------------------------------------------------


def random_designs(studies, n, terms, seed):
    rng = np.random.default_rng(seed)
    design = np.concatenate(
        [np.ones((studies, n, 1)), rng.normal(size=(studies, n, terms))], axis=2
    )
    return design, rng.normal(size=(studies, n)) * (1 + np.abs(design[:, :, 1]))


@pytest.mark.parametrize(
    "scale",
    [
        pytest.param([1, 1, 1, 1], id="plain"),
        pytest.param([1, 1e3, 1e-2, 30], id="badly scaled"),
    ],
)
def test_batch_equals_statsmodels(scale):
    design, outcome = random_designs(25, 30, 3, 6)
    design = design * scale
    fit = batch_least_squares(design, outcome)
    low, high = fit.interval(0.9)
    plain_low, _ = fit.interval(robust=False)
    for i, (x, y) in enumerate(zip(design, outcome, strict=True)):
        reference = sm.OLS(y, x).fit()
        robust = sm.OLS(y, x).fit(cov_type="HC3", use_t=True)
        for ours, theirs in (
            (fit.coefficients, reference.params),
            (fit.standard_errors, reference.bse),
            (fit.standard_errors_hc3, robust.bse),
            (fit.p_values(), robust.pvalues),
            (fit.p_values(robust=False), reference.pvalues),
            (low, robust.conf_int(0.1)[:, 0]),
            (high, robust.conf_int(0.1)[:, 1]),
            (plain_low, reference.conf_int()[:, 0]),
        ):
            np.testing.assert_allclose(ours[i], theirs, rtol=1e-10)
    assert fit.degrees_of_freedom == 26


def test_batch_does_not_depend_on_units():
    """With columns 10¹² apart statsmodels keeps six digits, so it is asked before scaling."""
    design, outcome = random_designs(25, 30, 3, 6)
    scale = np.array([1, 1e6, 1e-6, 1e3])
    plain, scaled = (
        batch_least_squares(design, outcome),
        batch_least_squares(design * scale, outcome),
    )
    for name in ("coefficients", "standard_errors", "standard_errors_hc3"):
        np.testing.assert_allclose(getattr(scaled, name) * scale, getattr(plain, name), rtol=1e-10)
    reference = sm.OLS(outcome[0], design[0]).fit()
    np.testing.assert_allclose(scaled.coefficients[0] * scale, reference.params, rtol=1e-10)


def test_batch_equals_log_linear(people):
    fit = log_linear("vk2", TERMS, people)
    batch = batch_least_squares(fit.result.model.exog, np.log(people.vk2.to_numpy())[np.newaxis])
    np.testing.assert_allclose(batch.coefficients[0], fit.result.params, rtol=1e-10)
    np.testing.assert_allclose(batch.standard_errors_hc3[0], fit.result.bse, rtol=1e-10)


def test_batch_accepts_one_design_for_all_studies():
    design, outcome = random_designs(5, 12, 2, 7)
    shared = batch_least_squares(design[0], outcome)
    repeated = batch_least_squares(np.repeat(design[:1], 5, axis=0), outcome)
    for name in ("coefficients", "standard_errors", "standard_errors_hc3"):
        np.testing.assert_allclose(getattr(shared, name), getattr(repeated, name), rtol=1e-12)
        assert getattr(shared, name).shape == (5, 3)


def test_batch_by_hand():
    # y = 1, 3, 5, 7.4 at x = 0 … 3: Σ(x − x̄)² = 5, slope = (−1.5 × 1 − 0.5 × 3 + 0.5 × 5
    # + 1.5 × 7.4)/5 = 2.12, mean 4.1, intercept 4.1 − 1.5 × 2.12 = 0.92.
    # Residuals 0.08, −0.04, −0.16, 0.12: sum of squares 0.048, over 2 = 0.024;
    # standard error of the slope √(0.024/5) = 0.069282.
    # Leverage 0.7, 0.3, 0.3, 0.7; HC3 weights (e/(1 − h))² = 0.071111, 0.0032653, 0.052245, 0.16;
    # variance Σ (x − x̄)² w/25 = (2.25 × 0.231111 + 0.25 × 0.0555102)/25 = 0.0213551.
    x = np.column_stack([np.ones(4), np.arange(4)])
    fit = batch_least_squares(x, np.array([[1, 3, 5, 7.4]]))
    assert fit.coefficients[0] == close([0.92, 2.12])
    assert fit.standard_errors[0, 1] == close(0.069282, abs=1e-6)
    assert fit.standard_errors_hc3[0, 1] == close(np.sqrt(0.0213551), abs=1e-6)


@pytest.mark.parametrize(
    ("spoil", "kind", "words"),
    [
        (lambda x, y: (x[:, :, :0], y), ValueError, "design must hold at least 1"),
        (lambda x, y: (x[:3], y), ValueError, r"design has shape \(3, 12, 3\) .* and outcome"),
        (lambda x, y: (x[:, :9], y), ValueError, "studies and participants must be the same"),
        (lambda x, y: (x[:, :3], y[:, :3]), ValueError, "more participants than terms, got 3 and"),
        (lambda x, y: (x, y[0]), ValueError, r"outcome must have 2 dimension"),
        (lambda x, y: (x[None], y), ValueError, r"design must have 3 dimension"),
        (lambda x, y: (x, np.where(y > 2, np.nan, y)), ValueError, "outcome must be finite"),
        (lambda x, y: (x.astype(str), y), TypeError, "design must hold numbers only"),
    ],
)
def test_batch_refuses(spoil, kind, words):
    design, outcome = random_designs(5, 12, 2, 0)
    outcome[0, 0] = 3
    with pytest.raises(kind, match=words):
        batch_least_squares(*spoil(design, outcome))


def test_batch_names_the_study_that_cannot_be_fitted():
    design, outcome = random_designs(5, 12, 2, 0)
    mixed, zero, alone = design.copy(), design.copy(), design.copy()
    mixed[3, :, 2] = 2 * mixed[3, :, 1] - 1
    zero[1, :, 2] = 0
    alone[2, :, 2] = np.arange(12) == 7
    with pytest.raises(ValueError, match="design of study 3 is rank-deficient"):
        batch_least_squares(mixed, outcome)
    with pytest.raises(ValueError, match="design of study 1 is rank-deficient"):
        batch_least_squares(zero, outcome)
    with pytest.raises(ValueError, match="design of study 2: participant 7 alone"):
        batch_least_squares(alone, outcome)
    with pytest.raises(ValueError, match="level must be between"):
        batch_least_squares(design, outcome).interval(0.05)


def test_batch_ratio_equals_compare_groups():
    rng = np.random.default_rng(8)
    first, second = rng.lognormal(1, 0.4, (6, 9)), rng.lognormal(2, 0.6, (6, 5))
    batch = batch_ratio(first, second, 0.8)
    for i in range(6):
        ratio = compare_groups(first[i], second[i], 0.8).ratio_of_geometric_means
        assert (batch.ratio[i], batch.low[i], batch.high[i]) == close(
            (ratio.value, ratio.low, ratio.high)
        )
        reference = stats.ttest_ind(np.log(first[i]), np.log(second[i]), equal_var=False)
        assert batch.p_value[i] == close(reference.pvalue)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ([[1, 2]], [[1, 2], [3, 4]], "same number of studies, got 1 and 2"),
        ([[1, 2], [5, 5]], [[1, 2], [3, 3]], "study 1 has one value per group"),
        ([[1, 2]], [[1, -2]], r"second must be finite and above zero; position \(0, 1\)"),
        ([1, 2], [[1, 2]], "first must have 2 dimension"),
    ],
)
def test_batch_ratio_refuses(first, second, words):
    with pytest.raises(ValueError, match=words):
        batch_ratio(first, second)


# --- E-values -------------------------------------------------------------------------------------


def test_e_values_of_the_original_paper():
    # VanderWeele and Ding 2017: RR 3.9 (1.8 to 8.7) has E-values 7.26 and 3.0;
    # RR 0.80 (0.71 to 0.91) has 1.81 and 1.43.
    assert e_value(Estimate(3.9, 1.8, 8.7)) == close((7.26, 3.0), abs=0.005)
    assert e_value(Estimate(0.80, 0.71, 0.91)) == close((1.81, 1.43), abs=0.005)
    assert e_value(Estimate(1.5, 0.9, 2.5)).limit == 1
    assert e_value(1) == (1, None)


@given(st.floats(1, 1e6), st.floats(1.001, 100))
def test_e_value_rises_with_the_risk_ratio_and_exceeds_it(ratio, factor):
    e = e_value(ratio).point
    assert ratio <= e <= 2 * ratio
    assert e_value(ratio * factor).point > e
    assert e_value(1 / ratio).point == close(e, rel=1e-4)
    # The bias of a confounder tied to both sides by E is at most E²/(2E − 1): it must be the ratio.
    assert e**2 / (2 * e - 1) == close(ratio)


def test_risk_ratio_carries_the_interval():
    ratio = risk_ratio_from_standardised_difference(Estimate(0.78, 0.3, 1.26))
    assert ratio.value == close(np.exp(0.91 * 0.78))
    assert (ratio.low, ratio.high) == close((np.exp(0.273), np.exp(1.1466)))
    # exp(0.91 d) is the root of the odds ratio exp(d π/√3): π/(2√3) = 0.907.
    assert close(0.907, abs=1e-3) == np.pi / (2 * np.sqrt(3))


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: e_value(0), ValueError, "risk_ratio must be above 0"),
        (lambda: e_value("2"), TypeError, "risk_ratio must be a number"),
        (lambda: e_value(Estimate(1, -1, 2)), ValueError, "risk_ratio.low must be above 0"),
        (
            lambda: risk_ratio_from_standardised_difference(None),
            TypeError,
            "difference must be a number",
        ),
    ],
)
def test_e_values_refuse(call, kind, words):
    with pytest.raises(kind, match=words):
        call()


# --- the module -----------------------------------------------------------------------------------


def test_import_leaves_slow_libraries_alone():
    code = (
        "import sys, helpers.estimate; print({'pandas', 'scipy', 'statsmodels'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_every_public_name_is_documented():
    for name in estimate.__all__:
        assert getattr(estimate, name).__doc__


def test_batch_percent_reads_one_named_term():
    rng = np.random.default_rng(3)
    design = np.stack([np.ones((4, 20)), rng.normal(size=(4, 20))], axis=-1)
    outcome = rng.normal(size=(4, 20))
    fit = estimate.batch_least_squares(design, outcome, ("intercept", "dose"))
    percent = fit.percent("dose", level=0.9)
    low, high = fit.interval(0.9)
    np.testing.assert_allclose(percent["estimate"], 100 * np.expm1(fit.coefficients[:, 1]))
    np.testing.assert_allclose(percent["low"], 100 * np.expm1(low[:, 1]))
    np.testing.assert_allclose(percent["high"], 100 * np.expm1(high[:, 1]))
    np.testing.assert_array_equal(percent["p_value"], fit.p_values()[:, 1])
    with pytest.raises(ValueError, match="name must be one of 'intercept', 'dose'"):
        fit.percent("age")
    with pytest.raises(ValueError, match="names must be 2"):
        estimate.batch_least_squares(design, outcome, ("dose",))


@pytest.mark.parametrize(
    ("estimate_", "spec", "text"),
    [
        (estimate.Estimate(-10, -18, -2), ".0f %", "−10 % (95 % interval −18 to −2 %)"),
        (estimate.Estimate(-0.2, -8, 0.3), ".0f", "0 (95 % interval −8 to 0)"),
        (estimate.Estimate(3.46, 3, 4), ".1f times", "3.5 times (95 % interval 3.0 to 4.0 times)"),
    ],
)
def test_estimates_are_written_with_unit_minus_and_no_negative_zero(estimate_, spec, text):
    assert format(estimate_, spec) == text
