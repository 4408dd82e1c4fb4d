"""Results read out in words: each sentence is built from the result, so that it cannot drift.

A reading gives the estimate, its interval, and what the result does not say.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from helpers.first_edition import design, estimate, show

if TYPE_CHECKING:
    import pandas as pd

    from helpers.first_edition.estimate import Comparison, Estimate, LogLinearFit


# What each answer to "on which side is the long tail?" would mean.
TAILS = {
    "a": "Even hills: mean and median would be the same.",
    "b": "Upward tails in both: common for amounts in blood, and the median below the mean.",
    "c": "The median lies below the mean in MS and above it in controls; the replica was built so.",
}
# How an answer of 50 % of pairs would read.
COIN_TOSS = "50 would be no difference at all, a coin toss."
# What the two panels of residuals show, by model.
RESIDUALS = {
    "groups": (
        "A residual is what the model leaves over for a person: observed minus expected. Left: "
        "two columns of dots, one a group; the MS column is taller, so its scatter is wider. "
        "Right: the ends bend off the line, the two tails again. The test on the order of "
        "values, which needs no bell shape, agrees with the model."
    ),
    "age": (
        "No trend on the left: straight lines in age are enough. The lean on the right has "
        "stayed, so age does not explain it. The controls form two clumps: that is how we had "
        "to build them to meet the published median. The intervals use robust (HC3) standard "
        "errors, which do not need equal scatter."
    ),
    "others": (
        "First panel: the controls' dots fall to the right, because this model gives women of both "
        "groups one effect, and in the replica only women with MS have it. The other models of log "
        "VK2 show no trend, and the tail upwards. Attacks are whole numbers, so the dots of "
        "'attacks from VK2' lie in slanting rows, with a longer tail above: a rough guide only."
    ),
    "attacks": (
        "Left: no trend, and no scatter that grows to one side. Right: the uppermost six form a "
        "clump of their own: so we had to build them, to meet the published median."
    ),
}


def size_of_difference(gap: Comparison, findings: pd.DataFrame) -> show.Sentence:
    """The ratio of geometric means, the published ratio, and how much hangs on reading ± as SD."""
    ratio = gap.ratio_of_geometric_means
    half_width, standard_error = (
        100 * design.compare_reading(findings, reading).auc.value
        for reading in ("interval half-width", "se")
    )
    return show.sentence(
        f"In the replica, VK2 is **{ratio:.2f}** times as high in controls. Turned round: "
        f"{100 * (1 - 1 / ratio.value):.0f} % lower in MS. The ratio of the published *means* is "
        f"{_published_ratio(findings):.2f}; geometric means differ a little more, because the "
        f"tails lean apart. A test on the order of values only (Mann–Whitney) gives "
        f"{show.p_value(gap.mann_whitney_p)}. In {100 * gap.auc.value:.1f} of 100 pairs the "
        f"control is the higher one: **that rests on reading ± as SD**. As half of a 95 % interval "
        f"it would be about {half_width:.0f} of 100 pairs, as a standard error about "
        f"{standard_error:.0f}."
    )


def age_interaction(fit: LogLinearFit, findings: pd.DataFrame) -> show.Sentence:
    """How far the age slopes of the groups differ, and how many decades would make the gap.

    `fit` must hold the product of ``age_decades`` and ``ms``.
    """
    factor = fit.slope("age_decades:ms").transform(math.exp)
    in_ms, overall = (
        1 + findings.loc[name, "value"] / 100 for name in ("age_effect_ms", "age_effect_all")
    )
    post = in_ms / overall
    place = "inside" if factor.covers(post) else "outside"
    ratio = 1 / _published_ratio(findings)
    decades = [
        f"{estimate.units_to_reach(findings.loc[name, 'value'], ratio):.1f}"
        for name in ("age_effect_all", "age_effect_ms")
    ]
    return show.sentence(
        f"Age cannot make the gap: it would take {decades[0]} decades at "
        f"{100 * (1 - overall):.0f} % a decade, {decades[1]} at {100 * (1 - in_ms):.0f} %. "
        f"Per decade, the MS line changes by a factor of **{factor:.2f}** relative to the "
        f"controls' line. A true {100 * (1 - in_ms):.0f} % in MS against "
        f"{100 * (1 - overall):.0f} % in controls would be a factor of {post:.2f}: {place} the "
        f"interval. Where the estimate lies is our own construction; look only at the width. "
        f"{fit.n} people cannot tell."
    )


def attacks_two_ways(
    vk2_on_attacks: LogLinearFit, attacks_on_vk2: object, findings: pd.DataFrame
) -> show.Sentence:
    """Both regressions in words, and what the post's sentence would imply."""
    forwards = vk2_on_attacks.percent("attacks_per_year")
    backwards = math.log(0.9) * attacks_on_vk2.params["log_vk2"]
    post = findings.loc["attacks_post", "value"]
    built_in = findings.loc["attack_effect_ms", "value"]
    extra = estimate.units_to_reach(-10, 1 / _published_ratio(findings)) * post
    return show.sentence(
        f"With each further attack a year, VK2 changes by {forwards:.0f %}. (Nothing is held equal "
        f"here; {built_in:.0f} % was built in with four other things held equal: see section 6.) "
        f"Read the other way, VK2 10 % lower goes with {backwards:+.2f} attacks a year; the post "
        f"says {post:+.0f}. Taken literally, its rule would mean about **{extra:.0f} more attacks "
        f"a year** in MS than in controls, while relapse rates in our sources lie near one "
        f"or two. This, not our built-in {built_in:.0f} %, is why the sentence is *probably* "
        "turned round. Probably: the paper's own figure was not seen."
    )


