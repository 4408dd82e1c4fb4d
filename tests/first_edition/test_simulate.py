"""The model of VK2: its residual, its numbers from the tables, and the studies drawn from it."""

import math
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from helpers.first_edition import data, estimate, simulate

STUDIES = 12_000
MS_TERMS = (
    "age_decades",
    "attacks_per_year",
    "woman",
    "optic_nerve_lesion",
    "sun_hours_per_day",
)
PUBLISHED_EFFECTS = {  # row of the table: the coefficient of the model that it sets
    "age_effect_ms": "age_per_decade_ms",
    "attack_effect_ms": "attack_ms",
    "women_effect_ms": "woman_ms",
    "optic_effect_ms": "optic_ms",
    "sun_effect": "sun_per_hour",
}
NEEDED = (  # every cell of published_findings.csv that the model is made of
    *((row, "value") for row in PUBLISHED_EFFECTS),
    *((row, column) for row in ("age", "sun") for column in ("value", "spread")),
    *(
        (f"vk2_mean_{group}", column)
        for group in ("ms", "control")
        for column in ("value", "spread")
    ),
    *((f"n_{group}", "value") for group in ("ms", "control", "women_ms", "women_control")),
    *((f"tail_{part}", "value") for part in ("share", "distance", "width")),
    ("age_effect_all", "value"),
    ("age_youngest", "value"),
    ("age_oldest", "value"),
    ("attack_rate_men", "value"),
    ("attack_ratio_women", "value"),
    ("relapse_fall", "value"),
    ("optic_share", "value"),
)


@pytest.fixture(scope="module")
def findings():
    return data.published_findings()


@pytest.fixture(scope="module")
def model(findings):
    return simulate.published_model(findings)


@pytest.fixture(scope="module")
def studies(model):
    """Return many studies of the published size, joined into one block."""
    blocks = list(simulate.iter_studies(model, STUDIES, seed=20180301))
    names = (*simulate.PEOPLE_TERMS, "log_vk2")
    groups = (
        simulate.People(
            *(np.concatenate([getattr(getattr(b, g), n) for b in blocks]) for n in names)
        )
        for g in ("ms", "control")
    )
    return simulate.Studies(*groups)


@pytest.fixture
def quick(monkeypatch):
    """Solve the model on few people: for tests that do not need its last digits."""
    monkeypatch.setattr(simulate, "POPULATION_SAMPLE", 2_000)


@pytest.fixture
def small_blocks(monkeypatch):
    """Let a block hold four studies of the published size."""
    monkeypatch.setattr(simulate, "VALUES_PER_BLOCK", 4 * 74 + 73)


# --- the residual ---------------------------------------------------------------------------------


@st.composite
def residuals(draw):
    share = draw(st.floats(0.05, 0.95))
    shape = simulate.Residual(
        sd=draw(st.floats(0.02, 0.8)),
        separation=0.0,
        tail_share=share,
        tail_width=draw(st.floats(0.2, 4)),
        side=draw(st.sampled_from([-1, 1])),
    )
    return replace(shape, separation=draw(st.floats(0, 0.9)) * shape.largest_separation)


def fine_grid(residual):
    """Return places close enough together for the trapezoid rule on the narrower hump."""
    (main, main_sd), (tail, tail_sd) = residual.humps
    widest, finest = max(main_sd, tail_sd), min(main_sd, tail_sd)
    reach = max(abs(main), abs(tail)) + 12 * widest + 2 * widest**2
    return np.arange(-reach, reach, finest / 4)


@settings(max_examples=60)
@given(residuals())
def test_residual_has_mean_zero_its_sd_and_the_stated_mean_of_exp(residual):
    x = fine_grid(residual)
    density = residual.density(x)
    assert (density >= 0).all()
    assert integrate.trapezoid(density, x) == pytest.approx(1, abs=1e-9)
    assert integrate.trapezoid(x * density, x) == pytest.approx(0, abs=1e-9)
    assert math.sqrt(integrate.trapezoid(x**2 * density, x)) == pytest.approx(residual.sd, rel=1e-8)
    for power in (1, 2):
        expected = integrate.trapezoid(np.exp(power * x) * density, x)
        assert residual.mean_of_exp(power) == pytest.approx(expected, rel=1e-7)


