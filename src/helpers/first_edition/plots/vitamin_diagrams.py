"""The diagrams of notebook 01: the vitamin K cycle, two medicines, and the sandwich assay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.first_edition.plots.style import ACCENT, CONTROL_COLOUR, MS_COLOUR, QUIET, canvas, finish, styled
from helpers.first_edition.show import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LIGHT = "#dbe9f4"


@styled
def cycle(*, number: int) -> Picture:
    """The vitamin K cycle, and the proteins that it makes ready."""
    figure, (axes,) = canvas(height=5.4)
    _empty(axes, 19, 10.6)
    _box(axes, 3.9, 9.2, "vitamin K\nas eaten: K1 or K2", LIGHT)
    _box(axes, 3.9, 1.4, "vitamin K epoxide\n(used)", LIGHT)
    _box(axes, 9.0, 5.3, "reduced\nvitamin K\n(working form)", LIGHT)
    _arrow(axes, (6.0, 9.2), (8.9, 6.6), "arc3,rad=-0.3")
    _arrow(axes, (8.9, 4.0), (6.0, 1.4), "arc3,rad=-0.3", colour=MS_COLOUR, wide=3.2)
    _arrow(axes, (3.9, 2.5), (3.9, 8.1))
    axes.text(3.6, 5.3, "VKOR\nrecycles it", ha="right", va="center", weight="bold")
    axes.text(11.9, 9.4, "a protein, not ready", va="center", weight="bold")
    axes.text(11.9, 3.35, "the same protein, ready", va="center", weight="bold")
    axes.text(
        11.9, 1.5, "clotting factors II, VII, IX, X\nosteocalcin (bone)\n"
        "matrix Gla protein (vessels)\nGas6, protein S", va="center", size=13,
    )  # fmt: skip
    _arrow(axes, (13.0, 8.8), (13.0, 4.0), colour=MS_COLOUR, wide=3.2)
    axes.plot([8.3, 10.9, 12.8], [2.6, 4.2, 6.3], color=MS_COLOUR, lw=2.6, ls=":")
    axes.text(
        13.4, 6.4, "γ-glutamyl carboxylase\n(an enzyme) does both\nsteps at once", va="center",
        color=MS_COLOUR, weight="bold",
    )  # fmt: skip
    return finish(
        figure,
        number,
        "A circle of three boxes. Vitamin K as eaten, K1 or K2, becomes reduced vitamin K, the "
        "working form. While the enzyme gamma-glutamyl carboxylase makes a protein ready, the "
        "reduced vitamin becomes vitamin K epoxide, and VKOR recycles that. Beside the circle an "
        "arrow leads from a protein that is not ready to the same protein, ready. Such proteins "
        "are clotting factors II, VII, IX and X, osteocalcin, matrix Gla protein, Gas6 and "
        "protein S.",
        "A helper that goes round. Notice that no arrow leads from the vitamin into the protein: "
        "it helps the enzyme (a cofactor) and is used again. Sources: Tie 2011, Reactome, Sato "
        "2012, Bellan 2016.",
        mark=None,
    )


@styled
def two_medicines(*, number: int) -> Picture:
    """Where warfarin acts and where aspirin acts, lane by lane."""
    figure, (axes,) = canvas(height=5.2)
    _empty(axes, 19, 10.4)
    for bottom, colour, title in (
        (5.6, LIGHT, "Liver: clotting factors need vitamin K"),
        (0.1, "#eeeeee", "Platelets: no vitamin K in this lane"),
    ):
        axes.fill_between([0, 15.4], bottom, bottom + 4.7, color=colour, lw=0, zorder=0)
        axes.text(0.25, bottom + 4.1, title, weight="bold", va="center")
    _box(axes, 2.1, 7.1, "used\nvitamin K", "white")
    _box(axes, 7.3, 7.1, "reduced\nvitamin K", "white")
    _box(axes, 12.9, 7.1, "factors II, VII,\nIX, X ready", "white")
    _box(axes, 2.6, 1.6, "cyclo-\noxygenase", "white")
    _box(axes, 7.6, 1.6, "thromb-\noxane A₂", "white")
    _box(axes, 12.9, 1.6, "platelets\nclump", "white")
    _box(axes, 17.4, 4.9, "blood\nclot", "white")
    for start, end in (
        ((3.6, 7.1), (5.8, 7.1)),
        ((8.8, 7.1), (10.7, 7.1)),
        ((4.2, 1.6), (6.2, 1.6)),
        ((9.0, 1.6), (11.4, 1.6)),
        ((15.0, 7.1), (16.9, 5.9)),
        ((14.3, 1.6), (16.9, 3.9)),
    ):
        _arrow(axes, start, end)
    axes.text(4.7, 6.45, "VKOR", ha="center", va="top", weight="bold")
    _stop(axes, 4.7, 7.25, "WARFARIN")
    axes.text(4.7, 9.0, "WARFARIN", ha="center", color=MS_COLOUR, weight="bold")
    _stop(axes, 5.1, 1.75, "ASPIRIN")
    axes.text(5.1, 3.45, "ASPIRIN", ha="center", color=MS_COLOUR, weight="bold")
    _arrow(axes, (9.3, 9.0), (7.8, 8.15), colour=CONTROL_COLOUR, wide=3)
    axes.text(9.4, 9.05, "extra vitamin K", va="center", color="#22618f", weight="bold")
    return finish(
        figure,
        number,
        "Two lanes that meet only at the blood clot. Upper lane, liver: used vitamin K is recycled "
        "by VKOR to reduced vitamin K, which makes factors II, VII, IX and X ready; warfarin "
        "blocks VKOR, and extra vitamin K enters this lane. Lower lane, platelets: cyclooxygenase, "
        "thromboxane A2, platelets clump; aspirin blocks cyclooxygenase, and vitamin K does not "
        "occur.",
        "Two 'blood thinners', two lanes: extra vitamin K works against warfarin and has no place "
        "in aspirin's lane. (Recycling, two steps in the cycle, is one arrow here.) Sources: "
        "Reactome; a review of aspirin, Thrombosis 2012.",
        mark=None,
    )


@styled
def sandwich(*, number: int) -> Picture:
    """Two antibodies on a large molecule, the same on a small one, and the usual way out."""
    figure, panels = canvas(3, height=4.7)
    titles = ("Sandwich,\nlarge molecule", "Sandwich,\nvitamin K2?", "Competition,\nsmall molecule")
    for axes, title in zip(panels, titles, strict=True):
        _empty(axes, 6, 8.2)
        axes.set_title(title, weight="bold")
        axes.plot([0.3, 5.7], [0.5, 0.5], color=QUIET, lw=6, solid_capstyle="butt")
    large, small, rival = panels
    _antibody(large, 3, 0.6)
    _blob(large, 3, 4.0, 1.35)
    _antibody(large, 3, 7.4, down=True, label=True)
    _antibody(small, 3, 0.6)
    _blob(small, 3, 2.95, 0.3)
    _antibody(small, 3, 6.6, down=True, label=True)
    small.text(3, 3.75, "where would the\nsecond one hold on?", ha="center", va="center", size=12.5)
    _antibody(rival, 1.5, 0.6)
    _blob(rival, 1.5, 2.95, 0.3)
    _antibody(rival, 4.5, 0.6)
    _blob(rival, 4.5, 2.95, 0.3)
    rival.plot(4.5, 3.6, "*", color=MS_COLOUR, ms=20)
    rival.text(1.5, 3.6, "from the\nsample", ha="center", va="bottom", size=12.5)
    rival.text(4.5, 4.2, "added,\nlabelled", ha="center", va="bottom", size=12.5, color=MS_COLOUR)
    rival.text(3, 6.6, "more in the sample,\nweaker signal", ha="center", va="center", size=12.5)
    return finish(
        figure,
        number,
        "Three panels. In the first a large molecule is held by one antibody below and a second, "
        "labelled one above: a sandwich. In the second a small molecule is held by one antibody, "
        "and the second finds no place. In the third the small molecule of the sample competes "
        "with a labelled copy for one antibody: the more in the sample, the weaker the signal.",
        "A sandwich needs two places to hold. The star is the label that gives the signal. Notice "
        "the middle panel: this is our inference from the size of K2, not a finding about the kit "
        "that was used. Not to scale.",
        mark=None,
    )


def _empty(axes: Axes, width: float, height: float) -> None:
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.set_axis_off()


def _box(axes: Axes, x: float, y: float, words: str, colour: str) -> None:
    axes.text(
        x, y, words, ha="center", va="center", zorder=3,
        bbox={"boxstyle": "round,pad=0.4", "facecolor": colour, "edgecolor": ACCENT, "lw": 1.5},
    )  # fmt: skip


def _arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    bend: str = "arc3",
    *,
    colour: str = ACCENT,
    wide: float = 2.2,
    style: str = "-",
) -> None:
    shape = {"arrowstyle": "-|>,head_width=0.35,head_length=0.6", "connectionstyle": bend}
    look = {"color": colour, "lw": wide, "linestyle": style, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops=shape | look)


def _stop(axes: Axes, x: float, y: float, name: str) -> None:
    """A bar across the path and a line up to the name of what blocks it."""
    axes.plot([x, x], [y + 0.15, y + 1.45], color=MS_COLOUR, lw=4, label=name)
    axes.plot([x - 0.55, x + 0.55], [y + 0.1, y + 0.1], color=MS_COLOUR, lw=6)


def _antibody(axes: Axes, x: float, y: float, *, down: bool = False, label: bool = False) -> None:
    way = -1 if down else 1
    for side in (-0.75, 0.75):
        axes.plot(
            [x, x, x + side], [y, y + 1.1 * way, y + 2.1 * way], color=CONTROL_COLOUR, lw=5,
            solid_joinstyle="round",
        )  # fmt: skip
    if label:
        axes.plot(x, y, "*", color=MS_COLOUR, ms=20, zorder=4)


def _blob(axes: Axes, x: float, y: float, radius: float) -> None:
    from matplotlib.patches import Ellipse

    axes.add_patch(Ellipse((x, y), 2 * radius, 2 * radius, facecolor="#b9b9b9", edgecolor=ACCENT))
