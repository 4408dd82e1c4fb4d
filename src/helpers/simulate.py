"""The model of vitamin K2 (VK2) behind every simulated person, and fresh studies drawn from it.

The real participants' data are not public: everything drawn here is simulated. One log-linear
model: log VK2 depends on age, sex, attacks, optic nerve lesion and sun, with a lopsided residual.
Its figures are rows of `data/published_findings.csv`, published or marked as assumed.
`data/make_participants.py` builds the one fixed sample, `participants.csv`, from the same model.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from helpers import tables

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Group", "Model", "Residual", "draw", "published_model", "repeat"]

People = dict[str, np.ndarray]  # column name to an array of shape (studies, people)


@dataclass(frozen=True)
class Residual:
    """A lopsided residual of log VK2, mean zero: a normal hump and a wider one beside it, its tail.

    Attributes:
        sd: standard deviation, in log units.
        distance: distance of the tail from the main hump, in units of `sd`.
        share: share of people in the tail.
        width: SD of the tail relative to that of the main hump.
        side: +1 if the tail lies above the main hump, -1 if below.
    """

    sd: float
    distance: float
    share: float
    width: float
    side: int

    def humps(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Mean and SD of the main hump, mean and SD of the tail (log units)."""
        p, step = self.share, self.sd * self.distance * self.side
        within = (
            1 - p * (1 - p) * self.distance**2
        )  # what the humps' distance leaves of the scatter
        main_sd = self.sd * math.sqrt(within / (1 - p + p * self.width**2))
        return (-p * step, main_sd), ((1 - p) * step, self.width * main_sd)

    def place(self, which: np.ndarray, normal: np.ndarray) -> np.ndarray:
        """Residuals from uniform numbers (which hump) and standard normal ones (where in it)."""
        (main, main_sd), (tail, tail_sd) = self.humps()
        return np.where(which < self.share, tail + tail_sd * normal, main + main_sd * normal)

    def mean_of_exp(self, power: float) -> float:
        """E[exp(power × residual)]: what turns a model of logs into means in ng/ml."""
        main, tail = (math.exp(power * m + (power * sd) ** 2 / 2) for m, sd in self.humps())
        return (1 - self.share) * main + self.share * tail


@dataclass(frozen=True)
class Group:
    """How log VK2 comes about in one group.

    Attributes:
        intercept: log ng/ml of a man of mean age and mean sun, without attacks or lesion.
        slopes: log units per unit of a column; a slope b is 100 (exp(b) − 1) per cent per unit.
        residual: what the columns leave over.
        share_women: share of women, fixed as in a matched design.
    """

    intercept: float
    slopes: dict[str, float]
    residual: Residual
    share_women: float

    def expected(self, people: People) -> np.ndarray:
        """Expected log VK2 (log ng/ml)."""
        return self.intercept + sum(b * people[column] for column, b in self.slopes.items())


@dataclass(frozen=True)
class Model:
    """Both groups, and `value` and `spread` of the findings: who takes part is assumed there."""

    ms: Group
    control: Group
    value: pd.Series
    spread: pd.Series

    def ages(self, uniform: np.ndarray) -> np.ndarray:
        """Whole years from uniform numbers: a normal distribution between two limits."""
        from scipy.special import ndtr, ndtri

        mean, sd = self.value["age"], self.spread["age"]
        low, high = (ndtr((self.value[end] - mean) / sd) for end in ("age_youngest", "age_oldest"))
        return np.round(mean + sd * ndtri(low + uniform * (high - low)))

    def attack_rate(self, people: People) -> np.ndarray:
        """Expected attacks a year in MS: fewer with age, more in women."""
        per_decade = (1 + self.value["relapse_fall"] / 100) ** 2  # published for five years
        ratio = per_decade ** people["decades_from_mean"]
        rate = self.value["attack_rate_men"] * ratio
        return rate * self.value["attack_ratio_women"] ** people["woman"]

    def with_age(self, age: np.ndarray, woman: np.ndarray, sun: np.ndarray) -> People:
        """People without attacks and lesions; `decades_from_mean`, `sun_from_mean` are centred."""
        return {
            "age_years": age,
            "age_decades": age / 10,
            "decades_from_mean": (age - self.value["age"]) / 10,
            "woman": woman,
            "sun_hours_per_day": sun,
            "sun_from_mean": sun - self.value["sun"],
            "attacks_per_year": np.zeros(age.shape),
            "optic": np.zeros(age.shape),
        }

    def people(self, rng: np.random.Generator, n_studies: int, n: int, *, ms: bool) -> People:
        """Draw who takes part, without VK2: arrays of shape (n_studies, n)."""
        shape = (n_studies, n)
        women = round(n * (self.ms if ms else self.control).share_women)
        woman = np.broadcast_to((np.arange(n) < women).astype(float), shape)
        k = (self.value["sun"] / self.spread["sun"]) ** 2
        sun = rng.gamma(k, self.value["sun"] / k, shape)
        people = self.with_age(self.ages(rng.random(shape)), woman, sun)
        if ms:
            people["attacks_per_year"] = rng.poisson(self.attack_rate(people)).astype(float)
            people["optic"] = (100 * rng.random(shape) < self.value["optic_share"]).astype(float)
        return people


