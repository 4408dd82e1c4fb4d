"""Five worlds in which the 2018 study comes out alike, and giving vitamin K2 does not.

A world is a structural causal model: it says in which order things arise, and which follows from
which. All worlds share one `Calibration`, so whatever the study could see (group, age, sex,
attacks, measured VK2) has the same joint distribution in each. Everybody here is simulated.

Two questions are kept apart. *Onset*: does VK2 decide who gets MS? *Activity*: does VK2, in people
who have MS, decide how many attacks they have? The two mixed worlds, "onset only" and "activity
only", answer yes to one and no to the other.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from helpers import checks
from helpers.causal.calibration import Calibration, calibration

# What is simulated to learn how genes, VK2 and MS go together in a world: enough for three digits.
_PEOPLE_FOR_MOMENTS = 400_000


@dataclass(frozen=True, eq=False)
class Group:
    """Simulated people of one kind, with MS or without: arrays (studies, participants).

    Attributes:
        age_years, woman: whole years; 1 for women, 0 for men.
        attacks_per_year: whole counts, 0 without MS.
        vk2_before: log VK2 (ng/ml) in blood taken before onset; in controls, some years ago.
        vk2: log VK2 today, as it truly is.
        log_vk2: log VK2 today as the 2018 assay measured it. It is all that the study saw.
        score: normal score of `vk2_before` in the group of people among whom genes shift it.
        luck: between 0 and 1; settles how many attacks a person has, whatever is done to VK2.
    """

    age_years: np.ndarray
    woman: np.ndarray
    attacks_per_year: np.ndarray
    vk2_before: np.ndarray
    vk2: np.ndarray
    log_vk2: np.ndarray
    score: np.ndarray
    luck: np.ndarray


@dataclass(frozen=True, eq=False)
class Sample:
    """People with MS and controls."""

    ms: Group
    control: Group


@dataclass(frozen=True, eq=False)
class Intervention:
    """Both columns of the table that nobody sees: every person untreated *and* treated.

    Attributes:
        people: the people with MS, before the year begins.
        untreated, treated: attacks in the year to come, without and with more VK2.
    """

    people: Group
    untreated: np.ndarray
    treated: np.ndarray

    @property
    def rate_ratio(self) -> float:
        """Attacks with more VK2 over attacks without, over all people and studies."""
        return float(self.treated.mean() / self.untreated.mean())


@dataclass(frozen=True, eq=False)
class GeneMoments:
    """How the normal score and log VK2 behave in a world, for the genetic study.

    Attributes:
        mean_cases, sd_cases, mean_controls, sd_controls: of the score in each group.
        slope: change of log VK2 per unit of the score, in people without MS.
        sd_vk2: SD of log VK2 in people without MS.
    """

    mean_cases: float
    sd_cases: float
    mean_controls: float
    sd_controls: float
    slope: float
    sd_vk2: float


@dataclass(frozen=True, eq=False)
class World(ABC):
    """A structural causal model.

    Attributes:
        shared: the calibration that all worlds have in common.
        name: one word for it.
        story: what happens in it, in one sentence.
        onset, activity: whether VK2 acts on who gets MS, and on attacks in those who have it.
    """

    shared: Calibration
    name: ClassVar[str]
    story: ClassVar[str]
    onset: ClassVar[bool] = False
    activity: ClassVar[bool] = False

    # --- the three views

    def observe(self, n_studies: int, n_ms: int = 45, n_control: int = 29, *, seed: int) -> Sample:
        """Case–control studies as the one of 2018 was done: its people, its assay.

        Only `age_years`, `woman`, `attacks_per_year` and `log_vk2` of the result could be seen.

        Raises:
            TypeError, ValueError: a number is not whole, or too small.

        Example:
            >>> world("assay").observe(3, seed=1).ms.log_vk2.shape
            (3, 45)
        """
        return self._sample(n_studies, n_ms, n_control, seed, volunteers=True)

    def follow(self, n_studies: int, n_ms: int = 148, n_control: int = 296, *, seed: int) -> Sample:
        """What a register and a blood bank would hold: nobody volunteers, nothing is hidden.

        `vk2_before` is the banked blood, `vk2` the true level today. See `genes` for genotypes.
        """
        return self._sample(n_studies, n_ms, n_control, seed, volunteers=False)

    def intervene(
        self, times: float = 2.0, n_studies: int = 1, n_ms: int = 302, *, seed: int
    ) -> Intervention:
        """do(VK2): the next year of people with MS, if their VK2 were multiplied by `times`.

        Both columns are filled for each person, with the same luck: only a simulation can do that.

        Raises:
            TypeError, ValueError: `times` is not above 0, or a number is not whole or too small.

        Example:
            >>> world("assay").intervene(2, seed=1).rate_ratio
            1.0
        """
        times = checks.number("times", times, 0, open_ends=True)
        n_studies, n_ms = _sizes(n_studies, n_ms)
        rng = self.generator(seed)
        people = self.draw_ms(rng, (n_studies, n_ms), women=_equal_share(self.shared, n_ms))
        luck = rng.random(people.luck.shape)  # another year, another luck
        return Intervention(
            people,
            untreated=self.attacks_if(people, people.vk2, luck),
            treated=self.attacks_if(people, people.vk2 + math.log(times), luck),
        )

    def attacks_if(self, people: Group, log_vk2: np.ndarray, luck: np.ndarray) -> np.ndarray:
        """Attacks in a year of `people` with MS if their log VK2 were set to `log_vk2`."""
        stratum = self.shared.stratum(people.age_years, people.woman)
        if self.activity:
            return self.shared.attacks_given_vk2(luck, stratum, log_vk2)
        return self.shared.attacks(luck, stratum)

    def onset_risk_if(
        self, log_vk2: np.ndarray, age_years: float = 36, woman: int = 1
    ) -> np.ndarray:
        """Probability of having MS if log VK2 had been set to `log_vk2` from the start."""
        log_vk2 = checks.finite_array("log_vk2", log_vk2)
        shared = self.shared
        if not self.onset:
            return np.full(log_vk2.shape, shared.prevalence)
        stratum = np.full(log_vk2.shape, shared.stratum(np.array(age_years), np.array(woman)))
        odds = np.exp(
            shared.log_density_ms(log_vk2, stratum) - shared.log_density_control(log_vk2, stratum)
        )
        odds *= shared.prevalence / (1 - shared.prevalence)
        return odds / (1 + odds)

    def genes(self, rng: np.random.Generator, people: Group, share: float) -> np.ndarray:
        """A standardised genetic score that explains `share` of the spread of VK2 in a world."""
        pull = math.sqrt(checks.number("share", share, 0, 1))
        noise = rng.standard_normal(people.score.shape)
        return pull * people.score + math.sqrt(1 - pull**2) * noise

    @cached_property
    def gene_moments(self) -> GeneMoments:
        """What a genetic study of any size needs to know of this world."""
        rng = np.random.default_rng(0)
        shape = (1, _PEOPLE_FOR_MOMENTS)
        women = _equal_share(self.shared, _PEOPLE_FOR_MOMENTS)
        cases = self.draw_ms(rng, shape, women=women)
        controls = self.draw_control(rng, shape, women=women)
        x, y = controls.score[0], controls.vk2_before[0]
        # Within strata: age and sex shift VK2 too, but the score is a rank among one's like.
        y = y - _stratum_means(y, self.shared.stratum(controls.age_years, controls.woman)[0])
        return GeneMoments(
            mean_cases=float(cases.score.mean()),
            sd_cases=float(cases.score.std()),
            mean_controls=float(x.mean()),
            sd_controls=float(x.std()),
            slope=float((x * y).mean() / (x**2).mean()),
            sd_vk2=float(y.std()),
        )

    def generator(self, seed: int) -> np.random.Generator:
        """Random numbers of this world: the same seed gives other people in another world."""
        place = list(_KINDS).index(self.name)
        return np.random.default_rng([checks.whole_number("seed", seed), place])

    # --- how people arise: the part that differs

    def draw_ms(
        self,
        rng: np.random.Generator,
        shape: tuple[int, int],
        *,
        women: int,
        volunteers: bool = False,
    ) -> Group:
        """People with MS, `women` of them in each study; arrays of the given shape."""
        age, woman = _age_and_sex(self.shared, rng, shape, women)
        luck, score = rng.random(shape), rng.standard_normal(shape)
        return self._ms(age, woman, luck, score, volunteers)

    def draw_control(
        self,
        rng: np.random.Generator,
        shape: tuple[int, int],
        *,
        women: int,
        volunteers: bool = False,
    ) -> Group:
        """People without MS."""
        age, woman = _age_and_sex(self.shared, rng, shape, women)
        luck, score = np.zeros(shape), rng.standard_normal(shape)
        return self._control(age, woman, luck, score, volunteers)

    @abstractmethod
    def _ms(
        self,
        age: np.ndarray,
        woman: np.ndarray,
        luck: np.ndarray,
        score: np.ndarray,
        volunteers: bool,
    ) -> Group:
        """People with MS from what the world does not explain: age, sex, luck and a score."""

    def _control(
        self,
        age: np.ndarray,
        woman: np.ndarray,
        luck: np.ndarray,
        score: np.ndarray,
        volunteers: bool,
    ) -> Group:
        """People without MS: VK2 by f0, measured as it is, unless a world says otherwise."""
        vk2 = self.shared.vk2_control(score, self.shared.stratum(age, woman))
        return Group(age, woman, np.zeros(age.shape), vk2, vk2, vk2, score, luck)

    def _sample(
        self, n_studies: int, n_ms: int, n_control: int, seed: int, *, volunteers: bool
    ) -> Sample:
        n_studies, n_ms, n_control = _sizes(n_studies, n_ms, n_control)
        rng = self.generator(seed)
        women = (
            [_own_share(self.shared, n_ms, ms=True), _own_share(self.shared, n_control, ms=False)]
            if volunteers  # the 2018 study matched its groups nearly, a register can do it exactly
            else [_equal_share(self.shared, n_ms), _equal_share(self.shared, n_control)]
        )
        return Sample(
            self.draw_ms(rng, (n_studies, n_ms), women=women[0], volunteers=volunteers),
            self.draw_control(rng, (n_studies, n_control), women=women[1], volunteers=volunteers),
        )


class Deficiency(World):
    """VK2 comes first. Onset risk is P(MS | L), by Bayes; attacks follow f1(A | L)."""

    name = "deficiency"
    story = "Too little VK2 brings on MS and, in those who have it, attacks."
    onset = True
    activity = True

    def _ms(self, age, woman, luck, score, volunteers) -> Group:  # noqa: ANN001
        stratum = self.shared.stratum(age, woman)
        vk2 = self.shared.vk2_ms(score, stratum)
        attacks = self.shared.attacks_given_vk2(luck, stratum, vk2)
        rank = self.shared.score_in_population(vk2, stratum)
        return Group(age, woman, attacks, vk2, vk2, vk2, rank, luck)

    def _control(self, age, woman, luck, score, volunteers) -> Group:  # noqa: ANN001
        people = super()._control(age, woman, luck, score, volunteers)
        rank = self.shared.score_in_population(people.vk2, self.shared.stratum(age, woman))
        return Group(**{**vars(people), "score": rank})


class Consumption(World):
    """MS and attacks come first. VK2 was like anybody's (f0) before; then it is used up."""

    name = "consumption"
    story = "MS and its attacks use VK2 up, or hinder its making or uptake."

    def _ms(self, age, woman, luck, score, volunteers) -> Group:  # noqa: ANN001
        stratum = self.shared.stratum(age, woman)
        before = self.shared.vk2_control(score, stratum)
        attacks = self.shared.attacks(luck, stratum)
        vk2 = self.shared.vk2_given_attacks(score, stratum, attacks)
        return Group(age, woman, attacks, before, vk2, vk2, score, luck)


