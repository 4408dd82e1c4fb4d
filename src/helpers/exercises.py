"""The answer keys: one function an exercise. Open this file after you have tried.

Each key computes the answer from the data, names the likeliest mistakes, and returns a sentence.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from helpers import learn, simulate, tables

if TYPE_CHECKING:
    import pandas as pd

# Notebook 00


def how_many(answer: object, people: pd.DataFrame) -> learn.Feedback:
    """00, exercise 1: how many simulated participants are there?"""
    counts = people["group"].value_counts()
    slips = {
        f"Those are the people of one group ({g}). Add the others.": n for g, n in counts.items()
    }
    shown = " and ".join(f"{n} {group}" for group, n in counts.items())
    return learn.number(answer, len(people), slips, within=0, because=f"{shown}, as in the study.")


# Notebook 03


def percent_lower(answer: object) -> learn.Feedback:
    """03, exercise 3: how many per cent lower is the lower one of two values, from their ratio?"""
    slips = {
        "You took 1 from the ratio: that says how many per cent higher the higher value is. For "
        "'lower', the higher value is the whole: divide by the ratio.": lambda r: 100 * (r - 1),
        "That is the share that is left. How much is missing?": lambda r: 100 / r,
        "That is the share that is left, as a fraction. How much is missing?": lambda r: 1 / r,
        "Right, but as a fraction. Multiply by 100 for per cent.": lambda r: 1 - 1 / r,
        "That multiplies by the ratio. The lower value is 1 divided by it.": lambda r: 100 * r,
        "That takes the ratio from 100. Take 100 divided by the ratio from it.": lambda r: 100 - r,
        "Brackets first: 100 times the whole of (1 - 1 / ratio).": lambda r: 1 - 100 / r,
        "That takes the ratio from 1. Take 1 / ratio from 1.": lambda r: 100 * (1 - r),
        "1 / ratio is a share; in per cent it is 100 / ratio.": lambda r: 100 - 1 / r,
    }
    cases = (1, 2, 1 / _published_ratio(), 10)
    because = "Nothing can be three times lower: at most 100 per cent lower."
    return learn.function(
        answer, lambda r: 100 * (1 - 1 / r), cases, slips, unit="%", because=because
    )


def decades(answer: object) -> learn.Feedback:
    """03, exercise 1: decades of age, 10 % lower each, that make the whole published gap."""
    way, step = math.log(_published_ratio()), math.log(0.9)
    slips = {
        "You added the per cents up. They compound: each decade takes 10 % of what is left, so it "
        "takes more decades. Use logarithms.": 10 * (1 - math.exp(way)),
        "That is for 15 % a decade, the fall within MS. Use 10 %.": way / math.log(0.85),
        "That is in years. How many decades?": 10 * way / step,
        "Two slips: the log of the ratio is missing, np.log(235 / 812).": math.exp(way) / step,
        "You divided by 0.1. On a log scale a fall of 10 % is np.log(0.9).": way / -0.1,
        "You divided by 0.9 itself. One step is np.log(0.9).": way / 0.9,
        "That is with times 1.1. One decade down is times 0.9.": way / -math.log(1.1),
        "The sign is off: one of the two fractions is upside down.": -way / step,
        "That is the worked case, 400 over 800. Put in 235 and 812.": math.log(0.5) / step,
        "A step of 10 % lower is np.log(0.9), not np.log(0.1).": way / math.log(0.1),
        "That is the ratio itself. How many steps of times 0.9 lead to it?": math.exp(way),
        "That is the log of the ratio upside down. Divide the way by one step.": -way,
        "That is the log of the ratio, the whole way. Divide it by one step.": way,
        "Turned round: the whole way divided by one step.": step / way,
        "That is with the medians. Use the means.": math.log(_published_ratio("median")) / step,
    }
    because = f"That is {10 * way / step:.0f} years: no difference in age comes near it."
    return learn.number(answer, way / step, slips, unit="decades", within=0.02, because=because)


def attacks_for_ten_percent_lower(answer: object, attacks_from_vk2: object) -> learn.Feedback:
    """03, exercise 2: further attacks a year that go with VK2 10 % lower, from the reader's fit."""
    slope = float(attacks_from_vk2.params["np.log(vk2_ng_ml)"])
    step = math.log(0.9)
    slips = {
        "That is the slope per unit of log VK2, a factor of 2.7. How long is the step of 10 % "
        "lower on the log scale?": slope,
        "Close: 10 % lower is a step of np.log(0.9), not of -0.1.": -0.1 * slope,
        "The step is np.log(0.9), not 0.1: lower VK2 is a step down.": 0.1 * slope,
        "You left the logarithm out: the step is np.log(0.9), not 0.9.": 0.9 * slope,
        "The step is np.log(0.9), not 10.": 10 * slope,
        "10 % lower leaves 90 %: the step is np.log(0.9), not np.log(0.1).": slope * math.log(0.1),
        "A step of np.log(1.1) is 10 % higher. Lower is np.log(0.9).": math.log(1.1) * slope,
        "You divided. A slope times a step gives the change.": slope / step,
        "Turned round: the answer is slope times step.": step / slope,
        "That is the post's figure. What does the fit give?": 1.0,
    }
    wanted = slope * step
    slips = {text: x for text, x in slips.items() if abs(x - wanted) > 0.06 * abs(wanted)}
    because = f"About {1 / wanted:.0f} such steps for one attack; the post says one step."
    return learn.number(answer, wanted, slips, unit="attacks a year", within=0.05, because=because)


