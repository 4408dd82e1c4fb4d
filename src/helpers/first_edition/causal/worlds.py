"""Five worlds in which the 2018 study comes out alike, and giving vitamin K2 does not.

A world is a structural causal model: it says in which order things arise, and which follows from
which. All worlds share one `Calibration`, so whatever the study could see (group, age, sex,
attacks, measured VK2) has the same joint distribution in each. Everybody here is simulated.

Two questions are kept apart. *Onset*: does VK2 decide who gets MS? *Activity*: does VK2, in people
who have MS, decide how many attacks they have? The two mixed worlds, "onset only" and "activity
only", answer yes to one and no to the other.
"""

from __future__ import annotations

import functools
import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from helpers.first_edition import checks
from helpers.first_edition.causal import people
from helpers.first_edition.causal.calibration import Calibration, calibration
from helpers.first_edition.causal.people import Group, Intervention, Sample, Start
from helpers.first_edition.simulate import STUDY_CONTROL, STUDY_MS


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

    def observe(
        self, n_studies: int, n_ms: int = STUDY_MS, n_control: int = STUDY_CONTROL, *, seed: int
    ) -> Sample:
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

        `vk2_before` is the banked blood, `vk2` the true level today.
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
        n_studies, n_ms = people.sizes(n_studies, n_ms)
        rng = self.generator(seed)
        ms = self.draw_ms(rng, (n_studies, n_ms), women=people.women_among(self.shared, n_ms))
        luck = rng.random(ms.luck.shape)  # another year, another luck
        return Intervention(
            ms,
            untreated=self.attacks_if(ms, ms.vk2, luck),
            treated=self.attacks_if(ms, ms.vk2 + math.log(times), luck),
        )

    def attacks_if(self, ms: Group, log_vk2: np.ndarray, luck: np.ndarray) -> np.ndarray:
        """Attacks in a year of people with MS if their log VK2 were set to `log_vk2`."""
        stratum = self.shared.stratum(ms.age_years, ms.woman)
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
        return self._ms(people.start(self.shared, rng, shape, women, ms=True), volunteers)

    def draw_control(
        self,
        rng: np.random.Generator,
        shape: tuple[int, int],
        *,
        women: int,
        volunteers: bool = False,
    ) -> Group:
        """People without MS."""
        return self._control(people.start(self.shared, rng, shape, women, ms=False), volunteers)

    @abstractmethod
    def _ms(self, start: Start, volunteers: bool) -> Group:
        """People with MS, from what no world explains; `volunteers` if they chose to take part."""

    def _control(self, start: Start, volunteers: bool) -> Group:
        """People without MS: VK2 by f0, measured as it is, unless a world says otherwise."""
        return start.group(self.shared.vk2_control(start.score, start.stratum))

    def _sample(
        self, n_studies: int, n_ms: int, n_control: int, seed: int, *, volunteers: bool
    ) -> Sample:
        n_studies, n_ms, n_control = people.sizes(n_studies, n_ms, n_control)
        rng = self.generator(seed)
        # The 2018 study matched its groups nearly; a register can do it exactly.
        women_ms = people.women_among(self.shared, n_ms)
        women_control = people.women_among(self.shared, n_control, ms=not volunteers)
        return Sample(
            self.draw_ms(rng, (n_studies, n_ms), women=women_ms, volunteers=volunteers),
            self.draw_control(
                rng, (n_studies, n_control), women=women_control, volunteers=volunteers
            ),
        )


class Deficiency(World):
    """VK2 comes first. Onset risk is P(MS | L), by Bayes; attacks follow f1(A | L)."""

    name = "deficiency"
    story = "Too little VK2 brings on MS and, in those who have it, attacks."
    onset = True
    activity = True

    def _ms(self, start: Start, volunteers: bool) -> Group:
        vk2 = self.shared.vk2_ms(start.score, start.stratum)
        attacks = self.shared.attacks_given_vk2(start.luck, start.stratum, vk2)
        rank = self.shared.score_in_population(vk2, start.stratum)
        return start.group(vk2, attacks=attacks, score=rank)

    def _control(self, start: Start, volunteers: bool) -> Group:
        vk2 = self.shared.vk2_control(start.score, start.stratum)
        return start.group(vk2, score=self.shared.score_in_population(vk2, start.stratum))