class SharedCause(World):
    """A hidden cause sets VK2 and MS; a hidden severity sets VK2 and attacks."""

    name = "shared cause"
    story = "Something unmeasured, say gut flora or diet, lowers VK2 and brings on MS and attacks."

    def _ms(self, age, woman, luck, score, volunteers) -> Group:  # noqa: ANN001
        # `luck` is the hidden severity: it decides the attacks, and through the same count VK2.
        stratum = self.shared.stratum(age, woman)
        attacks = self.shared.attacks(luck, stratum)
        vk2 = self.shared.vk2_given_attacks(score, stratum, attacks)
        return Group(age, woman, attacks, vk2, vk2, vk2, score, luck)


class Assay(World):
    """True VK2 is the same in all. Handling or treatment distorts what is measured in MS."""

    name = "assay"
    story = "VK2 is the same in everybody; samples or medicines of MS mislead the assay."

    def _ms(self, age, woman, luck, score, volunteers) -> Group:  # noqa: ANN001
        stratum = self.shared.stratum(age, woman)
        vk2 = self.shared.vk2_control(score, stratum)
        attacks = self.shared.attacks(luck, stratum)
        measured = self.shared.vk2_given_attacks(score, stratum, attacks)
        return Group(age, woman, attacks, vk2, vk2, measured, score, luck)