@settings(max_examples=60)
@given(residuals())
def test_residual_distribution_is_the_integral_of_its_density(residual):
    x = fine_grid(residual)
    integral = integrate.cumulative_simpson(residual.density(x), x=x, initial=0)
    assert residual.distribution(x) == pytest.approx(integral, abs=1e-4)
    assert residual.distribution(np.array([-np.inf, np.inf])).tolist() == [0, 1]


@settings(max_examples=60)
@given(residuals(), st.integers(0, 1000))
def test_draw_and_from_uniforms_are_one_distribution(residual, seed):
    drawn = residual.draw(np.random.default_rng(seed), (3, 40))
    rng = np.random.default_rng(seed)
    place, which = rng.standard_normal((3, 40)), rng.random((3, 40))
    from_uniforms = residual.from_uniforms(which, special.ndtr(place))
    assert drawn.shape == (3, 40)
    assert from_uniforms == pytest.approx(drawn, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("side", [1, -1])
def test_draws_follow_the_stated_distribution(side):
    residual = simulate.Residual(0.3, 1.5, 0.3, 2.0, side)
    drawn = residual.draw(np.random.default_rng(4), (20_000,))
    assert stats.kstest(drawn, residual.distribution).pvalue > 0.001
    grid = (np.arange(300) + 0.5) / 300
    even = np.sort(residual.from_uniforms(*(a.ravel() for a in np.meshgrid(grid, grid))))
    steps = (np.arange(even.size) + 0.5) / even.size
    assert np.abs(residual.distribution(even) - steps).max() < 0.005


@settings(max_examples=60)
@given(residuals())
def test_side_says_where_the_tail_lies(residual):
    (main, main_sd), (tail, tail_sd) = residual.humps
    gap = residual.side * (tail - main)
    assert gap == pytest.approx(residual.separation * residual.sd)
    assert tail_sd == pytest.approx(residual.tail_width * main_sd)


@given(st.floats(0.02, 0.98), st.sampled_from([-1, 1]))
def test_separation_has_a_limit(share, side):
    residual = simulate.Residual(1.0, 0.0, share, 2.0, side)
    limit = residual.largest_separation
    assert replace(residual, separation=0.999 * limit).humps[0][1] > 0
    with pytest.raises(ValueError, match=rf"separation must be below {limit:.2f} for tail_share"):
        _ = replace(residual, separation=1.000001 * limit).humps


# --- the model's numbers come from the table ------------------------------------------------------


@pytest.mark.parametrize(("row", "coefficient"), PUBLISHED_EFFECTS.items())
def test_an_effect_of_the_table_is_the_coefficient(findings, model, quick, row, coefficient):
    published = findings.loc[row, "value"]
    assert 100 * math.expm1(getattr(model, coefficient)) == pytest.approx(published)
    changed = findings.copy()
    changed.loc[row, "value"] = -7.0
    again = simulate.published_model(changed)
    assert getattr(again, coefficient) == pytest.approx(math.log(0.93))
    others = {name for name in PUBLISHED_EFFECTS.values() if name != coefficient}
    assert {name for name in others if getattr(again, name) != getattr(model, name)} == set()


@pytest.mark.parametrize(
    ("row", "column", "value", "read", "expected"),
    [
        ("age", "value", 40.0, lambda m: m.covariates.age_mean, 40),
        ("age", "spread", 7.0, lambda m: m.covariates.age_sd, 7),
        ("age_youngest", "value", 20.0, lambda m: m.covariates.age_youngest, 20),
        ("age_oldest", "value", 70.0, lambda m: m.covariates.age_oldest, 70),
        ("n_women_ms", "value", 9.0, lambda m: m.covariates.share_women_ms, 0.2),
        ("n_women_control", "value", 0.0, lambda m: m.covariates.share_women_control, 0),
        ("attack_rate_men", "value", 2.0, lambda m: m.covariates.attack_rate_men, 2),
        ("attack_ratio_women", "value", 1.5, lambda m: m.covariates.attack_ratio_women, 1.5),
        ("relapse_fall", "value", -20.0, lambda m: m.covariates.attack_ratio_per_decade, 0.64),
        ("optic_share", "value", 25.0, lambda m: m.covariates.optic_share, 0.25),
        ("sun", "value", 3.0, lambda m: m.covariates.sun_mean, 3),
        ("sun", "spread", 2.0, lambda m: m.covariates.sun_sd, 2),
        ("tail_share", "value", 20.0, lambda m: m.residual_ms.tail_share, 0.2),
        ("tail_distance", "value", 1.0, lambda m: m.residual_control.separation, 1),
        ("tail_width", "value", 3.0, lambda m: m.residual_ms.tail_width, 3),
    ],
)
def test_an_assumption_of_the_table_is_used(findings, quick, row, column, value, read, expected):
    changed = findings.copy()
    changed.loc[row, column] = value
    assert read(simulate.published_model(changed)) == pytest.approx(expected)


def test_the_published_mean_and_spread_move_intercept_and_residual(findings, quick):
    before = simulate.published_model(findings)
    changed = findings.copy()
    changed.loc["vk2_mean_ms", ["value", "spread"]] = [470.0, 200.0]
    doubled = simulate.published_model(changed)
    assert doubled.intercept_ms - before.intercept_ms == pytest.approx(math.log(2))
    assert doubled.residual_ms.sd == pytest.approx(before.residual_ms.sd)
    changed.loc["vk2_mean_ms", ["value", "spread"]] = [235.0, 120.0]
    wider = simulate.published_model(changed)
    assert wider.residual_ms.sd > before.residual_ms.sd
    assert wider.residual_control == before.residual_control


def test_the_two_groups_lean_apart(model):
    assert (model.residual_ms.side, model.residual_control.side) == (1, -1)


@pytest.mark.parametrize("row", sorted({row for row, _ in NEEDED}))
def test_a_missing_row_is_named(findings, quick, row):
    with pytest.raises(ValueError, match=rf"has no row '{row}'; the model needs it"):
        simulate.published_model(findings.drop(index=row))


@pytest.mark.parametrize(("row", "column"), NEEDED)
def test_an_empty_cell_is_named(findings, quick, row, column):
    changed = findings.copy()
    changed.loc[row, column] = np.nan
    with pytest.raises(ValueError, match=rf"row '{row}' has no {column}"):
        simulate.published_model(changed)


def test_no_other_row_is_read(findings, quick):
    needed = list(dict.fromkeys(row for row, _ in NEEDED))
    assert simulate.published_model(findings.loc[needed]) == simulate.published_model(findings)


@pytest.mark.parametrize("spread", [5.0, 90_000.0])
@pytest.mark.parametrize("group", ["ms", "control"])
def test_a_mean_and_sd_that_contradict_the_rest_are_refused(findings, quick, group, spread):
    changed = findings.copy()
    changed.loc[f"vk2_mean_{group}", "spread"] = spread
    mean = findings.loc[f"vk2_mean_{group}", "value"]
    with pytest.raises(ValueError, match=rf"no residual gives mean {mean} and SD {spread}: SD / m"):
        simulate.published_model(changed)


def test_humps_too_far_apart_are_refused(findings, quick):
    changed = findings.copy()
    changed.loc["tail_distance", "value"] = 2.2
    with pytest.raises(ValueError, match=r"separation must be below 2\.18 for tail_share 0\.3"):
        simulate.published_model(changed)


@pytest.mark.parametrize("row", [*PUBLISHED_EFFECTS, "age_effect_all"])
@pytest.mark.parametrize("percent", [-100.0, -250.0])
def test_nothing_falls_by_a_hundred_per_cent_or_more(findings, quick, row, percent):
    changed = findings.copy()
    changed.loc[row, "value"] = percent
    with pytest.raises(ValueError, match=row):
        simulate.published_model(changed)


def test_findings_must_be_a_table():
    with pytest.raises(TypeError, match="findings must be a pandas DataFrame, got list"):
        simulate.published_model([1, 2])


# --- the people and studies drawn -----------------------------------------------------------------


@pytest.mark.parametrize("group", ["ms", "control"])
def test_population_mean_and_sd_of_vk2_are_the_published_ones(studies, findings, group):
    vk2 = np.exp(getattr(studies, group).log_vk2).ravel()
    mean, sd = findings.loc[f"vk2_mean_{group}", ["value", "spread"]]
    # Monte Carlo error of these people, and of those on whom the model was solved.
    share = math.sqrt(1 / vk2.size + 1 / simulate.POPULATION_SAMPLE)
    error_of_sd = math.sqrt(stats.moment(vk2, 4) - vk2.var() ** 2) / (2 * vk2.std()) * share
    assert error_of_sd < sd / 100, "the test must be able to see one per cent"
    assert vk2.mean() == pytest.approx(mean, abs=4 * vk2.std() * share)
    assert vk2.std() == pytest.approx(sd, abs=4 * error_of_sd)


def test_the_median_lies_on_the_published_side_of_the_mean(studies, findings):
    for group in ("ms", "control"):
        vk2 = np.exp(getattr(studies, group).log_vk2)
        published = findings.loc[f"vk2_median_{group}", "value"]
        mean = findings.loc[f"vk2_mean_{group}", "value"]
        assert np.sign(np.median(vk2) - vk2.mean()) == np.sign(published - mean)


def test_batch_fits_recover_every_effect_in_ms(studies, findings):
    rows = ("age_effect_ms", "attack_effect_ms", "women_effect_ms", "optic_effect_ms", "sun_effect")
    fit = estimate.batch_least_squares(studies.ms.design(*MS_TERMS), studies.ms.log_vk2)
    slopes = fit.coefficients[:, 1:]
    error = slopes.std(axis=0) / math.sqrt(STUDIES)
    assert (error < 0.0015).all(), "the test must be able to see a fraction of a per cent"
    truth = np.log1p(findings.loc[list(rows), "value"].to_numpy(float) / 100)
    assert (np.abs(slopes.mean(axis=0) - truth) < 4 * error).all()


def test_batch_fits_recover_age_and_sun_in_controls_and_nothing_else(studies, model):
    people = studies.control
    design = people.design("age_decades", "sun_hours_per_day", "woman")
    slopes = estimate.batch_least_squares(design, people.log_vk2).coefficients[:, 1:]
    error = slopes.std(axis=0) / math.sqrt(STUDIES)
    truth = np.array([model.age_per_decade_control, model.sun_per_hour, 0])
    assert (np.abs(slopes.mean(axis=0) - truth) < 4 * error).all()


def test_the_fit_to_everyone_gives_the_published_change_with_age(studies, model, findings):
    terms = ("age_decades", "woman")
    design = np.concatenate([studies.ms.design(*terms), studies.control.design(*terms)], axis=1)
    has_ms = np.broadcast_to(np.repeat([1.0, 0.0], [45, 29])[None, :, None], (STUDIES, 74, 1))
    outcome = np.concatenate([studies.ms.log_vk2, studies.control.log_vk2], axis=1)
    fit = estimate.batch_least_squares(np.concatenate([design, has_ms], axis=2), outcome)
    slopes = fit.coefficients[:, 1]
    truth = math.log1p(findings.loc["age_effect_all", "value"] / 100)
    # Monte Carlo error of these studies, and of the slope in MS on which the model was solved.
    expected_sd = model.expected_log_vk2(studies.ms, ms=True).std()
    solved_within = expected_sd / studies.ms.age_decades.std() / simulate.POPULATION_SAMPLE**0.5
    error = math.hypot(slopes.std() / math.sqrt(STUDIES), solved_within * 45 / 74)
    assert error < 0.0006
    assert slopes.mean() == pytest.approx(truth, abs=4 * error)


def test_without_age_the_attack_slope_is_pulled_towards_zero(studies, findings):
    naive = estimate.batch_least_squares(
        studies.ms.design("attacks_per_year"), studies.ms.log_vk2
    ).coefficients[:, 1]
    truth = math.log1p(findings.loc["attack_effect_ms", "value"] / 100)
    assert truth + 0.02 < naive.mean() < 0


def test_ages_are_whole_years_of_a_cut_normal_distribution(studies, model):
    who = model.covariates
    age = np.concatenate([studies.ms.age_years.ravel(), studies.control.age_years.ravel()])
    assert (age == np.round(age)).all()
    assert (age.min(), age.max()) == (who.age_youngest, who.age_oldest)
    ends = ((x - who.age_mean) / who.age_sd for x in (who.age_youngest, who.age_oldest))
    cut = stats.truncnorm(*ends, loc=who.age_mean, scale=who.age_sd)
    error = cut.std() / math.sqrt(age.size)
    assert age.mean() == pytest.approx(cut.mean(), abs=4 * error)
    assert age.std() == pytest.approx(math.sqrt(cut.var() + 1 / 12), abs=0.05)


def test_the_number_of_women_is_fixed_in_every_study(studies, findings):
    for group in ("ms", "control"):
        women = getattr(studies, group).woman.sum(axis=1)
        assert set(women) == {findings.loc[f"n_women_{group}", "value"]}


def test_attacks_follow_the_stated_rates(studies, model, findings):
    people, value = studies.ms, findings["value"]
    assert (people.attacks_per_year == np.round(people.attacks_per_year)).all()
    decades = (people.age_years - value["age"]) / 10
    fall = (1 + value["relapse_fall"] / 100) ** (2 * decades)
    rate = value["attack_rate_men"] * fall * value["attack_ratio_women"] ** people.woman
    assert model.covariates.attack_rate(people.age_years, people.woman) == pytest.approx(rate)
    for woman in (0, 1):
        for young in (True, False):
            chosen = (people.woman == woman) & ((people.age_years < 36) == young)
            attacks, expected = people.attacks_per_year[chosen], rate[chosen]
            error = math.sqrt(expected.sum()) / expected.size  # Poisson: variance = mean
            assert attacks.mean() == pytest.approx(expected.mean(), abs=4 * error)


def test_lesions_and_sun_follow_the_stated_numbers(studies, findings):
    optic = studies.ms.optic_nerve_lesion
    share = findings.loc["optic_share", "value"] / 100
    assert set(np.unique(optic)) == {0, 1}
    error = math.sqrt(share * (1 - share) / optic.size)
    assert optic.mean() == pytest.approx(share, abs=4 * error)
    for people in (studies.ms, studies.control):
        sun = people.sun_hours_per_day
        assert sun.min() > 0
        assert sun.mean() == pytest.approx(findings.loc["sun", "value"], abs=4 / sun.size**0.5)
        assert sun.std() == pytest.approx(findings.loc["sun", "spread"], abs=0.01)


def test_controls_have_neither_attacks_nor_lesions(studies):
    assert not studies.control.attacks_per_year.any()
    assert not studies.control.optic_nerve_lesion.any()


def test_expected_log_vk2_is_the_sum_of_the_terms(model):
    one = simulate.People(*(np.array([[x]]) for x in (46.0, 1.0, 2.0, 1.0, 5.0)))
    sun = 3 * model.sun_per_hour
    assert model.expected_log_vk2(one, ms=True).item() == pytest.approx(
        model.intercept_ms
        + model.age_per_decade_ms
        + model.woman_ms
        + 2 * model.attack_ms
        + model.optic_ms
        + sun
    )
    assert model.expected_log_vk2(one, ms=False).item() == pytest.approx(
        model.intercept_control + model.age_per_decade_control + sun
    )


def test_design_puts_an_intercept_first_and_refuses_unknown_terms(model):
    people = next(simulate.iter_studies(model, 2, 3, 3, seed=1)).ms
    design = people.design("age_decades", "woman")
    assert design.shape == (2, 3, 3)
    assert (design[..., 0] == 1).all()
    assert design[..., 1] == pytest.approx(people.age_years / 10)
    assert (design[..., 2] == people.woman).all()
    with pytest.raises(ValueError, match=r"terms must be one of 'age_years'.*got 'vk2'"):
        people.design("vk2")


# --- blocks ---------------------------------------------------------------------------------------


def joined(model, n_studies, seed=1):
    """Return all columns of all people, shape (studies, values), log VK2 last."""
    rows = []
    for block in simulate.iter_studies(model, n_studies, seed=seed):
        names = (*simulate.PEOPLE_TERMS, "log_vk2")
        columns = [getattr(people, n) for n in names for people in (block.ms, block.control)]
        rows.append(np.concatenate(columns, axis=1))
    return np.concatenate(rows)


def test_the_same_seed_gives_the_same_studies_and_another_seed_others(model):
    first = joined(model, 5, seed=7)
    assert np.array_equal(first, joined(model, 5, seed=7))
    other = joined(model, 5, seed=8)
    assert not (first[:, -74:] == other[:, -74:]).any()


def test_studies_differ_from_each_other_also_across_blocks(model, small_blocks):
    vk2 = joined(model, 13)[:, -74:]
    assert len(np.unique(vk2)) == vk2.size


@pytest.mark.parametrize("n_studies", [1, 3, 4, 5, 8, 9, 12])
def test_study_number_i_does_not_depend_on_how_many_follow(model, small_blocks, n_studies):
    assert np.array_equal(joined(model, n_studies), joined(model, 13)[:n_studies])


@pytest.mark.parametrize(
    ("n_studies", "sizes"),
    [(1, [1]), (3, [3]), (4, [4]), (5, [4, 1]), (8, [4, 4]), (10, [4, 4, 2])],
)
def test_blocks_hold_every_study_once(model, small_blocks, n_studies, sizes):
    blocks = list(simulate.iter_studies(model, n_studies, seed=3))
    assert [len(block.ms.log_vk2) for block in blocks] == sizes
    for block in blocks:
        for people, n in ((block.ms, 45), (block.control, 29)):
            for name in (*simulate.PEOPLE_TERMS, "log_vk2"):
                assert getattr(people, name).shape == (len(block.ms.log_vk2), n)
                assert np.isfinite(getattr(people, name)).all()


def test_a_study_larger_than_a_block_is_a_block(model, monkeypatch):
    monkeypatch.setattr(simulate, "VALUES_PER_BLOCK", 10)
    blocks = list(simulate.iter_studies(model, 3, 20, 30, seed=3))
    assert [block.control.log_vk2.shape for block in blocks] == [(1, 30)] * 3


def peak_megabytes(run):
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_number_of_studies(model, monkeypatch):
    monkeypatch.setattr(simulate, "VALUES_PER_BLOCK", 8_000)

    def stream(n_studies):
        total = 0
        for block in simulate.iter_studies(model, n_studies, 2, 2, seed=1):
            total += len(block.ms.log_vk2)
        assert total == n_studies

    stream(4_000)  # what is imported and cached on the way is not counted
    few, many = (peak_megabytes(lambda n=n: stream(n)) for n in (20_000, 200_000))
    assert many < 1.2 * few


def test_blocks_of_the_usual_size_need_about_the_stated_memory(model):
    def stream():
        for _ in simulate.iter_studies(model, 11_000, seed=1):
            pass

    assert 10 < peak_megabytes(stream) < 110


@pytest.mark.parametrize("function", [simulate.iter_studies, None], ids=["iter", "replicate"])
@pytest.mark.parametrize(
    ("argument", "wrong", "kind", "message"),
    [
        ("model", "published", TypeError, "model must be a VK2Model, got str"),
        ("n_studies", 0, ValueError, "n_studies must be at least 1, got 0"),
        ("n_studies", 10.0, TypeError, "n_studies must be a whole number, got 10.0"),
        ("n_ms", 1, ValueError, "n_ms must be at least 2, got 1"),
        ("n_ms", None, TypeError, "n_ms must be a whole number, got None"),
        ("n_control", -3, ValueError, "n_control must be at least 2, got -3"),
        ("n_control", True, TypeError, "n_control must be a whole number, got True"),
        ("seed", -1, ValueError, "seed must be at least 0, got -1"),
        ("seed", "1", TypeError, "seed must be a whole number, got '1'"),
    ],
)
def test_a_wrong_argument_is_named_at_once(model, function, argument, wrong, kind, message):
    arguments = {"model": model, "n_studies": 3, "n_ms": 4, "n_control": 4, "seed": 1}
    arguments[argument] = wrong
    if function is None:
        arguments["statistic"] = mean_log
    with pytest.raises(kind, match=message):
        (function or simulate.replicate)(**arguments)  # iter_studies: before the first block


# --- replicate ------------------------------------------------------------------------------------


def mean_log(studies):
    return {"ms": studies.ms.log_vk2.mean(axis=1), "control": studies.control.log_vk2.mean(axis=1)}


def test_replicate_gives_a_row_a_study_in_their_order(model, small_blocks):
    table = simulate.replicate(model, mean_log, 10, seed=5)
    assert list(table.columns) == ["ms", "control"]
    assert list(table.index) == list(range(10))
    one_by_one = [
        row
        for block in simulate.iter_studies(model, 10, seed=5)
        for row in zip(*(mean_log(block)[name] for name in ("ms", "control")), strict=True)
    ]
    assert table.to_numpy().tolist() == [list(row) for row in one_by_one]


def test_replicate_passes_the_sizes_on(model):
    def sizes(studies):
        rows = len(studies.ms.log_vk2)
        return {
            "ms": np.full(rows, studies.ms.log_vk2.shape[1]),
            "control": np.full(rows, studies.control.log_vk2.shape[1]),
        }

    table = simulate.replicate(model, sizes, 3, n_ms=11, n_control=7, seed=1)
    assert table.to_numpy().tolist() == [[11, 7]] * 3


@pytest.mark.parametrize(
    ("statistic", "shape"),
    [
        (lambda s: {"m": s.ms.log_vk2.mean()}, r"\(\)"),
        (lambda s: {"m": s.ms.log_vk2}, r"\(6, 45\)"),
        (lambda s: {"m": s.ms.log_vk2.mean(axis=0)}, r"\(45,\)"),
        (lambda s: {"ok": np.zeros(6), "m": np.zeros((6, 1))}, r"\(6, 1\)"),
    ],
)
def test_a_statistic_must_give_one_value_a_study(model, statistic, shape):
    match = rf"statistic must return one value a study: 'm' has shape {shape}, expected \(6,\)"
    with pytest.raises(ValueError, match=match):
        simulate.replicate(model, statistic, 6, seed=1)


def test_a_long_run_shows_its_progress_and_a_short_one_does_not(
    model, monkeypatch, small_blocks, capsys
):
    monkeypatch.setattr(simulate, "PARTICIPANTS_WITHOUT_PROGRESS", 10 * 74)
    simulate.replicate(model, mean_log, 10, seed=1)
    assert capsys.readouterr() == ("", "")
    simulate.replicate(model, mean_log, 11, seed=1)
    printed = capsys.readouterr()
    assert printed.out == ""
    lines = printed.err.split("\r")[1:]
    assert [line.partition(" ")[2] for line in lines] == [
        "4 of 11 studies",
        "8 of 11 studies",
        "11 of 11 studies\n",
    ]
    assert [line.count("#") for line in lines] == [10, 21, 30]
    assert {len(line.partition(" ")[0]) for line in lines} == {30}


@pytest.mark.parametrize(
    ("row", "column", "value", "words"),
    [
        ("optic_share", "value", 140, "optic_share must be between 0 and 1"),
        ("n_women_ms", "value", 60, "share_women_ms must be between 0 and 1"),
        ("age_youngest", "value", 70, "age_youngest must be between 0 and 60"),
        ("tail_share", "value", 150, "tail_share must be between 0 and 1"),
        ("tail_width", "value", -1, "tail_width must be above 0"),
        ("n_control", "value", 0, "n_control must be at least 1"),
        ("vk2_mean_ms", "value", 0, "mean of vk2_mean_ms must be above 0"),
        ("vk2_mean_control", "spread", 0, "SD of vk2_mean_control must be above 0"),
    ],
)
def test_impossible_assumptions_are_named(row, column, value, words):
    findings = data.published_findings()
    findings.loc[row, column] = value
    with pytest.raises(ValueError, match=words):
        simulate.published_model(findings)


def test_the_study_size_is_the_published_one():
    value = data.published_findings()["value"]
    assert (value["n_ms"], value["n_control"]) == (simulate.STUDY_MS, simulate.STUDY_CONTROL)


def test_a_residual_has_a_side():
    with pytest.raises(ValueError, match="side must be 1 or -1"):
        simulate.Residual(1.0, 1.0, 0.3, 2.0, side=0)
