"""What holding things equal does: the same numbers in every world, and another meaning in each.

The worlds agree on all that the study saw, so an adjustment moves an estimate equally in all of
them. Whether it repairs, does nothing or harms is said by the arrows (`graphs.role`), not by the
numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from helpers.first_edition import checks
from helpers.first_edition.causal.graphs import role
from helpers.first_edition.causal.people import Sample
from helpers.first_edition.causal.worlds import WORLDS, world
from helpers.first_edition.estimate import Estimate

if TYPE_CHECKING:
    import pandas as pd

# What is held equal, in the order naive, repaired, too much.
GAP_ADJUSTMENTS = {
    "nothing": (),
    "age and sex": ("age_years", "woman"),
    "age, sex and attacks": ("age_years", "woman", "attacks_per_year"),
}
SLOPE_ADJUSTMENTS = {
    "nothing": (),
    "sex": ("woman",),
    "age and sex": ("age_years", "woman"),
}
EFFECT = {
    "common cause": "repairs",
    "go-between": "closes part",
    "common effect": "harms",
    "bystander": "does nothing",
}
_PEOPLE = 40_000  # a study so large that chance is out of the picture


def adjusted_gap(sample: Sample, hold: tuple[str, ...]) -> Estimate:
    """Ratio of VK2, MS over controls, with the named columns held equal (one large study).

    Args:
        sample: one study, from ``World.observe(1, ...)``.
        hold: columns of `people.Group`, for example ("age_years", "woman").

    Raises:
        TypeError, ValueError: a column that the study did not see.
    """
    groups = (sample.ms, sample.control)
    has_ms = [np.ones(sample.ms.log_vk2.shape), np.zeros(sample.control.log_vk2.shape)]
    columns = [np.concatenate([getattr(g, _seen(name)) for g in groups], 1) for name in hold]
    outcome = np.concatenate([g.log_vk2 for g in groups], 1)
    return _ratio([np.concatenate(has_ms, 1), *columns], outcome)


def adjusted_slope(sample: Sample, hold: tuple[str, ...]) -> Estimate:
    """Ratio of VK2 with one further attack over without, in MS, with the columns held equal."""
    ms = sample.ms
    columns = [getattr(ms, _seen(name)) for name in hold]
    return _ratio([ms.attacks_per_year, *columns], ms.log_vk2)


def adjustments(seed: int = 2018) -> pd.DataFrame:
    """Every adjustment in every world, as ratios: index (question, held equal), column a world.

    One very large simulated study a world, so that chance is out of the picture.
    """
    import pandas as pd

    cells = {}
    for name in WORLDS:
        sample = world(name).observe(1, _PEOPLE, _PEOPLE, seed=seed)
        cells[name] = {
            ("gap", held): adjusted_gap(sample, columns).value
            for held, columns in GAP_ADJUSTMENTS.items()
        } | {
            ("slope", held): adjusted_slope(sample, columns).value
            for held, columns in SLOPE_ADJUSTMENTS.items()
        }
    return pd.DataFrame(cells).rename_axis(["question", "held equal"])


def verdicts(question: str = "onset") -> pd.DataFrame:
    """What holding a variable equal does in each world, read off its arrows.

    Args:
        question: "onset" (VK2 and MS) or "activity" (VK2 and attacks, within MS).

    Example:
        >>> verdicts().loc["attacks", "consumption"]
        'closes part (go-between)'
    """
    import pandas as pd

    variables = ["age", "sex", "sun", "hidden cause", "takes part"]
    variables.insert(3, "attacks" if question == "onset" else "hidden severity")
    return pd.DataFrame(
        {
            name: {
                variable: f"{EFFECT[kind]} ({kind})"
                for variable in variables
                for kind in [role(name, variable, question)]
            }
            for name in WORLDS
        }
    ).rename_axis("held equal")


def _seen(name: str) -> str:
    return checks.one_of("hold", name, ("age_years", "woman", "attacks_per_year"))


def _ratio(columns: list[np.ndarray], outcome: np.ndarray) -> Estimate:
    from helpers.first_edition.batch import batch_least_squares

    design = np.stack([np.ones(outcome.shape), *columns], axis=-1)
    fit = batch_least_squares(design, outcome)
    low, high = fit.interval()
    return Estimate(*(float(np.exp(ends[0, 1])) for ends in (fit.coefficients, low, high)))
