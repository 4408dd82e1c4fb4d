"""Do the intervals cover, and do the tests err, as often as they say? Over simulated studies.

Every simulation has a fixed seed. A method that is exact under its assumptions must hit its
nominal level within 3.5 Monte Carlo standard errors (`bound`). An approximate one has a range in
which its true coverage is known or was measured to lie, with the reason beside it; the Monte Carlo
bound comes on top.
"""

import numpy as np
import pytest
from scipy import stats

from helpers.first_edition.estimate import (
    _log_normal,
    batch_least_squares,
    batch_ratio,
    compare_groups,
    compare_summaries,
)
from helpers.first_edition.intervals import (
    auc_interval,
    auc_of_normals,
    hedges_g,
    location_shift,
    pooled_sd,
    welch,
)

LEVEL = 0.95
PUBLISHED_SIZES = (45, 29)


def bound(rate, studies):
    return 3.5 * np.sqrt(rate * (1 - rate) / studies)


def check(observed, studies, lowest=LEVEL, highest=LEVEL):
    """Assert that every observed rate is between the two, give or take Monte Carlo error."""
    observed = np.atleast_1d(observed)
    assert observed.min() >= lowest - bound(lowest, studies), observed
    assert observed.max() <= highest + bound(highest, studies), observed


def normal_groups(seed, studies, sizes, means, sds):
    rng = np.random.default_rng(seed)
    return [
        rng.normal(mean, sd, (studies, n)) for n, mean, sd in zip(sizes, means, sds, strict=True)
    ]


# --- Welch: difference and ratio ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "sds", "slack"),
    [
        # Welch's degrees of freedom are an approximation: in groups this large its error is below
        # 0.2 percentage points, in groups of 5 and 6 below 1 point.
        (PUBLISHED_SIZES, (0.41, 0.41), 0.002),
        (PUBLISHED_SIZES, (0.41, 0.19), 0.002),
        (PUBLISHED_SIZES, (0.19, 0.80), 0.002),
        ((6, 5), (0.41, 0.41), 0.01),
        ((6, 5), (0.19, 0.80), 0.01),
    ],
)
def test_welch_on_logs(sizes, sds, slack):
    studies = 40_000
    first, second = normal_groups(11, studies, sizes, (np.log(3.46), 0), sds)
    fit = batch_ratio(np.exp(first), np.exp(second))
    check(np.mean((fit.low <= 3.46) & (fit.high >= 3.46)), studies, LEVEL - slack, LEVEL + slack)
    null = batch_ratio(np.exp(first - np.log(3.46)), np.exp(second))
    check(np.mean(null.p_value < 0.05), studies, 0.05 - slack, 0.05 + slack)


def test_every_interval_of_compare_groups_in_one_model():
    """Log-normal groups, the first 3.46 times the second: the model closest to the 2018 study."""
    studies = 1000
    first, second = normal_groups(12, studies, (29, 45), (np.log(3.46), 0), (0.41, 0.41))
    true = {
        "ratio_of_geometric_means": 3.46,
        "difference": 2.46 * np.exp(0.41**2 / 2),
        "auc": stats.norm.cdf(np.log(3.46) / (0.41 * np.sqrt(2))),
    }
    comparisons = [compare_groups(np.exp(a), np.exp(b)) for a, b in zip(first, second, strict=True)]
    covered = {
        name: np.mean([getattr(c, name).covers(value) for c in comparisons])
        for name, value in true.items()
    }
    check(covered["ratio_of_geometric_means"], studies, LEVEL - 0.002, LEVEL + 0.002)
    # The mean of 29 skewed values is not quite normal: 94.1 % in 200 000 studies.
    check(covered["difference"], studies, 0.938, 0.944)
    # Newcombe's method is cautious at an AUC of 0.98: see below.
    check(covered["auc"], studies, 0.96, 0.985)


# --- standardised difference ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "true"),
    [(PUBLISHED_SIZES, 0.0), (PUBLISHED_SIZES, 4.66), ((8, 6), 1.0)],
)
def test_standardised_difference_is_exact(sizes, true):
    studies = 1500
    first, second = normal_groups(13, studies, sizes, (true, 0), (1, 1))
    estimates = [
        hedges_g(
            a.mean() - b.mean(),
            pooled_sd(a.std(ddof=1), len(a), b.std(ddof=1), len(b)),
            *sizes,
            LEVEL,
        )
        for a, b in zip(first, second, strict=True)
    ]
    check(np.mean([e.covers(true) for e in estimates]), studies)
    # Hedges' correction removes the bias: the mean of g is the truth.
    values = np.array([e.value for e in estimates])
    assert abs(values.mean() - true) < 3.5 * values.std() / np.sqrt(studies)


# --- AUC ------------------------------------------------------------------------------------------


