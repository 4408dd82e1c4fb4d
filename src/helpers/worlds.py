"""Worlds in which the 2018 study comes out alike, and giving vitamin K2 (VK2) does not.

The *law* says how age, sex, attacks and measured VK2 go together, in people with multiple
sclerosis (MS) and in controls; its numbers come from `data/published_findings.csv`. The *record*,
all that the 2018 study could see, is drawn from the law. **No world enters the record**: hence no
analysis of it can tell the worlds apart.

A *world* answers only what lay behind a record, and what would happen *if*. The base class says:
VK2 is what was measured, volunteers are like anybody, nothing follows from VK2. Each world
overrides the one or two answers that its own arrows change. Write one of your own in the same way:

    class SilentStart(Consumption):
        "The disease had begun, and used VK2 up, before the banked blood was taken."
        arrows = [*Consumption.arrows, ("MS", "VK2 before onset")]

        def vk2_before_onset(self, people):
            return self.true_vk2(people)

VK2 is the natural logarithm of ng/ml throughout; f1 is its density in MS, f0 in controls. Arrays
have the shape (studies, people). Everybody here is simulated. Not modelled: chance findings and
selective reporting.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from helpers.tables import read

__all__ = [
    "COMMON_ARROWS", "SPLIT_WORLDS", "WORLDS", "ActivityOnly", "Assay", "Consumption", "Deficiency",
    "Law", "OnsetOnly", "People", "Recruitment", "SharedCause", "World", "implied_risk_ratio",
    "implied_risks",
]  # fmt: skip

Array, Rng, Arrow = np.ndarray, np.random.Generator, tuple[str, str]

# In every world; age and sex act on anything but genes besides (`World.graph`).
COMMON_ARROWS = (
    ("genes", "VK2 before onset"), ("VK2 before onset", "VK2"), ("VK2", "measured VK2"),
    ("MS", "attacks"),
)  # fmt: skip
HIDDEN_CAUSE = (("hidden cause", "VK2 before onset"), ("hidden cause", "MS"))
HIDDEN_SEVERITY = (("hidden severity", "VK2 before onset"), ("hidden severity", "attacks"))


@dataclass(frozen=True)
class People:
    """Simulated people, those with MS first: arrays (studies, people), `ms` of shape (people,).

    Attributes:
        ms, woman: 1 or 0.
        age_years, attacks_per_year: whole numbers; no attacks without MS.
        log_vk2: natural logarithm of VK2 in ng/ml, as the assay of 2018 measured it.
    """

    ms: Array
    age_years: Array
    woman: Array
    attacks_per_year: Array
    log_vk2: Array

    def study(self, number: int = 0) -> pd.DataFrame:
        """One study as a table, a person a row, with VK2 in ng/ml.

        Example:
            >>> Law().record(np.random.default_rng(1), 5, 45, 29).study(0).shape
            (74, 6)
        """
        table = {name: x if x.ndim == 1 else x[number] for name, x in vars(self).items()}
        return pd.DataFrame(table).assign(vk2_ng_ml=np.exp(table["log_vk2"]))


def _normal(x: Array, mean: Array, sd: Array) -> Array:
    """Density of the normal distribution."""
    return np.exp(-(((x - mean) / sd) ** 2) / 2) / (sd * np.sqrt(2 * np.pi))


class Law:
    """How age, sex, attacks and measured VK2 go together: what all worlds share.

    Log VK2 is a line plus a normal residual: in MS a line in age, sex and attacks, in controls in
    age. Slopes are the published or assumed ones; the age slope of controls is such that the fit to
    everyone (log VK2 on group, age and sex) is the published one. Level and spread follow in closed
    form, so that VK2 has the published mean and SD in each group. Age and sex have one distribution
    in both (matched). The two-humped residual, sun and lesions of `participants` are left out.

    Args:
        findings: the table `published_findings`, indexed by `id`; change a row to change the law.

    Example:
        >>> Law().sizes("n_ms", "n_control")
        [45, 29]
    """

    def __init__(self, findings: pd.DataFrame | None = None) -> None:
        """Read the findings; work out slopes, levels and spreads."""
        findings = read("published_findings").set_index("id") if findings is None else findings
        value, spread = self.value, self.spread = findings["value"], findings["spread"]
        effect = np.log1p(value / 100)  # per cent, as a change of the logarithm
        n_ms, n_control = self.sizes("n_ms", "n_control")
        self.prevalence = value["ms_prevalence"] / 100_000
        self.share_women = (value["n_women_ms"] + value["n_women_control"]) / (n_ms + n_control)
        self.ages = np.arange(value["age_youngest"], value["age_oldest"] + 1)
        bell = _normal(self.ages, value["age"], spread["age"])
        self.share_ages = bell / bell.sum()
        self.attacks_per_decade = 2 * effect["relapse_fall"]  # published per five years

        # Every combination of age and sex, the share of people in it, and their attacks.
        age, woman = np.meshgrid(self.ages, [0, 1])
        share = np.outer([1 - self.share_women, self.share_women], self.share_ages)
        rate = self.attack_rate(age, woman)

        # Slopes, each a pair: controls, MS. In MS older people have fewer attacks, so VK2 falls
        # less from age to age (`fall_ms`) than it does at equal attacks.
        fewer = np.polyfit(age.ravel() / 10, rate.ravel(), 1, w=np.sqrt(share).ravel())[0]
        fall_ms = effect["age_effect_ms"] + effect["attack_effect_ms"] * fewer
        fall_control = (effect["age_effect_all"] * (n_ms + n_control) - fall_ms * n_ms) / n_control
        self.slope_age = np.array([fall_control, effect["age_effect_ms"]])
        self.slope_woman = np.array([0, effect["women_effect_ms"]])
        self.slope_attack = np.array([0, effect["attack_effect_ms"]])

        # Level and spread, from the means of exp(line) and of its square.
        def mean_exp(times: int) -> Array:
            by_attacks = rate * np.expm1(times * self.slope_attack[:, None, None])
            return (share * np.exp(times * lines + by_attacks)).sum(axis=(1, 2))

        self.level = np.zeros(2)
        lines = np.array([self.line(ms, age, woman, 0) for ms in (0, 1)])
        rows = ["vk2_mean_control", "vk2_mean_ms"]
        mean, sd = value[rows].to_numpy(), spread[rows].to_numpy()
        variance = np.log((1 + (sd / mean) ** 2) * mean_exp(1) ** 2 / mean_exp(2))
        self.level, self.sd = np.log(mean / mean_exp(1)) - variance / 2, np.sqrt(variance)

    def sizes(self, *rows: str) -> list[int]:
        """Whole numbers of `published_findings`, for example sizes of studies."""
        return [int(self.value[row]) for row in rows]

    def attack_rate(self, age_years: Array, woman: Array) -> Array:
        """Expected attacks a year of people with MS."""
        rate = self.value["attack_rate_men"] * self.value["attack_ratio_women"] ** woman
        return rate * np.exp(self.attacks_per_decade * (age_years - self.value["age"]) / 10)

    def line(self, ms: Array, age_years: Array, woman: Array, attacks: Array) -> Array:
        """Expected log VK2."""
        by_age = self.level[ms] + self.slope_age[ms] * (age_years - self.value["age"]) / 10
        return by_age + self.slope_woman[ms] * woman + self.slope_attack[ms] * attacks

    def record(self, rng: Rng, n_studies: int, n_ms: int, n_control: int) -> People:
        """All that studies like that of 2018 can see. No world enters it.

        Example:
            >>> Law().record(np.random.default_rng(1), 1000, 45, 29).log_vk2.shape
            (1000, 74)
        """
        shape = (n_studies, n_ms + n_control)
        ms = np.repeat([1, 0], [n_ms, n_control])
        age = rng.choice(self.ages, shape, p=self.share_ages)
        woman = rng.binomial(1, self.share_women, shape)
        attacks = ms * rng.poisson(self.attack_rate(age, woman))
        residual = self.sd[ms] * rng.standard_normal(shape)
        return People(ms, age, woman, attacks, self.line(ms, age, woman, attacks) + residual)

    def as_controls(self, people: People) -> Array:
        """Log VK2 of the same rank in the controls' law: then all are distributed as controls."""
        age, woman, attacks = people.age_years, people.woman, people.attacks_per_year
        rank = (people.log_vk2 - self.line(people.ms, age, woman, attacks)) / self.sd[people.ms]
        return self.line(0, age, woman, 0) + self.sd[0] * rank

    def density_control(self, log_vk2: Array, age_years: Array) -> Array:
        """Density of log VK2 in controls, f0."""
        return _normal(log_vk2, self.line(0, age_years, 0, 0), self.sd[0])

    def density_ms(self, log_vk2: Array, age_years: Array, woman: Array) -> Array:
        """Density of log VK2 together with 0, 1 … 15 attacks in MS; summed over axis 0 it is f1."""
        from scipy.special import factorial

        attacks = np.arange(16).reshape(-1, *[1] * np.ndim(log_vk2 + age_years))
        rate = self.attack_rate(age_years, woman)
        poisson = np.exp(-rate) * rate**attacks / factorial(attacks)
        return poisson * _normal(log_vk2, self.line(1, age_years, woman, attacks), self.sd[1])