class Consumption(World):
    """MS and attacks come first. VK2 was like anybody's (f0) before; then it is used up."""

    name = "consumption"
    story = "MS and its attacks use VK2 up, or hinder its making or uptake."

    def _ms(self, start: Start, volunteers: bool) -> Group:
        before = self.shared.vk2_control(start.score, start.stratum)
        attacks = self.shared.attacks(start.luck, start.stratum)
        vk2 = self.shared.vk2_given_attacks(start.score, start.stratum, attacks)
        return start.group(vk2, attacks=attacks, before=before)


class SharedCause(World):
    """A hidden cause sets VK2 and MS; a hidden severity sets VK2 and attacks."""

    name = "shared cause"
    story = "Something unmeasured, say gut flora or diet, lowers VK2 and brings on MS and attacks."

    def _ms(self, start: Start, volunteers: bool) -> Group:
        # `luck` is the hidden severity: it decides the attacks, and through the same count VK2.
        attacks = self.shared.attacks(start.luck, start.stratum)
        vk2 = self.shared.vk2_given_attacks(start.score, start.stratum, attacks)
        return start.group(vk2, attacks=attacks)


class Assay(World):
    """True VK2 is the same in all. Handling or treatment distorts what is measured in MS."""

    name = "assay"
    story = "VK2 is the same in everybody; samples or medicines of MS mislead the assay."

    def _ms(self, start: Start, volunteers: bool) -> Group:
        vk2 = self.shared.vk2_control(start.score, start.stratum)
        attacks = self.shared.attacks(start.luck, start.stratum)
        measured = self.shared.vk2_given_attacks(start.score, start.stratum, attacks)
        return start.group(vk2, attacks=attacks, measured=measured)


class Recruitment(World):
    """VK2 has nothing to do with MS. Who takes part depends on VK2 (and on attacks, in MS).

    In the population log VK2 follows f1(L) in all. Controls volunteer with a probability in
    proportion to f0 / f1, people with MS to f1(L, A) / (f1(L) f1(A)): the result is drawn directly.
    """

    name = "recruitment"
    story = "VK2 has nothing to do with MS; who volunteers depends on it, differently by group."

    def _ms(self, start: Start, volunteers: bool) -> Group:
        attacks = self.shared.attacks(start.luck, start.stratum)
        if not volunteers:
            vk2 = self.shared.vk2_ms(start.score, start.stratum)
            return start.group(vk2, attacks=attacks)
        vk2 = self.shared.vk2_given_attacks(start.score, start.stratum, attacks)
        rank = self.shared.score_among_ms(vk2, start.stratum)
        return start.group(vk2, attacks=attacks, score=rank)

    def _control(self, start: Start, volunteers: bool) -> Group:
        if not volunteers:
            return start.group(self.shared.vk2_ms(start.score, start.stratum))
        vk2 = self.shared.vk2_control(start.score, start.stratum)
        return start.group(vk2, score=self.shared.score_among_ms(vk2, start.stratum))

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

    def _ms(self, start: Start, volunteers: bool) -> Group:
        attacks = self.shared.attacks(start.luck, start.stratum)
        vk2 = self.shared.vk2_given_attacks(start.score, start.stratum, attacks)
        rank = self.shared.score_in_population(vk2, start.stratum)
        return start.group(vk2, attacks=attacks, score=rank)


class ActivityOnly(World):
    """A hidden cause sets VK2 and MS; in people with MS, VK2 acts on attacks."""

    name = "activity only"
    story = "Something unmeasured lowers VK2 and brings on MS; low VK2 then brings attacks."
    activity = True

    def _ms(self, start: Start, volunteers: bool) -> Group:
        vk2 = self.shared.vk2_ms(start.score, start.stratum)
        attacks = self.shared.attacks_given_vk2(start.luck, start.stratum, vk2)
        return start.group(vk2, attacks=attacks)


_KINDS = {
    kind.name: kind
    for kind in (
        Deficiency, Consumption, SharedCause, Assay, Recruitment, OnsetOnly, ActivityOnly,
    )
}  # fmt: skip
WORLDS = ("deficiency", "consumption", "shared cause", "assay", "recruitment")
SPLIT_WORLDS = ("onset only", "activity only")


def hidden_order(seed: int) -> list[str]:
    """The five worlds, shuffled: so that a notebook can show them without giving them away.

    Raises:
        TypeError, ValueError: `seed` is not a whole number, or is negative.

    Example:
        >>> sorted(hidden_order(1)) == sorted(WORLDS)
        True
    """
    rng = np.random.default_rng(checks.whole_number("seed", seed))
    return [str(name) for name in rng.permutation(WORLDS)]


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
    return _published(kind)


@functools.cache
def _published(kind: type[World]) -> World:
    return kind(calibration())
