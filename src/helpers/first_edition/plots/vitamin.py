"""The figures of notebook 01 that show amounts: in foods, over time, and in blood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from helpers.first_edition import checks, vitamin_k, vitamin_readings
from helpers.first_edition.data import MEASURED, NOT_MEASURED, PRESENT, ZERO
from helpers.first_edition.plots.style import ACCENT, QUIET, canvas, finish, styled
from helpers.first_edition.show import Picture

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

K1_COLOUR, MK4_COLOUR, MK7_COLOUR = "#007a5a", "#d55e00", "#1f4e9c"
COLOURS = {"K1": K1_COLOUR, "MK-4": MK4_COLOUR, "MK-7": MK7_COLOUR}
MARKERS = {"K1": "s", "MK-4": "o", "MK-7": "^"}
LINES = {"K1": "--", "MK-4": ":", "MK-7": "-"}
OTHER = ("D", QUIET)  # K2 without saying which, or several menaquinones
TOTAL = ("X", ACCENT)  # all vitamin K together
MODEL = "a model, not measurements"
WITHOUT_AMOUNT = ("kale, raw", "ham", "butter", "sauerkraut", "milk", "kimchi")


@styled
def foods(table: pd.DataFrame, *, number: int) -> Picture:
    """Foods by vitamer on a log scale; what has no number stands in columns of its own.

    Args:
        table: as `data.vitamin_k_foods` returns it.
        number: number of the figure.

    Raises:
        TypeError, ValueError: `table` is not a data frame or lacks a column; `number` below 1.
    """
    checks.columns("table", table, ("food", "vitamer", "amount", "unit", "status", "grade"))
    has_number = table["status"].eq(MEASURED) & table["unit"].eq("µg/100 g")
    weighed = table[has_number]
    names = [name for name in dict.fromkeys(weighed["food"]) if not name.startswith("animal")]
    asked = [*names, *WITHOUT_AMOUNT]
    top = weighed.groupby("food")[["amount", "amount_high"]].max().max(axis=1)
    asked.sort(key=lambda food: -top.get(food, 0))
    figure, (without, axes) = canvas(2, height=5.9, width_ratios=[1, 1.75], sharey=True)
    columns = {
        PRESENT: (0, "named,\nno number"),
        ZERO: (1, "zero\nprinted"),
        NOT_MEASURED: (2, "not\nmeasured"),
    }
    for row, food in enumerate(asked):
        for _, one in table[table["food"].eq(food)].iterrows():
            marker, colour = _look(one["vitamer"])
            if one["status"] == MEASURED and one["unit"] == "µg/100 g":
                _amount(axes, one, row, marker, colour)
            elif one["status"] in columns and one["grade"] != "C":  # inferred: no source names it
                place = columns[one["status"]][0]
                without.plot(place, row, marker, color=colour, ms=8, mfc="none", mew=1.6)
    cups = table[table["food"].eq("kale, raw") & table["status"].eq(MEASURED)]["amount"]
    axes.text(
        1.1, asked.index("kale, raw"),
        f"K1, per cup: {cups.min():.0f} or {cups.max():.0f} µg", va="center", size=12,
    )  # fmt: skip
    axes.set(xscale="log", xlim=(0.9, 2400), ylim=(len(asked) - 0.4, -0.6))
    axes.set_xlabel("vitamin K (µg per 100 g of food, log scale)")
    axes.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
    axes.grid(axis="both", color="#e4e4e4", lw=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(left=False)
    without.set_yticks(range(len(asked)), asked)
    without.set_xticks([0, 1, 2], [label for _, label in columns.values()], size=12)
    without.set_xlim(-0.5, 2.5)
    without.grid(axis="y", color="#e4e4e4", lw=0.8)
    without.set_facecolor("#f3f3f3")
    _vitamer_legend(figure, without, ("K1", "MK-4", "MK-7", "other", "total K"))
    natto, yolk = top["natto"], top["egg yolk, raw"]
    return finish(
        figure,
        number,
        f"{len(asked)} foods in rows, the amount of vitamin K on a log scale from 1 to 1000 "
        f"micrograms per 100 g. Natto leads with {natto:.0f} of MK-7. Spinach, broccoli, collard "
        f"greens and cabbage hold K1. Egg yolk has {yolk:.1f} and meats have less, as K2; chicken "
        f"meat from Finland has {top['chicken meat']:.0f} of all vitamin K together. Three grey "
        "columns hold what has no amount: ham, butter and sauerkraut are named without a "
        "number, a zero is printed for many foods, and for kale and kimchi no K2 was measured.",
        "Leaves hold K1; the K2 that was measured is in natto, cheese, eggs and meat. Notice the "
        "grey columns: a hollow sign there is not an amount. A printed 0 may mean that nobody "
        "looked for that vitamer, and 'not measured' is not zero. Sources: Kamao 2007 (A), IFCT "
        "2017 (D), Walther 2021 (S), Koivu-Tikkanen 2000 (A); kale: two web tables that disagree "
        "(S); without a number: Palmer 2021, Schurgers 2000, Sato 2012 (A).",
        mark=None,
    )


@styled
def daily_doses(
    kinetics: pd.DataFrame,
    *,
    number: int,
    half_life_mk7: float | None = None,
    half_life_k1: float | None = None,
    days: int = 14,
) -> Picture:
    """One dose a day of K1, MK-4 and MK-7 in the one-compartment model.

    Args:
        kinetics: as `data.kinetics` returns it.
        number: number of the figure.
        half_life_mk7: hours; the quoted figure if left out.
        half_life_k1: hours; the assumed figure if left out.
        days: how many days are shown, 3 at least.

    Raises:
        TypeError, ValueError: a half-life is not above 0, or `days` is not at least 3.
    """
    checks.whole_number("days", days, low=3)
    value = kinetics["value"]
    half_lives = {
        "K1": value["half_life_k1"] if half_life_k1 is None else half_life_k1,
        "MK-4": value["half_life_mk4"],
        "MK-7": value["half_life_mk7"] if half_life_mk7 is None else half_life_mk7,
    }
    hours = np.linspace(0, 24 * days, 24 * days * 4 + 1)
    figure, (axes, last) = canvas(2, height=4.9, width_ratios=[2.1, 1])
    amounts = {
        vitamer: vitamin_k.amount_in_blood(
            hours, half_life, days=days, absorption_half_life=value["absorption_half_life"]
        )
        for vitamer, half_life in half_lives.items()
    }
    today = hours >= 24 * (days - 1)
    for vitamer, amount in amounts.items():
        style = {"color": COLOURS[vitamer], "ls": LINES[vitamer]}
        axes.plot(hours / 24, amount, lw=1.8, label=vitamer, **style)
        last.plot(hours[today] - hours[today][0], amount[today], lw=2.8, **style)
    grown = vitamin_k.build_up(half_lives["MK-7"])
    ratio = half_lives["MK-7"] / half_lives["K1"]
    quoted = kinetics.loc["accumulation_mk7"]
    mean_k1 = vitamin_k.average_amount(half_lives["K1"])
    band = quoted["low"] * mean_k1, quoted["high"] * mean_k1
    ceiling = 1.12 * max(band[1], *(amount.max() for amount in amounts.values()))
    for panel in (axes, last):
        panel.set_ylim(-0.05 * ceiling, ceiling)
    axes.set(xlabel="day", ylabel="in the blood (one dose = 1)", xlim=(0, days))
    last.set(xlabel="hours after the dose", xlim=(0, 24), xticks=[0, 6, 12, 18, 24])
    axes.set_title(f"MK-7 heads for {grown:.1f} times the level of day 1")
    last.set_title(f"Day {days}")
    for panel in (axes, last):
        panel.axhspan(*band, facecolor="#d9d9d9", edgecolor=QUIET, hatch="///", lw=0.5, zorder=0)
    axes.text(
        days - 0.2, band[1] + 0.02 * ceiling,
        f"{quoted['low']:.0f} to {quoted['high']:.0f} times K1's average (published)",
        ha="right", va="bottom", size=13,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85},
    )  # fmt: skip
    # In the strip along the top that is kept free for the mark.
    figure.legend(
        loc="upper left", ncols=3, fontsize=13, handlelength=2.8, borderpad=0.1, borderaxespad=0.1
    )
    return finish(
        figure,
        number,
        f"Model of {days} daily doses. MK-7, with a half-life of {half_lives['MK-7']:g} hours, "
        f"climbs like a saw blade towards {grown:.1f} times the level of day 1. K1, half-life "
        f"{half_lives['K1']:g} hours, and MK-4, half-life {half_lives['MK-4']:g} hour, spike each "
        f"day to {amounts['K1'].max():.2f} and {amounts['MK-4'].max():.2f} and fall back. On "
        f"average there is {ratio:.0f} times as much MK-7 as K1.",
        f"{_half_lives(kinetics, half_lives)} Averaged over the day the model holds {ratio:.0f} "
        f"times as much MK-7 as K1; published: {quoted['low']:.0f} to {quoted['high']:.0f} times "
        "(hatched band; Schurgers 2007, abstract). Notice that only MK-7 has much left when the "
        "next dose comes.",
        mark=MODEL,
    )


@styled
def sample_memory(kinetics: pd.DataFrame, *, number: int, days: int = 7) -> Picture:
    """From which day's dose the vitamin in one blood sample stems.

    Raises:
        TypeError, ValueError: `days` is not a whole number of at least 2.
    """
    checks.whole_number("days", days, low=2)
    figure, (axes,) = canvas(height=4.3)
    greys = ["#1f4e9c", "#5b86c4", "#93b3dc", "#bccfe8", "#d5e0f0", "#e6edf6"]
    said = []
    value = kinetics["value"]
    half_lives = {
        "K1": value["half_life_k1"],
        "MK-4": value["half_life_mk4"],
        "MK-7": value["half_life_mk7"],
    }
    for row, (vitamer, half_life) in enumerate(half_lives.items()):
        shares = 100 * vitamin_k.share_by_day(half_life, days)
        left = 0.0
        for day, share in enumerate([*shares, 100 - shares.sum()]):
            colour = greys[min(day, len(greys) - 1)] if day < days else "white"
            axes.barh(row, share, left=left, color=colour, edgecolor=ACCENT, height=0.62)
            if share > 4.5:
                name = f"{share:.0f} %" if day < days else f"older\n{share:.0f} %"
                dark = "white" if day < 2 else ACCENT
                axes.text(left + share / 2, row, name, ha="center", va="center", color=dark)
            left += share
        said.append(f"{vitamer} {shares[0]:.0f} % from the latest dose")
    axes.annotate(
        "the latest dose", (11, 2.31), (3, 2.72), va="center", size=13,
        arrowprops={"arrowstyle": "-", "color": QUIET}, annotation_clip=False,
    )  # fmt: skip
    axes.annotate(
        "the day before, and so on", (31, 2.31), (34, 2.72), va="center", size=13,
        arrowprops={"arrowstyle": "-", "color": QUIET}, annotation_clip=False,
    )  # fmt: skip
    axes.set_yticks(range(3), ["K1", "MK-4", "MK-7"])
    axes.set(xlim=(0, 100), ylim=(2.95, -0.5), xlabel="share of what the sample holds (%)")
    return finish(
        figure,
        number,
        f"Three bars, one a vitamer, split by the day of the dose: {'; '.join(said)}. For MK-7 the "
        f"doses of the last {days} days make {shares.sum():.0f} % of the sample.",
        "Blood drawn 24 hours after the latest daily dose. Notice how long each vitamer's memory "
        "is: K1 and MK-4 tell of one day (of what little is left by then), MK-7 of the last week "
        f"or more. {_half_lives(kinetics, half_lives)}",
        mark=MODEL,
    )


@styled
def blood_levels(serum: pd.DataFrame, findings: pd.DataFrame, *, number: int) -> Picture:
    """All published levels on one log axis, by method; the study under review below.

    Args:
        serum: as `data.serum_levels` returns it.
        findings: as `data.published_findings` returns it.
        number: number of the figure.

    Raises:
        TypeError, ValueError: a table lacks a column; `number` below 1.
    """
    checks.columns("serum", serum, ("study", "people", "vitamer", "method", "value", "low", "high"))
    method = serum["method"].map(
        lambda name: {"not stated": "method not seen", "ELISA": "ELISA"}.get(name, "chromatography")
    )
    blocks = {
        name: list(dict.fromkeys(serum[method.eq(name)]["study"]))
        for name in ("chromatography", "method not seen", "ELISA")
    }
    figure, (axes,) = canvas(height=5.6)
    row, ticks, starts = 0.0, {}, []
    for name, studies in blocks.items():
        starts.append((row - 0.62, name))
        for study in studies:
            ticks[row] = study
            _levels(axes, serum[serum["study"].eq(study)], row)
            row += 1
        row += 0.25
    mean = findings["value"]
    published = {"MS": mean["vk2_mean_ms"], "controls": mean["vk2_mean_control"]}
    ticks[row - 0.25] = "Lasemi 2018\n(sandwich)"
    for group, level in published.items():
        axes.plot(level, row - 0.25, OTHER[0], color=ACCENT, ms=11)
        axes.annotate(
            f"{group} {level:.0f}", (level, row - 0.25), (0, 11), textcoords="offset points",
            ha="right" if group == "MS" else "center", size=12.5, weight="bold",
        )  # fmt: skip
    usual = vitamin_readings.upper_limit(serum)
    axes.axvspan(0.01, usual, color="#e3efe9", zorder=0)
    for place, name in starts:
        axes.axhline(place, color=QUIET, lw=1, ls=":")
        axes.text(3700, place + 0.12, name, ha="right", va="top", weight="bold", size=13)
    axes.text(
        0.0105, row + 0.62, f"shaded: up to {usual:.2f}, the two upper limits for K2 added up",
        size=12, va="center",
    )  # fmt: skip
    axes.set_yticks(list(ticks), list(ticks.values()))
    axes.set(xscale="log", xlim=(0.01, 4000), ylim=(row + 1.0, -0.75))
    axes.set_xticks([0.01, 0.1, 1, 10, 100, 1000], ["0.01", "0.1", "1", "10", "100", "1000"])
    axes.set_xlabel("in serum or plasma (ng/ml, log scale)")
    axes.grid(axis="x", color="#d5d5d5", lw=0.8)
    axes.set_axisbelow(True)
    _vitamer_legend(figure, axes, ("K1", "MK-4", "MK-7", "other"))
    return finish(
        figure,
        number,
        "Levels of vitamin K on a log axis from 0.01 to 1000 ng/ml, one row a study. Measured by "
        "chromatography, K1, MK-4 and MK-7 mostly lie between 0.03 and 2, with MK-7 near 7 in "
        "Japan; where the method was not seen, up to about 14; K1 by ELISA 0.79 and 3.61. The "
        f"sandwich ELISA of Lasemi 2018 gives {published['MS']:.0f} in MS and "
        f"{published['controls']:.0f} in controls, far to the right of all others.",
        "Lines are reference limits (Dunovska's two for K1: women, men) or ranges of means, signs "
        "are means or medians (for Jaghsi and one of Ikari's the kind is not in our notes). Notice "
        "the empty stretch before the last row: each grid line is a factor of ten. Abstracts (A), "
        "Mayo a secondary page (S); links at the end.",
        mark=None,
    )


def _half_lives(kinetics: pd.DataFrame, used: dict[str, float]) -> str:
    """The half-lives behind a figure, each with how sure it is."""
    words = {"assumed": "assumed", "secondary page": "quoted on a secondary page"}
    said = []
    for vitamer, hours in used.items():
        row = kinetics.loc[f"half_life_{vitamer.lower().replace('-', '')}"]
        origin = words[row["status"]] if hours == row["value"] else "your choice"
        said.append(f"{vitamer} {hours:g} h ({origin})")
    return f"Half-lives: {', '.join(said)}."


def _look(vitamer: str) -> tuple[str, str]:
    if vitamer == "total K":
        return TOTAL
    return (MARKERS[vitamer], COLOURS[vitamer]) if vitamer in MARKERS else OTHER


def _amount(axes: Axes, one: pd.Series, row: int, marker: str, colour: str) -> None:
    if np.isnan(one["amount"]):
        ends = [one["amount_low"], one["amount_high"]]
        axes.plot(ends, [row, row], marker, ls="-", color=colour, lw=4, ms=8)
        reach, words = one["amount_high"], f"{one['amount_low']:g} to {one['amount_high']:g}"
    else:
        axes.plot(one["amount"], row, marker, color=colour, ms=10)
        reach, words = one["amount"], f"{one['amount']:g}"
    if one["country"] == "India" and one["food"].startswith("spinach"):
        axes.annotate(words, (reach, row), (-9, 0), textcoords="offset points", ha="right",
                      va="center", size=12)  # fmt: skip
    else:
        axes.annotate(words, (reach, row), (9, 0), textcoords="offset points", va="center", size=12)


def _levels(axes: Axes, rows: pd.DataFrame, place: float) -> None:
    """One study: its vitamers side by side within one row."""
    shifts = np.linspace(-0.26, 0.26, len(rows)) if len(rows) > 1 else [0.0]
    twice = rows["vitamer"].duplicated(keep=False)
    for shift, (_, one) in zip(shifts, rows.iterrows(), strict=True):
        marker, colour = _look(one["vitamer"])
        y = place + shift
        if not np.isnan(one["low"]):
            axes.plot([one["low"], one["high"]], [y, y], color=colour, lw=3)
            axes.plot([one["low"], one["high"]], [y, y], marker, color=colour, ms=6)
        elif one["value"] > 0:
            axes.plot(one["value"], y, marker, color=colour, ms=9)
        else:
            axes.annotate(
                f"{one['vitamer']}: 0 printed", (0.0115, y), va="center", size=11, color=colour
            )
        if twice[one.name] and one["value"] > 0:  # two groups of people: say which
            axes.annotate(
                one["people"],
                (one["value"], y),
                (9, 0),
                textcoords="offset points",
                va="center",
                size=11,
            )


def _vitamer_legend(figure: Figure, axes: Axes, shown: tuple[str, ...]) -> None:
    """Name the signs in one line above the figure."""
    for key in shown:
        marker, colour = _look(key)
        name = {"other": "K2, form not told", "total K": "all vitamin K"}.get(key, key)
        axes.plot([], [], marker, color=colour, ms=9, label=name)
    figure.legend(loc="outside upper right", ncols=5, fontsize=13, handletextpad=0.1)
