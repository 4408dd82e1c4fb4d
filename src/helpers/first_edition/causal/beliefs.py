"""What one believes of the worlds, what a result does to it, and what a study is worth.

A belief is a probability for each world, a `pandas.Series`. The chance of each result in each
world comes from the simulated studies. A mixture is another thing: one world in which every arrow
carries a share of the gap.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from helpers.first_edition import checks
from helpers.first_edition.causal.designs import DESIGNS, MAIN_QUESTION, RESULTS
from helpers.first_edition.causal.worlds import WORLDS

if TYPE_CHECKING:
    import pandas as pd


def from_votes(votes: Mapping[str, float]) -> pd.Series:
    """A belief from a show of hands: one vote more is shared out among all the worlds.

    So a world without a vote is thought unlikely, not impossible: no result could bring back what
    is held to be impossible.

    Args:
        votes: world to number of hands; worlds left out have none.

    Raises:
        TypeError, ValueError: a name is not one of `WORLDS`, or a count is negative.

    Example:
        >>> float(from_votes({"deficiency": 3, "assay": 1})["deficiency"])
        0.64
    """
    counts = _by_world("votes", votes)
    return (counts + 1 / len(counts)) / (counts.sum() + 1)


def from_probabilities(probabilities: Mapping[str, float]) -> pd.Series:
    """A belief from weights that need not add up to 1; worlds left out get 0.

    Raises:
        TypeError, ValueError: a name is not one of `WORLDS`, a weight is negative, or all are 0.

    Example:
        >>> float(from_probabilities({"deficiency": 1, "assay": 3})["assay"])
        0.75
    """
    weights = _by_world("probabilities", probabilities)
    if weights.sum() == 0:
        raise ValueError("probabilities must not all be 0")
    return weights / weights.sum()


def undecided() -> pd.Series:
    """The same probability for every world."""
    return from_votes({})


def likelihoods(fingerprints: pd.DataFrame, n_studies: int = 2000) -> pd.DataFrame:
    """The chance of each result in each world: index (design, result), one column a world.

    Only the question that a design is done for counts (`designs.MAIN_QUESTION`). Half a study is
    added to each result, so that what never came up in `n_studies` is rare and not impossible.

    Args:
        fingerprints: from ``designs.fingerprints``.
        n_studies: how many studies each cell of it rests on.

    Raises:
        TypeError, ValueError: a column is missing, or `n_studies` is not at least 1.
    """
    import pandas as pd

    checks.columns("fingerprints", fingerprints, ("design", "question", "world", *RESULTS))
    n_studies = checks.whole_number("n_studies", n_studies, low=1)
    main = fingerprints["question"] == fingerprints["design"].map(MAIN_QUESTION)
    shares = fingerprints[main].set_index(["design", "world"])[list(RESULTS)]
    shares = (shares * n_studies + 0.5) / (n_studies + 0.5 * len(RESULTS))
    table = shares.stack().unstack("world")
    table.index.names = ["design", "result"]
    order = pd.MultiIndex.from_product([DESIGNS, RESULTS], names=["design", "result"])
    return table.reindex(index=order, columns=list(WORLDS))


def doubted(chances: pd.DataFrame, trust: float) -> pd.DataFrame:
    """The chances of a reader who trusts a design only so far.

    With probability 1 − `trust` a study has gone wrong in a way that nobody saw, and its result
    says nothing: it comes out as often in each world.

    Raises:
        TypeError, ValueError: `trust` is not between 0 and 1.
    """
    trust = checks.number("trust", trust, 0, 1)
    anyhow = chances.mean(axis=1).to_numpy()[:, np.newaxis]
    return trust * chances + (1 - trust) * anyhow


def update(belief: pd.Series, chances: pd.DataFrame, design: str, result: str) -> pd.Series:
    """The belief after a result, by Bayes: before times chance of the result, shared out anew.

    Args:
        belief: a probability for each world.
        chances: from `likelihoods`.
        design: one of `DESIGNS`.
        result: one of `RESULTS`.

    Raises:
        TypeError, ValueError: no such design or result, or `belief` is not a belief.
    """
    belief = _checked(belief)
    checks.one_of("design", design, DESIGNS)
    checks.one_of("result", result, RESULTS)
    weights = belief * chances.loc[(design, result)]
    return weights / weights.sum()


def information(belief: pd.Series, chances: pd.DataFrame) -> pd.Series:
    """Expected information of each design in bits, under this belief.

    It is the mutual information of world and result: how much, on average, the result would
    narrow down which world is ours. One bit halves the field.

    Example:
        >>> import pandas as pd
        >>> index = pd.MultiIndex.from_product([["trial"], RESULTS])
        >>> same = pd.DataFrame(1 / 3, index=index, columns=list(WORLDS))
        >>> float(information(undecided(), same)["trial"])
        0.0
    """
    import pandas as pd

    belief = _checked(belief)
    bits = {}
    for design, table in chances.groupby(level=0, sort=False):
        joint = table.to_numpy() * belief.to_numpy()
        alone = joint.sum(axis=1, keepdims=True) * belief.to_numpy()
        seen = joint > 0
        bits[design] = max(0.0, float((joint[seen] * np.log2(joint[seen] / alone[seen])).sum()))
    return pd.Series(bits, name="bits")


def uncertainty(belief: pd.Series) -> float:
    """Bits still missing before one knows which world is ours (the entropy of the belief).

    Example:
        >>> round(uncertainty(undecided()), 2)
        2.32
    """
    shares = _checked(belief).to_numpy()
    shares = shares[shares > 0]
    return abs(float(-(shares * np.log2(shares)).sum()))


def disagreement(first: pd.Series, second: pd.Series) -> float:
    """How far two beliefs lie apart: 0 for the same, 1 if they share no world at all.

    It is half the sum of the differences (the total variation distance).
    """
    return float(np.abs(_checked(first) - _checked(second)).sum() / 2)


def mixture(shares: Mapping[str, float], fingerprints: pd.DataFrame) -> pd.Series:
    """What each design would find on average if the arrows carried these shares of the gap.

    On the log scale, where shares add up: the expected log ratio of a design is the average of the
    worlds' log ratios, weighted by the shares. This is a definition, a first-order one: it does
    not simulate people in whom several arrows act at once.

    Args:
        shares: world to share; they need not add up to 1.
        fingerprints: from ``designs.fingerprints``.

    Returns:
        The expected ratio, indexed by design, for the question each design is done for.

    Raises:
        TypeError, ValueError: as in `from_probabilities`.
    """
    weights = from_probabilities(shares)
    main = fingerprints["question"] == fingerprints["design"].map(MAIN_QUESTION)
    logs = fingerprints[main].pivot(index="design", columns="world", values="estimate")
    logs = logs.loc[list(DESIGNS), list(WORLDS)].map(math.log)
    return np.exp(logs @ weights).rename("ratio")


def _by_world(name: str, values: Mapping[str, float]) -> pd.Series:
    import pandas as pd

    if not isinstance(values, Mapping | pd.Series):
        raise TypeError(f"{name} must be a mapping of worlds to numbers, got {values!r}")
    numbers = dict.fromkeys(WORLDS, 0.0)
    for key, value in values.items():
        checks.one_of(f"{name}: world", key, WORLDS)
        numbers[key] = checks.number(f"{name}[{key!r}]", value, 0)
    return pd.Series(numbers)


def _checked(belief: pd.Series) -> pd.Series:
    numbers = _by_world("belief", belief)
    if not math.isclose(numbers.sum(), 1, abs_tol=1e-6):
        raise ValueError(f"belief must add up to 1, got {numbers.sum():g}")
    return numbers
