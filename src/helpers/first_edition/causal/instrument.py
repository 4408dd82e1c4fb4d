"""The instrument of the genetic study: how genes, VK2 and MS go together in a world.

Genes are dealt at conception. A genetic score shifts a person's rank of VK2 (`Group.score`) and
nothing else: whether it then goes with MS is the world's doing.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np

from helpers.first_edition import checks
from helpers.first_edition.causal import people
from helpers.first_edition.causal.worlds import World

# What is simulated to learn it: enough people for three digits.
_PEOPLE = 400_000


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


def genes(rng: np.random.Generator, group: people.Group, share: float) -> np.ndarray:
    """A standardised genetic score that explains `share` of the spread of VK2 in a world.

    Raises:
        TypeError, ValueError: `share` is not between 0 and 1.
    """
    pull = math.sqrt(checks.number("share", share, 0, 1))
    noise = rng.standard_normal(group.score.shape)
    return pull * group.score + math.sqrt(1 - pull**2) * noise


@functools.lru_cache(maxsize=16)
def gene_moments(where: World) -> GeneMoments:
    """What a genetic study of any size needs to know of this world."""
    rng = np.random.default_rng(0)
    shared, shape = where.shared, (1, _PEOPLE)
    women = people.women_among(shared, _PEOPLE)
    cases = where.draw_ms(rng, shape, women=women)
    controls = where.draw_control(rng, shape, women=women)
    x, y = controls.score[0], controls.vk2_before[0]
    # Within strata: age and sex shift VK2 too, but the score is a rank among one's like.
    y = y - stratum_means(y, shared.stratum(controls.age_years, controls.woman)[0])
    return GeneMoments(
        mean_cases=float(cases.score.mean()),
        sd_cases=float(cases.score.std()),
        mean_controls=float(x.mean()),
        sd_controls=float(x.std()),
        slope=float((x * y).mean() / (x**2).mean()),
        sd_vk2=float(y.std()),
    )


def stratum_means(values: np.ndarray, stratum: np.ndarray) -> np.ndarray:
    """Each person's stratum's mean of `values`; both arrays of shape (people,)."""
    counts = np.bincount(stratum)
    means = np.bincount(stratum, values) / np.maximum(counts, 1)
    return means[stratum]