class Recruitment(World):
    """VK2 has nothing to do with MS. Who takes part depends on VK2 (and on attacks, in MS).

    In the population log VK2 follows f1(L) in all. Controls volunteer with a probability in
    proportion to f0 / f1, people with MS to f1(L, A) / (f1(L) f1(A)): the result is drawn directly.
    """

    name = "recruitment"
    story = "VK2 has nothing to do with MS; who volunteers depends on it, differently by group."

    def _ms(self, age, woman, luck, score, volunteers) -> Group:  # noqa: ANN001
        stratum = self.shared.stratum(age, woman)
        attacks = self.shared.attacks(luck, stratum)
        if volunteers:
            vk2 = self.shared.vk2_given_attacks(score, stratum, attacks)
            score = self.shared.score_among_ms(vk2, stratum)
        else:
            vk2 = self.shared.vk2_ms(score, stratum)
        return Group(age, woman, attacks, vk2, vk2, vk2, score, luck)

    def _control(self, age, woman, luck, score, volunteers) -> Group:  # noqa: ANN001
        stratum = self.shared.stratum(age, woman)
        if volunteers:
            people = super()._control(age, woman, luck, score, volunteers)
            rank = self.shared.score_among_ms(people.vk2, stratum)
            return Group(**{**vars(people), "score": rank})
        vk2 = self.shared.vk2_ms(score, stratum)
        return Group(age, woman, np.zeros(age.shape), vk2, vk2, vk2, score, luck)

    def volunteering(
        self, log_vk2: np.ndarray, age_years: float = 36, woman: int = 1
    ) -> np.ndarray:
        """How willing a control is to take part, f0 / f1, relative to the most willing (1)."""
        log_vk2 = checks.finite_array("log_vk2", log_vk2)
        stratum = np.full(log_vk2.shape, self.shared.stratum(np.array(age_years), np.array(woman)))
        ratio = self.shared.log_density_control(log_vk2, stratum)
        ratio -= self.shared.log_density_ms(log_vk2, stratum)
        return np.exp(ratio - ratio.max())


