"""What notebook 04 says in words, and its tables: each sentence is built from its result."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from helpers.first_edition import checks, learn, show
from helpers.first_edition.causal import adjusting, beliefs, designs, graphs, strength
from helpers.first_edition.causal.worlds import WORLDS, world

if TYPE_CHECKING:
    import pandas as pd

    from helpers.first_edition.causal.people import Intervention, Sample
    from helpers.first_edition.causal.relapses import Spell

ADDS = {
    "2018 study": "nothing: one blood sample, after onset, one assay, volunteers",
    "re-assay": "the same tubes read blind, in random order, by mass spectrometry",
    "population controls": "controls drawn at random, cases from a register",
    "banked blood": "blood taken before onset",
    "genetic study": "genes that shift VK2, dealt at conception",
    "trial": "VK2 given by lot, attacks counted for a year",
}
_ARTICLE = {
    "deficiency": "“cause”",
    "consumption": "“effect”",
    "shared cause": "not named",
    "assay": "not named",
    "recruitment": "not named",
}


def stories() -> show.Table:
    """The five worlds, each in a sentence, and the article's word for it."""
    import pandas as pd

    rows = [(name, world(name).story, _ARTICLE[name]) for name in WORLDS]
    return show.table(
        pd.DataFrame(rows, columns=["world", "what happens in it", "the article's word"]),
        "Five worlds. Each could have given the published figures.",
    )


def two_columns(year: Intervention, *, reveal: bool = False) -> show.Table:
    """Attacks of each person without and with extra VK2: half of each row blank, unless revealed.

    By lot, every second person is treated.
    """
    import pandas as pd

    treated = np.arange(year.untreated.shape[1]) % 2 == 1
    columns = {"no extra VK2": year.untreated[0], "twice the VK2": year.treated[0]}
    shown = {
        name: [
            f"{count:.0f}" if reveal or seen else "?"
            for count, seen in zip(counts, who, strict=True)
        ]
        for (name, counts), who in zip(columns.items(), (~treated, treated), strict=True)
    }
    rows = {"person": [f"person {i + 1}" for i in range(len(treated))], **shown}
    caption = "Attacks in the year to come, simulated people. "
    caption += "Both columns: only a simulation can fill them." if reveal else "? is never seen."
    return show.table(pd.DataFrame(rows), caption)


def effect_of_treatment(year: Intervention, many: Intervention) -> show.Sentence:
    """What the two columns say about a few single persons, and on average over `many`."""
    fewer = int((year.treated < year.untreated).sum())
    people = year.untreated.size
    return show.sentence(
        f"With extra VK2, {fewer} of these {people} simulated people have fewer attacks and "
        f"{people - fewer} have as many. Over {many.untreated.size:,} people of this world, "
        f"attacks fall to **{many.rate_ratio:.2f} times** what they were. That average is what a "
        f"trial can estimate; who those {fewer} are, no study can see. (That a person has the same "
        "luck in both columns is our assumption.)"
    )


def alike(samples: Mapping[str, Sample]) -> show.Table:
    """What many simulated studies of each world have in common: middle, and 95 in 100 of them."""
    import pandas as pd

    def summed(values: np.ndarray) -> str:
        low, middle, high = np.quantile(values, [0.025, 0.5, 0.975])
        return f"{middle:.2f} ({low:.2f} to {high:.2f})"

    rows = {}
    for name, sample in samples.items():
        ms, control = sample.ms, sample.control
        gap = np.exp(control.log_vk2.mean(axis=1) - ms.log_vk2.mean(axis=1))
        x = ms.attacks_per_year - ms.attacks_per_year.mean(axis=1, keepdims=True)
        slope = np.exp((x * ms.log_vk2).sum(axis=1) / (x**2).sum(axis=1))
        rows[name] = {
            "controls over MS": summed(gap),
            "VK2 per further attack": summed(slope),
            "SD of log VK2 in MS": summed(ms.log_vk2.std(axis=1, ddof=1)),
            "attacks a year": summed(ms.attacks_per_year.mean(axis=1)),
        }
    n = len(next(iter(samples.values())).ms.log_vk2)
    return show.table(
        pd.DataFrame.from_dict(rows, orient="index").rename_axis("world"),
        f"{n:,} simulated studies of each world: the middle one, and where 95 in 100 of them lie. "
        "Read down the columns.",
        folded=True,
    )


