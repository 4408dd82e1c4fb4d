"""The figures of notebook 03, the re-analysis."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from helpers.first_edition import checks
from helpers.first_edition.plots.style import (
    ACCENT,
    COLOURS,
    MARKERS,
    MS_COLOUR,
    NAMES,
    QUIET,
    VK2_AXIS,
    canvas,
    finish,
    groups,
    signed,
    spread_out,
    styled,
    vk2_axis,
)
from helpers.first_edition.show import Picture

if TYPE_CHECKING:
    import pandas as pd

    from helpers.first_edition.estimate import Comparison, LogLinearFit


@styled
def published_against_replica(
    people: pd.DataFrame, findings: pd.DataFrame, *, number: int
) -> Picture:
    """Published mean ± spread and median of VK2 beside the simulated participants' own."""
    figure, (axes,) = canvas()
    said = []
    for place, (group, rows) in enumerate(groups(people).items()):
        vk2 = rows["vk2_ng_ml"].to_numpy(float)
        mean = findings.loc[f"vk2_mean_{group.lower()}"]
        median = findings.loc[f"vk2_median_{group.lower()}", "value"]
        for shift, middle, spread, half in (
            (-0.22, mean["value"], mean["spread"], median),
            (0.22, vk2.mean(), vk2.std(ddof=1), np.median(vk2)),
        ):
            x = place + shift
            axes.errorbar(x, middle, yerr=spread, fmt="s", color=ACCENT, capsize=7, ms=9, zorder=3)
            axes.plot([x - 0.09, x + 0.09], [half, half], color=ACCENT, ls=(0, (2, 1)), zorder=3)
            axes.text(x + 0.1, middle, f"{middle:.0f} ± {spread:.0f}", va="center", zorder=4)
        axes.plot(
            place + 0.22 + spread_out(vk2, 0.06),
            vk2,
            MARKERS[group],
            color=COLOURS[group],
            alpha=0.45,
            ms=6,
        )
        said.append(
            f"{NAMES[group]} {mean['value']:.0f} ± {mean['spread']:.0f} published and "
            f"{vk2.mean():.0f} ± {vk2.std(ddof=1):.0f} in the replica"
        )
    axes.set_xticks(
        [-0.22, 0.22, 0.78, 1.22],
        ["published\nMS", "replica\nMS", "published\ncontrols", "replica\ncontrols"],
    )
    axes.set(ylabel="serum VK2 (ng/ml)", xlim=(-0.45, 1.62), ylim=(0, None))
    axes.set_title("The replica prints the published figures")
    return finish(
        figure,
        number,
        f"Two pairs of error bars. Mean and spread agree: {'; '.join(said)}. The dots behind the "
        "replica's bars are its simulated participants.",
        "Left of each pair: what was published (square: mean, bar: ±, dashed line: median). Right: "
        "the same figures of the replica, with its simulated participants as dots. Notice that "
        "only the dots on the right are people, and that none of them is real.",
    )


@styled
def every_point(people: pd.DataFrame, *, number: int) -> Picture:
    """Bars with ± beside every single point: what the bar hides."""
    figure, (bars, dots) = canvas(2, width_ratios=[0.8, 1.2])
    said = []
    for place, (group, rows) in enumerate(groups(people).items()):
        vk2 = rows["vk2_ng_ml"].to_numpy(float)
        style = {"color": COLOURS[group]}
        bars.bar(place, vk2.mean(), 0.6, yerr=vk2.std(ddof=1), capsize=8, alpha=0.75, **style)
        dots.plot(place + spread_out(vk2), vk2, MARKERS[group], ms=8, alpha=0.7, mew=0, **style)
        dots.plot([place - 0.36, place + 0.36], [np.median(vk2)] * 2, color=ACCENT)
        dots.text(place + 0.37, np.median(vk2), f"median\n{np.median(vk2):.0f}", va="center")
        said.append(f"{NAMES[group]} from {vk2.min():.0f} to {vk2.max():.0f}")
    for axes in (bars, dots):
        axes.set_xticks([0, 1], ["MS", "controls"])
    bars.set(ylabel="serum VK2 (ng/ml)", ylim=(0, 1150))
    bars.set_title("Mean ± SD")
    dots.set(xlim=(-0.5, 1.75), ylabel=VK2_AXIS)
    vk2_axis(dots.yaxis, people["vk2_ng_ml"].to_numpy(float))
    dots.set_title("Every participant")
    return finish(
        figure,
        number,
        "Left, two bars with error bars, one for each group. Right, every participant as a dot on "
        f"a log scale: {' and '.join(said)} ng/ml. In MS most dots lie low and a few reach far up; "
        "in controls most lie high and a few reach far down.",
        "The same people twice. The bars hide how many there are, and that the two groups lean "
        "in opposite directions: the long tail points up in MS and down in controls.",
    )


