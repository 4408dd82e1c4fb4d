"""The figures of notebook 02, the study design."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from helpers.first_edition import checks, design
from helpers.first_edition.plots.style import (
    ACCENT,
    COLOURS,
    CONTROL_COLOUR,
    MARKERS,
    MS_COLOUR,
    QUIET,
    VK2_AXIS,
    canvas,
    finish,
    groups,
    spread_out,
    styled,
)
from helpers.first_edition.show import Picture
from helpers.first_edition.simulate import STUDY_CONTROL, STUDY_MS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

READING_STYLES = {  # line style, marker, colour: told apart in grey as well
    "standard deviation": ("-", "o", MS_COLOUR),
    "half an interval": ("--", "s", ACCENT),
    "standard error": (":", "^", CONTROL_COLOUR),
}


@styled
def time_line(cases: pd.DataFrame, *, number: int, n_shown: int = 6) -> Picture:
    """Lives on a time line: who is found on the day of the study, and where "before" lies.

    `cases` comes from ``design.cases_over_time``; the first `n_shown` with a short and with a long
    stay that began in the 30 years before the study are drawn, and two people without the disease.
    """
    checks.columns("cases", cases, ("stay", "onset", "end", "found"))
    recent = cases[cases["onset"].between(-30, -1)]
    lives = (
        recent.groupby("stay", sort=False).head(n_shown).sort_values("onset").reset_index(drop=True)
    )
    figure, (axes,) = canvas(height=5.4)
    for row, life in lives.iterrows():
        thick = {"short": (0, (1.2, 0.5)), "long": "solid"}[life["stay"]]
        axes.plot([-38, life["onset"]], [row, row], color=QUIET, lw=1)
        axes.plot(
            [life["onset"], min(life["end"], 9)],
            [row, row],
            color=MS_COLOUR,
            lw=6,
            ls=thick,
            solid_capstyle="butt",
            dash_capstyle="butt",
        )
        axes.plot(life["onset"] - 4, row, "D", mfc="white", mec=ACCENT, ms=8, mew=1.6)
        if life["found"]:
            axes.plot(0, row, "o", color=ACCENT, ms=11, zorder=4)
        else:
            # Near the line of the day the words go to its right.
            at = life["end"] + 0.5 if life["end"] < -6 else 0.5
            axes.text(at, row, "gone before", va="center", size=11.5)
    for row in (len(lives), len(lives) + 1):
        axes.plot([-38, 9], [row, row], color=QUIET, lw=1)
        axes.plot(0, row, MARKERS["control"], color=CONTROL_COLOUR, ms=12, zorder=4)
    axes.axvline(0, color=ACCENT, lw=1.4, zorder=0)
    axes.text(0.4, -1.15, "day of the study", va="center")
    axes.set_yticks(
        [(len(lives) - 1) / 2, len(lives) + 0.5], ["people who\nfall ill", "never\nill"]
    )
    axes.tick_params(axis="y", length=0)
    axes.set(xlim=(-38, 9), ylim=(len(lives) + 1.7, -1.8), xlabel="years from the day of the study")
    axes.spines["left"].set_visible(False)
    short = {
        "all": 100 * (cases["stay"] == "short").mean(),
        "found": 100 * (cases.loc[cases["found"], "stay"] == "short").mean(),
    }
    found = int(lives["found"].sum())
    return finish(
        figure,
        number,
        f"{len(lives)} lives that fall ill at different times; a study on one day finds {found} of "
        "them, mostly long stays, because most short ones have ended before. In the ill, every "
        "blood sample of the day comes after onset. Among all new cases "
        f"{short['all']:.0f} % stay short; among those found, {short['found']:.0f} %.",
        "Six short and six long stays. Thin line: well. Thick line: ill and within reach of the "
        "clinic (broken: a short stay). "
        "Dots and triangles: blood of cases and controls, drawn on one day. Diamonds: where stored "
        "blood would have to come from to be 'before'. Notice that no dot lies on a thin line.",
        mark="simulated lives; the disease is made up",
    )


@styled
def choice_of_controls(choice: design.ControlChoice, *, number: int) -> Picture:
    """Everyone's VK2, who volunteers, and the gap that the choice alone makes."""
    figure, (left, right) = canvas(2, height=4.2, width_ratios=[1.15, 1])
    edges = np.geomspace(60, 1000, 26)
    left.hist(choice.population, edges, color="#d9d9d9", edgecolor="white")
    top = left.get_ylim()[1] * 1.22
    grid = np.geomspace(60, 1000, 200)
    likely = (grid / np.quantile(choice.population, 0.999)) ** math.log2(choice.preference)
    left.plot(grid, likely * 0.7 * top, color=CONTROL_COLOUR, ls="--")
    left.text(
        0.02,
        0.98,
        "bars: everyone\ndashed: relative chance\nto volunteer",
        transform=left.transAxes,
        va="top",
        size=12,
    )
    left.set(ylim=(0, top), xlabel=VK2_AXIS, ylabel="people")
    left.set_title("Everyone")
    geometric = {}
    for place, (group, values) in enumerate((("MS", choice.ms), ("control", choice.controls))):
        right.plot(
            place + spread_out(values),
            values,
            MARKERS[group],
            color=COLOURS[group],
            ms=8,
            alpha=0.65,
            mew=0,
        )
        geometric[group] = math.exp(np.log(values).mean())
        right.plot([place - 0.36, place + 0.36], [geometric[group]] * 2, color=ACCENT)
    ratio = choice.comparison.ratio_of_geometric_means
    right.set_xticks([0, 1], ["MS:\na fair sample", "controls:\nvolunteers"])
    right.set(xlim=(-0.5, 1.5), ylabel=VK2_AXIS)
    right.set_title(f"In the study: ratio {ratio.value:.2f}")
    for axis in (left.xaxis, right.yaxis):
        _plain_log(axis, (60, 1000), (100, 200, 400, 800))
    verdict = "leaves out" if not ratio.covers(1) else "holds"
    said = f"{ratio.value:.2f}, 95 % interval {ratio.low:.2f} to {ratio.high:.2f}"
    return finish(
        figure,
        number,
        "Left, the VK2 of everyone and a curve of the chance to volunteer, "
        f"{choice.preference:g} times as high with each doubling of VK2. Right, the people in the "
        f"study, MS and controls; the ratio of geometric means is {said}.",
        f"VK2 has nothing to do with MS here. Ratio of geometric means: {said}; the interval "
        f"{verdict} 1. Notice that the controls belong to this population; they are not a fair "
        "sample of it.",
        mark="simulated people; VK2 unrelated to MS",
    )