def guess_letter(guess: object, order: list[str]) -> learn.Feedback:
    """Compare the letter that a reader took for the deficiency world with the right one.

    `order` holds the worlds in the order of the letters, from ``worlds.hidden_order``.
    """
    worlds = dict(zip("abcdefg", order, strict=False))
    right = next(letter for letter, name in worlds.items() if name == "deficiency")
    options = {letter: f"That is {name}." for letter, name in worlds.items()}
    return learn.prediction_choice(guess, answer=right, options=options)


def adjustments() -> show.Table:
    """What holding things equal does to the estimates, the same in all worlds."""
    table = adjusting.adjustments().round(2)
    labels = {"gap": "VK2 in MS over controls", "slope": "VK2 per further attack, in MS"}
    table = table.rename(index=labels, level="question").reset_index()
    return show.table(
        table,
        "Ratios from one very large simulated study a world. Read along a row: the same in each "
        "world. Read down: what holding things equal moves.",
    )


def verdicts(question: str) -> show.Table:
    """What holding each thing equal does, by the arrows."""
    pair = {"onset": "VK2 and MS", "activity": "VK2 and attacks, within MS"}
    checks.one_of("question", question, pair)
    return show.table(
        adjusting.verdicts(question).reset_index(),
        f"Holding it equal: what it does to the comparison of {pair[question]}. Read off the "
        "arrows, by computer.",
        folded=question == "activity",
    )


def worlds_left(table: pd.DataFrame, design: str) -> int:
    """In how many of the worlds does the design still find a difference?"""
    return int((~_row(table, design)["closed"]).sum())


def row(table: pd.DataFrame, design: str) -> show.Sentence:
    """What a design adds, which paths it closes, and how often a closed path looks closed."""
    cells = _row(table, design)
    closed = cells[cells["closed"]]
    what = f"**{design}** adds {ADDS[design]}."
    if closed.empty:
        return show.sentence(f"{what} It closes no path: all {len(cells)} worlds look alike.")
    covered = 100 * closed["covers_one"]
    text = f"{what} Closed in: {', '.join(closed['world'])}."
    before = designs.DESIGNS[designs.DESIGNS.index(design) - 1]
    newly = [
        name
        for name in closed["world"]
        if not graphs.is_closed(name, before, designs.MAIN_QUESTION[before])
    ]
    for name in newly:
        path = graphs.open_paths(name, before, designs.MAIN_QUESTION[before])[0]
        text += f" In {name} it was open before: {path}."
    if design == "genetic study":
        steep = cells.loc[~cells["closed"], "estimate"].min()
        text += (
            f" Where it is open, 10 % more VK2 multiplies the odds of MS by {steep:.2f}: to make "
            "so large a gap, a little VK2 must do very much (section 8)."
        )
    ends = sorted({f"{covered.min():.0f}", f"{covered.max():.0f}"})
    return show.sentence(
        f"{text} Where all is closed, the 95 % interval holds 1 in {' to '.join(ends)} % of the "
        "studies: it keeps its word."
    )


def unclear_trials(table: pd.DataFrame) -> show.Sentence:
    """How often a trial of this size cannot say."""
    cells = _row(table, "trial")
    none, some = cells[cells["closed"]], cells[~cells["closed"]]
    return show.sentence(
        f"If VK2 does nothing, the trial ends **unclear** in {100 * none['unclear'].mean():.0f} % "
        "of its runs: its interval holds both no effect and a fall by a fifth. If VK2 works as in "
        f"the deficiency world, it misses that in {100 * some['unclear'].mean():.0f} %. 'No effect "
        "seen' can mean 'too small'."
    )


def unchanged(before: pd.Series, after: pd.Series) -> show.Sentence:
    """How far the belief moved after the 2018 study."""
    moved = 100 * float(np.abs(after - before).max())
    return show.sentence(
        f"After the 2018 study no belief moved by more than **{moved:.1f} percentage points**. It "
        "was as likely in each world, so it cannot choose between them."
    )


def what_each_adds() -> dict[str, str]:
    """Each design and, in a sentence, what it adds: the options of a prediction."""
    return {design: f"It adds {adds}." for design, adds in ADDS.items()}


def best_design(bits: pd.Series, belief: pd.Series) -> show.Sentence:
    """Which design tells most, under the belief that `bits` was computed from."""
    best, second = bits.sort_values(ascending=False).index[:2]
    return show.sentence(
        f"Under this belief {beliefs.uncertainty(belief):.2f} bits are missing. Worth most: "
        f"**{best}**, {bits[best]:.2f} bits; then {second}, {bits[second]:.2f}; the trial is worth "
        f"{bits['trial']:.2f}. That counts what a study "
        "*tells*, not what it costs, how long it takes, or whether patients could act on it. Near "
        "ties hang on sizes that we assumed."
    )