@styled
def size_of_difference(people: pd.DataFrame, comparison: Comparison, *, number: int) -> Picture:
    """The two distributions on a log axis, and the ratio of their geometric means."""
    figure, (axes,) = canvas(height=4.6)
    edges = np.geomspace(80, 1300, 24)
    middles = {}
    for group, rows in groups(people).items():
        vk2 = rows["vk2_ng_ml"].to_numpy(float)
        hatch = {"MS": "//", "control": None}[group]
        counts, _, _ = axes.hist(
            vk2, edges, color=COLOURS[group], alpha=0.7, hatch=hatch, edgecolor="white"
        )
        middles[group] = math.exp(np.log(vk2).mean())
        axes.axvline(middles[group], color=ACCENT, lw=1.5, ls="--", ymax=0.8)
        peak = (edges[counts.argmax()], counts.max() + 0.3)
        # The controls' label stands above their peak, the other one left of it, off the lines.
        side = {"MS": "right", "control": "left"}[group]
        axes.text(*peak, NAMES[group], color=COLOURS[group], ha=side)
    top = axes.get_ylim()[1] * 1.25
    axes.set(ylim=(0, top), ylabel="participants", xlabel=VK2_AXIS)
    vk2_axis(axes.xaxis, people["vk2_ng_ml"].to_numpy(float))
    axes.annotate(
        "",
        (middles["control"], 0.86 * top),
        (middles["MS"], 0.86 * top),
        arrowprops={"arrowstyle": "<->", "color": ACCENT},
    )
    ratio = comparison.ratio_of_geometric_means
    centre = math.sqrt(middles["MS"] * middles["control"])
    axes.text(centre, 0.9 * top, f"times {ratio.value:.2f}", ha="center")
    return finish(
        figure,
        number,
        f"Two histograms on a log axis that hardly touch. The geometric means, {middles['MS']:.0f} "
        f"in MS and {middles['control']:.0f} in controls, are a factor of {ratio.value:.2f} apart.",
        "On a log scale a ratio is a distance. The dashed lines are the geometric means. With ± "
        "read as SD the groups hardly overlap. So clean a split is a reason to doubt the "
        "measurement, not to celebrate it.",
    )


@styled
def age_lines(people: pd.DataFrame, fit: LogLinearFit, *, number: int) -> Picture:
    """VK2 against age with the fitted line and 95 % band of each group.

    `fit` must be a fit on ``age_decades`` and ``ms`` only (with or without their product).
    """
    import pandas as pd

    figure, (axes,) = canvas()
    slopes = {}
    for group, rows in groups(people).items():
        age = np.linspace(rows["age_years"].min(), rows["age_years"].max(), 40)
        grid = pd.DataFrame({"age_decades": age / 10, "ms": float(group == "MS")})
        line = fit.result.get_prediction(grid).summary_frame()
        slopes[group] = 100 * math.expm1(
            (line["mean"].iloc[-1] - line["mean"].iloc[0]) / ((age[-1] - age[0]) / 10)
        )
        style = {"color": COLOURS[group]}
        axes.plot(
            rows["age_years"], rows["vk2_ng_ml"], MARKERS[group], ms=8, alpha=0.6, mew=0, **style
        )
        axes.plot(age, np.exp(line["mean"]), **style)
        axes.fill_between(
            age, np.exp(line["mean_ci_lower"]), np.exp(line["mean_ci_upper"]), alpha=0.2, **style
        )
        axes.text(
            age[-1] + 1,
            math.exp(line["mean"].iloc[-1]),
            f"{NAMES[group]}\n{signed(slopes[group])} % per decade",
            va="center",
            **style,
        )
    axes.set(xlabel="age (years)", ylabel=VK2_AXIS, xlim=(16, 84))
    axes.set_xticks(range(20, 61, 10))
    vk2_axis(axes.yaxis, people["vk2_ng_ml"].to_numpy(float))
    return finish(
        figure,
        number,
        "VK2 against age, one line and band for each group. Both lines fall gently: "
        f"{signed(slopes['MS'])} % per decade in MS and {signed(slopes['control'])} % in "
        "controls. The gap between the lines is far larger than the fall along either of them.",
        "Each band is the 95 % interval of its line. Notice two things: how alike the slopes are, "
        "and that no walk along the lines leads from one group to the other. Only age is in this "
        "model; that is why MS does not show the 15 %.",
    )