@styled
def measurement_error(
    people: pd.DataFrame,
    *,
    number: int,
    real_gap: bool = True,
    factor: float = 1.0,
    background: float = 0.0,
    own_factor: float = 1.0,
) -> Picture:
    """True levels of both groups beside what an assay with these errors prints.

    Args:
        people: simulated participants; with `real_gap` their VK2 is taken as the truth.
        number: number of the figure.
        real_gap: False lifts the people with MS until the two means are the same.
        factor, background, own_factor: as in ``design.measured``; `own_factor` is for MS only.
    """
    true = {group: rows["vk2_ng_ml"].to_numpy(float) for group, rows in groups(people).items()}
    if not real_gap:
        true["MS"] = true["MS"] * true["control"].mean() / true["MS"].mean()
    own = {"MS": own_factor, "control": 1.0}
    printed = {
        group: design.measured(values, factor=factor, background=background, own_factor=own[group])
        for group, values in true.items()
    }
    figure, (axes,) = canvas(height=4.1)
    above = axes.get_xaxis_transform()  # x as the data, y as a share of the axis
    ratios = {}
    for start, (name, levels) in zip(
        (0, 2.2), (("true", true), ("measured", printed)), strict=True
    ):
        means = {group: values.mean() for group, values in levels.items()}
        ratios[name] = means["control"] / means["MS"]
        for shift, (group, values) in enumerate(levels.items()):
            x = start + 0.9 * shift
            axes.plot(
                x + spread_out(values, 0.24),
                values,
                MARKERS[group],
                color=COLOURS[group],
                ms=7,
                alpha=0.55,
                mew=0,
            )
            axes.plot([x - 0.36, x + 0.36], [means[group]] * 2, color=ACCENT, lw=2.6)
            axes.text(x, 1.02, f"mean {means[group]:,.0f}", ha="center", size=12, transform=above)
        title = f"{name}: ratio {ratios[name]:.2f}"
        axes.text(start + 0.45, 1.11, title, ha="center", weight="bold", transform=above)
    axes.axvline(1.55, color=QUIET, lw=1.2, ls="--")
    axes.set_xticks([0, 0.9, 2.2, 3.1], ["MS", "controls", "MS", "controls"])
    axes.set(xlim=(-0.5, 3.6), ylabel="VK2 (ng/ml, log scale)")
    _plain_log(axes.yaxis, (10, 8000), (10, 30, 100, 300, 1000, 3000))
    parts = [
        f"times {factor:g} for all" if factor != 1 else "",
        f"plus {background:g} ng/ml for all" if background else "",
        f"times {own_factor:g} for MS only" if own_factor != 1 else "",
    ]
    error = ", ".join(filter(None, parts)) or "no error"
    return finish(
        figure,
        number,
        f"True levels left, measured levels right, on a log scale. Error: {error}. The true ratio "
        f"of means, controls to MS, is {ratios['true']:.2f}; "
        f"the measured one {ratios['measured']:.2f}.",
        f"Error set: {error}. Thick lines are the means. On a log scale the distance between the "
        f"lines is the ratio: {ratios['true']:.2f} in truth, {ratios['measured']:.2f} as measured.",
    )


