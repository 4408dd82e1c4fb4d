"""The answer keys of the notebooks' exercises: what is right, and which mistakes are likely.

Open this file after you have tried. One function an exercise, named after what it asks for; each
computes its answer from the data, so that it cannot drift from the notebook.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from helpers import estimate, learn, simulate

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pandas as pd


def percent_lower(answer: object) -> learn.Feedback:
    """Notebook 03, exercise 1: how many per cent lower is the lower one of two values?

    `answer` is the reader's function of a ratio: 1 and more times as high.
    """
    ratios = (1, 2, 3.46, 10)
    return learn.check_function(
        answer,
        [(ratio, 100 * (1 - 1 / ratio)) for ratio in ratios],
        likely={
            "You took 1 from the ratio: that says how many per cent higher the higher value is. "
            "For 'lower', the higher value is the whole: divide by the ratio.": lambda r: (
                100 * (r - 1)
            ),
            "That is the share that is left. How much is missing?": lambda r: 100 / r,
            "Right, but as a fraction. Multiply by 100 for per cent.": lambda r: 1 - 1 / r,
        },
        unit="%",
        because="A value 3.46 times as high makes the other 71 % lower, never 'three times lower'.",
    )


def decades_to_make_the_gap(answer: object, findings: pd.DataFrame) -> learn.Feedback:
    """Notebook 03, exercise 2: decades of age, at the published fall, that make the whole gap."""
    ratio = _published_ratio(findings)
    fall = float(findings.loc["age_effect_all", "value"])
    return learn.check_number(
        answer,
        estimate.units_to_reach(fall, ratio),
        unit="decades",
        tolerance=0.02,
        likely={
            "You added the per cents up. They compound: each decade takes its share of what is "
            "left, so more decades are needed. Use logarithms.": 100 * (1 - ratio) / -fall,
            "That is for a fall within MS. Use the figure for everyone.": estimate.units_to_reach(
                float(findings.loc["age_effect_ms", "value"]), ratio
            ),
            "That is in years. How many decades?": 10 * estimate.units_to_reach(fall, ratio),
            "You divided by 0.1. On a log scale a fall of 10 % is the logarithm of 0.9.": math.log(
                ratio
            )
            / (fall / 100),
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

    wanted = share(90)
    return learn.check_number(
        answer,
        wanted,
        unit="%",
        tolerance=0.04,  # another seed is fine: four Monte Carlo standard errors
        likely={
            "That is the share that misses it. Which side of 0.05 counts as found?": 100 - wanted,
            "That is the share with 45 people. Give n_ms=90.": share(45),
            "That is the number of studies. Divide by how many there were.": wanted * 100,
        },
        because="Twice the people, but not twice the chance.",
    )


def _published_ratio(findings: pd.DataFrame) -> float:
    means = findings["value"]
    return float(means["vk2_mean_ms"] / means["vk2_mean_control"])
