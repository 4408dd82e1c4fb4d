"""Results read out in words: each sentence is built from the result, so that it cannot drift.

A reading gives the estimate, its interval, and what the result does not say.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from helpers import estimate, show

if TYPE_CHECKING:
    import pandas as pd

    from helpers.estimate import Comparison, Estimate, LogLinearFit


def size_of_difference(gap: Comparison, findings: pd.DataFrame) -> show.Sentence:
    """The ratio of geometric means, the other way of saying it, and the published ratio."""
    ratio = gap.ratio_of_geometric_means
    published = _published_ratio(findings)
    return show.sentence(
        f"In the replica, VK2 is **{ratio:.2f}** times as high in controls. Turned round: "
        f"{100 * (1 - 1 / ratio.value):.0f} % lower in MS. In {100 * gap.auc.value:.1f} of 100 "
        f"pairs the control is the higher one. The ratio of the published *means* is "
        f"{published:.2f}; geometric means differ a little more, because the tails lean apart. "
        f"The rank test gives {show.p_value(gap.mann_whitney_p)}."
    )


def age_interaction(slopes_differ: Estimate, n: int) -> show.Sentence:
    """How far the age slopes of the two groups differ, and what that leaves open."""
    verdict = (
        f"The interval holds zero and much else: {n} people cannot tell 15 from 10."
        if slopes_differ.covers(0)
        else "The interval leaves out zero."
    )
    return show.sentence(
        f"Going from controls to MS, the change per decade differs by **{slopes_differ:.0f %}**. "
        f"{verdict}"
    )


def attacks_two_ways(
    vk2_on_attacks: LogLinearFit, attacks_on_vk2: object, findings: pd.DataFrame
) -> show.Sentence:
    """Both regressions in words, and what the post's sentence would imply."""
    forwards = vk2_on_attacks.percent("attacks_per_year")
    backwards = math.log(0.9) * attacks_on_vk2.params["log_vk2"]
    post = findings.loc["attacks_post", "value"]
    extra = estimate.units_to_reach(-10, 1 / _published_ratio(findings)) * post
    return show.sentence(
        f"With each further attack a year, VK2 changes by {forwards:.0f %}. Read the other way: "
        f"VK2 10 % lower goes with {backwards:+.2f} attacks a year, where the post says "
        f"{post:+.0f}. Taken literally, the post's rule turns the gap between the groups into "
        f"about **{extra:.0f} extra attacks a year**. So the sentence is *probably* '10 % lower "
        f"per attack' read backwards. Probably: the paper's own figure was not seen."
    )


def adjustments(naive: Estimate, half: Estimate, full: Estimate) -> show.Sentence:
    """The attack slope without, with half of, and with the needed adjustment."""
    worse = abs(half.value - full.value) > abs(naive.value - full.value)
    return show.sentence(
        f"Naive: {naive:.0f %} per attack. With only sex held equal: {half:.0f %}. With age and "
        f"sex: **{full:.0f %}**." + (" **Half a repair can be worse than none.**" if worse else "")
    )


def silence(silent: Mapping[str, Estimate]) -> show.Sentence:
    """What "not significant" leaves open: the ends of each interval."""
    rows = "; ".join(
        f"{label}: from {abs(e.low):.0f} % lower to {e.high:.0f} % higher"
        for label, e in silent.items()
        if e.covers(0)
    )
    return show.sentence(
        f"All of these fit the data. {rows}. For PPMS there is **one** person, so no interval "
        "exists at all. 'Not significant' means 'not known', not 'not there'."
    )


def many_studies(results: pd.DataFrame, truth: float) -> show.Sentence:
    """Spread, coverage, power and exaggeration of many simulated studies.

    `results` has one row a study and the columns estimate, low, high and p_value.
    """
    low, high = results["estimate"].quantile([0.025, 0.975])
    covered = results["low"].le(truth) & results["high"].ge(truth)
    found = results.loc[results["p_value"] < 0.05, "estimate"]
    return show.sentence(
        f"The truth is {truth:.0f} %, and 95 of 100 estimates of it lie from {low:.0f} to "
        f"{high:.0f} %. The 95 % interval holds the truth in **{100 * covered.mean():.1f} %** of "
        f"the studies: it keeps its word. {100 * len(found) / len(results):.0f} % reach p < 0.05. "
        f"Those say {found.mean():.1f} % on average, **{found.mean() / truth:.1f} times** the "
        "truth: a small study that makes it into print tends to exaggerate."
    )


def _published_ratio(findings: pd.DataFrame) -> float:
    means = findings["value"]
    return float(means["vk2_mean_control"] / means["vk2_mean_ms"])