def adjustments(nothing: Estimate, sex: Estimate, both: Estimate) -> show.Sentence:
    """The attack slope with nothing, with sex only, and with age and sex held equal."""
    worse = abs(sex.value - both.value) > abs(nothing.value - both.value)
    return show.sentence(
        f"Nothing held equal, the naive way: {nothing:.0f %} per attack. Sex only: {sex:.0f %}. "
        f"Age and sex: **{both:.0f %}**."
        + (" **Half a repair can be worse than none.**" if worse else "")
    )


def silence(silent: Mapping[str, Estimate]) -> show.Sentence:
    """What "not significant" leaves open: the ends of each interval."""
    rows = "; ".join(
        f"{label}: anything from {abs(e.low):.0f} % lower to {e.high:.0f} % higher"
        for label, e in silent.items()
        if e.low < 0 < e.high
    )
    if not rows:
        raise ValueError("silent must hold at least one estimate whose interval holds zero")
    return show.sentence(
        f"What still fits the data. {rows}. 'Not significant' alone does not tell these apart from "
        "'no effect'; the interval does. For PPMS there is **one** person: one person shows no "
        "spread, so there is no interval at all without borrowing one."
    )


def many_studies(results: pd.DataFrame, truth: float) -> show.Sentence:
    """Spread, coverage, power and exaggeration of many simulated studies.

    `results` has one row a study and the columns estimate, low, high and p_value.
    """
    low, high = results["estimate"].quantile([0.025, 0.975])
    covered = results["low"].le(truth) & results["high"].ge(truth)
    found = results.loc[results["p_value"] < 0.05, "estimate"]
    if found.empty:
        raise ValueError("results must hold at least one study with p below 0.05")
    exaggeration = found.mean() / truth
    verdict = (
        "if only p < 0.05 gets printed, what is printed exaggerates"
        if exaggeration > 1.05
        else "with studies this large, p < 0.05 hardly selects"
    )
    return show.sentence(
        f"The truth is {truth:.0f} %, and 95 of 100 estimates of it lie from {low:.0f} to "
        f"{high:.0f} %. The 95 % interval holds the truth in **{100 * covered.mean():.1f} %** of "
        f"the studies: it keeps its word. {100 * len(found) / len(results):.0f} % reach p < 0.05 "
        f"(for the attack numbers we assumed, with ± as SD). Those say {found.mean():.1f} % on "
        f"average, **{exaggeration:.1f} times** the truth: {verdict}."
    )


def _published_ratio(findings: pd.DataFrame) -> float:
    means = findings["value"]
    return float(means["vk2_mean_control"] / means["vk2_mean_ms"])
