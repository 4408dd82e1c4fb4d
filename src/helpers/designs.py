"""Six studies that could be done in any world, many times at once, and what the arrows say of them.

A design is a function `(world, rng, n_studies)` that returns, for each study, the logarithm of a
ratio and its standard error; a ratio of 1 means no difference. Each design keeps the protections of
those above it, the trial by its lot. The sizes stand in `data/published_findings.csv`.

2018 study           the 2018 people and their assay: nothing is added
re-assay             the same tubes read blind, in random order, by a good assay
population controls  cases of a register, controls drawn at random, the good assay
banked blood         the same, in blood taken before onset
genetic study        genes that raise VK2 a little from birth (Mendelian randomisation)
trial                people with MS get more VK2 or none by lot; attacks counted for a year
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.worlds import WORLDS, Array, Arrow, Law, People, Rng, World

__all__ = [
    "DESIGNS", "RESULTS", "Design", "banked_blood", "carriers_have", "compare", "genetic_study",
    "is_closed", "open_paths", "paths_left", "population_controls", "re_assay", "run", "study_2018",
    "trial",
]  # fmt: skip

RESULTS = ("clearly lower", "not clearly lower")
Found = tuple[Array, Array]  # log ratios and their standard errors, each of shape (studies,)


def compare(people: People, log_vk2: Array) -> Found:
    """Log ratio of VK2, MS over controls, in each study, and its standard error.

    Variances need not be equal (Welch 1947, doi 10.1093/biomet/34.1-2.28).
    """
    ms, control = log_vk2[:, people.ms == 1], log_vk2[:, people.ms == 0]
    squared = sum(group.var(axis=1, ddof=1) / group.shape[1] for group in (ms, control))
    return ms.mean(axis=1) - control.mean(axis=1), np.sqrt(squared)


def study_2018(world: World, rng: Rng, n_studies: int) -> Found:
    """VK2 as it was measured, MS over controls."""
    people = world.law.record(rng, n_studies, *world.law.sizes("n_ms", "n_control"))
    return compare(people, people.log_vk2)


def re_assay(world: World, rng: Rng, n_studies: int) -> Found:
    """VK2 as a good assay reads it in the same tubes, MS over controls."""
    people = world.law.record(rng, n_studies, *world.law.sizes("n_ms", "n_control"))
    return compare(people, world.true_vk2(people))


def population_controls(world: World, rng: Rng, n_studies: int) -> Found:
    """VK2 by the good assay, cases of a register over controls drawn at random."""
    sizes = world.law.sizes("design_cases", "design_controls")
    people = world.everybody(rng, n_studies, *sizes)
    return compare(people, world.true_vk2(people))


def banked_blood(world: World, rng: Rng, n_studies: int) -> Found:
    """VK2 before onset, later cases over controls: a case–control study within a cohort."""
    sizes = world.law.sizes("design_cases", "design_controls")
    people = world.everybody(rng, n_studies, *sizes)
    return compare(people, world.vk2_before_onset(people))


def genetic_study(world: World, rng: Rng, n_studies: int) -> Found:
    """Odds of MS, carriers over others; half of all people carry genes that raise VK2 a little.

    Mendelian randomisation (Davey Smith and Ebrahim 2003, doi 10.1093/ije/dyg070) assumes that the
    genes act on MS through VK2 only and are dealt alike, whatever the ancestry. The standard error
    is that of Woolf 1955, doi 10.1111/j.1469-1809.1955.tb01348.x.
    """
    odds = world.onset_ratio(rng, carriers_have(world.law))  # MS is rare: odds are like risks
    n_cases, n_controls = world.law.sizes("design_mr_cases", "design_mr_controls")
    cases = rng.binomial(n_cases, odds / (1 + odds), n_studies)
    controls = rng.binomial(n_controls, 1 / 2, n_studies)
    a, b, c, d = cases, n_cases - cases, controls, n_controls - controls
    return np.log(a / b) - np.log(c / d), np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)


def carriers_have(law: Law) -> float:
    """How many times the VK2 of others carriers have, if genes explain `design_mr_share` of it.

    Two halves that differ by d have the variance d² / 4. Compared with that of log VK2 in controls.

    Example:
        >>> round(carriers_have(Law()), 3)
        1.038
    """
    decades = np.cov(law.ages / 10, aweights=law.share_ages)
    variance = law.sd[0] ** 2 + law.slope_age[0] ** 2 * decades
    return float(np.exp(2 * np.sqrt(law.value["design_mr_share"] / 100 * variance)))


def trial(world: World, rng: Rng, n_studies: int) -> Found:
    """Attacks in a year with more VK2 over attacks without; lots are drawn in each study.

    The standard error of the log ratio of the two means is that of the delta method.
    """
    (n,) = world.law.sizes("design_trial")
    people = world.everybody(rng, n_studies, n, 0)
    lot = rng.permuted(np.tile(np.arange(n) % 2, (n_studies, 1)), axis=1)
    log_vk2 = world.true_vk2(people) + lot * np.log(world.law.value["design_dose"])
    attacks = world.attacks_next_year(rng, people, log_vk2)
    arms = [attacks[lot == arm].reshape(n_studies, -1) for arm in (1, 0)]
    more, none = (arm.mean(axis=1) for arm in arms)
    squared = sum(arm.var(axis=1, ddof=1) / arm.shape[1] / arm.mean(axis=1) ** 2 for arm in arms)
    return np.log(more / none), np.sqrt(squared)


@dataclass(frozen=True)
class Design:
    """A study: how it is run, and what the arrows need to know of it.

    Attributes:
        run: the function.
        first, second: the two things whose association it reads.
        scale: what its ratio compares.
        held: what is equal, by matching, or because only some take part.
        sets: what it sets by lot: all arrows into that are cut.
    """

    run: Callable[[World, Rng, int], Found]
    first: str
    second: str
    scale: str
    held: tuple[str, ...] = ("age", "sex")
    sets: str = ""

    def asks(self, world: World | type[World]) -> dict[str, object]:
        """What `is_closed` and `open_paths` need to know to judge this design in a world."""
        arrows = [(cause, effect) for cause, effect in world.graph() if effect != self.sets]
        return {"arrows": arrows, "first": self.first, "second": self.second, "held": self.held}


_GAP, _CHOSEN = "VK2 in MS over controls", ("age", "sex", "takes part")
DESIGNS = {
    "2018 study": Design(study_2018, "measured VK2", "MS", f"measured {_GAP}", _CHOSEN),
    "re-assay": Design(re_assay, "VK2", "MS", _GAP, _CHOSEN),
    "population controls": Design(population_controls, "VK2", "MS", _GAP),
    "banked blood": Design(banked_blood, "VK2 before onset", "MS", f"earlier {_GAP}"),
    "genetic study": Design(genetic_study, "genes", "MS", "odds of MS in carriers over others"),
    "trial": Design(trial, "VK2", "attacks", "attacks, more VK2 over none", ("MS",), sets="VK2"),
}


def run(
    worlds: Sequence = WORLDS, n_studies: int = 1000, seed: int = 2018, law: Law | None = None
) -> pd.DataFrame:
    """Run every design in every world: one row a study.

    Args:
        worlds: classes of worlds, for example `[*WORLDS, MyWorld]`.
        n_studies: studies in each cell.
        seed: the same in each cell: the 2018 study is the same, digit for digit, in every world.
        law: another law than the published one.

    Returns:
        Columns design, world, ratio, low and high (two standard errors off), result (`RESULTS`).

    Example:
        >>> run(n_studies=10).groupby("design")["world"].nunique()["trial"]
        np.int64(5)
    """
    law, cells = law or Law(), []
    for world in worlds:
        for name, design in DESIGNS.items():
            gap, error = design.run(world(law), np.random.default_rng(seed), n_studies)
            ratios = np.exp([gap, gap - 2 * error, gap + 2 * error])
            cell = pd.DataFrame(ratios.T, columns=["ratio", "low", "high"])
            cells.append(cell.assign(design=name, world=world.name))
    studies = pd.concat(cells, ignore_index=True)
    return studies.assign(result=np.where(studies["high"] < 1, *RESULTS))


def is_closed(arrows: Sequence[Arrow], first: str, second: str, held: Sequence[str] = ()) -> bool:
    """Whether two things are d-separated: no path is open, so nothing associates them.

    Example:
        >>> is_closed([("age", "VK2"), ("age", "MS")], "VK2", "MS", held=["age"])
        True
    """
    import networkx as nx

    graph, held = nx.DiGraph(list(arrows)), {held} if isinstance(held, str) else set(held)
    graph.add_nodes_from({first, second, *held})
    return nx.is_d_separator(graph, {first}, {second}, held)


def open_paths(
    arrows: Sequence[Arrow], first: str, second: str, held: Sequence[str] = ()
) -> list[str]:
    """The open paths between two things, shortest first, when some things are held equal.

    A path is any walk along arrows, with or against them, that passes nothing twice. It is closed
    at a thing held equal, except where two arrows meet (a common effect, or collider): there it is
    closed unless that, or something that follows from it, is held equal. One closed place closes
    the whole path (Greenland, Pearl and Robins 1999, doi 10.1097/00001648-199901000-00008).

    Args:
        arrows: pairs (cause, effect), yours or those of `World.graph`.
        first, second: the two things.
        held: what is held equal, by matching, adjusting, or because only some take part.

    Example:
        >>> open_paths([("MS", "VK2"), ("age", "VK2"), ("age", "MS")], "VK2", "MS")
        ['VK2 ← MS', 'VK2 ← age → MS']
    """
    import networkx as nx

    graph, held = nx.DiGraph(list(arrows)), {held} if isinstance(held, str) else set(held)
    graph.add_nodes_from((first, second))

    def lets_through(before: str, here: str, after: str) -> bool:
        if graph.has_edge(before, here) and graph.has_edge(after, here):
            return not held.isdisjoint({here, *nx.descendants(graph, here)})
        return here not in held

    def in_words(path: list[str]) -> str:
        steps = (f"{a} → " if graph.has_edge(a, b) else f"{a} ← " for a, b in pairwise(path))
        return "".join(steps) + second

    walks = nx.all_simple_paths(graph.to_undirected(), first, second)
    found = [path for path in walks if all(map(lets_through, path, path[1:], path[2:]))]
    return [in_words(path) for path in sorted(found, key=len)]


def paths_left(world: World | type[World], design: str) -> list[str]:
    """The open paths that a design leaves in a world; none if it can find no difference.

    Example:
        >>> from helpers.worlds import Consumption
        >>> [paths_left(Consumption, design) for design in ("population controls", "banked blood")]
        [['VK2 ← MS', 'VK2 ← attacks ← MS'], []]
    """
    return open_paths(**DESIGNS[design].asks(world))