def found_with_twice_the_people(
    answer: object, model: simulate.Model, analysis: Callable
) -> learn.Feedback:
    """03, exercise 4: per cent of studies with 90 people with MS that reach p < 0.05."""
    if answer is ...:
        return learn.number(answer, 0.0)  # no need to run the studies

    def share(n_ms: int) -> float:
        studies = simulate.repeat(model, analysis, 10_000, n_ms=n_ms, seed=2018)
        return 100 * float((studies["p"] < 0.05).mean())

    few, many = share(45), share(90)
    slips = {
        "That is the share that misses it. Which side of 0.05 counts as found?": 100 - many,
        "That is the share with 45 people. Give n_ms=90.": few,
        "That is twice the share with 45 people. The share does not double; run it.": 2 * few,
        "That is a count. Divide by how many studies there were, times 100.": 100 * many,
    }
    because = "Twice the people, but not twice the chance."
    return learn.number(answer, many, slips, unit="%", within=0.04, because=because)


def _published_ratio(kind: str = "mean") -> float:
    """MS over controls, from the published means or medians."""
    value = tables.read("published_findings").set_index("id")["value"]
    return float(value[f"vk2_{kind}_ms"] / value[f"vk2_{kind}_control"])


# Notebook 01


def natto_micrograms(answer: object) -> learn.Feedback:
    """01, exercise 1: the vitamin K of a serving of natto, from its per cent of the daily value."""
    intakes = tables.read("vitamin_k_intakes").set_index("id")["value"]
    share, day = intakes["label_natto"], intakes["label_day"]
    wanted = share / 100 * day
    slips = {
        "That is what the heading says, turned into µg. Start from the per cents.": 1000 * wanted,
        f"{share:.0f} per cent is {share / 100:.2f} times, not {share:.0f} times.": share * day,
        "You divided by the daily value. A share of an amount is a product.": share / day,
        "You divided by the share. A share of an amount is a product.": 100 * day / share,
        "That is the share itself, in per cent. Of which amount?": share,
        "That is the share itself, as a number. Of which amount?": share / 100,
        "That is the daily value, 100 %. How much is the share of it?": day,
        "That is in milligrams. One milligram is 1000 µg.": wanted / 1000,
    }
    because = "The page prints 850 under the heading mg. Its own per cents say µg."
    return learn.number(answer, wanted, slips, unit="µg", because=because)


