"""The calibrated replica: one simulated sample whose own figures are the published ones.

Every participant in ``data/participants.csv`` is simulated. Covariates and residuals are drawn from
the model of `simulate`; then intercept, residual SD and lopsidedness are nudged until this one
sample prints the published mean, SD and median of each group. Residuals are made orthogonal to the
covariates, so ordinary least squares returns the model's coefficients exactly.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from helpers.first_edition import checks, show, simulate

if TYPE_CHECKING:
    import pandas as pd

# Counting from 1, the first seed whose sample also has the published directions and in which age
# and sex confound the attack slope the way the model says (both tested).
SEED = 70
MS_TERMS = "age_decades + attacks_per_year + woman + optic + sun_hours_per_day"
WORDS = {  # the terms of that model as a reader calls them
    "age_decades": "age in MS",
    "attacks_per_year": "attacks in MS",
    "woman": "sex in MS",
    "optic": "optic lesion in MS",
    "sun_hours_per_day": "sun in MS",
}
LABELS = {  # columns as a reader calls them, with their units
    "age_years": "age, years",
    "sun_hours_per_day": "sun, hours a day",
    "vk2_ng_ml": "VK2, ng/ml",
    "ms_type": "type of MS",
    "attacks_per_year": "attacks a year",
    "edss": "EDSS, 0 to 10",
    "years_since_onset": "years since onset",
}
PROGRESSIVE_ATTACKS_AT_MOST = 1


@dataclass(frozen=True)
class _Target:
    """The published mean, SD and median of VK2 in one group (ng/ml)."""

    mean: float
    sd: float
    median: float

    def misses(self, vk2: np.ndarray) -> list[float]:
        return [
            vk2.mean() / self.mean - 1,
            vk2.std(ddof=1) / self.sd - 1,
            float(np.median(vk2)) / self.median - 1,
        ]


def build(findings: pd.DataFrame | None = None, seed: int = SEED) -> pd.DataFrame:
    """Draw the replica: 45 people with MS and 29 controls, one row each.

    Only uniform random numbers are used, each turned into its distribution by a formula, so that
    the same seed gives the same people with every version of numpy.

    Args:
        findings: the table of ``data.published_findings()``, read if not given.
        seed: seed of the random numbers.

    Returns:
        The columns of ``data/participants.csv``; VK2 in whole ng/ml.

    Raises:
        ValueError: this seed's sample cannot be made to print the published figures.

    Example:
        >>> build().groupby("group").size().to_dict()
        {'MS': 45, 'control': 29}
    """
    import pandas as pd

    from helpers.first_edition import data

    findings = data.published_findings() if findings is None else findings
    model = simulate.published_model(findings)
    rng = np.random.default_rng(checks.whole_number("seed", seed))
    value = findings["value"]
    ms = _draw_group(model, rng, int(value["n_ms"]), int(value["n_women_ms"]), ms=True)
    control = _draw_group(
        model, rng, int(value["n_control"]), int(value["n_women_control"]), ms=False
    )
    vk2_ms = _fit_ms(model, rng, ms, _target(findings, "ms"))
    vk2_control = _fit_control(model, rng, ms, vk2_ms, control, findings)
    clinic = _clinical_columns(rng, ms, findings)
    tables = [
        _table(ms, vk2_ms, "MS").assign(**clinic),
        _table(control, vk2_control, "control"),
    ]
    people = pd.concat(tables, ignore_index=True)
    people["vitamin_d_supplement"] = "yes"
    people.insert(0, "participant", [f"S{number:02d}" for number in range(1, len(people) + 1)])
    return people[COLUMNS]


COLUMNS = [
    "participant",
    "group",
    "sex",
    "age_years",
    "ms_type",
    "years_since_onset",
    "attacks_per_year",
    "edss",
    "optic_nerve_lesion",
    "treatment",
    "sun_hours_per_day",
    "vitamin_d_supplement",
    "vk2_ng_ml",
]


def write(folder: str | Path | None = None) -> str:
    """Rebuild ``participants.csv`` from the findings beside it; say whether the file changed."""
    from helpers.first_edition import data

    path = data.data_folder(folder) / "participants.csv"
    content = to_csv(build(data.published_findings(folder)))
    if path.exists() and path.read_bytes() == content:
        return f"{path.name}: rebuilt, unchanged to the byte"
    path.write_bytes(content)
    return f"{path.name}: rebuilt and written"


def to_csv(people: pd.DataFrame) -> bytes:
    """The bytes of ``participants.csv``: UTF-8, one line feed a row, numbers as printed."""
    printed = people.copy()
    for column, decimals in (("years_since_onset", 1), ("edss", 1), ("sun_hours_per_day", 1)):
        printed[column] = [
            "" if math.isnan(number) else f"{number:.{decimals}f}" for number in people[column]
        ]
    return printed.to_csv(index=False, lineterminator="\n").encode()


def analysis_table(people: pd.DataFrame | None = None) -> pd.DataFrame:
    """The participants with the columns the models use.

    Added: ``age_decades``; ``woman``, ``ms`` and, in MS, ``optic`` as 1 or 0; ``log_vk2`` (natural
    logarithm of ng/ml).

    Example:
        >>> list(analysis_table().columns[-5:])
        ['age_decades', 'woman', 'ms', 'optic', 'log_vk2']
    """
    from helpers.first_edition import data

    people = data.participants() if people is None else people
    checks.columns("people", people, COLUMNS)
    return people.assign(
        age_decades=people["age_years"] / 10,
        woman=(people["sex"] == "female").astype(int),
        ms=(people["group"] == "MS").astype(int),
        attacks_per_year=people["attacks_per_year"].astype(float),
        optic=people["optic_nerve_lesion"].map({"yes": 1.0, "no": 0.0}).astype(float),
        log_vk2=np.log(people["vk2_ng_ml"].astype(float)),
    )


def compare_with_published(
    people: pd.DataFrame | None = None, findings: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Published figure against replica, side by side.

    Returns:
        One row a published figure that a sample of people can have: its id, quantity, group,
        published and replica (both as printed), unit, status and source of the published figure,
        and `agrees`: equal to the printed precision, or, for a direction, the same sign and the
        same side of p = 0.05 where that is reported or assumed.

    Example:
        >>> bool(compare_with_published()["agrees"].all())
        True
    """
    import pandas as pd

    from helpers.first_edition import data

    findings = data.published_findings() if findings is None else findings
    table = analysis_table(people)
    rows = []
    measures = _measures(table)
    for name, published in findings[findings.index.isin(measures)].iterrows():
        measure = measures[name]
        value, spread, p_value = measure()
        if published["statistic"] == "direction":
            agrees = published["value"] == 0 or np.sign(value) == published["value"]
            shown = "no pattern" if published["value"] == 0 else _printed(value, math.nan, 0) + " %"
            printed = {-1: "lower", 0: "no pattern", 1: "higher"}[int(published["value"])]
        elif published["statistic"] == "p":
            agrees = p_value < published["value"]
            shown, printed = show.p_value(p_value), f"p < {published['value']:g}"
        else:
            shown = _printed(value, spread, int(published["decimals"]))
            printed = _printed(published["value"], published["spread"], int(published["decimals"]))
            agrees = shown == printed
        if isinstance(published["p_side"], str):
            agrees = agrees and (p_value < 0.05) == published["p_side"].startswith("p <")
            shown += f" ({show.p_value(p_value)})"
            printed += f" ({published['p_side']})"
        row = {
            "id": name,
            "quantity": published["quantity"],
            "group": published["group"],
            "published": printed,
            "replica": shown,
            "unit": published["unit"] if published["statistic"] not in ("p", "direction") else "",
            "status": published["status"],
            "source": published["source"],
            "agrees": bool(agrees),
        }
        rows.append(row)
    return pd.DataFrame(rows)