class World:
    """VK2 is what was measured, volunteers are like anybody, and nothing follows from VK2."""

    name: str = "world"
    arrows: Sequence[Arrow] = ()  # those that this world has beside the common ones

    def __init_subclass__(cls) -> None:
        """Take the name from the class: SharedCause is the world "shared cause"."""
        cls.name = re.sub(r"(?<=.)([A-Z])", r" \1", cls.__name__).lower()

    def __init__(self, law: Law | None = None) -> None:
        """A world under the published law, or another."""
        self.law = law or Law()

    @classmethod
    def graph(cls) -> list[Arrow]:
        """All arrows of this world. Age and sex, held equal in every design, act on all but genes.

        Example:
            >>> ("sex", "MS") in Assay.graph(), ("VK2", "MS") in Assay.graph()
            (True, False)
        """
        arrows = [*COMMON_ARROWS, *cls.arrows]
        others = sorted({thing for arrow in arrows for thing in arrow} - {"genes", "age", "sex"})
        return [*arrows, *((cause, other) for cause in ("age", "sex") for other in others)]

    def everybody(self, rng: Rng, n_studies: int, n_ms: int, n_control: int) -> People:
        """The record if nobody volunteered: cases of a register, controls drawn at random."""
        return self.law.record(rng, n_studies, n_ms, n_control)

    def true_vk2(self, people: People) -> Array:
        """What a good assay reads in the same tubes."""
        return people.log_vk2

    def vk2_before_onset(self, people: People) -> Array:
        """What a good assay reads in blood taken before onset; in controls, as long ago."""
        return self.true_vk2(people)

    def onset_risk(self, log_vk2: Array, age_years: Array, woman: Array) -> Array:
        """Share that would have MS had their VK2 been so from birth: here as many as have it."""
        return np.full(np.shape(log_vk2), self.law.prevalence)

    def onset_ratio(self, rng: Rng, times: float, n_cases: int = 100_000) -> float:
        """Risk of MS if all had `times` their VK2 from birth, over the risk as it is.

        It is the mean, over cases, of each one's risk then over the risk now (Bruzzi and others
        1985, Am J Epidemiol 122:904). Only for small changes: far off, the law is a
        guess, and few cases rule.

        Example:
            >>> SharedCause().onset_ratio(np.random.default_rng(1), times=1.05)
            1.0
        """
        cases = self.everybody(rng, 1, n_cases, 0)
        now, who = self.vk2_before_onset(cases), (cases.age_years, cases.woman)
        ratios = self.onset_risk(now + np.log(times), *who) / self.onset_risk(now, *who)
        return float(ratios.mean())

    def attacks_next_year(self, rng: Rng, people: People, log_vk2: Array) -> Array:
        """Attacks in a year of people with MS if VK2 were set to `log_vk2`: here by their rate."""
        return rng.poisson(self.law.attack_rate(people.age_years, people.woman))