def plasma_milligrams(answer: object) -> learn.Feedback:
    """01, exercise 4: milligrams in all the plasma at the mean level of the MS group."""
    litres = float(tables.read("kinetics").set_index("id")["value"]["plasma_volume"])
    ms, controls = (_published(f"vk2_mean_{group}") for group in ("ms", "control"))
    wanted = ms * litres / 1000
    slips = {
        "That is in micrograms. 1000 µg are one milligram.": ms * litres,
        f"That is in one litre. There are {litres:g} litres of plasma.": ms / 1000,
        f"You divided by the {litres:g} litres. Each of them holds as much.": ms / litres / 1000,
        "That is what one litre holds, in micrograms.": ms,
        "You divided by 1000 twice: a ng/ml is already a µg per litre.": wanted / 1000,
        "That is for the controls. Take the mean of the MS group.": controls * litres / 1000,
        "You added the litres. Each of them holds as much: multiply.": (ms + litres) / 1000,
    }
    because = "Called low, and still most of a milligram; intakes are counted in micrograms."
    return learn.number(answer, wanted, slips, unit="mg", because=because)


def build_up(answer: object) -> learn.Feedback:
    """01, exercise 2: how far daily doses build up for a half-life in hours."""
    slips = {
        "That is the share that is left after a day. Now sum it up.": lambda h: 0.5 ** (24 / h),
        "You divided by the share that is left. Divide by the share that has gone, 1 - left.": (
            lambda h: 0.5 ** (-24 / h)
        ),
        "The exponent is upside down: how many half-lives fit into 24 hours?": lambda h: (
            1 / (1 - 0.5 ** (h / 24))
        ),
        "That is the share that has gone. Divide 1 by it, in brackets: 1 / (1 - left).": lambda h: (
            1 - 0.5 ** (24 / h)
        ),
        "** is 'to the power of', * is 'times': 0.5 is multiplied with itself.": lambda h: (
            1 / (1 - 0.5 * 24 / h)
        ),
        "The first dose is missing: 1 + left + left² and so on.": lambda h: 1 / (2 ** (24 / h) - 1),
        "That is the half-life in days. Which share is left after one day?": lambda h: h / 24,
        "That is the number of half-lives in a day. Which share is left?": lambda h: 24 / h,
    }
    because = "At 68 hours each day keeps 78 % of what was there, and that adds up."
    return learn.function(
        answer, lambda h: 1 / (1 - 0.5 ** (24 / h)), (24, 16, 68, 116), slips, because=because
    )


def mass_of_menaquinone(answer: object) -> learn.Feedback:
    """01, exercise 3: the molar mass of MK-n, from that of MK-4 and of one unit."""
    four, unit = 444.65, 68.117
    slips = {
        "You added a unit for each of the n. MK-4 already holds four.": lambda n: four + n * unit,
        "You left the ring out: a chain of n units alone weighs that.": lambda n: n * unit,
        "You scaled the whole molecule. The ring is there once; only the chain grows.": lambda n: (
            four * n / 4
        ),
        "That is the whole molecule n times. The ring is there once.": lambda n: four * n,
        "You took off 1 unit. MK-4 already holds four.": lambda n: four + (n - 1) * unit,
        "Brackets are missing: the 4 belongs to n, so (n - 4) * 68.117.": lambda n: (
            four + n - 4 * unit
        ),
        "The brackets are in the wrong place: only (n - 4) is multiplied.": lambda n: (
            (four + n - 4) * unit
        ),
        "The sign is turned round: a longer chain weighs more.": lambda n: four - (n - 4) * unit,
    }
    because = "One ring, and a chain that grows by C5H8."
    right = (lambda n: four + (n - 4) * unit, (4, 7, 10, 13))
    return learn.function(answer, *right, slips, unit="g/mol", because=because)


