"""Simulated people: what a study could see of them, and what only a simulation knows.

`Group`, `Sample` and `Intervention` are what a world hands out. A `Start` is what no world
explains: age, sex, luck and a rank. Every world begins with it and adds VK2 and attacks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.first_edition import checks
from helpers.first_edition.causal.calibration import Calibration


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
class Start:
    """What no world explains: arrays (studies, participants).

    Attributes:
        age_years, woman, stratum: see `Group`, and `Calibration.stratum`.
        luck: between 0 and 1, for attacks; 0 without MS.
        score: normal score, for VK2: 0 is a person in the middle of those of like age and sex.
    """

    age_years: np.ndarray
    woman: np.ndarray
    stratum: np.ndarray
    luck: np.ndarray
    score: np.ndarray

    def group(
        self,
        vk2: np.ndarray,
        *,
        attacks: np.ndarray | None = None,
        before: np.ndarray | None = None,
        measured: np.ndarray | None = None,
        score: np.ndarray | None = None,
    ) -> Group:
        """These people with their true log VK2 today.

        Blood before onset and the measured value are the same as `vk2` unless given; attacks are 0
        and the score is that of the start unless given.
        """
        return Group(
            self.age_years,
            self.woman,
            np.zeros(vk2.shape) if attacks is None else attacks,
            vk2_before=vk2 if before is None else before,
            vk2=vk2,
            log_vk2=vk2 if measured is None else measured,
            score=self.score if score is None else score,
            luck=self.luck,
        )


def start(
    shared: Calibration,
    rng: np.random.Generator,
    shape: tuple[int, int],
    women: int,
    *,
    ms: bool,
) -> Start:
    """Draw a `Start` of the given shape, `women` women in each study."""
    age = shared.model.covariates.ages(rng.random(shape))
    woman = np.broadcast_to((np.arange(shape[1]) < women).astype(float), shape)
    luck = rng.random(shape) if ms else np.zeros(shape)
    return Start(age, woman, shared.stratum(age, woman), luck, rng.standard_normal(shape))


def women_among(shared: Calibration, n: int, *, ms: bool = True) -> int:
    """How many of `n` people are women: as in the published group with MS, or without."""
    covariates = shared.model.covariates
    return round(n * (covariates.share_women_ms if ms else covariates.share_women_control))


def sizes(*numbers: int) -> list[int]:
    """Check the numbers of studies, of people with MS and of controls, in this order."""
    names = ("n_studies", "n_ms", "n_control")
    return [
        checks.whole_number(name, number, low=1 if name == "n_studies" else 2)
        for name, number in zip(names, numbers, strict=False)
    ]