class Deficiency(World):
    """Too little VK2 brings on MS and, in those who have it, attacks."""

    arrows = (("VK2 before onset", "MS"), ("VK2", "attacks"))

    def onset_risk(self, log_vk2: Array, age_years: Array, woman: Array) -> Array:
        """P(MS given VK2, age, sex), by Bayes.

        Example:
            >>> Deficiency().onset_risk(np.log([235, 812]), 36, 1).round(2).tolist()
            [1.0, 0.0]
        """
        ms = self.law.prevalence * self.law.density_ms(log_vk2, age_years, woman).sum(axis=0)
        control = (1 - self.law.prevalence) * self.law.density_control(log_vk2, age_years)
        return ms / (ms + control)

    def attacks_next_year(self, rng: Rng, people: People, log_vk2: Array) -> Array:
        """P(attacks given VK2, age, sex), by Bayes. The same `rng` is the same luck at any VK2."""
        density = self.law.density_ms(log_vk2, people.age_years, people.woman)
        at_most = density.cumsum(axis=0) / density.sum(axis=0)
        return (rng.random(log_vk2.shape) > at_most).sum(axis=0)


class Consumption(World):
    """MS and its attacks use VK2 up, or hinder its making or uptake."""

    arrows = (("MS", "VK2"), ("attacks", "VK2"))

    def vk2_before_onset(self, people: People) -> Array:
        """As in controls. Assumes that the disease had not begun silently."""
        return self.law.as_controls(people)


class SharedCause(World):
    """Something unmeasured, say gut flora or diet, lowers VK2 and brings on MS and attacks."""

    arrows = HIDDEN_CAUSE + HIDDEN_SEVERITY  # and nothing to override: it is seen as deficiency is