@styled
def share_affected(ratio: float, *, number: int) -> Picture:
    """The ratio made out of nothing, against the share of the MS group that reads too low."""
    ratio = checks.number("ratio", ratio, 1, open_ends=True)
    figure, (axes,) = canvas(height=4.5)
    share = np.linspace(0, 1, 201)
    said = []
    for reads, line in ((0.5, "--"), (0.2, "-."), (0.0, "-")):
        made = np.array([design.ratio_from_affected(x, reads) for x in share])
        axes.plot(100 * share, made, ls=line, color=MS_COLOUR)
        needed = design.share_to_affect(ratio, reads)
        name = f"assay prints {100 * reads:.0f} %" if reads else "assay prints nothing"
        if needed <= 1:
            axes.plot(100 * needed, ratio, "o", color=ACCENT, ms=10, zorder=4)
            said.append(f"{100 * needed:.0f} % if the {name}")
        else:
            said.append(f"never if the {name}")
        x, y, side = {0.5: (64, 1.12, "left"), 0.2: (75, 1.98, "left"), 0.0: (58, 2.6, "right")}[
            reads
        ]
        axes.text(x, y, name, ha=side)
    axes.axhline(ratio, color=QUIET, lw=1.4, ls=(0, (6, 3)))
    axes.text(1, ratio + 0.08, f"the published ratio, {ratio:.2f}", va="bottom")
    axes.set(
        xlim=(0, 100),
        ylim=(0.9, 5),
        xlabel="share of the MS group that takes high-dose biotin (%)",
        ylabel="ratio of means out of nothing",
    )
    return finish(
        figure,
        number,
        "Three rising curves of the ratio made out of nothing against the share of the MS group "
        f"that is affected. A ratio of {ratio:.2f} needs: {'; '.join(said)}.",
        "A thought experiment. The two groups are truly alike; the assay prints nothing, 20 % or "
        "50 % of the true level of those who take biotin. Dots: where a curve reaches the "
        "published ratio. Notice how many people would have to be affected, and that one curve "
        "never gets there.",
        mark="thought experiment: nobody knows that this happened",
    )