@styled
def attacks_two_ways(
    people: pd.DataFrame, vk2_on_attacks: LogLinearFit, attacks_on_vk2: object, *, number: int
) -> Picture:
    """One cloud, two lines: VK2 regressed on attacks, and attacks regressed on VK2.

    `attacks_on_vk2` is a statsmodels result of ``attacks_per_year ~ log_vk2``.
    """
    figure, (axes,) = canvas()
    ms = groups(people)["MS"]
    attacks, vk2 = ms["attacks_per_year"].to_numpy(float), ms["vk2_ng_ml"].to_numpy(float)
    axes.plot(attacks + spread_out(vk2, 0.12), vk2, "o", color=MS_COLOUR, ms=9, alpha=0.55, mew=0)
    along = np.array([attacks.min(), attacks.max()])
    slope = vk2_on_attacks.result.params["attacks_per_year"]
    start = vk2_on_attacks.result.params["Intercept"]
    axes.plot(along, np.exp(start + slope * along), color=ACCENT)
    axes.text(
        along[1] + 0.1,
        math.exp(start + slope * along[1]),
        "average VK2\nfor each number\nof attacks",
        va="center",
        size=12,
    )
    up = np.log([vk2.min(), vk2.max()])
    back = attacks_on_vk2.params["Intercept"] + attacks_on_vk2.params["log_vk2"] * up
    axes.plot(back, np.exp(up), color=ACCENT, ls="--")
    axes.text(
        back[1] + 0.05,
        vk2.max() * 1.04,
        "average attacks for each VK2",
        va="bottom",
        ha="center",
        size=12,
    )
    axes.set(xlabel="attacks a year", ylabel=VK2_AXIS, xlim=(-0.3, attacks.max() + 1.3))
    vk2_axis(axes.yaxis, vk2)
    axes.set_ylim(80, 760)
    return finish(
        figure,
        number,
        "VK2 on a log scale against attacks a year in MS: a wide cloud. The solid line, "
        "VK2 regressed on attacks, falls gently from left to right. The dashed line, attacks "
        "regressed on VK2, is nearly vertical: the two lines are far apart.",
        "The solid line predicts VK2 from attacks. The dashed line predicts attacks from VK2. They "
        "would be one line only if all dots lay on it. Two questions, two lines. (Dots are shifted "
        "sideways a little, so that none hides another.)",
    )