class Assay(World):
    """VK2 has one distribution in both groups; samples or medicines of MS mislead the assay."""

    arrows = (("MS", "handling"), ("attacks", "handling"), ("handling", "measured VK2"))

    def true_vk2(self, people: People) -> Array:
        """As in controls."""
        return self.law.as_controls(people)


class Recruitment(World):
    """VK2 has nothing to do with MS; who volunteers depends on it, differently by group."""

    arrows = (("VK2", "takes part"), ("MS", "takes part"), ("attacks", "takes part"))

    def everybody(self, rng: Rng, n_studies: int, n_ms: int, n_control: int) -> People:
        """VK2 in all as in people with MS (f1), unrelated to their own attacks."""
        people = self.law.record(rng, n_studies, n_ms, n_control)
        unrelated = rng.poisson(self.law.attack_rate(people.age_years, people.woman))
        line = self.law.line(1, people.age_years, people.woman, unrelated)
        return replace(people, log_vk2=rng.normal(line, self.law.sd[1]))

    def willingness(self, log_vk2: Array, age_years: float, woman: int) -> Array:
        """How readily controls of one age and sex take part, up to a factor: f0 / f1.

        People with MS and A attacks: f1(L, A) / (f1(L) f1(A)), so that the two go together in them.
        """
        f1 = self.law.density_ms(log_vk2, age_years, woman).sum(axis=0)
        return self.law.density_control(log_vk2, age_years) / f1

    def asked_per_control(self, age_years: float, woman: int) -> float:
        """How many people must be asked for a control, even if the readiest always say yes.

        Example:
            >>> Recruitment().asked_per_control(36, woman=0) > 100
            True
        """
        return float(self.willingness(np.log(np.arange(50, 5000)), age_years, woman).max())


class OnsetOnly(World):
    """Too little VK2 brings on MS, and does nothing once MS is there."""

    arrows = (("VK2 before onset", "MS"), *HIDDEN_SEVERITY)
    onset_risk = Deficiency.onset_risk


class ActivityOnly(World):
    """Something unmeasured lowers VK2 and brings on MS; low VK2 then brings attacks."""

    arrows = (*HIDDEN_CAUSE, ("VK2", "attacks"))
    attacks_next_year = Deficiency.attacks_next_year


WORLDS = (Deficiency, Consumption, SharedCause, Assay, Recruitment)
SPLIT_WORLDS = (OnsetOnly, ActivityOnly)


def implied_risk_ratio(low_ms: float, low_control: float, prevalence: float) -> float:
    """Risk ratio of MS, low VK2 over not low, from the share of each group that is low.

    Example:
        >>> round(implied_risk_ratio(0.5, 0.25, prevalence=0.0001), 2)
        3.0
    """
    sick, well = prevalence * low_ms, (1 - prevalence) * low_control
    return sick / (sick + well) / ((prevalence - sick) / (1 - sick - well))


def implied_risks(findings: pd.DataFrame | None = None) -> pd.DataFrame:
    """What low VK2 must do to the risk of MS to make the whole gap, by shape and reading of ±.

    Low is below the geometric mean of the two published means. The last row supposes no shape in
    controls: if none of n was low, up to 3/n may be (rule of three; Hanley and Lippman-Hand 1983,
    doi 10.1001/jama.1983.03330370053031).

    Returns:
        Index shape, reading; columns low_ms, low_control (shares) and risk_ratio.

    Example:
        >>> implied_risks().loc[("normal", "standard deviation"), "low_control"].round(4)
        np.float64(0.0074)
    """
    from scipy.stats import norm, t

    law, rows = Law(findings), ["vk2_mean_ms", "vk2_mean_control"]
    n, mean = np.array(law.sizes("n_ms", "n_control")), law.value[rows].to_numpy()
    cut, low = np.sqrt(mean.prod()), {}
    readings = ["standard deviation", "half a 95 % interval", "standard error"]
    for reading, errors in zip(readings, (n**0.5, t.isf(0.025, n - 1), 1), strict=True):
        sd = law.spread[rows].to_numpy() * n**0.5 / errors
        log_sd = np.sqrt(np.log1p((sd / mean) ** 2))
        low["log-normal", reading] = norm.cdf(np.log(cut / mean) / log_sd + log_sd / 2)
        low["normal", reading] = norm.cdf(cut, mean, sd)
    low["rule of three", readings[0]] = low["log-normal", readings[0]][0], 3 / n[1]
    table = pd.DataFrame(low, index=["low_ms", "low_control"]).T.rename_axis(["shape", "reading"])
    ratio = implied_risk_ratio(table["low_ms"], table["low_control"], law.prevalence)
    return table.assign(risk_ratio=ratio)
