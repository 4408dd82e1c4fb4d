"""How much a study of a given size can tell: precision and power, by formula and by simulation.

Every participant is simulated, from the model of `simulate`. A study is 45 people with MS and 29
controls unless said otherwise; a difference is "found" if p < 0.05.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from helpers.first_edition import checks, design, estimate, simulate
from helpers.first_edition.simulate import STUDY_CONTROL, STUDY_MS

if TYPE_CHECKING:
    import pandas as pd

ALPHA = 0.05


def ratio_standard_error(
    log_sd_ms: float, log_sd_control: float, n_ms: int, n_control: int
) -> float:
    """Standard error of the log ratio of geometric means of two groups.

    Example:
        >>> round(ratio_standard_error(0.4, 0.2, 45, 29), 3)
        0.07
    """
    log_sd_ms = checks.number("log_sd_ms", log_sd_ms, 0, open_ends=True)
    log_sd_control = checks.number("log_sd_control", log_sd_control, 0, open_ends=True)
    n_ms = checks.whole_number("n_ms", n_ms, low=2)
    n_control = checks.whole_number("n_control", n_control, low=2)
    return math.sqrt(log_sd_ms**2 / n_ms + log_sd_control**2 / n_control)


def power_by_reading(
    findings: pd.DataFrame, ratios: np.ndarray, n_studies: int = 2000, *, seed: int = 2018
) -> pd.DataFrame:
    """Power of 45 against 29 people to find each ratio, for the three readings of ±.

    Args:
        findings: the table of ``data.published_findings()``.
        ratios: true ratios of geometric means, above 0, one dimension.
        n_studies: simulated studies for each reading.
        seed: seed of the random numbers.

    Returns:
        One row a reading and ratio: `reading`, `ratio`, and the power by `formula` and as
        `simulated`, from 0 to 1; `found_at_80`, the ratio that the formula finds with power 0.8.
    """
    import pandas as pd

    parts = []
    for reading, spread_is in design.READINGS.items():
        model = model_for_reading(findings, spread_is)
        sds = log_sds(model)
        columns = {
            "reading": reading,
            "ratio": ratios,
            "formula": power_for_ratio(ratios, *sds),
            "simulated": power_by_simulation(model, ratios, n_studies, seed=seed),
            "found_at_80": ratio_found(0.8, *sds),
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def model_for_reading(findings: pd.DataFrame, spread_is: str) -> simulate.VK2Model:
    """The published model, with the scatter that one reading of ± implies.

    Example:
        >>> from helpers.first_edition import data
        >>> log_sds(model_for_reading(data.published_findings(), "se"))[0] > 1
        True
    """
    gap = design.compare_reading(findings, spread_is)
    findings = findings.copy()
    findings.loc["vk2_mean_ms", "spread"] = gap.sd_second
    findings.loc["vk2_mean_control", "spread"] = gap.sd_first
    return simulate.published_model(findings)


def ratio_found(
    power: float,
    log_sd_ms: float,
    log_sd_control: float,
    n_ms: int = STUDY_MS,
    n_control: int = STUDY_CONTROL,
) -> float:
    """The smallest ratio of geometric means that is found with this power (p < 0.05, formula).

    Example:
        >>> round(ratio_found(0.8, 0.4, 0.2), 2)
        1.22
    """
    from statsmodels.stats.power import TTestIndPower

    power = checks.number("power", power, 0.06, 0.999)
    error = ratio_standard_error(log_sd_ms, log_sd_control, n_ms, n_control)
    effect = TTestIndPower().solve_power(
        nobs1=n_ms, alpha=ALPHA, power=power, ratio=n_control / n_ms
    )
    return math.exp(float(effect) * error / math.sqrt(1 / n_ms + 1 / n_control))


def power_for_ratio(
    ratio: np.ndarray,
    log_sd_ms: float,
    log_sd_control: float,
    n_ms: int = STUDY_MS,
    n_control: int = STUDY_CONTROL,
) -> np.ndarray:
    """Power to find a ratio of geometric means with p < 0.05, by the formula of statsmodels.

    Args:
        ratio: true ratios, above 0, one dimension.
        log_sd_ms, log_sd_control: SD of log VK2 in each group.
        n_ms, n_control: people in each group, at least 2.

    Returns:
        The power at each ratio, from 0 to 1.

    Example:
        >>> power_for_ratio([1.0, 1.3], 0.4, 0.2).round(2).tolist()
        [0.05, 0.96]
    """
    from statsmodels.stats.power import TTestIndPower

    ratio = checks.finite_array("ratio", ratio, positive=True)
    error = ratio_standard_error(log_sd_ms, log_sd_control, n_ms, n_control)
    # One SD that gives both groups together the standard error that their own two SDs give.
    common_sd = error / math.sqrt(1 / n_ms + 1 / n_control)
    effect = np.abs(np.log(ratio)) / common_sd
    power = TTestIndPower().power(
        effect_size=effect, nobs1=n_ms, alpha=ALPHA, ratio=n_control / n_ms
    )
    # Far beyond any doubt scipy's noncentral t distribution gives no number; the power is 1 there.
    return np.where(np.isnan(power) & (np.abs(np.log(ratio)) > 8 * error), 1.0, power)


def power_by_simulation(
    model: simulate.VK2Model,
    ratios: np.ndarray,
    n_studies: int = 2000,
    *,
    seed: int = 2018,
) -> np.ndarray:
    """Power to find each ratio of geometric means: the share of simulated studies with p < 0.05.

    The same studies serve all ratios: only the distance between the groups is set anew.

    Args:
        model: gives the scatter, for example ``simulate.published_model()``.
        ratios: true ratios, above 0, one dimension.
        n_studies: studies of 45 and 29 people.
        seed: seed of the random numbers.

    Returns:
        The power at each ratio, from 0 to 1.
    """
    ratios = checks.finite_array("ratios", ratios, positive=True)
    in_model = math.log(_model_ratio(model))

    def p_values(studies: simulate.Studies) -> dict[str, np.ndarray]:
        ms = np.exp(studies.ms.log_vk2)
        return {
            str(place): estimate.batch_ratio(
                np.exp(studies.control.log_vk2 + math.log(ratio) - in_model), ms
            ).p_value
            for place, ratio in enumerate(ratios)
        }

    results = simulate.replicate(model, p_values, n_studies, seed=seed)
    return (results < ALPHA).mean().to_numpy()


def precision(model: simulate.VK2Model, n_studies: int = 2000, *, seed: int = 2018) -> pd.DataFrame:
    """How wide the 95 % interval of a ratio is: all people, and the five with SPMS against RRMS.

    Types are drawn alike: five of the simulated people with MS are called SPMS. For the one person
    with PPMS no interval exists, so the row is empty.

    Returns:
        One row a comparison: people in each part, and the factor from the estimate to an end of its
        interval, `formula` and `simulated` (median over studies).
    """
    import pandas as pd
    from scipy import stats

    from helpers.first_edition import data

    n_spms, n_rrms, n_ppms = (int(data.finding(f"n_{kind}")) for kind in ("spms", "rrms", "ppms"))

    def reach(studies: simulate.Studies) -> dict[str, np.ndarray]:
        ms, control = np.exp(studies.ms.log_vk2), np.exp(studies.control.log_vk2)
        spms, rrms = ms[:, :n_spms], ms[:, n_spms : n_spms + n_rrms]  # the rest has PPMS
        parts = {"all": (control, ms), "spms": (spms, rrms)}
        ratios = {name: estimate.batch_ratio(*pair) for name, pair in parts.items()}
        return {name: r.high / r.ratio for name, r in ratios.items()}

    simulated = simulate.replicate(model, reach, n_studies, seed=seed).median()
    sd_ms, sd_control = log_sds(model)

    def formula(sd_1: float, n_1: int, sd_2: float, n_2: int) -> float:
        parts = np.array([sd_1**2 / n_1, sd_2**2 / n_2])
        df = parts.sum() ** 2 / (parts**2 / [n_1 - 1, n_2 - 1]).sum()
        return math.exp(stats.t.isf(ALPHA / 2, df) * math.sqrt(parts.sum()))

    rows = {
        f"{STUDY_CONTROL} controls against {STUDY_MS} with MS": (
            formula(sd_control, STUDY_CONTROL, sd_ms, STUDY_MS),
            simulated["all"],
        ),
        f"{n_spms} with SPMS against {n_rrms} with RRMS": (
            formula(sd_ms, n_spms, sd_ms, n_rrms),
            simulated["spms"],
        ),
        f"{n_ppms} with PPMS against {n_rrms} with RRMS": (math.nan, math.nan),
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["formula", "simulated"])


def log_sds(model: simulate.VK2Model) -> tuple[float, float]:
    """SD of log VK2 in people with MS and in controls of the model.

    Example:
        >>> [round(sd, 2) for sd in log_sds(simulate.published_model())]
        [0.37, 0.21]
    """
    ms, control = _large_sample(model)
    return float(ms.log_vk2.std()), float(control.log_vk2.std())


def with_age_slopes(
    model: simulate.VK2Model, percent_ms: float, percent_control: float
) -> simulate.VK2Model:
    """The model with the age slopes set, in per cent per decade, and attacks without effect.

    Attacks fall with age, so that their effect would be seen as one of age.
    """
    return replace(
        model,
        age_per_decade_ms=estimate.log_slope(percent_ms),
        age_per_decade_control=estimate.log_slope(percent_control),
        attack_ms=0.0,
    )


def slope_difference(studies: simulate.Studies) -> dict[str, np.ndarray]:
    """The p-value of "age slopes differ between the groups", one a study (HC3).

    The fit is log VK2 on age, group and their product: a block of `simulate.replicate`.
    """
    ms, control = studies.ms, studies.control
    decades = np.concatenate([ms.age_decades, control.age_decades], axis=1)
    group = np.concatenate([np.ones(ms.log_vk2.shape), np.zeros(control.log_vk2.shape)], axis=1)
    # Ages count from their mean, so that the terms are not nearly one another's copies.
    decades = decades - decades.mean(axis=1, keepdims=True)
    design = np.stack([np.ones(group.shape), decades, group, decades * group], axis=-1)
    fit = estimate.batch_least_squares(
        design, np.concatenate([ms.log_vk2, control.log_vk2], axis=1)
    )
    return {"p_value": fit.p_values()[:, 3]}


def power_for_slopes(
    model: simulate.VK2Model,
    multiples: np.ndarray,
    n_studies: int = 1000,
    *,
    percent_ms: float | None = None,
    percent_control: float | None = None,
    seed: int = 2018,
) -> pd.DataFrame:
    """Power to tell two age slopes apart in studies so many times as large as 45 and 29.

    Args:
        model: gives the scatter and the ages.
        multiples: whole numbers, 1 or more: how many times as large.
        n_studies: simulated studies of each size.
        percent_ms, percent_control: true change of VK2 per decade of age (%); the two reported
            figures, for MS and for everyone, if left out.
        seed: seed of the random numbers.

    Returns:
        One row a multiple: `n_ms`, `n_control`, `percents` (the two falls in words), `formula`
        (normal approximation, statsmodels) and `simulated`, both from 0 to 1.
    """
    import pandas as pd

    percents = _reported_slopes(percent_ms, percent_control)
    model = with_age_slopes(model, *percents)
    rows = {}
    for multiple in multiples:
        size = checks.whole_number("multiples", multiple, low=1)
        n_ms, n_control = STUDY_MS * size, STUDY_CONTROL * size
        # Large studies are steadier, and dearer to draw: fewer of them will do.
        results = simulate.replicate(
            model, slope_difference, max(200, n_studies // size), n_ms, n_control, seed=seed
        )
        rows[size] = {
            "n_ms": n_ms,
            "n_control": n_control,
            "percents": " against ".join(f"{abs(percent):g} %" for percent in percents),
            "formula": _slope_power(model, size),
            "simulated": float((results["p_value"] < ALPHA).mean()),
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("times as large")
    return table.astype({"n_ms": int, "n_control": int})


def size_for_slopes(
    model: simulate.VK2Model,
    power: float = 0.8,
    *,
    percent_ms: float | None = None,
    percent_control: float | None = None,
) -> float:
    """How many times 45 and 29 people it takes to tell two age slopes apart with this power."""
    from scipy.optimize import brentq

    power = checks.number("power", power, 0.06, 0.999)
    model = with_age_slopes(model, *_reported_slopes(percent_ms, percent_control))
    return float(brentq(lambda size: _slope_power(model, size) - power, 1, 1e4))


def power_if_ten_is_everyone(
    model: simulate.VK2Model, findings: pd.DataFrame, n_studies: int = 2000, *, seed: int = 2018
) -> pd.DataFrame:
    """Power for the age slopes if the reported fall per decade is everyone's, not the controls'.

    The controls' fall is then the one that, averaged on the log scale over all 74 people with the
    fall in MS, gives everyone's.

    Args:
        model: gives the scatter and the ages.
        findings: the table of ``data.published_findings()``.
        n_studies: simulated studies.
        seed: seed of the random numbers.

    Returns:
        The row of `power_for_slopes` for a study of 45 and 29.
    """
    value = findings["value"]
    n_ms, n_control = value["n_ms"], value["n_control"]
    in_ms, overall = (estimate.log_slope(value[row]) for row in ("age_effect_ms", "age_effect_all"))
    control = ((n_ms + n_control) * overall - n_ms * in_ms) / n_control
    percents = {
        "percent_ms": float(value["age_effect_ms"]),
        "percent_control": round(100 * math.expm1(control), 1),
    }
    return power_for_slopes(model, [1], n_studies, **percents, seed=seed)


# --- behind the functions above -------------------------------------------------------------------


def _reported_slopes(percent_ms: float | None, percent_control: float | None) -> tuple[float, ...]:
    from helpers.first_edition import data

    given = {"age_effect_ms": percent_ms, "age_effect_all": percent_control}
    return tuple(data.finding(row) if x is None else x for row, x in given.items())


def _large_sample(model: simulate.VK2Model) -> tuple[simulate.People, simulate.People]:
    rng = np.random.default_rng(0)
    return tuple(model.draw(rng, 1, 100_000, ms=ms) for ms in (True, False))


def _model_ratio(model: simulate.VK2Model) -> float:
    ms, control = _large_sample(model)
    return math.exp(control.log_vk2.mean() - ms.log_vk2.mean())


def _slope_power(model: simulate.VK2Model, size: float) -> float:
    """Power of the difference of two slopes: each has SE = residual SD / (SD of age × √n)."""
    from statsmodels.stats.power import normal_power

    variance = 0.0
    for people, n, slope in zip(
        _large_sample(model),
        (STUDY_MS, STUDY_CONTROL),
        (model.age_per_decade_ms, model.age_per_decade_control),
        strict=True,
    ):
        left_over = people.log_vk2 - slope * people.age_decades
        variance += left_over.var() / (people.age_decades.var() * n * size)
    difference = model.age_per_decade_ms - model.age_per_decade_control
    return float(normal_power(abs(difference) / math.sqrt(variance), nobs=1, alpha=ALPHA))