def _printed(value: float, spread: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}".replace("-", "−")
    return text if math.isnan(spread) else f"{text} ± {spread:.{decimals}f}"


def _measures(table: pd.DataFrame) -> dict[str, Callable[[], tuple[float, float, float]]]:
    """For each published figure: how to get (value, spread, p-value) from a sample of people."""
    from scipy import stats

    from helpers.first_edition import estimate

    nothing = math.nan
    groups = {
        "ms": table[table["group"] == "MS"],
        "control": table[table["group"] == "control"],
    }
    ms = groups["ms"]
    adjusted = estimate.log_linear("vk2_ng_ml", MS_TERMS, ms)
    everyone = estimate.log_linear("vk2_ng_ml", "age_decades + woman + ms", table)
    disability = estimate.log_linear("vk2_ng_ml", "edss", ms)

    def count(rows: pd.DataFrame, column: str, wanted: str) -> float:
        return float((rows[column] == wanted).sum())

    def percent(fit: object, term: str) -> tuple[float, float, float]:
        return fit.percent(term).value, nothing, fit.p_value(term)

    def any_difference(column: str) -> tuple[float, float, float]:
        split = [values for _, values in ms.groupby(column, observed=True)["log_vk2"]]
        return 0.0, nothing, float(stats.kruskal(*split).pvalue)

    measures: dict[str, Callable[[], tuple[float, float, float]]] = {}
    for name, rows in groups.items():
        vk2 = rows["vk2_ng_ml"].astype(float)
        measures |= {
            f"n_{name}": lambda rows=rows: (float(len(rows)), nothing, nothing),
            f"n_women_{name}": lambda rows=rows: (
                count(rows, "sex", "female"),
                nothing,
                nothing,
            ),
            f"vk2_mean_{name}": lambda vk2=vk2: (vk2.mean(), vk2.std(ddof=1), nothing),
            f"vk2_median_{name}": lambda vk2=vk2: (vk2.median(), nothing, nothing),
        }
    for kind in ("rrms", "spms", "ppms"):
        measures[f"n_{kind}"] = lambda kind=kind: (
            count(ms, "ms_type", kind.upper()),
            nothing,
            nothing,
        )
    measures |= {
        "vitamin_d_share": lambda: (
            100 * count(table, "vitamin_d_supplement", "yes") / len(table),
            nothing,
            nothing,
        ),
        "vk2_p": lambda: (
            nothing,
            nothing,
            estimate.compare_groups(groups["control"]["vk2_ng_ml"], ms["vk2_ng_ml"]).mann_whitney_p,
        ),
        "age_effect_all": lambda: percent(everyone, "age_decades"),
        "age_effect_ms": lambda: percent(adjusted, "age_decades"),
        "women_direction": lambda: percent(adjusted, "woman"),
        "attacks_direction": lambda: percent(adjusted, "attacks_per_year"),
        "optic_direction": lambda: percent(adjusted, "optic"),
        "sun_direction": lambda: percent(adjusted, "sun_hours_per_day"),
        "edss_direction": lambda: percent(disability, "edss"),
        "type_pattern": lambda: any_difference("ms_type"),
        "treatment_pattern": lambda: any_difference("treatment"),
        "attack_effect_ms": lambda: percent(adjusted, "attacks_per_year"),
        "women_effect_ms": lambda: percent(adjusted, "woman"),
        "optic_effect_ms": lambda: percent(adjusted, "optic"),
        "sun_effect": lambda: percent(adjusted, "sun_hours_per_day"),
    }
    return measures


