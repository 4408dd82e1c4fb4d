"""Vitamin K as a molecule and in the blood: molar masses, units, and how long it stays.

A *vitamer* is one form of the vitamin: "K1", or "MK-4" and so on, a menaquinone with that many
isoprene units in its side chain. The kinetics are those of one compartment: the blood is one well
stirred vessel, and in each half-life half of what is in it leaves.
"""

from __future__ import annotations

import math
import re

import numpy as np

from helpers.first_edition import checks

ATOMIC_MASS = {"C": 12.0107, "H": 1.00794, "O": 15.9994}  # g/mol
LONGEST = 13  # menaquinones are usually listed up to MK-13 (booth2012)


def units(vitamer: str) -> int:
    """Return the number of five-carbon units in the side chain: 4 for K1, n for MK-n.

    Raises:
        TypeError, ValueError: `vitamer` is neither "K1" nor "MK-1" to "MK-13".

    Example:
        >>> units("K1"), units("MK-7")
        (4, 7)
    """
    checks.one_of("vitamer", vitamer, ["K1", *(f"MK-{n}" for n in range(1, LONGEST + 1))])
    return 4 if vitamer == "K1" else int(re.sub(r"\D", "", vitamer))


def formula(vitamer: str) -> dict[str, int]:
    """Return how many atoms of C, H and O one molecule has.

    The ring with its methyl group is C11H7O2, each unit adds C5H8, and one H closes the chain. In
    K1 three of the four units are saturated, which is two more H each.

    Raises:
        TypeError, ValueError: as `units`.

    Example:
        >>> formula("MK-4"), formula("K1")["H"]
        ({'C': 31, 'H': 40, 'O': 2}, 46)
    """
    n = units(vitamer)
    return {"C": 11 + 5 * n, "H": 8 + 8 * n + (6 if vitamer == "K1" else 0), "O": 2}


def molar_mass(vitamer: str) -> float:
    """Return the mass of one mole in grams, from the masses of the atoms.

    Raises:
        TypeError, ValueError: as `units`.

    Example:
        >>> round(molar_mass("MK-4"), 2), round(molar_mass("MK-7"), 1)
        (444.65, 649.0)
    """
    return sum(ATOMIC_MASS[atom] * count for atom, count in formula(vitamer).items())


def nmol_per_litre(ng_per_ml: float, vitamer: str) -> float:
    """Turn a mass in a volume (ng/ml) into a number of molecules in a volume (nmol/l).

    Raises:
        TypeError, ValueError: `ng_per_ml` is not a number of at least 0; or as `units`.

    Example:
        >>> round(nmol_per_litre(812, "MK-7"))
        1251
    """
    return 1000 * checks.number("ng_per_ml", ng_per_ml, 0) / molar_mass(vitamer)


def plasma_amount(ng_per_ml: float, litres: float) -> float:
    """Return how many milligrams `litres` of plasma hold at a level of `ng_per_ml`.

    Raises:
        TypeError, ValueError: `ng_per_ml` is below 0, or `litres` is not above 0.

    Example:
        >>> round(plasma_amount(812, litres=3), 1)
        2.4
    """
    volume = checks.number("litres", litres, 0, open_ends=True)
    return checks.number("ng_per_ml", ng_per_ml, 0) * volume / 1000


def amount_in_blood(
    hours: np.ndarray,
    half_life: float,
    *,
    days: int,
    absorption_half_life: float = 1.0,
    interval: float = 24.0,
) -> np.ndarray:
    """Return the amount in the blood over time with one dose a day; one absorbed dose is 1.

    One compartment, entered and left at a constant rate; the doses simply add up.

    Args:
        hours: times since the first dose, one-dimensional.
        half_life: hours in which half of what is in the blood leaves.
        days: number of doses, the first at hour 0.
        absorption_half_life: hours in which half of a dose reaches the blood.
        interval: hours between doses.

    Returns:
        An array as long as `hours`.

    Raises:
        TypeError, ValueError: a time is not finite, a half-life or `interval` is not above 0, or
            `days` is not a whole number of at least 1.

    Example:
        >>> amount_in_blood([0, 24, 48], 24, days=1).round(2)
        array([0.  , 0.52, 0.26])
    """
    times = checks.finite_array("hours", hours)
    leave = math.log(2) / checks.number("half_life", half_life, 0, open_ends=True)
    enter = math.log(2) / checks.number(
        "absorption_half_life", absorption_half_life, 0, open_ends=True
    )
    checks.whole_number("days", days, low=1)
    step = checks.number("interval", interval, 0, open_ends=True)
    since = np.maximum(times[:, None] - step * np.arange(days), 0)  # (times, doses)
    slow, fast = sorted((leave, enter))
    if math.isclose(slow, fast):
        return (enter * since * np.exp(-slow * since)).sum(axis=1)
    return (enter / (fast - slow) * (np.exp(-slow * since) - np.exp(-fast * since))).sum(axis=1)


def build_up(half_life: float, interval: float = 24.0) -> float:
    """Return how many times as much is in the blood with endless daily doses as with the first.

    Each dose adds 1 to what is left of the earlier ones: 1 + r + r² + … = 1 / (1 - r), where r is
    the share that is left after one `interval`.

    Raises:
        TypeError, ValueError: `half_life` or `interval` is not above 0 (both in hours).

    Example:
        >>> build_up(24)
        2.0
    """
    return 1 / -math.expm1(-_leaves(half_life, interval))


def average_amount(half_life: float, interval: float = 24.0) -> float:
    """Return the average amount in the blood once it is steady; one absorbed dose is 1.

    Raises:
        TypeError, ValueError: as `build_up`.

    Example:
        >>> round(average_amount(48) / average_amount(24), 6)
        2.0
    """
    return 1 / _leaves(half_life, interval)


def share_by_day(half_life: float, days: int) -> np.ndarray:
    """Return how much of a sample stems from each of the last `days` daily doses, latest first.

    The sample is drawn when the level is steady, a day after the latest dose.

    Raises:
        TypeError, ValueError: `half_life` is not above 0 or `days` is not at least 1.

    Example:
        >>> share_by_day(24, 3)
        array([0.5  , 0.25 , 0.125])
    """
    left = math.exp(-_leaves(half_life, 24))
    return (1 - left) * left ** np.arange(checks.whole_number("days", days, low=1))


def _leaves(half_life: float, interval: float) -> float:
    """The rate of leaving times the interval."""
    step = checks.number("interval", interval, 0, open_ends=True)
    return math.log(2) * step / checks.number("half_life", half_life, 0, open_ends=True)
