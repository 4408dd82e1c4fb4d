"""The results of notebook 01 read out in words, each sentence built from the figures it quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from helpers.first_edition import data, learn, show, vitamin_k

if TYPE_CHECKING:
    import pandas as pd

MILLIGRAM = 1000  # µg
MAKERS = {
    "a": "Plants make K1, not K2.",
    "b": "Right for most menaquinones, but MK-4 is left out.",
    "c": "That is what the post says. Plants make K1, and K1 is not K2.",
    "d": "Bacteria make the longer menaquinones; our tissue makes MK-4 out of K1.",
}
TIMING = {
    "a": "It helped in both cases.",
    "b": "It helped when given before; given after, it had no effect.",
    "c": "It helped only after.",
}


def who_makes_it(guess: object) -> learn.Feedback:
    """Compare the reader's guess with who makes K2 (booth2012, nakagawa2010, walther2017k2diet)."""
    return learn.prediction_choice(guess, answer="d", options=MAKERS)


def when_it_helped(guess: object) -> learn.Feedback:
    """Compare the reader's guess with when K2 helped rats with EAE (moriya2005)."""
    return learn.prediction_choice(guess, answer="b", options=TIMING)


def natto_to_yolk(foods: pd.DataFrame) -> float:
    """How many times as much MK-7 natto holds as egg yolk holds K2, weight for weight."""
    weighed = foods[foods["unit"].eq("µg/100 g")]

    def amount(food: str, vitamer: str) -> float:
        rows = weighed[weighed["food"].eq(food) & weighed["vitamer"].eq(vitamer)]
        return float(rows["amount"].item())

    return amount("natto", "MK-7") / amount("egg yolk, raw", "K2 (as reported)")


def molar_masses(kinetics: pd.DataFrame) -> show.Sentence:
    """The computed molar masses against those that a published pair of doses implies."""
    value = kinetics["value"]
    parts = []
    for vitamer, name in (("MK-4", "mk4"), ("MK-7", "mk7")):
        dose, moles = value[f"single_dose_{name}"], value[f"single_dose_{name}_nmol"]
        parts.append(
            f"{vitamer}: {dose:.0f} µg were called {moles:.0f} nmol, so {1000 * dose / moles:.1f} "
            f"g/mol; counted from the atoms, **{vitamin_k.molar_mass(vitamer):.2f}**"
        )
    return show.sentence(
        f"A check from outside (Sato 2012, abstract). {'. '.join(parts)}. They agree."
    )


def calcium_trial(evidence: pd.DataFrame) -> show.Sentence:
    """The trial of MK-4 and calcium in the arteries of the heart, and what it cannot show."""
    trial = evidence.query("study == 'Ikari 2016'").iloc[0]
    return show.sentence(
        f"A study measured {trial['model']}. {trial['n']} people took {trial['vitamer']}, "
        f"{trial['dose']}: {trial['result']} ({trial['study']}, abstract). There was "
        f"{trial['timing'].partition(', ')[2]}, so nobody knows how it would have risen without. "
        "It is claimed that menaquinones do for the heart what K1 does not; a critical review "
        "finds that the few trials do **not** support this (Shea 2021, abstract)."
    )


def accumulation(kinetics: pd.DataFrame) -> show.Sentence:
    """The model's two ratios against the published 7- to 8-fold, and what would mend the gap."""
    k1, mk7 = kinetics.loc["half_life_k1"], kinetics.loc["half_life_mk7"]
    published = kinetics.loc["accumulation_mk7"]
    grows = [vitamin_k.build_up(mk7[end]) for end in ("low", "high")]
    middle = mk7["value"] / k1["value"]
    lowest, highest = mk7["low"] / k1["high"], mk7["high"] / k1["low"]
    needed = mk7["value"] / np.array([published["high"], published["low"]])
    return show.sentence(
        f"**Model:** MK-7 ends at {grows[0]:.1f} to {grows[1]:.1f} times the level of its first "
        f"day, and at {middle:.0f} times K1 on average ({lowest:.0f} to {highest:.0f} over the "
        "half-lives quoted and assumed). **Published:** "
        f"{published['low']:.0f} to {published['high']:.0f} times (an abstract that does not spell "
        "out what with; we read it as K1). The direction is right, the size is not. For that size "
        f"K1 would have to leave with a half-life of {needed[0]:.1f} to {needed[1]:.1f} hours, not "
        f"the {k1['value']:g} that we assume."
    )


def one_sample(kinetics: pd.DataFrame) -> show.Sentence:
    """What the hour of the blood draw does to each vitamer, in the steady model."""
    early, late = 4, 12
    k1, mk4, mk7 = (kinetics.loc[f"half_life_{name}"] for name in ("k1", "mk4", "mk7"))

    def times(half_life: float) -> float:
        days = 60
        amounts = vitamin_k.amount_in_blood(
            24.0 * (days - 1) + np.array([early, late]),
            half_life,
            days=days,
            absorption_half_life=kinetics.loc["absorption_half_life", "value"],
        )
        return amounts[0] / amounts[1]

    one, two = (100 * vitamin_k.share_by_day(mk7["value"], days).sum() for days in (7, 14))
    slow = 2 * mk7["value"]
    nearly_all = np.ceil(slow / 24 * np.log2(100))
    return show.sentence(
        f"In the model, the same person on the same doses has {times(k1['value']):.0f} times as "
        f"much K1 {early} hours after the dose as {late} hours after it ({times(k1['high']):.0f} "
        f"to {times(k1['low']):.0f} over the half-lives assumed), {times(mk4['value']):.0f} times "
        f"as much MK-4, but only **{times(mk7['value']):.1f} times** as much MK-7. So without the "
        f"hour and the last meal, a K1 or MK-4 level says little. Of the MK-7, {one:.0f} % stems "
        f"from the last 7 days and {two:.0f} % from the last 14. None tells of the years before a "
        f"diagnosis: even if MK-7 stayed twice as long, 99 % of it would be less than "
        f"{nearly_all:.0f} days old."
    )