def _target(findings: pd.DataFrame, group: str) -> _Target:
    return _Target(
        mean=float(findings.loc[f"vk2_mean_{group}", "value"]),
        sd=float(findings.loc[f"vk2_mean_{group}", "spread"]),
        median=float(findings.loc[f"vk2_median_{group}", "value"]),
    )


def _evenly_spread(rng: np.random.Generator, n: int) -> np.ndarray:
    """Uniform numbers, one in each of n equal parts of (0, 1), in random order."""
    return (np.argsort(rng.random(n)) + rng.random(n)) / n


def _draw_group(
    model: simulate.VK2Model, rng: np.random.Generator, n: int, n_women: int, *, ms: bool
) -> simulate.People:
    from scipy.special import gammaincinv
    from scipy.stats import poisson

    who = model.covariates
    age = who.ages(_evenly_spread(rng, n))
    woman = (np.argsort(rng.random(n)) < n_women).astype(float)
    shape = (who.sun_mean / who.sun_sd) ** 2
    sun = np.round(gammaincinv(shape, _evenly_spread(rng, n)) * who.sun_mean / shape, 1)
    attacks = optic = np.zeros(n)
    if ms:
        attacks = poisson.ppf(_evenly_spread(rng, n), who.attack_rate(age, woman))
        optic = (_evenly_spread(rng, n) < who.optic_share).astype(float)
    return simulate.People(age, woman, attacks, optic, sun)


