"""What one believes of the worlds, what a result does to it, and what a study is worth.

A belief is a probability for each world, a `pandas.Series`. How likely a result is in each world is
counted in the simulated studies of `designs.run`. A result that is as likely in every world moves
no belief; what the fit of a world asks one to accept belongs in the belief before any result.

The sums are those of any textbook: Bayes' rule, and mutual information (Cover and Thomas, Elements
of Information Theory, chapter 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from numbers import Real

import pandas as pd

from helpers.designs import DESIGNS, RESULTS
from helpers.worlds import WORLDS

__all__ = ["from_votes", "information", "likelihoods", "update"]


def from_votes(
    votes: object, worlds: Iterable[str] = tuple(world.name for world in WORLDS)
) -> tuple[pd.Series, str]:
    """A belief from a show of hands, and a word on what could not be counted.

    One vote more is shared out among all worlds: a world without a vote is then unlikely, not
    impossible, for no result can bring back what is held to be impossible. Never raises: what is no
    count is left out, and the word, else empty, names it.

    Args:
        votes: a dict of worlds to hands, or to shares of your one vote; worlds left out have none.
        worlds: the names that may be voted for.

    Example:
        >>> belief, word = from_votes({"deficiency": 3, "asay": 1})
        >>> round(float(belief["deficiency"]), 2), word
        (0.8, "'asay' is none of the worlds. Did you mean 'assay'?")
    """
    counts, words = dict.fromkeys(worlds, 0.0), []
    if not isinstance(votes, Mapping):
        votes, words = {}, ["Write the votes as a dict, for example {'assay': 3}."]
    for key, hands in votes.items():
        name = key.strip().lower() if isinstance(key, str) else type(key).__name__
        if name not in counts:
            near = [f" Did you mean {world!r}?" for world in get_close_matches(name, counts, n=1)]
            words.append(f"{name!r:.40} is none of the worlds.{''.join(near)}")
        elif isinstance(hands, Real) and 0 <= hands <= 1_000_000:
            counts[name] += float(hands)
        else:
            words.append(f"Write a number of hands for {name!r}, 0 or more.")
    belief = pd.Series(counts) + 1 / len(counts)
    return belief / belief.sum(), " ".join(words)


def likelihoods(studies: pd.DataFrame, trust: float = 1) -> pd.DataFrame:
    """How likely each result of each design is in each world: index (design, result).

    Half a study is added to each result: what never came up is rare, not impossible.

    Args:
        studies: from `designs.run`.
        trust: a study has gone wrong unseen with probability 1 − `trust`; its result then says
            nothing, for it comes out as often in each world.

    Example:
        >>> from helpers.designs import run
        >>> likelihoods(run(n_studies=9)).loc[("re-assay", "clearly lower"), "consumption"]
        np.float64(0.95)
    """
    counts = pd.crosstab([studies["design"], studies["result"]], studies["world"])
    index = pd.MultiIndex.from_product([DESIGNS, RESULTS], names=["design", "result"])
    counts = counts.reindex(index=index, columns=studies["world"].unique(), fill_value=0) + 0.5
    shares = counts / counts.groupby(level="design").transform("sum")
    return (trust * shares).add((1 - trust) * shares.mean(axis=1), axis=0)


def update(belief: pd.Series, chances: pd.DataFrame, *results: tuple[str, str]) -> pd.DataFrame:
    """The belief before and after each result in turn, by Bayes' rule: a column for each.

    Args:
        belief: a probability for each world.
        chances: from `likelihoods`.
        results: pairs of a design and what it found, in your order.

    Example:
        >>> from helpers.designs import run
        >>> belief, chances = from_votes({})[0], likelihoods(run(n_studies=9))
        >>> update(belief, chances, ("2018 study", "clearly lower")).loc["assay"].tolist()
        [0.2, 0.2]
    """
    steps = {"before": belief}
    for number, (design, result) in enumerate(results, start=1):
        weights = belief * chances.loc[(design, result), belief.index]
        belief = weights / weights.sum()
        steps[f"{number}. {design}: {result}"] = belief
    return pd.DataFrame(steps)


def information(belief: pd.Series, chances: pd.DataFrame) -> pd.Series:
    """What each design tells on average about which world is ours, in bits (mutual information).

    A bit is what the answer to one fair yes-or-no question tells.

    Args:
        belief: a probability for each world.
        chances: from `likelihoods`.

    Example:
        >>> from helpers.designs import run
        >>> information(from_votes({})[0], likelihoods(run(n_studies=9)))["2018 study"].round(6)
        np.float64(0.0)
    """
    from scipy.stats import entropy

    bits = {}
    for design, table in chances[belief.index].groupby(level="design", sort=False):
        bits[design] = entropy(table @ belief, base=2) - belief @ entropy(table, base=2)
    return pd.Series(bits, name="bits").clip(lower=0)