@styled
def confounder_diagram(*, number: int) -> Picture:
    """Age and sex as causes of both VK2 and attacks, with the sign of each arrow."""
    import networkx as nx

    graph = nx.DiGraph()
    signs = {
        ("age", "VK2"): "−",
        ("age", "attacks"): "−",
        ("female\nsex", "VK2"): "−",
        ("female\nsex", "attacks"): "+",
    }
    graph.add_edges_from(signs)
    places = {"age": (1, 1), "female\nsex": (1, -1), "VK2": (0, 0), "attacks": (2, 0)}
    figure, (axes,) = canvas(height=4.4)
    nx.draw_networkx_nodes(
        graph, places, ax=axes, node_size=5600, node_color="white", edgecolors=ACCENT
    )
    nx.draw_networkx_labels(graph, places, ax=axes, font_size=14)
    for edge, sign in signs.items():
        solid = edge[0] == "age"
        nx.draw_networkx_edges(
            graph,
            places,
            ax=axes,
            edgelist=[edge],
            node_size=5600,
            width=2.5,
            arrowsize=24,
            style="solid" if solid else "dashed",
            edge_color=ACCENT if solid else QUIET,
        )
        middle = np.mean([places[edge[0]], places[edge[1]]], axis=0)
        axes.text(middle[0], 1.3 * middle[1], sign, size=22, ha="center", va="center")
    axes.text(1, 0, "association?", ha="center", va="center", color=QUIET)
    axes.plot([0.33, 0.72], [0, 0], ":", color=QUIET)
    axes.plot([1.28, 1.67], [0, 0], ":", color=QUIET)
    axes.set(xlim=(-0.5, 2.5), ylim=(-1.5, 1.5))
    axes.set_axis_off()
    return finish(
        figure,
        number,
        "A diagram with four nodes. Age points to VK2 and to attacks, both arrows negative. Female "
        "sex points to VK2 with a negative arrow and to attacks with a positive one. Between VK2 "
        "and attacks a dotted line with the word association and a question mark.",
        "Two common causes. Through age (solid), VK2 and attacks go down together: minus times "
        "minus is plus. Through sex (dashed), one goes down and the other up: minus times plus is "
        "minus. They pull opposite ways.",
        mark=None,
    )


@styled
def diagnostics(fit: LogLinearFit, *, number: int, what: str, reading: str) -> Picture:
    """Residuals against fitted values, and residuals against a normal distribution.

    `what` names the model; `reading` says in words what the two panels show here.
    """
    from scipy import stats

    residual = np.asarray(fit.result.resid)
    scaled = residual / residual.std(ddof=1)
    fitted = np.exp(np.asarray(fit.result.fittedvalues))
    figure, (left, right) = canvas(2, height=4.4)
    left.axhline(0, color=QUIET, ls="--", lw=1.4)
    for group, rows in _group_rows(fit).items():
        style = {"color": COLOURS[group], "alpha": 0.6, "mew": 0, "ms": 8}
        left.plot(fitted[rows], scaled[rows], MARKERS[group], label=NAMES[group], **style)
    if len(left.lines) > 2:
        left.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2, fontsize=12)
    left.set(xlabel="fitted VK2 (ng/ml)", ylabel="residual (in SDs)")
    left.set_title("Is there a pattern?")
    places, ordered = stats.probplot(scaled, fit=False)
    right.plot(places, places, color=QUIET, ls="--", lw=1.4)
    right.plot(places, ordered, "o", color=ACCENT, alpha=0.5, mew=0, ms=7)
    right.set(xlabel="expected if normal (SDs)", ylabel="residual (in SDs)")
    right.set_title("Are they bell-shaped?")
    skewness = float(stats.skew(scaled))
    shape = "lean upwards" if skewness > 0.2 else "lean downwards" if skewness < -0.2 else "balance"
    return finish(
        figure,
        number,
        f"Residuals of {what}. Left, against the fitted value; right, against a normal "
        f"distribution. They run from {scaled.min():.1f} to {scaled.max():.1f} standard deviations "
        f"and {shape}: skewness {skewness:.1f}.",
        f"Residuals of {what}. {reading}",
    )


@styled
def residual_panels(fits: Mapping[str, object], *, number: int, reading: str) -> Picture:
    """Residuals against fitted values of several models, one small panel each.

    Args:
        fits: name of the model to its statsmodels result.
        number: of the figure.
        reading: what the panels show, in words.
    """
    if not fits:
        raise ValueError("fits must hold at least one model")
    from matplotlib.figure import Figure

    rows = math.ceil(len(fits) / 3)
    figure = Figure(figsize=(9.5, 0.4 + 2.7 * rows))
    panels = figure.subplots(rows, 3, squeeze=False, sharey=True).ravel()
    furthest = {}
    for axes, (name, result) in zip(panels, fits.items(), strict=False):
        residual = np.asarray(result.resid)
        scaled = residual / residual.std(ddof=1)
        furthest[name] = scaled[np.abs(scaled).argmax()]
        axes.axhline(0, color=QUIET, ls="--", lw=1.4)
        axes.plot(result.fittedvalues, scaled, "o", color=ACCENT, alpha=0.5, mew=0, ms=6)
        axes.set_title(name, size=13)
        outcome = result.model.endog_names.replace("log_outcome", "log VK2").replace("_", " ")
        axes.set_xlabel(f"fitted {outcome}", size=12)
        axes.tick_params(labelsize=11)
    for axes in panels[::3]:
        axes.set_ylabel("residual (in SDs)", size=12)
    for axes in panels[len(fits) :]:
        axes.remove()
    ends = "; ".join(f"{name} {signed(value, 1)}" for name, value in furthest.items())
    return finish(
        figure,
        number,
        f"{len(fits)} small panels of residuals against fitted values. The residual furthest from "
        f"zero, in standard deviations: {ends}.",
        f"Residuals of the other models. {reading}",
    )


