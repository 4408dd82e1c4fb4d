"""The figures of notebook 04, cause or effect: graphs, worlds, designs, beliefs, precedents."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from helpers.first_edition import checks
from helpers.first_edition.plots.style import (
    ACCENT,
    CONTROL_COLOUR,
    MS_COLOUR,
    QUIET,
    SIMULATED,
    canvas,
    finish,
    spread_out,
    styled,
)
from helpers.first_edition.show import Picture

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from helpers.first_edition.causal.people import Sample
    from helpers.first_edition.causal.relapses import Spell

STUDIES_MARK = "simulated studies"
BELIEF_MARK = "beliefs, not data"
FILLS = ((MS_COLOUR, None), ("#9ecae1", "//"), ("#d9d9d9", "xx"))
_SHORT = {
    "VK2 earlier": "VK2\nearlier",
    "measured VK2": "measured\nVK2",
    "hidden cause": "hidden\ncause",
    "hidden severity": "hidden\nseverity",
    "handling, medicines": "handling,\nmedicines",
    "takes part": "takes\npart",
}


@styled
def five_graphs(worlds: Sequence[str] | None = None, *, number: int) -> Picture:
    """The worlds as graphs: what all share in grey, what each adds in colour and dashed.

    Age, sex, sun and genes are left out of the drawing.
    """
    from matplotlib.figure import Figure

    from helpers.first_edition.causal import graphs
    from helpers.first_edition.causal.worlds import WORLDS

    worlds = tuple(WORLDS if worlds is None else worlds)
    rows = math.ceil((len(worlds) + 1) / 3)
    figure = Figure(figsize=(9.5, 3.3 * rows))
    panels = figure.subplots(rows, 3, squeeze=False).ravel()
    for axes, name in zip(panels, worlds, strict=False):
        _graph(axes, name)
        axes.set_title(name, loc="center")
    key = panels[len(worlds)]
    for y, own, text in ((0.72, False, "in every world"), (0.5, True, "in this world only")):
        _arrow(key, (0.05, y), (0.3, y), own=own)
        key.text(0.36, y, text, va="center", size=13)
    key.text(0.05, 0.26, "□ seen by the study\n○ not seen", va="center", size=13, linespacing=1.6)
    key.set(xlim=(0, 1), ylim=(0, 1))
    for axes in panels[len(worlds) - len(panels) :] if len(panels) > len(worlds) else ():
        axes.set_axis_off()
    said = "; ".join(
        f"{name}: {', '.join(f'{a} to {b}' for a, b in graphs.OWN[name] if {a, b} <= _DRAWN)}"
        for name in worlds
    )
    return finish(
        figure,
        number,
        f"{len(worlds)} diagrams of the same things with different arrows. Own arrows: {said}.",
        "Grey arrows are the same everywhere. The dashed arrows are each world's own. Squares are "
        "what the 2018 study could see: follow how, in every panel, measured VK2 and MS hang "
        "together. Age, sex, sun and genes are left out of the drawing.",
        mark="imagined worlds",
    )


_DRAWN = {
    "VK2 earlier", "VK2", "measured VK2", "MS", "attacks", "hidden cause", "hidden severity",
    "handling, medicines", "takes part",
}  # fmt: skip


def _graph(axes: Axes, name: str) -> None:
    from helpers.first_edition.causal import graphs

    own = [edge for edge in graphs.OWN[name] if set(edge) <= _DRAWN]
    common = [edge for edge in graphs.COMMON if set(edge) <= _DRAWN]
    used = {node for edge in (*own, *common) for node in edge}
    for edges, is_own in ((common, False), (own, True)):
        for start, end in edges:
            _arrow(
                axes,
                graphs.PLACES[start],
                graphs.PLACES[end],
                own=is_own,
                labels=(_SHORT.get(start, start), _SHORT.get(end, end)),
            )
    for node in sorted(used):
        seen = node in ("measured VK2", "MS", "attacks")
        box = {"boxstyle": "square,pad=0.25" if seen else "round,pad=0.3,rounding_size=0.8"}
        axes.text(
            *graphs.PLACES[node],
            _SHORT.get(node, node),
            ha="center",
            va="center",
            size=11,
            bbox=box | {"fc": "white", "ec": ACCENT if seen else QUIET, "lw": 1.6 if seen else 1},
            zorder=3,
        )
    axes.set(xlim=(-1.55, 1.55), ylim=(-1.4, 1.35))
    axes.set_axis_off()


def _arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    own: bool,
    labels: tuple[str, str] | None = None,
) -> None:
    """An arrow from the edge of one label's box to the edge of the other's."""
    away = [0.0, 0.0]
    if labels:
        across, up = (abs(b - a) * 73 for a, b in zip(start, end, strict=True))  # points a unit
        length = math.hypot(across, up)
        for side, label in enumerate(labels):
            lines = label.split("\n")
            half = 3.3 * max(map(len, lines)) + 6, 7.5 * len(lines) + 4
            reach = [
                size * length / step for size, step in zip(half, (across, up), strict=True) if step
            ]
            away[side] = min(reach) + 1
    style = {
        "arrowstyle": "-|>",
        "mutation_scale": 15,
        "lw": 2.4 if own else 1.5,
        "ls": (0, (3, 1.6)) if own else "solid",
        "color": MS_COLOUR if own else "#9a9a9a",
        "shrinkA": away[0],
        "shrinkB": away[1],
    }
    axes.annotate("", end, start, arrowprops=style, zorder=2 if own else 1)


@styled
def five_studies(
    samples: Mapping[str, Sample], *, number: int, study: int = 0, hidden: bool = True
) -> Picture:
    """One simulated study of each world, side by side: VK2 against attacks, and the controls.

    Args:
        samples: name of the world to its `Sample`, in the order of the panels.
        number: the figure's number.
        study: which of the studies to draw.
        hidden: letters in place of the names.
    """
    figure, panels = canvas(len(samples), height=4.6, sharey=True)
    said = []
    for letter, axes, (name, sample) in zip("ABCDEFG", panels, samples.items(), strict=False):
        ms, control = sample.ms, sample.control
        attacks, vk2 = ms.attacks_per_year[study], np.exp(ms.log_vk2[study])
        others = np.exp(control.log_vk2[study])
        axes.plot(
            attacks + spread_out(vk2, 0.22), vk2, "o", color=MS_COLOUR, ms=5, alpha=0.65, mew=0
        )
        axes.plot(
            -1.4 + spread_out(others, 0.35),
            others,
            "^",
            color=CONTROL_COLOUR,
            ms=6,
            alpha=0.8,
            mew=0,
        )
        axes.axvline(-0.75, color=QUIET, lw=0.8)
        axes.set_title(letter if hidden else name.replace(" ", "\n"), loc="center", size=14)
        axes.set_yscale("log")
        axes.set(xlim=(-2.1, 4.7), ylim=(80, 1700))
        axes.set_xticks([-1.4, 0, 2, 4], ["C", "0", "2", "4"])
        ratio = math.exp(control.log_vk2[study].mean() - ms.log_vk2[study].mean())
        said.append(f"{letter if hidden else name} {ratio:.1f}")
    panels[0].set_yticks([100, 200, 400, 800, 1600], ["100", "200", "400", "800", "1600"])
    panels[0].minorticks_off()
    panels[0].set_ylabel("serum VK2 (ng/ml, log scale)")
    figure.supxlabel("C: controls (triangles)    0, 2, 4: attacks a year in MS (circles)", size=13)
    return finish(
        figure,
        number,
        f"{len(samples)} panels that look alike: in each, controls lie high, people with MS low, "
        "and VK2 falls gently with attacks. Controls have so many times the VK2 of MS: "
        f"{'; '.join(said)}.",
        "Each panel is one simulated study from one world. "
        + (
            "The names are hidden. Can you find the world in which VK2 matters?"
            if hidden
            else "Now with names. Draw new people (another seed) and the small differences move."
        ),
    )


@styled
def fingerprint_row(table: pd.DataFrame, design: str, *, number: int) -> Picture:
    """What one design finds in each world: the middle of many studies, and where 95 % of them lie.

    `table` comes from ``helpers.causal.designs.fingerprints``.
    """
    cells = _cells(table, design)
    figure, (axes,) = canvas(height=3.5)
    for row, cell in enumerate(cells.itertuples()):
        _cell(axes, cell, row)
        axes.annotate(
            f"{cell.estimate:.2f} ({cell.low:.2f} to {cell.high:.2f})",
            (1.02, row),
            xycoords=("axes fraction", "data"),
            va="center",
            annotation_clip=False,
        )
    _ratio_axis(axes)
    axes.set_yticks(range(len(cells)), list(cells["world"]))
    axes.set(ylim=(len(cells) - 0.4, -0.6), xlabel=_READS[design])
    axes.set_title(design)
    left = cells.loc[~cells["closed"], "world"]
    return finish(
        figure,
        number,
        f"{design}: {_READS[design]}. "
        + "; ".join(f"{c.world} {c.estimate:.2f}" for c in cells.itertuples())
        + f". A difference is left in {len(left)} of {len(cells)} worlds.",
        "Filled: the arrows leave a path open. Hollow: all paths are closed. The bar holds 95 of "
        "100 simulated studies. 1 means no difference.",
        STUDIES_MARK,
    )


@styled
def fingerprint_matrix(
    table: pd.DataFrame, split: pd.DataFrame | None = None, *, number: int
) -> Picture:
    """Every design in every world: which differences stay.

    `table` holds the five worlds; `split`, if given, those in which onset and activity part.
    """
    import pandas as pd
    from matplotlib.figure import Figure

    from helpers.first_edition.causal.designs import DESIGNS

    table = pd.concat([table] if split is None else [table, split])
    names = list(dict.fromkeys(table["world"]))
    figure = Figure(figsize=(9.5, 5.2))
    panels = figure.subplots(1, len(names), sharey=True)
    for axes, name in zip(panels, names, strict=True):
        for row, design in enumerate(DESIGNS):
            cells = _cells(table, design)
            _cell(axes, next(cells[cells["world"] == name].itertuples()), row)
        _ratio_axis(axes, few=True)
        axes.set_title(name.replace(" ", "\n"), loc="center", size=11 if split is not None else 13)
        if split is not None and name in set(split["world"]):
            axes.set_facecolor("#f2f2f2")
        for row in range(len(DESIGNS) - 1):
            axes.axhline(row + 0.5, color="#dddddd", lw=0.8)
    panels[0].set_yticks(range(len(DESIGNS)), list(DESIGNS))
    panels[0].set_ylim(len(DESIGNS) - 0.5, -0.5)
    figure.supxlabel("ratio found (log scale); 1 is no difference", size=14)
    closed = table[table["closed"] & table["question"].eq(table["design"].map(_main_question()))]
    none_in = {
        design: ", ".join(closed.loc[closed["design"] == design, "world"]) or "no world"
        for design in DESIGNS
    }
    said = "; ".join(f"{design}: none in {where}" for design, where in none_in.items())
    return finish(
        figure,
        number,
        f"A matrix of six designs and {len(names)} worlds. Where no difference is left. {said}.",
        "Read along a row: what would this study find, in each world? Filled circles: a difference "
        "is left. Hollow: none. The first row is the same everywhere: that is the study we have. "
        "Of the five worlds, only the last two rows single out deficiency."
        + (
            ""
            if split is None
            else " Shaded: VK2 acts on onset only, or on attacks only. Genes and trial part them."
        ),
        STUDIES_MARK,
    )


_READS = {
    "2018 study": "measured VK2, MS over controls (ratio)",
    "re-assay": "VK2 read anew, MS over controls (ratio)",
    "population controls": "VK2, MS over controls (ratio)",
    "banked blood": "VK2 before onset, later MS over controls (ratio)",
    "genetic study": "odds of MS with VK2 10 % higher for life (ratio)",
    "trial": "attacks with twice the VK2 over attacks without (ratio)",
}


def _main_question() -> dict[str, str]:
    from helpers.first_edition.causal.designs import MAIN_QUESTION

    return MAIN_QUESTION


def _cells(table: pd.DataFrame, design: str) -> pd.DataFrame:
    checks.columns("table", table, ("design", "question", "world", "estimate", "closed"))
    checks.one_of("design", design, _READS)
    return table[(table["design"] == design) & (table["question"] == _main_question()[design])]


def _cell(axes: Axes, cell: object, row: int) -> None:
    colour = CONTROL_COLOUR if cell.closed else MS_COLOUR
    axes.plot([cell.low, cell.high], [row, row], color=colour, lw=3, solid_capstyle="butt")
    axes.plot(
        cell.estimate,
        row,
        "o",
        ms=11,
        mew=2.2,
        color=colour,
        mfc="white" if cell.closed else colour,
    )


def _ratio_axis(axes: Axes, *, few: bool = False) -> None:
    axes.set_xscale("log")
    ticks = [0.2, 1.0] if few else [0.1, 0.2, 0.5, 1.0, 1.5]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_xlim(0.09, 1.9)
    axes.axvline(1, color=QUIET, ls="--", lw=1.4)


@styled
def beliefs(held: Mapping[str, pd.Series], *, number: int, notice: str, title: str = "") -> Picture:
    """One to three beliefs over the worlds, as bars side by side.

    Args:
        held: label to belief, for example {"before": ..., "after": ...}.
        number: the figure's number.
        notice: the caption.
        title: a line above the bars.
    """
    if not 1 <= len(held) <= len(FILLS):
        raise ValueError(f"held must hold 1 to {len(FILLS)} beliefs, got {len(held)}")
    figure, (axes,) = canvas(height=3.2 if len(held) == 1 else 4.4)
    height = 0.78 / len(held)
    for place, (label, belief) in enumerate(held.items()):
        colour, hatch = FILLS[place]
        rows = np.arange(len(belief)) + (place - (len(held) - 1) / 2) * height
        axes.barh(
            rows, 100 * belief, 0.9 * height, color=colour, hatch=hatch, edgecolor="white",
            label=label,
        )  # fmt: skip
        for row, share in zip(rows, belief, strict=True):
            axes.text(100 * share + 1, row, f"{100 * share:.0f} %", va="center", size=12)
    names = list(next(iter(held.values())).index)
    axes.set_yticks(range(len(names)), names)
    axes.set(ylim=(len(names) - 0.5, -0.5), xlim=(0, 108), xlabel="probability of each world (%)")
    if len(held) > 1:
        axes.legend(loc="lower right")
    if title:
        axes.set_title(title)
    said = ". ".join(
        f"{label}: " + ", ".join(f"{name} {100 * share:.0f} %" for name, share in belief.items())
        for label, belief in held.items()
    )
    return finish(figure, number, f"Bars of belief. {title} {said}.", notice, BELIEF_MARK)


@styled
def information(bits: Mapping[str, pd.Series], *, number: int) -> Picture:
    """Expected information of each design, for one to three beliefs."""
    if not 1 <= len(bits) <= len(FILLS):
        raise ValueError(f"bits must hold 1 to {len(FILLS)} series, got {len(bits)}")
    figure, (axes,) = canvas(height=4.0)
    height = 0.78 / len(bits)
    for place, (label, values) in enumerate(bits.items()):
        colour, hatch = FILLS[place]
        rows = np.arange(len(values)) + (place - (len(bits) - 1) / 2) * height
        axes.barh(
            rows, values, 0.9 * height, color=colour, hatch=hatch, edgecolor="white", label=label
        )
        for row, value in zip(rows, values, strict=True):
            axes.text(value + 0.01, row, f"{value:.2f}", va="center", size=12)
    names = list(next(iter(bits.values())).index)
    axes.set_yticks(range(len(names)), names)
    largest = max(float(values.max()) for values in bits.values())
    axes.set(
        ylim=(len(names) - 0.5, -0.5), xlim=(0, 1.35 * max(largest, 0.1)),
        xlabel="expected information (bits)",
    )  # fmt: skip
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    said = ". ".join(
        f"{label}: " + ", ".join(f"{name} {value:.2f}" for name, value in values.items())
        for label, values in bits.items()
    )
    return finish(
        figure,
        number,
        f"Bars of expected information in bits. {said}.",
        "The 2018 study, done again, is worth nothing. Rooms that believe differently rank the "
        "studies differently.",
        STUDIES_MARK,
    )


@styled
def mixture(shares: pd.Series, found: pd.Series, *, number: int) -> Picture:
    """Shares of the gap on the left, and what each design would find on the right."""
    figure, (left, right) = canvas(2, height=4.2, width_ratios=[1, 1.25])
    left.barh(range(len(shares)), 100 * shares, 0.7, color="#9ecae1", hatch="//", edgecolor="white")
    for row, share in enumerate(shares):
        left.text(100 * share + 2, row, f"{100 * share:.0f} %", va="center", size=12)
    left.set_yticks(range(len(shares)), list(shares.index), size=12)
    left.set(ylim=(len(shares) - 0.5, -0.5), xlim=(0, 122), xlabel="share of the gap (%)")
    right.axvline(1, color=QUIET, ls="--", lw=1.4)
    for row, (design, ratio) in enumerate(found.items()):
        telling = design in ("2018 study", "trial")
        colour = MS_COLOUR if telling else QUIET
        right.plot([1, ratio], [row, row], color=colour, lw=2)
        right.plot(ratio, row, "s" if telling else "o", color=colour, ms=11 if telling else 8)
        right.text(1.06, row, f"{ratio:.2f}", va="center", color=colour)
    right.set_xscale("log")
    right.set_xticks([0.2, 0.5, 1.0], ["0.2", "0.5", "1"])
    right.minorticks_off()
    right.set_yticks(range(len(found)), list(found.index), size=12)
    right.set(xlim=(0.13, 1.5), ylim=(len(found) - 0.5, -0.5), xlabel="expected ratio (log scale)")
    return finish(
        figure,
        number,
        "Shares of the gap: "
        + ", ".join(f"{name} {100 * share:.0f} %" for name, share in shares.items())
        + ". Expected ratios: "
        + ", ".join(f"{design} {ratio:.2f}" for design, ratio in found.items())
        + ".",
        "Squares: the study we have, and the trial that patients ask for. Move the weights: the "
        "first square stays, the second moves.",
        "computed from simulated studies",
    )


@styled
def implied_strength(implied: pd.DataFrame, known: pd.DataFrame, *, number: int) -> Picture:
    """Risk ratios that deficiency would need, beside the known risk factors of MS.

    `implied` comes from ``helpers.causal.strength.implied_risks``, `known` from
    ``helpers.data.risk_factors``.
    """
    figure, (axes,) = canvas(height=4.6)
    known = known.sort_values("estimate")
    labels, row = [], 0
    for factor in known.itertuples():
        if not math.isnan(factor.low):
            axes.plot([factor.low, factor.high], [row, row], color=CONTROL_COLOUR)
        axes.plot(factor.estimate, row, "^", color=CONTROL_COLOUR, ms=11)
        axes.text(factor.estimate * 1.3, row, f"{factor.estimate:g}", va="center")
        labels.append(factor.factor)
        row += 1
    for reading, ratio in implied["risk_ratio"].iloc[::-1].items():
        axes.plot(ratio, row, "s", color=MS_COLOUR, ms=11)
        axes.text(ratio * 1.3, row, _rounded(ratio), va="center")
        labels.append(f"low VK2, if ± is a\n{reading}")
        row += 1
    axes.axhline(len(known) - 0.5, color=QUIET, lw=0.8)
    axes.text(170_000, 0, "published", ha="right", va="center", color=CONTROL_COLOUR)
    axes.text(170_000, len(known), "needed", ha="right", va="center", color=MS_COLOUR)
    axes.set_xscale("log")
    axes.set_xticks([1, 10, 100, 1000, 10_000, 100_000], ["1", "10", "100", "1000", "10,000", ""])
    axes.minorticks_off()
    axes.set_yticks(range(row), labels, size=12)
    axes.set(
        xlim=(1, 200_000), ylim=(-0.6, row - 0.4), xlabel="times as likely to have MS (log scale)"
    )
    said = "; ".join(f"{f.factor} {f.estimate:g}" for f in known.itertuples())
    needed = "; ".join(f"± as {r} {_rounded(x)}" for r, x in implied["risk_ratio"].items())
    return finish(
        figure,
        number,
        f"Known risk factors of MS: {said}. Low VK2 would need, by the reading of ±: {needed}.",
        "Triangles: published risk factors, as fold, relative risk or odds ratio, whichever the "
        "abstract gives. Squares: what low VK2 would need to make the whole gap "
        "alone, computed from the published means under three readings of the ± that the abstract "
        "leaves undefined.",
        mark="published, and computed from published figures",
    )


def _rounded(ratio: float) -> str:
    """A ratio with two significant digits, thousands marked."""
    digits = 1 - math.floor(math.log10(ratio))
    return f"{round(ratio, digits):,.0f}" if ratio >= 10 else f"{ratio:.1f}"


_FOREST = {"randomised trial": (MS_COLOUR, "s"), "meta-analysis": (MS_COLOUR, "D")}


@styled
def precedent(studies: pd.DataFrame, *, number: int) -> Picture:
    """Forest plot of vitamin D and biotin in MS: what was expected, and what trials found.

    `studies` comes from ``helpers.data.vitamin_d_precedent``. Ratios of a benefit are turned round,
    so that below 1 always speaks for the vitamin.
    """
    rows = forest_rows(studies)
    figure, (axes,) = canvas(height=1.6 + 0.42 * len(rows))
    for row, study in enumerate(rows.itertuples()):
        colour, marker = _FOREST.get(study.design, (CONTROL_COLOUR, "o"))
        if math.isnan(study.low):
            axes.plot(study.ratio, row, marker, color=colour, mfc="white", mew=2, ms=9)
        else:
            axes.plot([study.low, study.high], [row, row], color=colour)
            axes.plot(study.ratio, row, marker, color=colour, ms=9)
        interval = "" if math.isnan(study.low) else f" ({study.low:.2f} to {study.high:.2f})"
        axes.annotate(
            f"{study.ratio:.2f}{interval}",
            (1.02, row),
            xycoords=("axes fraction", "data"),
            va="center",
            size=12,
            annotation_clip=False,
        )
    axes.axvline(1, color=QUIET, ls="--", lw=1.4)
    axes.set_xscale("log")
    axes.set_xticks([0.25, 0.5, 1, 2], ["0.25", "0.5", "1", "2"])
    axes.minorticks_off()
    axes.set_yticks(range(len(rows)), list(rows["label"]), size=12)
    axes.set(
        ylim=(len(rows) - 0.4, -0.6), xlim=(0.22, 2.7),
        xlabel="ratio; below 1 speaks for the vitamin (log scale)",
    )  # fmt: skip
    said = "; ".join(f"{r.label} {r.ratio:.2f}" for r in rows.itertuples())
    return finish(
        figure,
        number,
        f"Forest plot, ratios below 1 speak for the vitamin: {said}.",
        "Circles: people watched, or genes. Squares: trials; diamond: trials pooled. Hollow: no "
        "interval was seen, or only percentages. The ratios are of different kinds: "
        "compare directions, not sizes. Ratios of a benefit are turned round. "
        f"Not drawn, for want of a ratio: {', '.join(_not_drawn(studies, rows))}.",
        mark=None,
    )


def _not_drawn(studies: pd.DataFrame, rows: pd.DataFrame) -> list[str]:
    """Studies of the table that have no row in the forest plot."""
    drawn = " ".join(rows["label"])
    names = {study: _short_name(study) for study in studies["study"]}
    return [study for study, short in names.items() if f"{short}:" not in drawn]


def _short_name(study: str) -> str:
    return study.replace("Polygenic score study", "Polygenic")


def forest_rows(studies: pd.DataFrame) -> pd.DataFrame:
    """The rows of `studies` that hold a ratio, all turned so that below 1 is good news.

    Columns: label, design, outcome_kind, ratio, low, high. A result with percentages only gets
    their ratio and no interval; a group with nobody improved gets none.
    """
    import pandas as pd

    rows = []
    texts = ["study", "measure", "outcome", "outcome_is", "outcome_kind", "design"]
    studies = studies.assign(**{name: studies[name].fillna("") for name in texts})
    for study in studies.itertuples():
        ratio, low, high = study.estimate, study.low, study.high
        if study.measure not in ("OR", "HR", "ratio, kind not seen"):
            if pd.isna(study.percent_treated) or study.percent_control == 0:
                continue
            ratio, low, high = study.percent_treated / study.percent_control, math.nan, math.nan
        if math.isnan(ratio):
            continue
        if study.outcome_is == "benefit":
            ratio, low, high = 1 / ratio, 1 / high, 1 / low
        outcome = study.outcome.removesuffix(" (primary)")
        before = "genes, " if study.design.startswith(("Mendel", "polygenic")) else ""
        before = "biotin, " if study.vitamin == "biotin" else before
        turned = " (turned round)" if study.outcome_is == "benefit" else ""
        name = _short_name(study.study)
        label = f"{name}: {before}{outcome}{turned}"
        rows.append((label, study.design, study.outcome_kind, ratio, low, high))
    names = ["label", "design", "outcome_kind", "ratio", "low", "high"]
    table = pd.DataFrame(rows, columns=names)
    order = {"nested case-control": 0, "Mendelian randomisation": 1, "polygenic score cohort": 2}
    return table.sort_values(
        "design", key=lambda design: design.map(order).fillna(3), kind="stable", ignore_index=True
    )


@styled
def regression_to_the_mean(seen: Spell, published: pd.DataFrame, *, number: int) -> Picture:
    """Relapses of untreated people before and after they were chosen, beside those of everybody.

    `published` is the table of findings.
    """
    figure, (axes,) = canvas(height=4.8)
    years = ("two_years_ago", "year_before", "year_after")
    places = np.arange(3)
    said = []
    for label, who, colour, marker, line in (
        ("chosen for their relapses", seen.chosen, MS_COLOUR, "o", "-"),
        ("everybody", np.ones(seen.chosen.shape, bool), CONTROL_COLOUR, "^", "--"),
    ):
        means = [float(getattr(seen, year)[who].mean()) for year in years]
        axes.plot(places, means, line, marker=marker, color=colour, ms=11)
        above = 0.1 if who is seen.chosen else -0.1
        for x, mean in zip(places, means, strict=True):
            axes.text(
                x, mean + above, f"{mean:.2f}", ha="center", va="center", color=colour, size=13
            )
        axes.text(0.06, means[0] + 2.1 * above, f"{label}, simulated", color=colour, va="center")
        said.append(f"{label}: {', '.join(f'{mean:.2f}' for mean in means)}")
    real = [float(published.loc[row, "value"]) for row in ("relapses_before", "relapses_after")]
    axes.plot(places[1:] + 0.07, real, "D", color=ACCENT, mfc="white", mew=2, ms=10)
    axes.text(
        2.15,
        real[1] + 0.25,
        "published,\nuntreated",
        va="center",
        ha="center",
        size=12,
        color=ACCENT,
    )
    axes.axvline(1.5, color=QUIET, lw=1.2, ls=":")
    axes.text(1.5, 2.12, "chosen here; nobody is treated", ha="center", color=QUIET, size=12)
    axes.set_xticks(places, ["two years before", "year before", "year after"])
    axes.set(ylabel="relapses a year (mean)", ylim=(0.6, 2.25), xlim=(-0.25, 2.4))
    return finish(
        figure,
        number,
        f"Mean relapses a year, two years before, the year before and the year after. "
        f"{'; '.join(said)}. Published, untreated: {real[0]} before and {real[1]:.1f} after.",
        "Solid: people chosen because they had at least two relapses in two years. They do better "
        "at once, untreated. Dashed: everybody, who stay as they were. Diamonds: published rates.",
        mark=SIMULATED,
    )
