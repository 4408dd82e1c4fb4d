"""Vitamin K drawn as chemists draw it: each corner is a carbon, each line a bond."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from helpers.first_edition import checks, vitamin_k
from helpers.first_edition.plots.style import ACCENT, CONTROL_COLOUR, MS_COLOUR, QUIET, finish, styled
from helpers.first_edition.show import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STEP = math.sqrt(3) / 2  # how far a bond of length 1 goes sideways


@dataclass
class Skeleton:
    """Atoms (element, x, y) and bonds (two atoms, order) of a molecule; hydrogens are left out."""

    atoms: list[tuple[str, float, float]] = field(default_factory=list)
    bonds: list[tuple[int, int, int]] = field(default_factory=list)

    def add(
        self, x: float, y: float, bonded_to: int | None = None, order: int = 1, element: str = "C"
    ) -> int:
        """Add an atom, bonded to an earlier one, and return its number."""
        self.atoms.append((element, x, y))
        new = len(self.atoms) - 1
        if bonded_to is not None:
            self.bonds.append((bonded_to, new, order))
        return new

    def hydrogens(self) -> int:
        """Count the hydrogens: what the bonds leave free of carbon's four and oxygen's two."""
        free = sum({"C": 4, "O": 2}[element] for element, _, _ in self.atoms)
        return free - 2 * sum(order for _, _, order in self.bonds)


def skeleton(vitamer: str) -> Skeleton:
    """Return the ring of all K vitamers with the side chain of this one.

    2-methyl-1,4-naphthoquinone, the chain on carbon 3. Each unit has five carbons, four in the
    chain and one beside it; in MK-n each has a double bond, in K1 only the first.

    Raises:
        TypeError, ValueError: as `vitamin_k.units`.
    """
    drawing = Skeleton()
    # The ring on the right first: carbons 1, 2, 3, 4 and the two it shares with the other ring.
    one = drawing.add(2 * STEP, 1)
    two = drawing.add(3 * STEP, 0.5, one)
    three = drawing.add(3 * STEP, -0.5, two, order=2)
    four = drawing.add(2 * STEP, -1, three)
    lower = drawing.add(STEP, -0.5, four)
    upper = drawing.add(STEP, 0.5, lower)
    drawing.bonds.append((upper, one, 1))
    drawing.add(2 * STEP, 2, one, order=2, element="O")
    drawing.add(2 * STEP, -2, four, order=2, element="O")
    drawing.add(4 * STEP, 1, two)  # the methyl group
    five = drawing.add(0, -1, lower, order=2)
    six = drawing.add(-STEP, -0.5, five)
    seven = drawing.add(-STEP, 0.5, six, order=2)
    eight = drawing.add(0, 1, seven)
    drawing.bonds.append((eight, upper, 2))
    x, last = 3 * STEP, three
    for unit in range(vitamin_k.units(vitamer)):
        double = 1 if vitamer == "K1" and unit else 2
        first = drawing.add(x + STEP, -1, last)
        second = drawing.add(x + 2 * STEP, -0.5, first)
        third = drawing.add(x + 3 * STEP, -1, second, order=double)
        drawing.add(x + 3 * STEP, -2, third)
        last = drawing.add(x + 4 * STEP, -0.5, third)
        x += 4 * STEP
    return drawing


@styled
def family(n: int = 7, *, number: int) -> Picture:
    """The ring and the unit drawn large; below, K1 and MK-n at one scale.

    Raises:
        TypeError, ValueError: `n` is not a whole number from 4 to 13; or `number` is below 1.
    """
    from matplotlib.figure import Figure

    checks.whole_number("n", n, 4, vitamin_k.LONGEST)
    vitamer = f"MK-{n}"
    figure = Figure(figsize=(9.5, 5.7))
    places = figure.subplot_mosaic("ab;cc", height_ratios=[1, 1.18], width_ratios=[1, 1.25])
    for axes in places.values():
        axes.set_aspect("equal")
        axes.set_axis_off()
    _draw_ring(places["a"])
    _draw_units(places["b"])
    axes = places["c"]
    axes.set(xlim=(-1.5, 48.5), ylim=(-11.2, 3.1))
    _draw_row(axes, "K1", 0)
    _draw_row(axes, vitamer, -7.3)
    masses = {name: f"{vitamin_k.molar_mass(name):.2f} g/mol" for name in ("K1", vitamer)}
    return finish(
        figure,
        number,
        "Drawings of molecules. Top left the double ring, the same in all: two oxygens, a methyl "
        "group on carbon 2, the side chain on carbon 3. Top right one five-carbon unit, with a "
        f"double bond in all menaquinones and without it in most of K1. Below, at one scale, K1 "
        f"with 4 units, of which only the first has a double bond, {masses['K1']}; and {vitamer} "
        f"with {n} units, each with a double bond, {masses[vitamer]}.",
        "One double ring, many tails. Notice that the ring stays and the chain grows: 'K2' is not "
        "one substance but ten or more. Each corner is a carbon, each black dot an oxygen, a "
        "doubled line a double bond ('saturated': without one); hydrogens are not drawn.",
        mark=None,
    )


def formula_text(vitamer: str) -> str:
    """The formula with its numbers set low, such as C₃₁H₄₆O₂."""
    low = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
    return "".join(f"{a}{n}" for a, n in vitamin_k.formula(vitamer).items()).translate(low)


def _draw_row(axes: Axes, vitamer: str, y: float) -> None:
    for unit in range(vitamin_k.units(vitamer)):
        left = (3.5 + 4 * unit) * STEP
        axes.fill_between(
            [left, left + 4 * STEP], y - 2.5, y + 0.3, color="#e8e8e8" if unit % 2 else "#cfe0ee",
            lw=0,
        )  # fmt: skip
        axes.text(left + 2 * STEP, y - 3.9, f"{unit + 1}", ha="center", size=12, color=QUIET)
    _draw_bonds(axes, skeleton(vitamer), y=y, width=1.5)
    names = {"K1": "K1, phylloquinone"}
    axes.text(
        4.6,
        y + 1.1,
        f"{names.get(vitamer, vitamer + ', a menaquinone (K2)')}:  {formula_text(vitamer)},  "
        f"{vitamin_k.molar_mass(vitamer):.2f} g/mol",
        size=14,
        weight="bold",
    )


def _draw_ring(axes: Axes) -> None:
    _draw_bonds(axes, skeleton("MK-1"), atoms=15, width=2.4, letters=True)
    axes.set(xlim=(-1.2, 5.6), ylim=(-2.9, 3.5))
    axes.text(-1.2, 3.0, "The ring: the same in all", size=15, weight="bold")
    for label, x, y in (("1", 1.73, 0.6), ("2", 2.26, 0.33), ("3", 2.26, -0.33), ("4", 1.73, -0.6)):
        axes.text(x, y, label, size=12, ha="center", va="center", color=QUIET)
    axes.text(3.55, 1.15, "CH₃", size=13, va="center", color=ACCENT)
    axes.text(3.6, -1.35, "side chain", size=13, va="center", color=MS_COLOUR, weight="bold")


def _draw_units(axes: Axes) -> None:
    axes.set(xlim=(-0.9, 8.6), ylim=(-3.4, 3.5))
    axes.text(-0.9, 3.0, "One unit of the side chain: 5 carbons", size=15, weight="bold")
    for order, y, words in (
        (2, 1.2, "isoprene unit:\nevery unit of MK-n,\nthe first of K1"),
        (1, -1.6, "saturated unit:\nthe other three of K1"),
    ):
        unit = Skeleton()
        first = unit.add(0, 0)
        second = unit.add(STEP, 0.5, first)
        third = unit.add(2 * STEP, 0, second, order=order)
        unit.add(2 * STEP, -1, third)
        unit.add(3 * STEP, 0.5, third)
        _draw_bonds(axes, unit, y=y, width=2.4)
        for _, x, height in unit.atoms:
            axes.plot(x, y + height, "o", color=CONTROL_COLOUR, ms=6)
        axes.text(3.4, y, words, size=13, va="center")


def _draw_bonds(
    axes: Axes,
    drawing: Skeleton,
    *,
    y: float = 0.0,
    width: float,
    atoms: int | None = None,
    letters: bool = False,
) -> None:
    """Draw the bonds among the first `atoms` atoms, and the oxygens as letters or dots."""
    from matplotlib.collections import LineCollection

    where = np.array([(x, height + y) for _, x, height in drawing.atoms])
    lines, ring = [], np.array([[0, y], [2 * STEP, y]])
    for start, end, order in drawing.bonds:
        if atoms is not None and max(start, end) >= atoms:
            continue
        lines.append(where[[start, end]])
        if order == 2:
            along = where[end] - where[start]
            aside = 0.17 * np.array([-along[1], along[0]])
            middle = where[[start, end]].mean(axis=0)
            nearest = ring[np.argmin(((ring - middle) ** 2).sum(axis=1))]
            if (nearest - middle) @ aside < 0:  # the second line runs inside the ring
                aside = -aside
            lines.append(where[[start, end]] + aside + 0.14 * np.outer([1, -1], along))
    axes.add_collection(LineCollection(lines, colors=ACCENT, linewidths=width, capstyle="round"))
    for element, x, height in drawing.atoms:
        if element == "O" and letters:
            axes.text(
                x, height + y, "O", size=14, ha="center", va="center", color=ACCENT,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
            )  # fmt: skip
        elif element == "O":
            axes.plot(x, height + y, "o", color=ACCENT, ms=5)