@styled
def readings_of_spread(table: pd.DataFrame, findings: pd.DataFrame, *, number: int) -> Picture:
    """The two groups as each reading of ± implies them, if values were bell-shaped.

    `table` comes from ``design.readings_of_spread``.
    """
    from scipy import stats

    checks.columns("table", table, ("sd_ms", "sd_control", "cohen_d", "below_zero_ms"))
    figure, panels = canvas(len(table), height=4.2, sharex=True)
    grid = np.linspace(-1700, 2700, 800)
    said = []
    for axes, (reading, row) in zip(panels, table.iterrows(), strict=True):
        for group, line, place in (("ms", "-", -1), ("control", "--", 1)):
            mean = findings.loc[f"vk2_mean_{group}", "value"]
            colour = {"ms": MS_COLOUR, "control": CONTROL_COLOUR}[group]
            height = stats.norm.pdf(grid, mean, row[f"sd_{group}"])
            height = height / stats.norm.pdf(0, 0, min(row["sd_ms"], row["sd_control"]))
            axes.plot(grid, height, ls=line, color=colour)
            if group == "ms":
                below = grid < 0
                axes.fill_between(
                    grid[below], height[below], color=colour, alpha=0.45, hatch="//", lw=0
                )
            if axes is panels[0]:
                name = {"ms": "MS", "control": "controls"}[group]
                at, up = (-120, 0.8) if place < 0 else (mean + 170, 0.45)
                axes.text(at, up, name, color=colour, ha="right" if place < 0 else "left")
        axes.axvline(0, color=QUIET, lw=1)
        axes.set(ylim=(0, 1.3), xlim=(-1700, 2700), xlabel="VK2 (ng/ml)")
        axes.set_xticks([-1000, 0, 1000, 2000])
        axes.set_yticks([])
        axes.spines["left"].set_visible(axes is panels[0])
        axes.set_title(f"± read as\n{reading}", size=14)
        axes.text(
            0.98,
            0.97,
            f"d = {row['cohen_d']:.1f}\nbelow zero:\n{row['below_zero_ms']:.0f} % of MS",
            transform=axes.transAxes,
            ha="right",
            va="top",
            size=12,
        )
        said.append(
            f"{reading}, d {row['cohen_d']:.1f}, {row['below_zero_ms']:.0f} % of MS below zero"
        )
    panels[0].set_ylabel("how common")
    return finish(
        figure,
        number,
        "Three pairs of bell curves with the same two means. From left to right they widen and "
        f"overlap more: {'; '.join(said)}.",
        "Same abstract, same means. Solid: MS, dashed: controls, drawn as bells. Hatched: levels "
        "below zero, which nobody can have. Notice that left the groups hardly touch and right "
        "they mostly overlap.",
        mark="implied by the abstract's figures; the bell shape is assumed",
    )


@styled
def power_by_reading(table: pd.DataFrame, published: float, *, number: int) -> Picture:
    """Power against the true ratio, one line (formula) and dots (simulation) for each reading of ±.

    `table` comes from ``power.power_by_reading``; `published` is the published ratio of means.
    """
    checks.columns("table", table, ("reading", "ratio", "formula", "simulated", "found_at_80"))
    figure, (axes,) = canvas(height=5.0)
    said = []
    for reading, rows in table.groupby("reading", sort=False):
        line, marker, colour = READING_STYLES[reading]
        found = float(rows["found_at_80"].iloc[0])
        axes.plot(rows["ratio"], 100 * rows["formula"], ls=line, color=colour)
        open_marks = {"color": colour, "mfc": "white", "mew": 2, "ms": 9}
        axes.plot(rows["ratio"], 100 * rows["simulated"], marker, **open_marks)
        label = f"± = {reading}: 80 % at {found:.2f}"
        axes.plot([], [], marker, ls=line, label=label, **open_marks)
        said.append(f"{found:.2f} if ± means {reading}")
    axes.axhline(80, color=QUIET, lw=1.2, ls=(0, (6, 3)))
    axes.axvline(published, color=QUIET, lw=1.2)
    axes.text(
        published * 0.99, 62, f"published ratio\nof means: {published:.2f}", ha="right", va="center"
    )
    axes.legend(loc="lower right", bbox_to_anchor=(0.955, 0.03), handlelength=3)
    ticks = [1, 1.2, 1.5, 2, 2.5, 3, 3.5]
    axes.set_xscale("log")
    _plain_log(axes.xaxis, (0.97, 3.75), ticks)
    axes.set(
        ylim=(0, 103),
        xlabel="true ratio of geometric means, controls to MS (log scale)",
        ylabel="studies that find it (%)",
    )
    return finish(
        figure,
        number,
        "Power against the true ratio for 45 and 29 people, one curve for each reading of ±, with "
        "dots from simulated studies on them. Power 80 % is reached at a ratio of "
        f"{'; '.join(said)}.",
        "Lines: formula. Open marks: share of simulated studies with p < 0.05. Dashed: 80 %, the "
        "usual wish. (The published ratio is one of plain means; that of geometric means is not "
        "known.) Notice that line and marks agree, and that the same 74 people see much or "
        "little, depending on what ± is.",
        mark="formula and simulated studies",
    )