def auc_coverage(seed, sizes, shift, sds, studies=20_000):
    first, second = normal_groups(seed, studies, sizes, (shift, 0), sds)
    u = stats.mannwhitneyu(first, second, axis=1, method="asymptotic").statistic
    true = stats.norm.cdf(shift / np.hypot(*sds))
    # The interval depends on U alone, so each value of U needs one interval only.
    values, which = np.unique(u, return_inverse=True)
    covers = np.array(
        [auc_interval(value / np.prod(sizes), *sizes, LEVEL).covers(true) for value in values]
    )
    return covers[which].mean(), studies


@pytest.mark.parametrize(
    ("sizes", "shift", "lowest", "highest"),
    [
        # The method supposes a variance (that of exponential distributions) which fits normal
        # groups well near 0.5 and is too large near 1: coverage rises from 95 to 98 %. It must
        # never fall short where the groups have the same shape.
        (PUBLISHED_SIZES, 0.0, 0.95, 0.96),  # AUC 0.5
        (PUBLISHED_SIZES, 1.0, 0.95, 0.96),  # AUC 0.76
        (PUBLISHED_SIZES, 2.0, 0.96, 0.98),  # AUC 0.92
        (PUBLISHED_SIZES, 3.3, 0.97, 0.99),  # AUC 0.99
        ((8, 6), 0.0, 0.95, 0.97),
        ((8, 6), 1.0, 0.95, 0.98),
    ],
)
def test_auc_covers_in_groups_of_one_shape(sizes, shift, lowest, highest):
    coverage, studies = auc_coverage(14, sizes, shift, (1, 1))
    check(coverage, studies, lowest, highest)


@pytest.mark.parametrize(
    ("shift", "sds", "lowest", "highest"),
    [
        # Known weakness, stated in the docstring: with the larger spread in the smaller group the
        # supposed variance is too small.
        (100, (100, 154), 0.93, 0.945),
        (1, (1, 3), 0.89, 0.915),
    ],
)
def test_auc_falls_short_as_stated_in_groups_of_unequal_spread(shift, sds, lowest, highest):
    coverage, studies = auc_coverage(15, PUBLISHED_SIZES, shift, sds)
    check(coverage, studies, lowest, highest)


# --- location shift and Mann–Whitney --------------------------------------------------------------


def shift_coverage(first, second, true):
    return np.mean(
        [location_shift(a, b, LEVEL).covers(true) for a, b in zip(first, second, strict=True)]
    )


@pytest.mark.parametrize(
    ("sizes", "highest"),
    # Rounding the rank down can only widen the interval: by at most one rank, 0.6 points here and
    # 2 points in groups of 8 and 6.
    [(PUBLISHED_SIZES, 0.956), ((8, 6), 0.97)],
)
@pytest.mark.parametrize("shape", ["normal", "gamma"])
def test_location_shift_covers_whatever_the_shape(sizes, highest, shape):
    studies, rng = 8000, np.random.default_rng(16)
    draw = rng.standard_normal if shape == "normal" else lambda size: rng.gamma(1, 1, size)
    first, second = (draw((studies, n)) for n in sizes)
    check(shift_coverage(first + 2, second, 2), studies, LEVEL, highest)


def test_location_shift_falls_short_as_stated_in_groups_of_unequal_spread():
    studies = 8000
    first, second = normal_groups(17, studies, PUBLISHED_SIZES, (100, 0), (100, 154))
    check(shift_coverage(first, second, 100), studies, 0.925, 0.94)
    first, second = normal_groups(17, studies, PUBLISHED_SIZES, (1, 0), (1, 3))
    check(shift_coverage(first, second, 1), studies, 0.89, 0.91)


def test_tests_of_compare_groups_keep_their_error_rate():
    studies = 1000
    first, second = normal_groups(18, studies, PUBLISHED_SIZES, (10, 10), (1, 1))
    results = [compare_groups(a, b) for a, b in zip(first, second, strict=True)]
    check(np.mean([c.welch_p < 0.05 for c in results]), studies, 0.048, 0.052)
    # The continuity correction makes the Mann–Whitney test slightly cautious.
    check(np.mean([c.mann_whitney_p < 0.05 for c in results]), studies, 0.045, 0.05)