def _group_rows(fit: LogLinearFit) -> dict[str, np.ndarray]:
    """Which rows of a fit are of which group: by its term "ms", or all MS without one."""
    names = list(fit.result.model.exog_names)
    if "ms" not in names:
        return {"MS": np.full(fit.n, True)}
    has_ms = fit.result.model.exog[:, names.index("ms")] == 1
    return {"MS": has_ms, "control": ~has_ms}


@styled
def p_value_ladder(table: pd.DataFrame, *, number: int) -> Picture:
    """Each question's p-value, before and after Holm and Benjamini–Hochberg.

    `table` is indexed by question and has the columns p_value, holm and benjamini_hochberg.
    """
    checks.columns("table", table, ("p_value", "holm", "benjamini_hochberg"))
    figure, (axes,) = canvas(height=1.9 + 0.5 * len(table))
    kinds = {
        "p_value": ("o", ACCENT, "as computed"),
        "benjamini_hochberg": ("D", "#9e9e9e", "Benjamini–Hochberg"),
        "holm": ("^", ACCENT, "Holm"),
    }
    floor = 1e-5
    for column, (marker, colour, label) in kinds.items():
        axes.plot(
            table[column].clip(lower=floor),
            range(len(table)),
            marker,
            color=colour,
            ms=10,
            ls="",
            label=label,
            mfc="none" if column == "p_value" else colour,
            mew=2,
        )
    axes.axvline(0.05, color=QUIET, ls="--", lw=1.4)
    axes.text(0.053, len(table) - 0.6, "0.05", color=QUIET)
    axes.set_xscale("log")
    axes.set_yticks(range(len(table)), list(table.index))
    axes.set(
        ylim=(len(table) - 0.5, -0.5), xlabel="p-value (log scale; the smallest drawn at 0.00001)"
    )
    axes.legend(loc="upper center", bbox_to_anchor=(0.35, -0.22), ncols=3)
    counts = {column: int((table[column] < 0.05).sum()) for column in kinds}
    return finish(
        figure,
        number,
        f"{len(table)} questions with their p-values. {counts['p_value']} lie below 0.05 as "
        f"computed, {counts['benjamini_hochberg']} after Benjamini–Hochberg and {counts['holm']} "
        "after Holm.",
        f"Open circles: the p-values as computed, {counts['p_value']} of them below 0.05. "
        f"Diamonds and triangles: corrected for the number of questions; "
        f"{counts['benjamini_hochberg']} and {counts['holm']} stay below.",
    )