def _orthogonal(residual: np.ndarray, design: np.ndarray) -> np.ndarray:
    """Take from `residual` what the design matrix explains; return it with SD one."""
    rest = residual - design @ np.linalg.lstsq(design, residual)[0]
    return rest / rest.std(ddof=1)


def _solve(
    model_residual: simulate.Residual,
    rng: np.random.Generator,
    design: np.ndarray,
    start: list[float],
    vk2_of: Callable[[np.ndarray, np.ndarray], np.ndarray],
    misses: Callable[[np.ndarray], list[float]],
) -> np.ndarray:
    """Solve intercept, residual SD, lopsidedness (and what else `start` holds) for one group."""
    from dataclasses import replace

    from scipy.optimize import root
    from scipy.special import expit

    n = len(design)
    which, where = _evenly_spread(rng, n), _evenly_spread(rng, n)

    def vk2(unknowns: np.ndarray) -> np.ndarray:
        separation = model_residual.largest_separation * expit(unknowns[2])
        shape = replace(model_residual, sd=1.0, separation=separation)
        residual = _orthogonal(shape.from_uniforms(which, where), design)
        return vk2_of(unknowns, np.exp(unknowns[1]) * residual)

    first = [*start[:1], math.log(model_residual.sd), 1.5, *start[1:]]
    solution = root(lambda unknowns: misses(vk2(unknowns)), first)
    rounded = np.round(vk2(solution.x))
    if not solution.success or (rounded <= 0).any():
        raise ValueError("this seed's sample cannot be made to print the published figures")
    return rounded


def _fit_ms(
    model: simulate.VK2Model, rng: np.random.Generator, ms: simulate.People, target: _Target
) -> np.ndarray:
    design = ms.design(*simulate.PEOPLE_TERMS)
    expected = model.expected_log_vk2(ms, ms=True)
    return _solve(
        model.residual_ms,
        rng,
        design,
        start=[0.0],
        vk2_of=lambda unknowns, residual: np.exp(expected + unknowns[0] + residual),
        misses=target.misses,
    )


def _fit_control(
    model: simulate.VK2Model,
    rng: np.random.Generator,
    ms: simulate.People,
    vk2_ms: np.ndarray,
    control: simulate.People,
    findings: pd.DataFrame,
) -> np.ndarray:
    """Controls also carry the age effect that makes the fit to everyone print the published one."""
    target = _target(findings, "control")
    wanted = math.log1p(float(findings.loc["age_effect_all", "value"]) / 100)
    decades = control.age_decades - model.covariates.age_mean / 10
    expected = model.expected_log_vk2(control, ms=False)
    terms = ("age_decades", "woman")
    everyone = np.concatenate([ms.design(*terms), control.design(*terms)])
    has_ms = np.repeat([1.0, 0.0], [len(vk2_ms), len(decades)])
    everyone = np.column_stack([everyone, has_ms])

    def misses(vk2: np.ndarray) -> list[float]:
        log_vk2 = np.log(np.concatenate([vk2_ms, vk2]))
        slope = np.linalg.lstsq(everyone, log_vk2)[0][1]
        return [*target.misses(vk2), slope - wanted]

    return _solve(
        model.residual_control,
        rng,
        control.design("age_decades", "woman", "sun_hours_per_day"),
        start=[0.0, 0.0],
        vk2_of=lambda unknowns, residual: np.exp(
            expected + unknowns[0] + unknowns[3] * decades + residual
        ),
        misses=misses,
    )