@styled
def precision(table: pd.DataFrame, *, number: int) -> Picture:
    """How wide an interval each comparison leaves, around "no difference".

    `table` comes from ``power.precision``.
    """
    checks.columns("table", table, ("formula", "simulated"))
    figure, (axes,) = canvas(height=3.7)
    said = []
    for row, (name, width) in enumerate(table.iterrows()):
        if math.isnan(width["formula"]):
            axes.text(
                1,
                row,
                "no interval: one person has no spread",
                ha="center",
                va="center",
                backgroundcolor="white",
            )
            said.append(f"{name}: none")
            continue
        reach = width["formula"]
        axes.plot([1 / reach, reach], [row, row], color=MS_COLOUR, solid_capstyle="butt", lw=3)
        for end in (1 / width["simulated"], width["simulated"]):
            axes.plot(end, row, "o", color=ACCENT, mfc="white", mew=2, ms=10, zorder=4)
        text = f"÷ {reach:.2f} to × {reach:.2f}"
        axes.text(1, row - 0.2, text, ha="center", va="bottom", backgroundcolor="white")
        said.append(f"{name}: {1 / reach:.2f} to {reach:.2f}")
    axes.axvline(1, color=QUIET, ls="--", lw=1.2, zorder=0)
    axes.set_yticks(range(len(table)), list(table.index))
    _plain_log(axes.xaxis, (0.55, 1.85), (0.6, 0.8, 1, 1.25, 1.6))
    axes.set(ylim=(len(table) - 0.5, -0.75), xlabel="ratio (log scale); 1 is no difference")
    return finish(
        figure,
        number,
        f"Width of the 95 % interval around a ratio of 1. {'; '.join(said)}.",
        "If a study saw no difference at all, its 95 % interval would still reach this far. Bar: "
        "formula. Circles: median of simulated studies (narrower for five people, because the "
        "simulated levels are lopsided and few). Notice what five and one can say about types.",
        mark="formula and simulated studies; ± read as SD",
    )


@styled
def power_for_slopes(table: pd.DataFrame, needed: float, *, number: int) -> Picture:
    """Power to tell two age slopes apart, against the size of the study.

    `table` comes from ``power.power_for_slopes``, `needed` from ``power.size_for_slopes``.
    """
    checks.columns("table", table, ("n_ms", "n_control", "percents", "formula", "simulated"))
    figure, (axes,) = canvas(height=4.6)
    size = table.index.to_numpy(float)
    percents = table["percents"].iloc[0].split(" against ")
    axes.plot(size, 100 * table["formula"], color=ACCENT)
    axes.plot(size, 100 * table["simulated"], "o", color=MS_COLOUR, mfc="white", mew=2.2, ms=11)
    axes.axhline(80, color=QUIET, lw=1.2, ls=(0, (6, 3)))
    axes.axhline(5, color=QUIET, lw=1.2, ls=":")
    axes.text(size[-1], 6, "false alarms alone: 5 %", ha="right", va="bottom")
    axes.plot(needed, 80, "D", color=ACCENT, ms=10)
    axes.text(
        needed * 0.95,
        82,
        f"80 %: about {round(needed * STUDY_MS, -1):.0f} with MS,\n"
        f"{round(needed * STUDY_CONTROL, -1):.0f} controls",
        ha="right",
        va="bottom",
    )
    first = table.iloc[0]
    axes.annotate(
        f"this study:\n{100 * first['simulated']:.0f} %",
        (size[0], 100 * first["simulated"]),
        (size[0] * 1.05, 38),
        arrowprops={"arrowstyle": "-", "color": QUIET, "lw": 1},
    )
    axes.set_xscale("log")
    axes.minorticks_off()
    axes.set_xticks(
        size,
        [
            f"{ms}\n+ {control}"
            for ms, control in zip(table["n_ms"], table["n_control"], strict=True)
        ],
    )
    axes.set(
        ylim=(0, 103),
        xlabel="people with MS + controls (log scale)",
        ylabel=f"studies that tell\n{percents[0]} from {percents[1]} (%)",
    )
    return finish(
        figure,
        number,
        f"Power to tell a fall of {percents[0]} from one of {percents[1]} per decade, against the "
        "size of the study: "
        f"{100 * first['simulated']:.0f} % of simulated studies with 45 and 29 people; 80 % needs "
        f"about {needed:.0f} times as many.",
        "Line: formula. Circles: simulated studies. Dotted: what chance alone gives. Notice how "
        "far below 80 % a study of this size stays.",
        mark="formula and simulated studies; ± read as SD, ages assumed",
    )


def _plain_log(axis: object, limits: tuple[float, float], ticks: tuple[float, ...]) -> None:
    """A log axis with plain numbers at chosen places."""
    from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

    axes: Axes = axis.axes
    axes.set(**{f"{axis.axis_name}scale": "log", f"{axis.axis_name}lim": limits})
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    axis.set_minor_locator(NullLocator())
    axis.set_minor_formatter(NullFormatter())