@styled
def specification_curve(
    table: pd.DataFrame, order: Sequence[str], *, number: int, xlabel: str, truth: float
) -> Picture:
    """Many analyses of one slope, sorted, with the choices of each below it.

    Args:
        table: from ``estimate.specification_curve``.
        order: its adjustments, as they shall stand from top to bottom.
        number: of the figure.
        xlabel: what is estimated, with its unit.
        truth: the value built into the simulated data, drawn as a line.
    """
    checks.columns("table", table, ("percent_change", "low", "high", "adjustment", "subset"))
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, 6.2))
    top, below = figure.subplots(2, 1, sharex=True, height_ratios=[1.1, 1])
    place = np.arange(1, len(table) + 1)
    clear = (table["low"] > 0) | (table["high"] < 0)
    for is_clear, colour, marker in ((True, ACCENT, "s"), (False, "#8c8c8c", "o")):
        rows = (clear == is_clear).to_numpy()
        top.errorbar(
            place[rows],
            table.loc[rows, "percent_change"],
            yerr=np.abs(
                table.loc[rows, ["low", "high"]].to_numpy().T
                - table.loc[rows, "percent_change"].to_numpy()
            ),
            fmt=marker,
            color=colour,
            ms=6,
            lw=1.4,
        )
    top.axhline(0, color=QUIET, ls="--", lw=1.4)
    top.axhline(truth, color=MS_COLOUR, ls=":", lw=1.8)
    top.text(len(table) + 1, truth, "built in", color=MS_COLOUR, va="bottom", ha="right", size=11)
    top.set_ylabel(xlabel)
    adjustments = list(order)
    subsets = list(dict.fromkeys(table["subset"]))
    labels = [*adjustments, *subsets]
    for row, label in enumerate(labels):
        chosen = ((table["adjustment"] == label) | (table["subset"] == label)).to_numpy()
        below.plot(place[chosen], np.full(chosen.sum(), row), "|", color=ACCENT, ms=11, mew=3)
    below.axhline(len(adjustments) - 0.5, color=QUIET, lw=0.8)
    below.set_yticks(range(len(labels)), labels, size=11)
    below.set(ylim=(len(labels) - 0.5, -0.5), xlabel="analysis, sorted by its estimate")
    low, high = table["percent_change"].min(), table["percent_change"].max()
    return finish(
        figure,
        number,
        f"{len(table)} analyses of the same slope, sorted. The estimates run from "
        f"{signed(low)} to {signed(high)} %, the built-in value is {signed(truth)} %; "
        f"{int(clear.sum())} of {len(table)} intervals leave out zero. "
        "Below, marks show what each analysis adjusted for and whom it included.",
        f"One dot and interval an analysis; the marks below say what was adjusted for and who was "
        f"included. Squares: the interval leaves out zero ({int(clear.sum())} of {len(table)}). "
        "Some choices are poor on purpose: without age, the estimates lie nearer zero. Notice how "
        "far both the size and the verdict depend on the choice.",
    )


@styled
def many_studies(results: pd.DataFrame, truth: float, *, number: int, xlabel: str) -> Picture:
    """Estimates of many simulated studies; those that reach p < 0.05 stand out.

    `results` has one row a study and the columns estimate and p_value.
    """
    checks.columns("results", results, ("estimate", "p_value"))
    figure, (axes,) = canvas()
    reached = results["p_value"] < 0.05
    edges = np.linspace(*np.quantile(results["estimate"], [0.001, 0.999]), 50)
    axes.hist(results["estimate"], edges, color="#d9d9d9", edgecolor="white")
    axes.hist(
        results["estimate"][reached],
        edges,
        color=QUIET,
        hatch="//",
        edgecolor="white",
    )
    top = axes.get_ylim()[1] * 1.3
    average = float(results["estimate"][reached].mean())
    for x, label, height in (
        (truth, "truth built in", 0.96),
        (average, "average of the\nsignificant ones", 0.96),
    ):
        axes.axvline(x, ymax=height - 0.1, color=ACCENT, lw=1.5, ls="--")
        axes.text(
            x,
            height * top,
            f"{label}\n{signed(x, 1)} %",
            va="top",
            ha="right" if x == average else "left",
            backgroundcolor="white",
            size=12,
        )
    axes.set(ylim=(0, top), xlabel=xlabel, ylabel="simulated studies")
    share = float(reached.mean())
    beyond = results["estimate"][reached] / truth > 1
    overshoot = 100 * float(beyond.mean())
    return finish(
        figure,
        number,
        f"Histogram of {len(results):,} simulated studies around the truth of {signed(truth)} %. "
        f"The {100 * share:.0f} % that reach p below 0.05 lie to the left; their average is "
        f"{signed(average, 1)} %, further from zero than the truth.",
        f"Pale: all {len(results):,} studies, each counted once. Hatched: the {100 * share:.0f} % "
        f"with p < 0.05. Notice that they are not a fair sample: {overshoot:.0f} of 100 of them "
        "overshoot.",
        mark="simulated studies",
    )
