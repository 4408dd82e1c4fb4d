"""The answer keys of the notebooks' exercises: what is right, and which mistakes are likely.

Open this file after you have tried. One function an exercise, named after what it asks for; each
computes its answer from the data, so that it cannot drift from the notebook.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from helpers.first_edition import data, design, estimate, learn, simulate, vitamin_k

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pandas as pd


def count_participants(answer: object, people: pd.DataFrame) -> learn.Feedback:
    """Notebook 00, exercise 1: how many simulated participants are there?"""
    counts = people["group"].value_counts()
    return learn.check_number(
        answer,
        len(people),
        unit="participants",
        decimals=0,
        likely={
            "Those are the people with MS. Add the controls.": int(counts["MS"]),
            "Those are the controls. Add the people with MS.": int(counts["control"]),
        },
        because=f"{counts['MS']} with MS and {counts['control']} controls, as in the study.",
    )


def percent_lower(answer: object) -> learn.Feedback:
    """Notebook 03, exercise 1: how many per cent lower is the lower one of two values?

    `answer` is the reader's function of a ratio: 1 and more times as high.
    """
    published = 1 / _published_ratio(data.published_findings())
    ratios = (1, 2, published, 10)
    return learn.check_function(
        answer,
        [(ratio, 100 * (1 - 1 / ratio)) for ratio in ratios],
        likely={
            "You took 1 from the ratio: that says how many per cent higher the higher value is. "
            "For 'lower', the higher value is the whole: divide by the ratio.": lambda r: (
                100 * (r - 1)
            ),
            "That is the share that is left. How much is missing?": lambda r: 100 / r,
            "That is the share that is left, as a fraction. How much is missing?": lambda r: 1 / r,
            "Right, but as a fraction. Multiply by 100 for per cent.": lambda r: 1 - 1 / r,
            "That multiplies the ratio. The lower value is 1 divided by the ratio.": lambda r: (
                100 * r
            ),
            "That takes the ratio from 100. Take 100 divided by the ratio from 100.": lambda r: (
                100 - r
            ),
            "Brackets first: 100 times the whole of (1 - 1 / ratio).": lambda r: 1 - 1 / r * 100,
        },
        unit="%",
        because=f"A value {published:.2f} times as high makes the other "
        f"{100 * (1 - 1 / published):.0f} % lower, never 'three times lower'.",
    )


def decades_to_make_the_gap(answer: object, findings: pd.DataFrame) -> learn.Feedback:
    """Notebook 03, exercise 2: decades of age, at the published fall, that make the whole gap."""
    ratio = _published_ratio(findings)
    fall = float(findings.loc["age_effect_all", "value"])
    decades = estimate.units_to_reach(fall, ratio)
    medians = findings["value"]
    return learn.check_number(
        answer,
        decades,
        unit="decades",
        tolerance=0.02,
        likely={
            "You added the per cents up. They compound: each decade takes its share of what is "
            "left, so more decades are needed. Use logarithms.": 100 * (1 - ratio) / -fall,
            "That is for the fall within MS. Use 10 % per decade.": estimate.units_to_reach(
                float(findings.loc["age_effect_ms", "value"]), ratio
            ),
            "That is in years. How many decades?": 10 * decades,
            "You divided by 0.1. On a log scale a fall of 10 % is the logarithm of 0.9.": -10
            * math.log(ratio),
            "That is with times 1.1. Growing by 10 % is not the reverse of falling by 10 %: one "
            "decade down is times 0.9.": -math.log(ratio) / math.log(1 - fall / 100),
            "The sign is off: one of the two fractions is upside down. Which is the later value?": (
                -decades
            ),
            "That is with the medians. Use the means.": estimate.units_to_reach(
                fall, float(medians["vk2_median_ms"] / medians["vk2_median_control"])
            ),
        },
        because="No age difference between matched groups comes near that.",
    )


def attacks_for_ten_percent_lower(answer: object, attacks_on_vk2: object) -> learn.Feedback:
    """Notebook 03, exercise 3: further attacks a year that go with VK2 10 % lower."""
    slope = float(attacks_on_vk2.params["log_vk2"])
    step = math.log(0.9)
    return learn.check_number(
        answer,
        slope * step,
        unit="attacks a year",
        tolerance=0.02,
        likely={
            "That is the slope per unit of log VK2, a factor of 2.7. How much is 10 % lower on the "
            "log scale?": slope,
            "Close: 10 % lower is a step of log(0.9) on the log scale, not of -0.1.": -0.1 * slope,
            "The step is log(0.9), not 0.1: lower VK2 is a step down.": 0.1 * slope,
            "The step is log(0.9), the logarithm of 0.9, not 0.9 itself.": 0.9 * slope,
            "The step is log(0.9), not 10.": 10 * slope,
            "Turned round: the answer is slope times step.": step / slope,
            "A step of log(1.1) is 10 % higher. Lower is log(0.9).": math.log(1.1) * slope,
            "You divided by the step. A slope times a step gives the change.": slope / step,
            "That is the post's figure. What does the fit to the replica give?": 1.0,
        },
        because="The post's sentence says one whole attack.",
    )


def studies_that_find_it(
    answer: object,
    model: simulate.VK2Model,
    statistic: Callable[[simulate.Studies], dict[str, np.ndarray]],
) -> learn.Feedback:
    """Notebook 03, exercise 4: per cent of studies with 90 people with MS that reach p < 0.05."""
    if answer is ...:
        return learn.check_number(answer, 50.0)  # not tried: no need to run the studies

    def share(n_ms: int) -> float:
        studies = simulate.replicate(model, statistic, 10_000, n_ms=n_ms, seed=2018)
        return 100 * float((studies["p_value"] < 0.05).mean())

    few, wanted, tolerance = (
        share(45),
        share(90),
        0.04,
    )  # another seed is fine: four Monte Carlo standard errors
    likely = {
        "That is the share that misses it. Which side of 0.05 counts as found?": 100 - wanted,
        "That is the share with 45 people. Give n_ms=90.": few,
        "That is twice the share with 45 people. The share does not double; run it.": 2 * few,
        "That is the number of studies. Divide by how many there were.": wanted * 100,
    }
    # With a reader's own model a mistake may give the right number; then it is none.
    wrong = {text: x for text, x in likely.items() if abs(x - wanted) > 1.01 * tolerance * wanted}
    return learn.check_number(
        answer,
        wanted,
        unit="%",
        tolerance=tolerance,
        likely=wrong,
        because="Twice the people, but not twice the chance.",
    )


def mass_of_menaquinone(answer: object) -> learn.Feedback:
    """Notebook 01, exercise 1: the molar mass of MK-n.

    `answer` is the reader's function of n, the number of isoprene units.
    """
    unit = vitamin_k.molar_mass("MK-5") - vitamin_k.molar_mass("MK-4")
    four = vitamin_k.molar_mass("MK-4")
    return learn.check_function(
        answer,
        [(n, round(vitamin_k.molar_mass(f"MK-{n}"), 2)) for n in (4, 7, 10, 13)],
        likely={
            "You added a unit for each of the n. MK-4 already holds four of them.": lambda n: (
                four + n * unit
            ),
            "You left the ring out: a chain of n units alone weighs that.": lambda n: n * unit,
            "You scaled the whole molecule. The ring stays; only the chain grows.": lambda n: (
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
            "That is MK-4 for every n. Use n in the formula.": lambda n: four,
        },
        unit="g/mol",
        tolerance=0.0005,
        because="One ring, and a chain that grows by C5H8.",
    )


def natto_micrograms(answer: object, intakes: pd.DataFrame) -> learn.Feedback:
    """Notebook 01, exercise 2: the vitamin K of a serving of natto, in micrograms."""
    share, day = intakes.loc["label_natto", "value"], intakes.loc["label_day", "value"]
    wanted = share / 100 * day
    return learn.check_number(
        answer,
        wanted,
        unit="µg",
        likely={
            "That is what the heading of the page says, turned into µg. Start from the per cent "
            "instead.": 1000 * wanted,
            f"{share:.0f} per cent is {share / 100:.2f} times, not {share:.0f} times.": share * day,
            "You divided. Which share of what is it?": share / day,
            "You divided by the share. A share of an amount is a product.": 100 * day / share,
            "That is the per cent itself. Of which amount?": share,
            "That is in milligrams. One milligram is 1000 µg.": wanted / 1000,
        },
        because="The page prints 850 under the heading mg. Its own per cents say µg.",
    )


def build_up(answer: object) -> learn.Feedback:
    """Notebook 01, exercise 3: how far daily doses build up for a given half-life in hours.

    `answer` is the reader's function of the half-life.
    """
    return learn.check_function(
        answer,
        [(hours, round(vitamin_k.build_up(hours), 6)) for hours in (24, 16, 68, 116)],
        likely={
            "That is the share that is left after one day. Now sum it up.": lambda hours: (
                0.5 ** (24 / hours)
            ),
            "You divided by the share that is left. Divide by the share that has gone.": (
                lambda hours: 0.5 ** (-24 / hours)
            ),
            "The exponent is upside down: how many half-lives fit into 24 hours?": lambda hours: (
                1 / (1 - 0.5 ** (hours / 24))
            ),
            "That is the share that has gone. Divide 1 by it.": lambda hours: (
                1 - 0.5 ** (24 / hours)
            ),
            "0.5 is to be multiplied with itself: ** is 'to the power of', * is 'times'.": (
                lambda hours: 1 / (1 - 0.5 * 24 / hours)
            ),
            "The first dose is missing: 1 + left + left² and so on.": lambda hours: (
                0.5 ** (24 / hours) / (1 - 0.5 ** (24 / hours))
            ),
        },
        unit="times",
        because="At 68 hours each day keeps 78 % of what was there, and that adds up.",
    )


def level_in_nmol(answer: object, findings: pd.DataFrame) -> learn.Feedback:
    """Notebook 01, exercise 4: the mean of the MS group in nmol/l, if it were MK-7."""
    mean = float(findings.loc["vk2_mean_ms", "value"])
    mass = vitamin_k.molar_mass("MK-7")
    return learn.check_number(
        answer,
        vitamin_k.nmol_per_litre(mean, "MK-7"),
        unit="nmol/l",
        likely={
            "You multiplied by the molar mass. A heavier molecule means fewer of them.": mean
            * mass
            / 1000,
            "That is for MK-4. Take the molar mass of MK-7.": vitamin_k.nmol_per_litre(
                mean, "MK-4"
            ),
            "That is µmol/l. One µmol is 1000 nmol.": mean / mass,
            "You divided the other way round: the weight is divided by the molar mass.": mass
            / mean,
            "That is for the controls. Take the mean of the MS group.": vitamin_k.nmol_per_litre(
                float(findings.loc["vk2_mean_control", "value"]), "MK-7"
            ),
        },
        because="The same blood, counted in molecules instead of weighed.",
    )


def gap_makers(answer: object, not_found: pd.DataFrame) -> learn.Feedback:
    """Notebook 02, exercise 1: which unknowns could, alone, make a gap between two like groups?

    `answer` is a list of letters; `not_found` is ``data.not_found()``.
    """
    offered = dict(
        zip(
            "abcdefg",
            (
                "controls_found",
                "plus_minus",
                "handling",
                "per_attack",
                "fasting",
                "replication",
                "site_and_dates",
            ),
            strict=True,
        )
    )
    table = not_found.set_index("id")
    return learn.check_set(
        answer,
        {letter for letter, row in offered.items() if table.loc[row, "could_make_gap"] == "yes"},
        {letter: str(table.loc[row, "why"]) for letter, row in offered.items()},
    )


def preference_for_two(answer: object) -> learn.Feedback:
    """Notebook 02, exercise 2: how strong a choice of controls makes a ratio of 2 out of nothing?

    `answer` is how many times as likely a person volunteers for each doubling of VK2.
    """
    wanted = design.preference_for_ratio(2)
    return learn.check_number(
        answer,
        wanted,
        unit="times as likely",
        tolerance=0.15,  # found by trying; 16 to 20 make ratios that round to 1.9, 2.0 or 2.1
        likely={
            "Twice as likely makes a ratio of about "
            f"{design.ratio_from_choice(2):.2f} only. Try larger numbers.": 2.0,
            "Four times as likely is still too little: look at the printed ratio.": 4.0,
            "That makes the whole published ratio. We ask for 2.": design.preference_for_ratio(
                1 / _published_ratio(data.published_findings())
            ),
        },
        because="A strong choice, and still not the published ratio.",
    )


def reads_too_low(answer: object, findings: pd.DataFrame) -> learn.Feedback:
    """Notebook 02, exercise 3: by how many per cent must MS samples read too low, from no gap?"""
    left = _published_ratio(findings)
    return learn.check_number(
        answer,
        100 * (1 - left),
        unit="%",
        tolerance=0.01,
        likely={
            "That is what is left. How much is missing?": 100 * left,
            "That is how many per cent higher the controls are. The true level is the whole "
            "here.": 100 * (1 / left - 1),
            "That is the ratio. What share of the true level is left, and what is missing?": 1
            / left,
        },
        because="No small slip, but a wrong dilution of one batch could do it.",
    )


def sd_from_se(answer: object) -> learn.Feedback:
    """Notebook 02, exercise 4: the standard deviation from a standard error and a group size.

    `answer` is the reader's function of the standard error and the number of people.
    """
    return learn.check_function(
        answer,
        [((se, n), se * math.sqrt(n)) for se, n in ((100, 45), (154, 29), (3, 4))],
        likely={
            "You divided: that makes an SE out of an SD.": lambda se, n: se / math.sqrt(n),
            "You multiplied by the number of people. Take its square root.": lambda se, n: se * n,
            "You took n - 1. The standard error of a mean has n.": lambda se, n: (
                se * math.sqrt(n - 1)
            ),
            "That is the standard error itself.": lambda se, n: se,
            "You squared the number of people. Take its square root.": lambda se, n: se * n**2,
            "You used 45 for every group. The function is given n.": lambda se, n: se * 45**0.5,
        },
        unit="ng/ml",
        because="An SE of 100 in 45 people is an SD of 671: more than the mean.",
    )


def worlds_for_made_less(answer: object) -> learn.Feedback:
    """Notebook 04, exercise 1: which worlds fit "less VK2 is made in a changed gut"?"""
    right = {"deficiency", "consumption", "shared cause"}
    if isinstance(answer, list | tuple | set) and answer and set(map(str, answer)) < right:
        return learn.Feedback(
            False,
            "not yet",
            "What you chose fits, but more does. “Made less” says why VK2 is low, not what follows "
            "from it. Ask of each other world: is true VK2 low in MS there?",
        )
    return learn.check_set(
        answer,
        right,
        {
            "deficiency": "the gut makes less, and low VK2 then brings on MS: it says where the "
            "low level comes from.",
            "consumption": "MS changes the gut, and the gut then makes less.",
            "shared cause": "the changed gut lowers VK2 and brings on MS by another way.",
            "assay": "there the true level is not low at all, so nothing is made less.",
            "recruitment": "there people with and without MS have the same level.",
        },
    )


def close_the_path(answer: object) -> learn.Feedback:
    """Notebook 04, exercise 2: what to hold equal so that VK2 and MS part in "shared cause"."""
    import networkx as nx

    from helpers.first_edition.causal import graphs

    if answer is ...:
        return learn.check_set(answer, {graphs.HIDDEN})
    world = graphs.graph("shared cause")
    ends = {graphs.MEASURED, graphs.MS}
    try:
        held = {str(item).strip().lower() for item in answer} if not isinstance(answer, str) else {}
    except TypeError:
        held = {}
    by_name = {node.lower(): node for node in world}
    held = {by_name.get(item, item) for item in held}
    usual = not held or held & ends or not held <= set(world)
    if usual or len(held) == 1:
        return learn.check_set(
            answer,
            {graphs.HIDDEN},
            {
                "age": "it lies on no open path here.",
                "sex": "it lies on no open path here.",
                "sun": "it acts on VK2 only.",
                graphs.SEVERITY: "its path to MS is closed already: two arrows meet at attacks.",
                graphs.TAKES_PART: "no arrow ties it to VK2 in this world.",
                graphs.HANDLING: "no arrow ties it to VK2 in this world.",
                graphs.MS: "one of the two things compared cannot be held equal.",
                graphs.MEASURED: "one of the two things compared cannot be held equal.",
                graphs.ATTACKS: "two arrows meet there: holding it equal opens a path.",
                graphs.EARLIER: "that closes the path, but by holding VK2 itself equal: there is "
                "nothing left to compare.",
                graphs.NOW: "that closes the path, but by holding VK2 itself equal: there is "
                "nothing left to compare.",
                graphs.HIDDEN: "the fork is closed. But nobody has measured it.",
            },
        )
    if held & {graphs.EARLIER, graphs.NOW}:
        return learn.Feedback(
            False, "not yet", "VK2 itself cannot be held equal: nothing is left to compare."
        )
    if nx.is_d_separator(world, {graphs.MEASURED}, {graphs.MS}, held):
        return learn.Feedback(
            True,
            "correct",
            "All paths are closed. The hidden cause is what does it; and nobody has measured it.",
        )
    why = (
        "Holding attacks equal opened a path: two arrows meet there."
        if graphs.HIDDEN in held
        else "A path is open: the hidden cause still acts on both VK2 and MS."
    )
    return learn.Feedback(False, "not yet", why)


def after_a_telling_trial(answer: object, chances: pd.DataFrame) -> learn.Feedback:
    """Notebook 04, exercise 3: probability of deficiency after a trial that found fewer attacks.

    The prior is one in five for each world; `chances` comes from ``beliefs.likelihoods``.
    """
    row = chances.loc[("trial", "clearly lower")]
    wanted = float(row["deficiency"] / row.sum())
    return learn.check_number(
        answer,
        wanted,
        tolerance=0.005,
        likely={
            "That is the chance of the result *if* deficiency is true. Bayes turns it round: "
            "divide by the sum over all worlds.": float(row["deficiency"]),
            "You multiplied by the prior but did not divide by the sum over all worlds.": float(
                row["deficiency"] / 5
            ),
            "That is the chance of the result over all worlds, the lower half of the fraction.": (
                float(row.mean())
            ),
            "That is the probability before the trial.": 0.2,
            "That is the sum of the row, the lower half of the fraction.": float(row.sum()),
            "That is in per cent: write a number between 0 and 1.": 100 * wanted,
        },
        because="One telling result moves one in five to nine in ten, if the trial is trusted.",
    )


def _published_ratio(findings: pd.DataFrame) -> float:
    means = findings["value"]
    return float(means["vk2_mean_ms"] / means["vk2_mean_control"])