def times_the_limit(serum: pd.DataFrame, findings: pd.DataFrame) -> show.Sentence:
    """The published means as multiples of the usual upper limits and of other levels."""
    limit = upper_limit(serum)
    ms, controls = _means(findings)
    torii = serum.query("study == 'Torii 2017' and vitamer == 'MK-7'")["value"].iloc[0]
    ikari = serum.query("study == 'Ikari 2016' and vitamer == 'MK-7'")["value"].iloc[0]
    return show.sentence(
        f"The upper limits of MK-4 and MK-7 in healthy adults add up to {limit:.2f} ng/ml "
        f"(Dunovska 2019, abstract). The controls' {controls:.0f} is **{controls / limit:.0f} "
        f"times** that. The {ms:.0f} of the MS group, called low, is still **{ms / limit:.0f} "
        f"times** it. Against MK-7 in Japan: {controls / torii:.0f} times the median of Torii "
        f"2017, {controls / ikari:.0f} times the mean of Ikari 2016."
    )


def in_the_plasma(
    findings: pd.DataFrame, kinetics: pd.DataFrame, intakes: pd.DataFrame
) -> show.Sentence:
    """Both units of the controls' mean, and the amount in all the plasma."""
    controls = _means(findings)[1]
    litres = kinetics.loc["plasma_volume", "value"]
    milligrams = vitamin_k.plasma_amount(controls, litres)
    day = intakes.loc["ai_us_men", "value"]
    moles = {v: vitamin_k.nmol_per_litre(controls, v) for v in ("MK-4", "MK-7")}
    return show.sentence(
        f"{controls:.0f} ng/ml is {moles['MK-4']:,.0f} nmol/l if it is MK-4, {moles['MK-7']:,.0f} "
        f"if MK-7. {litres:g} litres of plasma (a round figure, assumed) would hold "
        f"**{milligrams:.1f} mg** at once: {MILLIGRAM * milligrams / day:.0f} days of the adequate "
        f"intake of *all* vitamin K for a man, {day:.0f} µg a day."
    )


def if_picograms(serum: pd.DataFrame, findings: pd.DataFrame) -> show.Sentence:
    """The hypothesis of a unit slip, labelled as one."""
    limits = serum[serum["study"].eq("Dunovska 2019")].set_index("vitamer")
    ms, controls = (mean / 1000 for mean in _means(findings))
    span = {v: (limits.loc[v, "low"], limits.loc[v, "high"]) for v in ("MK-4", "MK-7")}
    inside = {
        v: sum(low <= level <= high for level in (ms, controls)) for v, (low, high) in span.items()
    }
    words = {0: "neither lies", 1: "one of them lies", 2: "both lie"}
    return show.sentence(
        f"**Hypothesis, not a finding.** Read as pg/ml, the two means would be {ms:.3f} and "
        f"{controls:.3f} ng/ml: {words[inside['MK-4']]} within the usual limits of MK-4 "
        f"({span['MK-4'][0]:.3f} to {span['MK-4'][1]:.3f}), {words[inside['MK-7']]} within those "
        f"of MK-7 ({span['MK-7'][0]:.3f} to {span['MK-7'][1]:.3f}). But every copy of the abstract "
        "that was seen says ng/ml."
    )


def intake_table(intakes: pd.DataFrame) -> show.Table:
    """What is recommended, what has no figure, and what is warned of."""
    rows = intakes[intakes["kind"].isin(["recommended", "not set", "warning"])]
    amount = rows["value"].map("{:g}".format, na_action="ignore").astype("string")
    table = rows[["quantity", "people", "vitamer"]].assign(
        amount=(amount + " " + rows["unit"]).fillna("none set"),
        how_sure=rows["grade"],
        source=rows["source"].map(_source),
        note=rows["note"].fillna(""),
    )
    table.columns = [name.replace("_", " ") for name in table.columns]
    return show.table(
        table.reset_index(drop=True),
        "Neither of the two bodies has set a figure for K2 alone. No upper limit does not mean "
        "safe at any dose. How sure: A abstract, S secondary page.",
    )


def evidence_table(evidence: pd.DataFrame) -> show.Table:
    """What was tried in dishes, animals and people, and what the abstracts report."""
    table = evidence[["study", "system", "model", "vitamer", "dose", "timing", "result"]]
    table = table.fillna({"dose": "not in our notes"})
    table.columns = ["study", "in", "model of", *table.columns[3:]]
    return show.table(
        table,
        "What was tried. Read the columns 'timing' and 'vitamer'. All from abstracts (A). "
        "nM: nmol per litre; mg: a thousandth of a gram.",
    )


def upper_limit(serum: pd.DataFrame) -> float:
    """The upper reference limits of MK-4 and MK-7 added up, in ng/ml (dunovska2019)."""
    rows = serum[serum["study"].eq("Dunovska 2019") & serum["vitamer"].isin(["MK-4", "MK-7"])]
    return float(rows["high"].sum())


def _means(findings: pd.DataFrame) -> tuple[float, float]:
    mean = findings["value"]
    return float(mean["vk2_mean_ms"]), float(mean["vk2_mean_control"])


def _source(key: str) -> str:
    """The first author or body of a reference, and the year."""
    entry = data.references()[key]
    name = entry.get("author", entry["title"]).split(",")[0]
    return f"{name} {entry['year']}".removesuffix(" n.d.")