def gap_as_evidence(implied: pd.DataFrame, known: pd.DataFrame) -> show.Sentence:
    """What deficiency would have to be, beside the strongest known risk factor."""
    top = known.loc[known["estimate"].idxmax()]
    as_sd = implied.loc["standard deviation"]
    smallest = implied["risk_ratio"].min()
    return show.sentence(
        f"If ± is a standard deviation, {100 * as_sd['low_ms']:.0f} % of people with MS but only "
        f"{100 * as_sd['low_control']:.2f} % of controls lie below {as_sd['cut']:.0f} ng/ml. "
        f"People with low VK2 would be about **{_two_digits(as_sd['risk_ratio'])} times** as "
        f"likely to have MS; {100 * as_sd['risk_if_low']:.0f} in 100 of them would have it. The "
        f"strongest known risk factor in our table, {top['factor']}, is at "
        f"{top['estimate']:g}. Even the mildest reading of ± asks for {_two_digits(smallest)}."
    )


def strain(findings: pd.DataFrame) -> show.Table:
    """What each world asks us to believe, in one number each."""
    import pandas as pd

    risk = strength.implied_risk(findings)
    value = findings["value"]
    fold = value["vk2_mean_control"] / value["vk2_mean_ms"]
    rows = [
        ("deficiency", "low VK2 multiplies the risk of MS", _two_digits(risk.risk_ratio)),
        (
            "consumption",
            "MS lowers VK2 in the blood by so many per cent",
            f"{100 * (1 - 1 / fold):.0f}",
        ),
        (
            "shared cause",
            "a hidden cause multiplies the risk of both MS and low VK2 (E-value)",
            _two_digits(risk.e_value),
        ),
        ("assay", "the assay errs in MS by a factor of", f"{fold:.1f}"),
        (
            "recruitment",
            "people that must be asked for one control, at least",
            _two_digits(strength.people_per_volunteer()),
        ),
    ]
    return show.table(
        pd.DataFrame(rows, columns=["world", "what it asks us to believe", "how much"]),
        "Computed from the published means, ± taken as a standard deviation; the last row from the "
        "model. Each world strains belief, because the gap is so large.",
    )


def e_values(findings: pd.DataFrame) -> show.Sentence:
    """How strong a hidden common cause would have to be, and what an E-value cannot see."""
    implied = strength.implied_risks(findings)["e_value"]
    low, high = implied.min(), implied.max()
    return show.sentence(
        f"A hidden common cause would need a risk ratio of {_two_digits(low)} (± a standard error) "
        f"to {_two_digits(high)} (± a standard deviation) with both low VK2 and MS. That does not "
        "prove deficiency: an E-value is blind to a wrong assay, to who takes part, and to MS "
        "lowering VK2."
    )


def precedent(studies: pd.DataFrame) -> show.Sentence:
    """The fair summary of the vitamin D studies, counted from the table."""
    mine = studies[studies["vitamin"] == "vitamin D"]
    onset = mine[mine["outcome_kind"] == "onset"]
    for_onset = onset.loc[onset["verdict"] == "favours the vitamin", "study"].nunique()
    of_onset = onset["study"].nunique()
    trials = mine[mine["design"] == "randomised trial"]
    met = trials[
        trials["outcome"].str.contains("primary") & (trials["verdict"] == "favours the vitamin")
    ]
    biotin = studies[studies["vitamin"] == "biotin"].set_index("study")
    small, large = biotin.loc["MS-SPI 2016"], biotin.loc["SPI2 2020"]
    return show.sentence(
        f"Vitamin D: of {of_onset} studies of *onset* in our table, {for_onset} (banked blood, "
        f"genes) favour it. Of {trials['study'].nunique()} trials of *activity*, "
        f"{met['study'].nunique()} met its main aim, and that was driven by MRI. So: **mixed**, "
        "not disproved. Biotin: in the small "
        f"trial ({small['n']} people) {small['percent_treated']:g} % improved against "
        f"{small['percent_control']:g} %; in the larger one ({large['n']}) "
        f"{large['percent_treated']:g} % against {large['percent_control']:g} %."
    )


