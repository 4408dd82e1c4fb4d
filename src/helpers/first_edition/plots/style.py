"""The one style of all figures, and what every figure is made with."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ParamSpec

import numpy as np

from helpers.first_edition import checks
from helpers.first_edition.show import Picture

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from helpers.first_edition.estimate import Estimate

Parameters = ParamSpec("Parameters")

# Colours that differ in hue and in lightness; each group also has its own marker and fill.
MS_COLOUR, CONTROL_COLOUR, ACCENT, QUIET = "#a63603", "#4292c6", "#1b1b1b", "#6b6b6b"
MARKERS = {"MS": "o", "control": "^"}
COLOURS = {"MS": MS_COLOUR, "control": CONTROL_COLOUR}
NAMES = {"MS": "people with MS", "control": "controls"}
SIMULATED = "simulated participants"
VK2_AXIS = "serum VK2 (ng/ml, log scale)"
STYLE = {
    "font.size": 14,
    "axes.titlesize": 15,
    "axes.titlelocation": "left",
    "axes.labelsize": 14,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.figsize": (9.5, 5.0),
    "figure.constrained_layout.use": True,
    "figure.facecolor": "white",
    "legend.frameon": False,
    "lines.linewidth": 2.2,
    "savefig.dpi": 100,
    "xtick.labelsize": 13,
    "ytick.labelsize": 13,
}


def use_style() -> None:
    """Give figures that a reader draws with matplotlib the style of this collection."""
    import matplotlib as mpl

    mpl.rcParams.update(STYLE)


def styled(draw: Callable[Parameters, Picture]) -> Callable[Parameters, Picture]:
    """Draw in the collection's style without changing the style of the session."""

    @functools.wraps(draw)
    def drawn(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Picture:
        import matplotlib as mpl

        with mpl.rc_context(STYLE):
            return draw(*args, **kwargs)

    return drawn


def canvas(columns: int = 1, height: float = 5.0, **kwargs: object) -> tuple[Figure, list[Axes]]:
    """An empty figure, `height` inches high, with one row of axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, height))
    axes = figure.subplots(1, columns, squeeze=False, **kwargs)
    return figure, list(axes[0])


def finish(
    figure: Figure, number: int, alt: str, caption: str, mark: str | None = SIMULATED
) -> Picture:
    """Turn a figure into a `Picture`; `mark` is the note in its corner, None for published data."""
    checks.whole_number("number", number, low=1)
    if mark:
        # A strip along the top is kept free for the mark.
        strip = 0.3 / figure.get_figheight()
        figure.get_layout_engine().set(rect=(0, 0, 1, 1 - strip))
        figure.text(0.995, 0.995, mark, ha="right", va="top", size=11, color=QUIET, style="italic")
    image = io.BytesIO()
    figure.savefig(image, format="png", metadata={"Software": None})
    return Picture(image.getvalue(), alt, f"Figure {number}. {caption}")


def groups(people: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The people of each group, in the order and with the keys of `MARKERS`."""
    checks.columns("people", people, ("group", "vk2_ng_ml"))
    return {group: people[people["group"] == group] for group in MARKERS}


def vk2_axis(axis: object, values: np.ndarray) -> None:
    """A log axis for VK2 with plain numbers at places that a reader knows."""
    from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator, ScalarFormatter

    axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    ticks = [50, 100, 200, 400, 800, 1600]
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(ScalarFormatter())
    axis.set_minor_locator(NullLocator())
    axis.set_minor_formatter(NullFormatter())
    limits = (0.85 * min(100, values.min()), 1.15 * max(800, values.max()))
    axis.axes.set(**{f"{axis.axis_name}lim": limits})


def spread_out(values: np.ndarray, width: float = 0.28) -> np.ndarray:
    """Sideways places for dots, so that dots of like height stand side by side."""
    order = np.argsort(np.argsort(values))
    golden = 0.618034
    return width * (2 * ((order * golden) % 1) - 1)


def signed(value: float, digits: int = 0, plus: bool = True) -> str:
    """A number with its sign, a real minus, and no negative zero."""
    text = f"{value:+.{digits}f}" if plus else f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("+-")
    return text.replace("-", "−")


@styled
def intervals(
    estimates: Mapping[str, Estimate],
    *,
    number: int,
    xlabel: str,
    notice: str,
    reference: float = 0.0,
    title: str = "",
    mark: str | None = SIMULATED,
    digits: int = 0,
    log: bool = False,
) -> Picture:
    """Estimates with their intervals, one row each, the numbers printed beside them.

    Args:
        estimates: label to estimate, drawn from top to bottom.
        xlabel: what is measured, with its unit.
        notice: the caption: what to notice.
        reference: where the line of "no difference" stands.
        mark: the note in the corner; None if the figure shows published numbers.
        digits: decimals of the printed numbers.
        log: a log axis, for ratios.
    """
    if not estimates:
        raise ValueError("estimates must hold at least one estimate")
    figure, (axes,) = canvas(height=1.9 + 0.62 * len(estimates))
    for row, estimate in enumerate(estimates.values()):
        axes.plot([estimate.low, estimate.high], [row, row], color=ACCENT, solid_capstyle="butt")
        axes.plot(estimate.value, row, "s", color=ACCENT, ms=10)
        axes.annotate(
            _in_words(estimate, digits, plus=not log),
            (1.02, row),
            xycoords=("axes fraction", "data"),
            va="center",
            annotation_clip=False,
        )
    axes.axvline(reference, color=QUIET, lw=1.4, ls="--")
    axes.set_yticks(range(len(estimates)), list(estimates))
    axes.set(ylim=(len(estimates) - 0.4, -0.6), xlabel=xlabel)
    if log:
        axes.set_xscale("log")
    if title:
        axes.set_title(title)
    rows = "; ".join(f"{label} {_in_words(e, digits, not log)}" for label, e in estimates.items())
    return finish(figure, number, f"Estimates with 95 % intervals, {xlabel}: {rows}.", notice, mark)


def _in_words(estimate: Estimate, digits: int, plus: bool) -> str:
    """Value and interval; one decimal more where rounding would put an end on the value zero."""
    numbers = (estimate.value, estimate.low, estimate.high)
    if any(x != 0 and float(f"{x:.{digits}f}") == 0 for x in numbers):
        digits += 1
    value, low, high = (signed(x, digits, plus=plus) for x in numbers)
    return f"{value} ({low} to {high})"