def level_in_nmol(answer: object) -> learn.Feedback:
    """01, exercise 5: the mean of the MS group in nmol/l, if all of it were MK-7."""
    mass, mass_of_mk4 = 649.0, 444.65
    ms, controls = (_published(f"vk2_mean_{group}") for group in ("ms", "control"))
    slips = {
        "You multiplied by the molar mass. Heavier molecules are fewer.": ms * mass / 1000,
        "You multiplied by both. Heavier molecules are fewer: divide.": ms * mass * 1000,
        "That is for MK-4. Take the molar mass of MK-7.": 1000 * ms / mass_of_mk4,
        "That is µmol/l. One µmol is 1000 nmol.": ms / mass,
        "You divided the wrong way round: weight divided by molar mass.": mass / ms,
        "The fraction is upside down: weight divided by molar mass.": 1000 * mass / ms,
        "That is for the controls. Take the mean of the MS group.": 1000 * controls / mass,
    }
    because = "The same blood, counted in molecules instead of weighed."
    return learn.number(answer, 1000 * ms / mass, slips, unit="nmol/l", because=because)


def _published(name: str) -> float:
    return float(tables.read("published_findings").set_index("id")["value"][name])


# Notebook 02


def sd_if_se(answer: object, spread: float = 100.0) -> learn.Feedback:
    """02, exercise 1: the SD of n people, if `spread` is the standard error of their mean."""
    slips = {
        "You divided: that makes a standard error out of an SD.": lambda n: spread / n**0.5,
        "You multiplied by n. Take its square root, n ** 0.5.": lambda n: spread * n,
        "You squared n. A square root is n ** 0.5.": lambda n: spread * n**2,
        "You took n - 1. The standard error of a mean has n.": lambda n: spread * (n - 1) ** 0.5,
        "That is the standard error itself.": lambda n: spread,
        "That is 45 for every group. The function is given n.": lambda n: spread * 45**0.5,
        "The root is right. Multiply it by the standard error.": lambda n: n**0.5,
        "That halves it: for half an interval, two SEs.": lambda n: spread / 2 * n**0.5,
    }
    because = "The SE shrinks as people are added. The SD does not."
    return learn.function(
        answer, lambda n: spread * n**0.5, (45, 29, 4), slips, unit="ng/ml", because=because
    )


def reads_too_low(answer: object, ms: float, control: float) -> learn.Feedback:
    """02, exercise 2: per cent by which MS samples read too low, if both groups are alike."""
    left = ms / control
    slips = {
        "That is what is left. How much is missing?": 100 * left,
        "Two slips: that is what is left, and as a fraction. Take it from 1, then times 100.": left,
        "Right, but as a fraction. Multiply by 100 for per cent.": 1 - left,
        "That is how many per cent higher the controls are. Here the true level, "
        f"{control:g}, is the whole.": 100 * (1 / left - 1),
        "That is the ratio. What share of the true level is left, and what is missing?": 1 / left,
        "That is the ratio in per cent. Turn it round, then ask what is missing.": 100 / left,
        f"That is in ng/ml. How many per cent of {control:g} are missing?": control - ms,
    }
    because = "No small slip. One batch diluted wrongly could do it."
    return learn.number(answer, 100 * (1 - left), slips, unit="%", because=because)


def gap_makers(answer: object, not_found: pd.DataFrame) -> learn.Feedback:
    """02, exercise 3: which unknowns could, alone, part two groups that are alike?"""
    rows = "controls_found plus_minus handling per_attack fasting replication site_and_dates"
    known = not_found.set_index("id")
    offered = {letter: known.loc[row] for letter, row in zip("abcdefg", rows.split(), strict=True)}
    right = {letter for letter, row in offered.items() if row["could_make_gap"] == "yes"}
    return learn.items(answer, right, {letter: row["why"] for letter, row in offered.items()})


def how_choosy(answer: object, log_sd: float, ratio: float = 2.0) -> learn.Feedback:
    """02, exercise 4: how many times as likely to volunteer, for each doubling, makes `ratio`?"""
    wanted, whole = (2 ** (math.log(r) / log_sd**2) for r in (ratio, 1 / _published_ratio()))
    slips = {
        f"That is the ratio you want, not the choice that makes it. It makes "
        f"{math.exp(math.log2(ratio) * log_sd**2):.2f}: try on.": ratio,
        "That makes the published ratio. Aim lower.": whole,
    }
    slips = {text: x for text, x in slips.items() if abs(x - wanted) > 0.15 * wanted}
    return learn.number(answer, wanted, slips, unit="times as likely", within=0.15)


# Notebook 04
