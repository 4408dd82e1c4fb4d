"""The answer keys: one function an exercise. Open this file after you have tried.

Each key computes the answer from the data, names the likeliest mistakes, and returns a sentence.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from helpers import designs, learn, simulate, tables, worlds

if TYPE_CHECKING:
    import pandas as pd

# Notebook 00


def how_many(answer: object, people: pd.DataFrame) -> learn.Feedback:
    """00, exercise 1: how many simulated participants are there?"""
    counts = people["group"].value_counts()
    slips = {f"Those are in one group ({g}). Add the others.": n for g, n in counts.items()}
    shown = " and ".join(f"{n} {group}" for group, n in counts.items())
    return learn.number(answer, len(people), slips, within=0, because=f"{shown}.")


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
    }
    because = "Called low, and still most of a milligram; intakes are counted in micrograms."
    return learn.number(answer, wanted, slips, unit="mg", because=because)


def build_up(answer: object) -> learn.Feedback:
    """01, exercise 2: how far daily doses build up for a half-life in hours."""
    slips = {
        "That is the share that is left after a day. Now sum it up.": lambda h: 0.5 ** (24 / h),
        "Divide by the share that has gone, 1 - left, not by left.": lambda h: 0.5 ** (-24 / h),
        "The exponent is upside down: 24 divided by h.": lambda h: 1 / (1 - 0.5 ** (h / 24)),
        "That is the share that has gone. Divide 1 by it.": lambda h: 1 - 0.5 ** (24 / h),
        "** is 'to the power of', * is 'times'.": lambda h: 1 / (1 - 0.5 * 24 / h),
        "The first dose is missing: 1 + left + left² and so on.": lambda h: 1 / (2 ** (24 / h) - 1),
        "That is the half-life in days. Which share is left after one day?": lambda h: h / 24,
        "That is the number of half-lives in a day. Which share is left?": lambda h: 24 / h,
    }
    because = "At 68 hours each day keeps 78 % of what was there, and that adds up."
    right = (lambda h: 1 / (1 - 0.5 ** (24 / h)), (24, 16, 68, 116))
    return learn.function(answer, *right, slips, because=because)


def mass_of_menaquinone(answer: object) -> learn.Feedback:
    """01, exercise 3: the molar mass of MK-n, from that of MK-4 and of one unit."""
    four, unit = 444.65, 68.117
    slips = {
        "You added a unit for each of the n. MK-4 already holds four.": lambda n: four + n * unit,
        "You left the ring out: a chain of n units alone weighs that.": lambda n: n * unit,
        "The ring is there once; only the chain grows.": lambda n: four * n / 4,
        "That is the whole molecule n times. The ring is there once.": lambda n: four * n,
        "You took off 1 unit. MK-4 already holds four.": lambda n: four + (n - 1) * unit,
        "Brackets are missing: (n - 4) * 68.117.": lambda n: four + n - 4 * unit,
        "Only (n - 4) is multiplied: move the brackets.": lambda n: (four + n - 4) * unit,
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
    right = (lambda n: spread * n**0.5, (45, 29, 4))
    return learn.function(answer, *right, slips, unit="ng/ml", because=because)


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
        "That takes the ratio from 1. Take 1 / ratio from 1.": lambda r: 100 * (1 - r),
    }
    because = "Nothing can be three times lower: at most 100 per cent lower."
    right = (lambda r: 100 * (1 - 1 / r), (1, 2, 1 / _published_ratio(), 10))
    return learn.function(answer, *right, slips, unit="%", because=because)


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
        "That is the ratio itself. How many steps of times 0.9 lead to it?": math.exp(way),
        "That is the log of the ratio, the whole way. Divide it by one step.": way,
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
        "10 % lower leaves 90 %: the step is np.log(0.9), not np.log(0.1).": slope * math.log(0.1),
        "A step of np.log(1.1) is 10 % higher. Lower is np.log(0.9).": math.log(1.1) * slope,
        "You divided. A slope times a step gives the change.": slope / step,
        "That is the post's figure. What does the fit give?": 1.0,
    }
    wanted = slope * step
    slips = {text: x for text, x in slips.items() if abs(x - wanted) > 0.05 * abs(wanted)}
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


def _published_ratio() -> float:
    """MS over controls, from the published means."""
    return _published("vk2_mean_ms") / _published("vk2_mean_control")


# Notebook 04


def half_used_up(answer: object) -> learn.Feedback:
    """04, exercise 1: the world in which MS used up half of the gap, half was there before."""
    if answer is ...:
        return learn.Feedback("Not tried yet", "Give the class itself, without brackets.")
    if not (isinstance(answer, type) and issubclass(answer, worlds.World)):
        return learn.Feedback("Not yet", "Give a class made from worlds.World, without brackets.")
    try:
        return _half_used_up(answer)
    except Exception as error:  # whatever a reader's class raises
        text = f"{answer.__name__} stopped. {type(error).__name__}: {error}"
        return learn.Feedback("Not yet", text)


def _half_used_up(answer: type[worlds.World]) -> learn.Feedback:
    law = worlds.Law()
    people = law.record(np.random.default_rng(1), 1, 8, 8)
    now, ill = people.log_vk2, law.as_controls(people)
    halfway_in_ng = np.log((np.exp(now) + np.exp(ill)) / 2)
    before = answer().vk2_before_onset(people)
    if before is None:
        return learn.Feedback("Not yet", "End vk2_before_onset with return and the result.")
    slips = {
        "That is what is seen today: MS has used nothing up. Only half was there before.": now,
        "That undoes the whole gap: it is the consumption world. Undo half of it.": ill,
        "You added the two. Halfway is half of the sum; mind the brackets.": now + ill,
        "That is half of one only. Halfway between two things is half of their sum.": now / 2,
        "Brackets are missing: halve the whole sum.": now + ill / 2,
        "That is in ng/ml. VK2 in the code is its logarithm; leave out np.exp.": np.exp(now),
        "Halfway in ng/ml. On the log scale it is the mean of the two logs.": halfway_in_ng,
    }
    problem = _not_the_array(before, (now + ill) / 2, slips, "Start from people.log_vk2.")
    if problem:
        return problem
    studies = designs.run([answer], n_studies=100)
    column = studies.groupby("design", sort=False)["ratio"].median().round(2)
    shown = ", ".join(f"{name} {x:.2f}" for name, x in column.items())
    differs = column < 0.9
    if differs.tolist() != [True] * 4 + [False] * 2:
        text = "VK2 before onset is right, but another answer was changed as well."
        return learn.Feedback("Not yet", f"{text} The column: {shown}.")
    for name in designs.DESIGNS:
        is_open = bool(designs.paths_left(answer, name))
        if is_open != differs[name]:
            drawn = "open" if is_open else "closed: an arrow is missing"
            text = f"The answer is right. But by your arrows {name} is {drawn}"
            return learn.Feedback("Not yet", f"{text}, and the simulation says otherwise.")
    return learn.Feedback("Correct", f"Arrows and answers tell one story. The column: {shown}.")


def _not_the_array(
    answer: object, wanted: np.ndarray, slips: dict[str, np.ndarray], otherwise: str
) -> learn.Feedback | None:
    """What is wrong with an answer that should be an array; None if nothing is."""
    if answer is ...:
        return learn.Feedback("Not tried yet", "Put a calculation in place of the three dots.")
    try:
        found = np.asarray(answer, float)
    except Exception:  # whatever a reader's object does when made an array
        return learn.Feedback("Not yet", "An array of logs is expected, a number a person.")
    if found.shape != wanted.shape:
        return learn.Feedback("Not yet", "One number is expected for each person.")
    if np.allclose(found, wanted):
        return None
    named = [text for text, wrong in slips.items() if np.allclose(found, wrong)]
    return learn.Feedback("Not yet", named[0] if named else otherwise)


def made_less(answer: object) -> learn.Feedback:
    """04, exercise 2: which worlds fit "less VK2 is made in a changed gut"?"""
    reasons = {
        "a": "the gut makes less, and low VK2 then brings on MS.",
        "b": "MS changes the gut, and the gut then makes less.",
        "c": "the changed gut lowers VK2 and brings on MS by another way.",
        "d": "there the true level is not low at all, so nothing is made less.",
        "e": "there people with and without MS have the same level.",
    }
    return learn.items(answer, {"a", "b", "c"}, reasons)


def close_the_path(answer: object) -> learn.Feedback:
    """04, exercise 3: what to hold equal so that measured VK2 and MS part in "shared cause"."""
    itself = "that holds VK2 itself equal: there is nothing left to compare."
    reasons = {
        "hidden cause": "the common cause. But nobody has measured it.",
        "attacks": "two arrows meet there: holding it equal opens a path.",
        "hidden severity": "its path to MS is closed already: two arrows meet at attacks.",
        "vk2": itself,
        "vk2 before onset": itself,
        "measured vk2": "one of the two things compared cannot be held equal.",
        "ms": "one of the two things compared cannot be held equal.",
        "genes": "no arrow leads from genes to MS.",
        "age": "it is held equal already.",
        "sex": "it is held equal already.",
    }
    if isinstance(answer, str) and answer.strip().lower() in reasons:
        return learn.Feedback("Not yet", "Write a list of names, in square brackets.")
    return learn.items(answer, {"hidden cause"}, reasons)


def consumption_forwards(
    answer: object, law: worlds.Law, rank: np.ndarray, attacks: np.ndarray
) -> learn.Feedback:
    """04, exercise 4: log VK2 of women of 36 once MS has used VK2 up."""
    line, sd = law.line(1, 36, 1, attacks), law.sd
    wanted = line + sd[1] * rank
    slips = {
        "That is VK2 before anything was used up.": law.line(0, 36, 1, 0) + sd[0] * rank,
        "The attacks are missing: give each woman her own.": law.line(1, 36, 1, 0) + sd[1] * rank,
        "That is the line only. Each woman keeps her rank: add law.sd[1] * rank.": line,
        "That is the spread of controls. In MS it is law.sd[1].": line + sd[0] * rank,
        "The rank is there, its spread is not: law.sd[1] * rank.": line + rank,
        "That is in ng/ml. VK2 in the code is its logarithm.": np.exp(wanted),
        "The rank is upside down: a high rank stays high.": line - sd[1] * rank,
    }
    problem = _not_the_array(answer, wanted, slips, "Start from law.line(1, age, woman, attacks).")
    low, middle, high = np.exp(np.quantile(wanted, [0.05, 0.5, 0.95]))
    text = f"Told forwards: {low:.0f}, {middle:.0f} and {high:.0f} ng/ml"
    done = learn.Feedback("Correct", f"{text} at 5, 50 and 95 %, as in the record.")
    return problem or done


def after_a_telling_trial(answer: object, row: pd.Series) -> learn.Feedback:
    """04, exercise 5: probability of deficiency after a trial that found fewer attacks.

    The prior is one in five for each world; `row` is how likely the result is in each.
    """
    likely, total = float(row["deficiency"]), float(row.sum())
    below = "the lower half of the fraction."
    slips = {
        "That is the chance of the result *if* deficiency is true. Bayes turns it round: divide "
        "by the sum over all worlds.": likely,
        "You multiplied by the prior but did not divide by the sum over all worlds.": likely / 5,
        f"That is the chance of the result over all worlds, {below}": total / len(row),
        "That is the probability before the trial.": 1 / len(row),
        f"That is the sum of the row, {below}": total,
        "That is in per cent: write a number between 0 and 1.": 100 * likely / total,
        "That is the chance that it is another world. Take it from 1.": 1 - likely / total,
    }
    slips = {text: x for text, x in slips.items() if abs(x - likely / total) > 0.01}
    because = "One telling result moves one in five to nine in ten, if the trial is trusted."
    return learn.number(answer, likely / total, slips, within=0.005, because=because)


# Notebook 05


def people_each(answer: object, mean: float, k: float) -> learn.Feedback:
    """05, exercise 1: people in each arm for a power of 80 %, from the true ratio of attacks."""

    def right(ratio: float, power: float = 2, far: float = 2.8, k: float = k) -> float:
        return (1 / mean + 1 / (mean * ratio) + 2 * k) * (far / abs(math.log(ratio))) ** power

    slips = {
        "1.96 finds it in half of the trials: take 2.8.": lambda r: right(r, far=1.96),
        "You took 0.84 alone. 1.96 + 0.84 is 2.8.": lambda r: right(r, far=0.84),
        "The square is missing: an error shrinks with the *root* of n.": lambda r: right(r, 1),
        "That is with the sign of the logarithm, and no square.": lambda r: -right(r, 1),
        "The logarithm is missing.": lambda r: right(r) * (math.log(r) / r) ** 2,
        "Not 1 - ratio: np.log(ratio).": lambda r: right(r) * (math.log(r) / (1 - r)) ** 2,
        "That is both arms together. How many in each?": lambda r: 2 * right(r),
        "You halved it. `both` already adds two arms of n people each.": lambda r: right(r) / 2,
        "That is as if all people were alike: k is missing.": lambda r: right(r, k=0),
        "That is the error for one person in each arm. Solve for n.": lambda r: right(r, 0),
    }
    because = f"In each arm: {right(0.5):.0f} for 0.5, {right(0.8):.0f} for 0.8."
    return learn.function(answer, right, (0.5, 0.7, 0.8, 0.9), slips, because=because)


def half_as_large(answer: object) -> learn.Feedback:
    """05, exercise 2: times as many people for an interaction half as large as the main effect."""
    slips = {
        "4 is for an interaction as large as the main effect. This one is half of it.": 4,
        "Twice the error, half the effect: a factor of 4 in all, and people go with its square.": 8,
        "That is the error only. How many people make up for it, and for the half effect?": 2,
        "Too few are needed so: a smaller effect needs more, not fewer.": 1,
    }
    because = "Twice the error and half the effect: 4, squared."
    return learn.number(answer, 16, slips, unit="times", because=because)


def people_for_one(answer: object, rate: float) -> learn.Feedback:
    """05, exercise 3: people who must take it for a year so that one attack fewer is expected."""
    slips = {
        "That is what one person saves in a year. How many people save one?": 0.2 * rate,
        "That is attacks saved in 100 people in a year.": 20 * rate,
        "You left out how many attacks there are: a fifth of *what*?": 1 / 0.2,
        "That is for all attacks prevented. Only a fifth is.": 1 / rate,
        "That is with what is left, 0.8. Prevented is 1 - 0.8.": 1 / (0.8 * rate),
    }
    because = "The number needed to treat; half the rate would make it twice as large."
    return learn.number(answer, 5 / rate, slips, unit="people", within=0.05, because=because)


# Notebook 06


def sd_from_interval(answer: object, people: int, low: float, high: float) -> learn.Feedback:
    """06, exercise 1: the SD of people, from the 95 % interval of their mean."""
    from scipy.stats import t

    half, se = (high - low) / 2, (high - low) / 2 / t.isf(0.025, people - 1)
    slips = {
        "That is half of the interval: about two SEs, not one SD.": half,
        "That is the SE. The SD is √n times as large.": se,
        "Twice too large: half of the interval is about two SEs. Make it one.": half * people**0.5,
    }
    return learn.number(answer, se * people**0.5, slips, unit="nmol/l", within=0.03)