def hill(viewpoints: pd.DataFrame, ratings: Mapping[str, str]) -> show.Table:
    """The reader's rating of each viewpoint beside ours, with what speaks for and against.

    Raises:
        ValueError: a rating for a viewpoint that does not exist.
    """
    for name in ratings:
        checks.one_of("ratings: viewpoint", name, viewpoints["viewpoint"])
    table = viewpoints[["viewpoint", "asks", "speaks_for", "speaks_against"]].copy()
    table.columns = ["viewpoint", "asks", "speaks for a cause", "against, or missing"]
    if any(rating is not ... for rating in ratings.values()):
        table["you"] = [
            "" if ratings.get(name, ...) is ... else str(ratings[name])
            for name in viewpoints["viewpoint"]
        ]
        table["we"] = viewpoints["our_rating"] + ": " + viewpoints["reason"]
    return show.table(
        table,
        "Hill's viewpoints, in our words. They are no score: none is needed but time order, and no "
        "number of them proves a cause. Ours appears once you have rated at least one.",
    )


def comments(claims: pd.DataFrame) -> show.Table:
    """The comments under the article that speak of cause: what they say, and our verdict."""
    chosen = claims[claims["id"].isin(["C3", "C5", "R", "C7", "C8"])]
    table = chosen[["where", "paraphrase", "verdict", "reason"]].fillna("")
    return show.table(
        table.reset_index(drop=True),
        "Comments under the article, in our words; the last two columns are ours. Our copy holds "
        "8 of them.",
    )


def regression(seen: Spell, findings: pd.DataFrame) -> show.Sentence:
    """What choosing did, with nobody treated."""
    chosen = seen.chosen
    before, after = seen.year_before[chosen].mean(), seen.year_after[chosen].mean()
    value = findings["value"]
    better = 100 * (seen.year_after[chosen] < seen.year_before[chosen]).mean()
    return show.sentence(
        f"Simulated, untreated: from {before:.2f} to **{after:.2f}** relapses a year, and "
        f"{better:.0f} % of those chosen had a better year than the one before. Published, "
        f"untreated, {value['relapses_n']:.0f} people: {value['relapses_before']:g} to "
        f"{value['relapses_after']:.1f}. We set the unevenness of the years so that the two agree; "
        "the fall needs no treatment."
    )


def age_argument(findings: pd.DataFrame) -> show.Sentence:
    """Where the argument from age leads if it is taken at its word."""
    value = findings["value"]
    fall, vk2 = value["relapse_fall"], value["age_effect_all"]
    per_decade = 100 * ((1 + fall / 100) ** 2 - 1)
    return show.sentence(
        f"Comment 8 argues from age. The abstract: VK2 about {abs(vk2):.0f} % lower per decade. "
        f"Another study: relapses {abs(fall):.0f} % fewer every 5 years, so "
        f"**{abs(per_decade):.0f} % fewer** per decade. If low VK2 brought attacks, older people "
        "should have more. And both compare different people, or averages, at different ages."
    )


def prior_after(belief: pd.Series, chances: pd.DataFrame, design: str) -> show.Table:
    """The belief now, and after each result that may well come out, with its chance."""
    import pandas as pd

    columns = {"now": belief}
    for result in designs.RESULTS:
        chance = float((belief * chances.loc[(design, result)]).sum())
        if chance < 0.005:
            continue  # it hardly ever comes out so
        after = beliefs.update(belief, chances, design, result)
        columns[f"{result} (chance {100 * chance:.0f} %)"] = after
    table = (100 * pd.DataFrame(columns)).round().astype(int).astype(str) + " %"
    return show.table(
        table.rename_axis("world"),
        f"{design}: the belief now, and after each possible result.",
        folded=True,
    )


def camps(first: pd.Series, second: pd.Series, chances: pd.DataFrame, trust: float) -> show.Table:
    """How far two camps lie apart after each possible result of each design."""
    import pandas as pd

    chances = beliefs.doubted(chances, trust)
    rows = {}
    for design in designs.DESIGNS:
        rows[design] = {
            result: beliefs.disagreement(
                *(beliefs.update(camp, chances, design, result) for camp in (first, second))
            )
            for result in designs.RESULTS
        }
    now = beliefs.disagreement(first, second)
    table = pd.DataFrame.from_dict(rows, orient="index").round(2).rename_axis("design")
    return show.table(
        table, f"How far two camps lie apart: 0 agree, 1 share nothing. Now: {now:.2f}."
    )


def _row(table: pd.DataFrame, design: str) -> pd.DataFrame:
    checks.columns("table", table, ("design", "question", "world", "closed"))
    checks.one_of("design", design, designs.DESIGNS)
    main = designs.MAIN_QUESTION[design]
    return table[(table["design"] == design) & (table["question"] == main)]


def _two_digits(number: float) -> str:
    digits = 1 - math.floor(math.log10(number))
    return f"{round(number, digits):,.0f}" if number >= 10 else f"{number:.1f}"