# --- summaries ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sigma", "lowest", "highest"),
    # The delta method is good for moderate skewness (SD 0.43 of the mean) and its variance, which
    # rises with the eighth power of SD/mean, too large beyond (SD 0.80 and 1.31 of the mean).
    [(0.41, 0.944, 0.952), (0.7, 0.955, 0.97), (1.0, 0.98, 0.995)],
)
def test_ratio_from_summaries_of_log_normal_groups(sigma, lowest, highest):
    studies = 20_000
    logs = normal_groups(19, studies, PUBLISHED_SIZES, (np.log(2), 0), (sigma, sigma))
    means, sds = zip(*((np.exp(x).mean(1), np.exp(x).std(1, ddof=1)) for x in logs), strict=True)
    # The steps of compare_summaries, for all studies at once; the first ones show that they are.
    (log_a, variance_a), (log_b, variance_b) = map(_log_normal, means, sds)
    n_a, n_b = PUBLISHED_SIZES
    fit = welch(log_a - log_b, variance_a / n_a, variance_b / n_b, n_a - 1, n_b - 1, LEVEL)
    for i in range(5):
        c = compare_summaries(means[0][i], sds[0][i], n_a, means[1][i], sds[1][i], n_b)
        ratio = c.ratio_of_geometric_means
        expected = np.exp(fit.difference[i] + fit.reach[i] * np.array([0, -1, 1]))
        assert (ratio.value, ratio.low, ratio.high) == pytest.approx(expected)
    check(np.mean(np.abs(fit.difference - np.log(2)) <= fit.reach), studies, lowest, highest)


def test_auc_from_summaries_of_normal_groups():
    """The published figures read as standard deviations, on a level where no value is negative."""
    studies = 1500
    first, second = normal_groups(20, studies, PUBLISHED_SIZES, (5000, 5577), (100, 154))
    estimates = [
        auc_of_normals(a.mean() - b.mean(), a.std(ddof=1), len(a), b.std(ddof=1), len(b), LEVEL)
        for a, b in zip(first, second, strict=True)
    ]
    # It rests on approximate degrees of freedom: within half a point.
    true = stats.norm.cdf(-577 / np.hypot(100, 154))
    check(np.mean([e.covers(true) for e in estimates]), studies, 0.945, 0.955)


# --- regression -----------------------------------------------------------------------------------

COEFFICIENTS = np.array([5.5, -0.16, -0.1, -0.15, 0.1, 0.03])


def regression_studies(seed, participants, spread_rises, studies=20_000, residual="normal"):
    """Age, attacks, sex, optic nerve lesion and sun; residuals spread with attacks, or evenly."""
    rng = np.random.default_rng(seed)
    shape = (studies, participants)
    columns = (
        np.ones(shape),
        rng.normal(4, 1, shape),
        rng.poisson(1.2, shape),
        rng.random(shape) < 0.69,
        rng.random(shape) < 0.4,
        rng.gamma(2, 1, shape),
    )
    design = np.stack(columns, axis=2).astype(float)
    noise = rng.normal(0, 0.4, shape) if residual == "normal" else rng.gamma(1, 0.4, shape) - 0.4
    if spread_rises:
        noise *= np.where(design[:, :, 2] > 1, 2, 0.7)
    return batch_least_squares(design, design @ COEFFICIENTS + noise), studies


def coverage(fit, robust):
    low, high = fit.interval(LEVEL, robust)
    return np.mean((low <= COEFFICIENTS) & (high >= COEFFICIENTS), axis=0)


@pytest.mark.parametrize("participants", [45, 74])
def test_classical_intervals_are_exact_with_one_spread(participants):
    fit, studies = regression_studies(21, participants, spread_rises=False)
    check(coverage(fit, robust=False), studies)


def test_classical_p_values_are_uniform_under_the_null():
    rng = np.random.default_rng(22)
    studies = 20_000
    design = np.stack([np.ones((studies, 45)), *rng.normal(size=(2, studies, 45))], axis=2)
    p = batch_least_squares(design, rng.normal(size=(studies, 45))).p_values(robust=False)
    for level in (0.01, 0.05, 0.5):
        check(np.mean(p < level, axis=0), studies, level, level)


@pytest.mark.parametrize(
    ("participants", "spread_rises", "lowest", "highest"),
    [
        # HC3 divides residuals by (1 − leverage), which overstates their variance if all have one
        # (Long and Ervin 2000): cautious, less so in larger studies. Where the spread rises with
        # a term, people of high leverage pull the other way, and the two nearly cancel.
        (45, False, 0.95, 0.965),
        (74, False, 0.95, 0.96),
        (45, True, 0.94, 0.97),
        (74, True, 0.945, 0.962),
    ],
)
def test_hc3_intervals_cover_with_or_without_one_spread(
    participants, spread_rises, lowest, highest
):
    fit, studies = regression_studies(23, participants, spread_rises)
    check(coverage(fit, robust=True), studies, lowest, highest)


def test_hc3_is_needed_where_the_spread_rises_and_has_its_limits():
    attacks = 2
    fit, studies = regression_studies(24, 45, spread_rises=True)
    check(coverage(fit, robust=False)[attacks], studies, 0.87, 0.89)
    # With skewed residuals as well, 45 people are too few for HC3 too: stated in the docstring.
    fit, studies = regression_studies(24, 45, spread_rises=True, residual="gamma")
    check(coverage(fit, robust=True)[attacks], studies, 0.91, 0.925)
    check(coverage(fit, robust=False)[attacks], studies, 0.855, 0.87)
