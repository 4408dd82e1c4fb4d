"""The results of notebook 02 read out in words, each sentence built from the figures it quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.first_edition import design, power, show
from helpers.first_edition.simulate import STUDY_CONTROL, STUDY_MS

if TYPE_CHECKING:
    import pandas as pd


def prevalent_cases(cases: pd.DataFrame) -> show.Sentence:
    """Who is found on one day, against all who fall ill; `cases` from `design.cases_over_time`."""
    short = cases["stay"] == "short"
    found = 100 * short[cases["found"]].mean()
    return show.sentence(
        f"Of all who fall ill, {100 * short.mean():.0f} % stay a short while. Of those found on "
        f"one day, **{found:.0f} %** do. If the length of the stay has to do with VK2, the people "
        "found differ from all who fall ill, and VK2 need not have caused anything."
    )


def choice_needed(findings: pd.DataFrame) -> show.Sentence:
    """How strong a choice of controls makes the whole published ratio, for each reading of ±."""
    ratio = _published_ratio(findings)
    mean_ms = findings.loc["vk2_mean_ms", "value"]
    needed = {
        reading: design.preference_for_ratio(
            ratio, design.log_normal(mean_ms, design.compare_reading(findings, key).sd_second)
        )
        for reading, key in design.READINGS.items()
    }
    sd, _, se = needed.values()
    return show.sentence(
        f"To make the whole ratio of {ratio:.2f}, each doubling of VK2 would have to make a person "
        f"**{sd:.0f} times** as likely to volunteer, if ± is the standard deviation. If ± is the "
        f"standard error, people differ far more, and **{se:.1f} times** would do. Section 5 asks "
        "which it is."
    )


def unit_trouble(findings: pd.DataFrame, serum_levels: pd.DataFrame) -> show.Sentence:
    """How far the published levels lie above reference limits by LC-MS/MS (dunovska2019)."""
    limits = serum_levels.query("study == 'Dunovska 2019' and vitamer in ['MK-4', 'MK-7']")
    top = float(limits["high"].sum())
    ms, control = (findings.loc[f"vk2_mean_{group}", "value"] for group in ("ms", "control"))
    return show.sentence(
        f"The upper reference limits of MK-4 and MK-7 add up to {top:.2f} ng/ml (Dunovska and "
        f"others 2019, abstract: mass spectrometry in healthy adults). The published "
        f"{control:.0f} is about **{control / top:.0f} times** that, and even the 'low' {ms:.0f} "
        f"about {ms / top:.0f} times. A shared factor would leave the ratio of "
        f"{control / ms:.2f} as it is. It would not leave our trust in what was measured."
    )


def biotin(findings: pd.DataFrame) -> show.Sentence:
    """What share of the MS group high-dose biotin would have to reach."""
    ratio = _published_ratio(findings)
    return show.sentence(
        "Even if the assay printed nothing at all for them, "
        f"**{100 * design.share_to_affect(ratio, 0):.0f} %** of the MS group would have to take "
        f"high-dose biotin to make a ratio of {ratio:.2f} out of nothing. So it could make part of "
        "a gap, hardly all of it. Whether the kit was of the kind that biotin disturbs, and "
        "whether anyone took it, is not known."
    )


def spread_table(table: pd.DataFrame) -> show.Table:
    """The three readings of ± as a table to read; `table` from `design.readings_of_spread`."""
    names = {
        "sd_ms": "SD in MS",
        "sd_control": "SD in controls",
        "cohen_d": "d",
        "auc": "control higher, of 100 pairs",
        "below_zero_ms": "% of MS below zero",
    }
    shown = table[list(names)].round(
        {"sd_ms": 0, "sd_control": 0, "cohen_d": 1, "auc": 1, "below_zero_ms": 0}
    )
    shown = shown.astype({"sd_ms": int, "sd_control": int, "below_zero_ms": int})
    return show.table(
        shown.rename(columns=names).reset_index(),
        caption="The same abstract read three ways. SDs in ng/ml. The last two columns take the "
        "values to be bell-shaped.",
    )


def difference_of_means(findings: pd.DataFrame) -> show.Sentence:
    """The difference of the published means with its interval, for each reading of ±."""
    gaps = {
        reading: design.compare_reading(findings, key).difference
        for reading, key in design.READINGS.items()
    }
    parts = ", ".join(
        f"{gap.low:.0f} to {gap.high:.0f} ({reading})" for reading, gap in gaps.items()
    )
    zero = "some hold" if any(gap.covers(0) for gap in gaps.values()) else "all leave out"
    (value,) = {round(gap.value) for gap in gaps.values()}
    return show.sentence(
        f"The means differ by **{value} ng/ml**, whatever ± is. The 95 % interval of that "
        f"difference is {parts}: {zero} zero. (Welch's method, which lets the groups differ in "
        "spread.)"
    )


def three_readings(table: pd.DataFrame, findings: pd.DataFrame) -> show.Sentence:
    """What the p-value, the median and common sense say; `table` from `readings_of_spread`."""
    below = findings.loc["vk2_p", "value"]
    fits = [reading for reading, p in table["p_value"].items() if p < below]
    median = findings.loc["vk2_median_ms", "value"]
    nearest = (table["median_ms"] - median).abs().idxmin()
    sd, se = table.loc["standard deviation"], table.loc["standard error"]
    return show.sentence(
        f"**The p-value** (below {below:g}) fits if ± is a {' or '.join(fits)}. With the "
        f"{', '.join(reading for reading in table.index if reading not in fits)}, a t-test (the "
        f"usual test of two means) gives {show.p_value(se['p_value'])}, though another test might "
        f"give less. **The median** in MS ({median:.0f}) lies nearest to what the {nearest} "
        f"implies ({table.loc[nearest, 'median_ms']:.0f}) if levels have a log-normal tail "
        "upwards; the controls' median, above their mean, fits no such tail. **Common sense** "
        f"objects to both ends. If ± is the SD, in {sd['auc']:.1f} of 100 pairs the control is "
        "higher: a nearly perfect test for MS from one nutrient. If it is the SE, the SD in MS is "
        f"{se['sd_ms']:.0f}, far above the mean. Each of the three could be wrong. **Undecided.**"
    )


def power_of_the_gap(table: pd.DataFrame, findings: pd.DataFrame) -> show.Sentence:
    """The ratio found with 80 % power, by reading; `table` from `power.power_by_reading`."""
    found = table.groupby("reading", sort=False)["found_at_80"].first()
    parts = ", ".join(f"{ratio:.2f} ({reading})" for reading, ratio in found.items())
    apart = 100 * (table["formula"] - table["simulated"]).abs().max()
    return show.sentence(
        f"With 45 and 29 people, 80 % of studies would find a ratio of {parts}. The published "
        f"{_published_ratio(findings):.2f} is beyond all three: for a gap like that the study was "
        f"**large enough**. Formula and simulation differ by {apart:.0f} percentage points at "
        "most. Power says nothing about bias: a biased gap is found just as surely."
    )


def precision_of_types(table: pd.DataFrame) -> show.Sentence:
    """What five and one people of a type can tell; `table` from `power.precision`."""
    everyone, five, _ = table["formula"]

    def reach(factor: float) -> str:
        return f"{100 * (1 - 1 / factor):.0f} % lower to {100 * (factor - 1):.0f} % higher"

    return show.sentence(
        f"For the two groups, the interval reaches from {reach(everyone)}. For five people with "
        f"SPMS it reaches from {reach(five)}, **if nothing at all was seen**. For one person with "
        "PPMS there is no interval. (± is read as the SD; the other readings make intervals "
        "wider.) So 'no correlation with any type' says: we could not tell."
    )


def power_of_slopes(table: pd.DataFrame, needed: float) -> show.Sentence:
    """Power to tell 15 from 10 % per decade; `table` from `power.power_for_slopes`."""
    first = table.iloc[0]
    return show.sentence(
        f"A true difference of {first['percents']} per decade is found by "
        f"**{100 * first['simulated']:.0f} %** of studies with {first['n_ms']:.0f} and "
        f"{first['n_control']:.0f} people (formula: {100 * first['formula']:.0f} %). Chance alone "
        f"gives {100 * power.ALPHA:.0f} %. For 80 %, about **{needed:.0f} times as many** people "
        f"are needed: some {round(needed * STUDY_MS, -1):.0f} and "
        f"{round(needed * STUDY_CONTROL, -1):.0f}."
    )


def if_ten_is_everyone(table: pd.DataFrame) -> show.Sentence:
    """The same with the other reading of the 10 %; `table`: `power.power_if_ten_is_everyone`."""
    row = table.loc[1]
    controls = row["percents"].split(" against ")[1]
    return show.sentence(
        f"If the 10 % is everyone's, controls fall by only {controls} per decade. The difference "
        f"is then larger, and **{100 * row['simulated']:.0f} %** of such studies find it. So what "
        "this study can tell depends on what the 10 % is. All these figures rest on ages that we "
        "assumed and on ± read as the SD."
    )


def _published_ratio(findings: pd.DataFrame) -> float:
    return float(findings.loc["vk2_mean_control", "value"] / findings.loc["vk2_mean_ms", "value"])