def _clinical_columns(
    rng: np.random.Generator, ms: simulate.People, findings: pd.DataFrame
) -> dict[str, np.ndarray]:
    """Type, years since onset, EDSS and treatment: assumptions, without a link to VK2."""
    from scipy.special import ndtr, ndtri

    value, spread = findings["value"], findings["spread"]
    n = len(ms.age_years)
    n_progressive = int(value["n_spms"] + value["n_ppms"])
    # The oldest people with few attacks have a progressive course.
    few = ms.attacks_per_year <= PROGRESSIVE_ATTACKS_AT_MOST
    oldest_first = np.argsort(np.where(few, -ms.age_years, 0.0), kind="stable")
    progressive = np.isin(np.arange(n), oldest_first[:n_progressive])
    without_attacks = oldest_first[:n_progressive][
        ms.attacks_per_year[oldest_first[:n_progressive]] == 0
    ]
    if len(without_attacks) < value["n_ppms"]:
        raise ValueError("this seed's sample has nobody without attacks for primary progressive MS")
    ms_type = np.where(progressive, "SPMS", "RRMS")
    ms_type[without_attacks[: int(value["n_ppms"])]] = "PPMS"

    latest = ms.age_years - np.where(progressive, value["progressive_years"], 0.5)
    below = ndtr((latest - value["onset_age"]) / spread["onset_age"])
    onset = value["onset_age"] + spread["onset_age"] * ndtri(below * _evenly_spread(rng, n))

    place = ndtri(_evenly_spread(rng, n))
    rrms = value["edss_rrms"] + spread["edss_rrms"] * place
    later = value["edss_progressive"] + spread["edss_progressive"] * place
    edss = np.clip(np.round(2 * np.where(progressive, later, rrms)) / 2, 0, 9.5)
    edss = np.where(edss == 0.5, 1.0, edss) + 0.0  # the scale has no 0.5; no negative zero

    names = ["interferon beta", "glatiramer acetate", "other", "none"]
    shares = [value[f"treated_{name}"] for name in ("interferon", "glatiramer", "other")]
    treatment = np.array(names)[np.searchsorted(np.cumsum(shares), 100 * _evenly_spread(rng, n))]
    # Interferon and glatiramer are medicines for relapses.
    treatment = np.where(progressive & (treatment != "none"), "other", treatment)
    return {
        "ms_type": ms_type,
        "years_since_onset": np.round(ms.age_years - onset, 1),
        "edss": edss,
        "treatment": treatment,
    }


def _table(people: simulate.People, vk2: np.ndarray, group: str) -> pd.DataFrame:
    import pandas as pd

    has_ms = group == "MS"
    n = len(vk2)
    missing = pd.array([pd.NA] * n, dtype="Int64")
    table = pd.DataFrame(
        {
            "group": group,
            "sex": np.where(people.woman == 1, "female", "male"),
            "age_years": people.age_years.astype(int),
            "ms_type": None,
            "years_since_onset": np.nan,
            "attacks_per_year": missing,
            "edss": np.nan,
            "optic_nerve_lesion": None,
            "treatment": None,
            "sun_hours_per_day": people.sun_hours_per_day,
            "vk2_ng_ml": vk2.astype(int),
        }
    )
    if has_ms:
        table["attacks_per_year"] = pd.array(people.attacks_per_year.astype(int), dtype="Int64")
        table["optic_nerve_lesion"] = np.where(people.optic_nerve_lesion == 1, "yes", "no")
    return table