class OnsetOnly(Deficiency):
    """VK2 acts on who gets MS; VK2 and attacks share a hidden severity."""

    name = "onset only"
    story = "Too little VK2 brings on MS, and does nothing once MS is there."
    activity = False

    def _ms(self, age, woman, luck, score, volunteers) -> Group:  # noqa: ANN001
        stratum = self.shared.stratum(age, woman)
        attacks = self.shared.attacks(luck, stratum)
        vk2 = self.shared.vk2_given_attacks(score, stratum, attacks)
        rank = self.shared.score_in_population(vk2, stratum)
        return Group(age, woman, attacks, vk2, vk2, vk2, rank, luck)


class ActivityOnly(World):
    """A hidden cause sets VK2 and MS; in people with MS, VK2 acts on attacks."""

    name = "activity only"
    story = "Something unmeasured lowers VK2 and brings on MS; low VK2 then brings attacks."
    activity = True

    def _ms(self, age, woman, luck, score, volunteers) -> Group:  # noqa: ANN001
        stratum = self.shared.stratum(age, woman)
        vk2 = self.shared.vk2_ms(score, stratum)
        attacks = self.shared.attacks_given_vk2(luck, stratum, vk2)
        return Group(age, woman, attacks, vk2, vk2, vk2, score, luck)


_KINDS = {
    kind.name: kind
    for kind in (
        Deficiency, Consumption, SharedCause, Assay, Recruitment, OnsetOnly, ActivityOnly,
    )
}  # fmt: skip
WORLDS = ("deficiency", "consumption", "shared cause", "assay", "recruitment")
SPLIT_WORLDS = ("onset only", "activity only")
_MADE: dict[str, World] = {}


def world(name: str, shared: Calibration | None = None) -> World:
    """Return a world by its name: one of `WORLDS` or `SPLIT_WORLDS`.

    Args:
        name: for example "deficiency".
        shared: another calibration than the published one.

    Raises:
        TypeError, ValueError: there is no such world.

    Example:
        >>> world("consumption").story
        'MS and its attacks use VK2 up, or hinder its making or uptake.'
    """
    kind = _KINDS[checks.one_of("name", name, _KINDS)]
    if shared is not None:
        return kind(shared)
    if name not in _MADE:
        _MADE[name] = kind(calibration())
    return _MADE[name]


def _sizes(*sizes: int) -> list[int]:
    names = ("n_studies", "n_ms", "n_control")
    return [
        checks.whole_number(name, size, low=1 if name == "n_studies" else 2)
        for name, size in zip(names, sizes, strict=False)
    ]


def _own_share(shared: Calibration, n: int, *, ms: bool) -> int:
    covariates = shared.model.covariates
    return round(n * (covariates.share_women_ms if ms else covariates.share_women_control))


def _equal_share(shared: Calibration, n: int) -> int:
    return round(n * shared.model.covariates.share_women_ms)


def _age_and_sex(
    shared: Calibration, rng: np.random.Generator, shape: tuple[int, int], women: int
) -> tuple[np.ndarray, np.ndarray]:
    age = shared.model.covariates.ages(rng.random(shape))
    woman = np.broadcast_to((np.arange(shape[1]) < women).astype(float), shape)
    return age, woman


def _stratum_means(values: np.ndarray, stratum: np.ndarray) -> np.ndarray:
    counts = np.bincount(stratum)
    means = np.bincount(stratum, values) / np.maximum(counts, 1)
    return means[stratum]
