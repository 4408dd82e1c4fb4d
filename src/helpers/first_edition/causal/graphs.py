"""The arrows of each world, and which of its paths a design leaves open.

A path between two things is *open* if it lets them vary together. It is closed at a fork or a link
that is held equal, and at a common effect (a collider) that is not. If all paths are closed, the
two are *d-separated*: no association is left, whatever the strength of the arrows.

Source: Greenland, Pearl and Robins 1999, doi 10.1097/00001648-199901000-00008. networkx does the
separation itself (`networkx.is_d_separator`).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.first_edition import checks
from helpers.first_edition.causal.worlds import SPLIT_WORLDS, WORLDS

if TYPE_CHECKING:
    import networkx as nx

Arrow = tuple[str, str]

EARLIER, NOW, MEASURED = "VK2 earlier", "VK2", "measured VK2"
MS, ATTACKS, GENES, TAKES_PART = "MS", "attacks", "genes", "takes part"
HIDDEN, SEVERITY, HANDLING = "hidden cause", "hidden severity", "handling, medicines"

# Arrows of every world: how VK2 and its measurement come about, and what age and sex do.
COMMON: tuple[Arrow, ...] = (
    (GENES, EARLIER),
    ("age", EARLIER),
    ("sex", EARLIER),
    ("sun", EARLIER),
    (EARLIER, NOW),
    (NOW, MEASURED),
    (MS, ATTACKS),
    ("age", ATTACKS),
    ("sex", ATTACKS),
)
# What each world adds. Here lies the whole difference.
OWN: dict[str, tuple[Arrow, ...]] = {
    "deficiency": ((EARLIER, MS), (NOW, ATTACKS)),
    "consumption": ((MS, NOW), (ATTACKS, NOW), ("age", NOW), ("sex", NOW)),
    "shared cause": (
        (HIDDEN, EARLIER), (HIDDEN, MS), (SEVERITY, EARLIER), (SEVERITY, ATTACKS),
    ),
    "assay": ((MS, HANDLING), (ATTACKS, HANDLING), (HANDLING, MEASURED)),
    "recruitment": ((EARLIER, TAKES_PART), (MS, TAKES_PART), (ATTACKS, TAKES_PART)),
    "onset only": ((EARLIER, MS), (SEVERITY, EARLIER), (SEVERITY, ATTACKS)),
    "activity only": ((HIDDEN, EARLIER), (HIDDEN, MS), (NOW, ATTACKS)),
}  # fmt: skip
# Fixed places for drawing, in units of a small panel.
PLACES: dict[str, tuple[float, float]] = {
    HIDDEN: (0.0, 1.0),
    SEVERITY: (0.3, -1.0),
    EARLIER: (-1.0, 0.6),
    NOW: (-1.0, -0.2),
    MEASURED: (-1.0, -1.0),
    MS: (1.0, 0.6),
    ATTACKS: (1.0, -0.2),
    HANDLING: (0.15, -1.0),
    TAKES_PART: (0.1, 0.2),
    GENES: (-1.9, 0.9),
    "age": (-1.9, 0.3),
    "sex": (-1.9, -0.3),
    "sun": (-1.9, -0.9),
}


@dataclass(frozen=True)
class Comparison:
    """What a design compares, and what it holds equal.

    Attributes:
        first, second: the two things whose association it reads.
        given: what is held equal, by matching, adjusting, or because only some take part.
        set_by: what the design itself sets: all arrows into it are cut.
    """

    first: str
    second: str
    given: tuple[str, ...] = ()
    set_by: str = ""


# Onset: the group comparison. Activity: attacks, among people with MS.
COMPARISONS: dict[tuple[str, str], Comparison] = {
    ("2018 study", "onset"): Comparison(MEASURED, MS, ("age", "sex", TAKES_PART)),
    ("2018 study", "activity"): Comparison(MEASURED, ATTACKS, (MS, "age", "sex", TAKES_PART)),
    ("re-assay", "onset"): Comparison(NOW, MS, ("age", "sex", TAKES_PART)),
    ("re-assay", "activity"): Comparison(NOW, ATTACKS, (MS, "age", "sex", TAKES_PART)),
    ("population controls", "onset"): Comparison(NOW, MS, ("age", "sex")),
    ("population controls", "activity"): Comparison(NOW, ATTACKS, (MS, "age", "sex")),
    ("banked blood", "onset"): Comparison(EARLIER, MS, ("age", "sex")),
    ("banked blood", "activity"): Comparison(EARLIER, ATTACKS, (MS, "age", "sex")),
    ("genetic study", "onset"): Comparison(GENES, MS, ("age", "sex")),
    ("trial", "activity"): Comparison(NOW, ATTACKS, (MS,), set_by=NOW),
}


def graph(name: str) -> nx.DiGraph:
    """The causal graph of a world. The attribute `own` marks the arrows that others do not have.

    Raises:
        TypeError, ValueError: there is no such world.

    Example:
        >>> graph("deficiency").has_edge("VK2 earlier", "MS")
        True
    """
    import networkx as nx

    checks.one_of("name", name, OWN)
    result = nx.DiGraph()
    result.add_nodes_from(PLACES)
    result.add_edges_from(COMMON, own=False)
    result.add_edges_from(OWN[name], own=True)
    return result


def is_closed(name: str, design: str, question: str) -> bool:
    """Whether the design leaves no open path in this world: then it can find no association.

    Args:
        name: the world.
        design: a design of `COMPARISONS`, for example "banked blood".
        question: "onset" or "activity".

    Raises:
        TypeError, ValueError: no such world, or the design does not ask this question.

    Example:
        >>> is_closed("consumption", "banked blood", "onset")
        True
    """
    import networkx as nx

    asked = comparison(design, question)
    return nx.is_d_separator(
        _as_designed(name, asked), {asked.first}, {asked.second}, set(asked.given)
    )


def open_paths(name: str, design: str, question: str) -> list[str]:
    """The open paths that the design leaves, written with arrows; an empty list if closed.

    Example:
        >>> open_paths("consumption", "2018 study", "onset")[0]
        'measured VK2 ← VK2 ← MS'
    """
    asked = comparison(design, question)
    designed = _as_designed(name, asked)
    found = [
        path
        for path in _simple_paths(designed, asked.first, asked.second)
        if _is_open(designed, path, set(asked.given))
    ]
    return [_with_arrows(designed, path) for path in sorted(found, key=lambda p: (len(p), p))]


def acts_on(name: str, question: str) -> bool:
    """Whether setting VK2 changes onset (VK2 set early in life) or activity (set today).

    Example:
        >>> acts_on("deficiency", "activity"), acts_on("consumption", "activity")
        (True, False)
    """
    import networkx as nx

    checks.one_of("question", question, ("onset", "activity"))
    start, end = (EARLIER, MS) if question == "onset" else (NOW, ATTACKS)
    world = graph(name)
    if question == "activity":
        world.remove_node(MS)  # among people who have it
    return nx.has_path(world, start, end)


def role(name: str, variable: str, question: str = "onset") -> str:
    """What `variable` is on the paths between measured VK2 and MS (or attacks): how arrows meet it.

    "common cause": both arrows leave it; holding it equal closes the path, a repair.
    "go-between": one arrow comes, one leaves; holding it equal closes part of the path: a loss if
    this part is what is asked, a gain if it is bias.
    "common effect": both arrows come; holding it equal *opens* the path, a harm.
    "bystander": holding it equal opens and closes nothing. As in the 2018 study, age and sex are
    held equal and only those who take part are seen (but not while one of them is asked about).

    Raises:
        TypeError, ValueError: there is no such world, variable or question.

    Example:
        >>> role("consumption", "attacks"), role("deficiency", "attacks")
        ('go-between', 'common effect')
    """
    checks.one_of("question", question, ("onset", "activity"))
    world, end = graph(name), MS
    if question == "activity":
        world.remove_node(MS)  # everybody compared has it
        end = ATTACKS
    checks.one_of("variable", variable, sorted(set(world) - {MEASURED, end}))
    held = {"age", "sex", TAKES_PART} - {variable}
    seen = set()
    for path in _simple_paths(world, MEASURED, end):
        if variable not in path:
            continue
        at = path.index(variable)
        coming = [world.has_edge(path[side], variable) for side in (at - 1, at + 1)]
        matters = held | {variable} if all(coming) else held
        if _is_open(world, path, matters):
            seen.add(("common cause", "go-between", "common effect")[sum(coming)])
    return next(
        (kind for kind in ("common cause", "go-between", "common effect") if kind in seen),
        "bystander",
    )


def comparison(design: str, question: str) -> Comparison:
    """What a design compares for a question.

    Raises:
        TypeError, ValueError: the design does not exist, or does not ask this question.
    """
    checks.one_of("design", design, dict.fromkeys(name for name, _ in COMPARISONS))
    asked = [q for name, q in COMPARISONS if name == design]
    return COMPARISONS[design, checks.one_of("question", question, asked)]


def names() -> tuple[str, ...]:
    """All worlds that have a graph."""
    return (*WORLDS, *SPLIT_WORLDS)


def _as_designed(name: str, asked: Comparison) -> nx.DiGraph:
    world = graph(name)
    if asked.set_by:
        world.remove_edges_from(list(world.in_edges(asked.set_by)))
    return world


def _simple_paths(world: nx.DiGraph, start: str, end: str) -> list[list[str]]:
    import networkx as nx

    return list(nx.all_simple_paths(world.to_undirected(as_view=True), start, end))


def _is_open(world: nx.DiGraph, path: list[str], given: set[str]) -> bool:
    import networkx as nx

    for before, here, after in zip(path, path[1:], path[2:], strict=False):
        if world.has_edge(before, here) and world.has_edge(after, here):
            if not given & ({here} | nx.descendants(world, here)):
                return False
        elif here in given:
            return False
    return True


def _with_arrows(world: nx.DiGraph, path: list[str]) -> str:
    text = path[0]
    for before, here in itertools.pairwise(path):
        text += f" {'→' if world.has_edge(before, here) else '←'} {here}"
    return text