def published_model(findings: pd.DataFrame | None = None) -> Model:
    """The model whose expected figures are the published ones.

    Intercept and residual SD of each group are solved so that VK2 has the published mean and SD
    (± read as SD); the age slope in controls so that a fit to everyone has the published one. The
    published medians are figures of one sample: the participants have them, this model comes near.

    Args:
        findings: the table `published_findings` indexed by id, read if not given.

    Raises:
        KeyError: a row is missing.
        ValueError: no residual gives the mean and SD that the table asks for.

    Example:
        >>> round(100 * math.expm1(published_model().ms.slopes["decades_from_mean"]))
        -15
    """
    if findings is None:
        findings = tables.read("published_findings").set_index("id")
    value, spread = findings["value"], findings["spread"]

    slope = np.log1p(value / 100)  # per cent, as a change of the logarithm
    tail = (value["tail_distance"], value["tail_share"] / 100, value["tail_width"])
    sun = {"sun_from_mean": slope["sun_effect"]}
    slopes = {
        "decades_from_mean": slope["age_effect_ms"],
        "woman": slope["women_effect_ms"],
        "attacks_per_year": slope["attack_effect_ms"],
        "optic": slope["optic_effect_ms"],
    }
    women = [value[f"n_women_{group}"] / value[f"n_{group}"] for group in ("ms", "control")]
    with_ms = Group(0.0, slopes | sun, Residual(1.0, *tail, side=1), women[0])
    without = Group(0.0, sun, Residual(1.0, *tail, side=-1), women[1])
    model = Model(with_ms, without, value, spread)
    # A large fixed sample of people stands for the population they come from.
    rng = np.random.default_rng(0)
    ms = model.people(rng, 1, 200_000, ms=True)
    control = model.people(rng, 1, 200_000, ms=False)
    # Ages are alike in both groups, so the fit to everyone averages the two slopes by size. In MS
    # that slope is not the model's own: older people have fewer attacks.
    design = np.stack([np.ones(200_000), ms["decades_from_mean"][0], ms["woman"][0]], axis=-1)
    in_ms = np.linalg.lstsq(design, model.ms.expected(ms)[0])[0][1]
    everyone = (value["n_ms"] + value["n_control"]) * slope["age_effect_all"]
    in_control = float(everyone - value["n_ms"] * in_ms) / value["n_control"]
    slopes = model.control.slopes | {"decades_from_mean": in_control}
    without = replace(without, slopes=slopes)
    means = [(value[row], spread[row]) for row in ("vk2_mean_ms", "vk2_mean_control")]
    solved = [_solved(model.ms, ms, *means[0]), _solved(without, control, *means[1])]
    return replace(model, ms=solved[0], control=solved[1])


def _solved(group: Group, people: People, mean: float, sd: float) -> Group:
    """The group with the intercept and residual SD that give VK2 this mean and SD (ng/ml)."""
    from scipy.optimize import brentq

    expected = group.expected(people)
    first, second = np.exp(expected).mean(), np.exp(2 * expected).mean()

    def too_wide(residual_sd: float) -> float:
        r = replace(group.residual, sd=residual_sd)
        return second * r.mean_of_exp(2) / (first * r.mean_of_exp(1)) ** 2 - 1 - (sd / mean) ** 2

    if too_wide(1e-6) > 0 or too_wide(2.0) < 0:
        raise ValueError(f"no residual gives VK2 a mean of {mean} and an SD of {sd} ng/ml here")
    residual = replace(group.residual, sd=brentq(too_wide, 1e-6, 2.0))
    intercept = math.log(mean / (first * residual.mean_of_exp(1)))
    return replace(group, residual=residual, intercept=intercept)


def draw(
    model: Model, rng: np.random.Generator, n_studies: int, n: int = 45, *, ms: bool = True
) -> People:
    """Draw `n` people, all with MS or all without, in each of `n_studies` studies.

    Returns:
        Column name to an array of shape (n_studies, n), with `vk2_ng_ml` in ng/ml. For one study
        as a table: ``pd.DataFrame({k: v[0] for k, v in people.items()})``.

    Example:
        >>> draw(published_model(), np.random.default_rng(1), 2, 45)["vk2_ng_ml"].shape
        (2, 45)
    """
    people, group = model.people(rng, n_studies, n, ms=ms), model.ms if ms else model.control
    residual = group.residual.place(rng.random((n_studies, n)), rng.standard_normal((n_studies, n)))
    return people | {"vk2_ng_ml": np.exp(group.expected(people) + residual)}


def repeat(
    model: Model,
    analysis: Callable[[People, People], object],
    n_studies: int,
    *,
    n_ms: int = 45,
    n_control: int = 29,
    seed: int,
) -> pd.DataFrame:
    """Run the whole study many times: draw both groups and analyse them, block by block.

    Memory does not grow with `n_studies`, and study number i is the same whatever `n_studies` is.
    A run of more than a few seconds shows its progress.

    Args:
        analysis: takes people with MS and controls (as from `draw`), returns columns with one
            entry a study: a DataFrame, or a dict of arrays.
        n_ms, n_control: people in each study.

    Returns:
        One row a study, the columns as `analysis` gave them.

    Example:
        >>> def mean(ms, control): return {"mean": ms["vk2_ng_ml"].mean(axis=1)}
        >>> len(repeat(published_model(), mean, 100, seed=1))
        100
    """
    import pandas as pd

    size, parts = max(1, 400_000 // (n_ms + n_control)), []
    starts = range(0, n_studies, size)
    for block, start in enumerate(starts):
        rng = np.random.default_rng([seed, block])  # one stream a block
        groups = [draw(model, rng, size, n, ms=ms) for n, ms in ((n_ms, True), (n_control, False))]
        keep = slice(0, min(size, n_studies - start))
        both = ({k: v[keep] for k, v in group.items()} for group in groups)
        parts.append(pd.DataFrame(analysis(*both)))
        if len(starts) > 20:
            done, end = min(start + size, n_studies), "\n" if block + 1 == len(starts) else ""
            print(f"\r{done:,} of {n_studies:,} studies", end=end, file=sys.stderr, flush=True)
    return pd.concat(parts, ignore_index=True)
