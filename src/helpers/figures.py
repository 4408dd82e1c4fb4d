"""What every figure is shown with, and the few drawings that several notebooks share.

`plt.style.use("helpers.style")` in a notebook's first cell gives all figures one style. A figure is
drawn in its own cell with matplotlib; `show` puts it on the page with its number, caption and
alternative text. The other functions draw into axes and return them, so that anything can still be
changed afterwards: ``ax.set_title("mine")``.
"""

from __future__ import annotations

import base64
import hashlib
import html
import io
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import ipywidgets
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

__all__ = [
    "CONTROL", "GREY", "INK", "MS", "VK2", "dots", "estimates", "explore", "show", "vk2_axis",
]  # fmt: skip

# Each group has its own colour, lightness and marker: nothing is told by colour alone.
MS = {"color": "#a63603", "marker": "o"}
CONTROL = {"color": "#1f78b4", "marker": "^"}
INK, GREY = "#1b1b1b", "#6b6b6b"
VK2 = "serum VK2 (ng/ml, log scale)"


def show(
    fig: Figure, *, number: int, caption: str, alt: str, mark: str = "simulated participants"
) -> None:
    """Put a figure on the page, with what a screen reader says in its place.

    JupyterLab and nbconvert drop the alternative text of a plain picture, so the picture is given
    once, as HTML. The figure itself stays as it is: change it and show it again.

    Args:
        fig: a matplotlib figure.
        number: its number in the notebook.
        caption: how to read it, true of any data.
        alt: what it shows, in words.
        mark: the note in its upper right corner; "" for published figures.
    """
    import matplotlib.pyplot as plt
    from IPython.display import display

    for old in [text for text in fig.texts if text.get_gid() == "mark"]:
        old.remove()
    if mark:
        engine, strip = fig.get_layout_engine(), 0.3 / fig.get_figheight()
        if engine is not None:
            engine.set(rect=(0, 0, 1, 1 - strip))  # the note has a strip of its own
        style = {"size": 11, "color": GREY, "style": "italic"}
        fig.text(0.995, 0.995, mark, ha="right", va="top", gid="mark", **style)
    png = io.BytesIO()
    fig.savefig(png, format="png", metadata={"Software": None})
    plt.close(fig)  # or the notebook would show it a second time
    caption, alt = (text.replace(" -", " −") for text in (f"Figure {number}. {caption}", alt))
    page = (
        "<!-- Run this cell to see the figure. -->\n"
        f'<figure style="margin: 0; overflow-x: auto" data-drawn="{_fingerprint(fig)}">'
        f'<img style="{_FIT}" alt="{html.escape(alt)}" '
        f'src="data:image/png;base64,{base64.b64encode(png.getvalue()).decode()}">'
        f'<figcaption style="max-width: 60em">{html.escape(caption)}</figcaption></figure>'
    )
    display({"text/html": page, "text/plain": f"{caption}\n[Shown: {alt}]"}, raw=True)


_FIT = "max-width: 100%; min-width: 36em; max-height: 66vh; object-fit: contain"  # one screen


def explore(draw: Callable[..., None], **controls: ipywidgets.Widget) -> None:
    """Put controls above a figure that is drawn anew whenever one of them is moved.

    Without a kernel the figure stays as it was drawn at the starting values.

    Args:
        draw: takes the value of each control by name, and ends by calling `show`.
        controls: ipywidgets, for example ``times=IntSlider(2, 1, 24, description="times")``.
    """
    from IPython.display import display
    from IPython.utils.capture import capture_output
    from ipywidgets import HTML, VBox

    def page() -> dict[str, str]:
        with capture_output() as shown:
            draw(**{name: control.value for name, control in controls.items()})
        return shown.outputs[-1].data

    display(VBox([*controls.values(), HTML(_NAMES, layout={"display": "none"})]))
    figure = display(page(), raw=True, display_id=True)
    for control in controls.values():
        control.observe(lambda _: figure.update(page(), raw=True), names="value")


# ipywidgets leaves the handle of a slider without a name for screen readers: it gets its label's.
_NAMES = (
    "<img src='' alt='' onerror=\"setTimeout(() => document.querySelectorAll('.widget-slider')"
    ".forEach(s => s.querySelector('[role=slider]').ariaLabel = s.firstChild.textContent))\">"
)


def _fingerprint(fig: Figure) -> str:
    """What was drawn, in 12 characters: texts, and plotted data to four digits.

    Pictures differ a little between versions of matplotlib; this does not. Tests compare it, so
    that a changed title or value cannot leave an old picture behind unnoticed.
    """
    parts = [text.get_text() for text in fig.texts]
    for ax in fig.axes:
        legend = ax.get_legend()
        named = [*ax.get_xticklabels(), *ax.get_yticklabels()]  # numbers are left to matplotlib
        texts = [text for text in named if re.search(r"^[^$]*[^\W\d]", text.get_text())]
        texts += [*ax.texts, *(legend.texts if legend else [])]
        parts += [ax.get_title("left"), ax.get_title(), ax.get_xlabel(), ax.get_ylabel()]
        parts += [text.get_text() for text in texts]
        data = [line.get_xydata() for line in ax.lines] + [i.get_array() for i in ax.images]
        shapes = [p for p in ax.patches if not hasattr(p, "get_arrowstyle")]  # those are in pixels
        data += [p.get_patch_transform().transform_path(p.get_path()).vertices for p in shapes]
        for collection in ax.collections:
            data += [collection.get_offsets(), *(p.vertices for p in collection.get_paths())]
        for values in data:
            parts.append(" ".join(f"{x:.4g}" for x in np.ma.filled(values, np.nan).ravel()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def vk2_axis(axis: Axis, low: float = 85, high: float = 1200) -> None:
    """Make an axis a log axis for VK2, with plain numbers at places that a reader knows.

    Args:
        axis: ``ax.xaxis`` or ``ax.yaxis``.
        low, high: its ends (ng/ml), further out if what was drawn lies beyond.
    """
    from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

    which = axis.axis_name
    first, last = getattr(axis.axes.dataLim, f"interval{which}")
    if 0 < first <= last < np.inf:  # nobody is left out
        low, high = min(low, first), max(high, last)
    axis.axes.set(**{f"{which}scale": "log", f"{which}lim": (low, high), f"{which}label": VK2})
    axis.set_major_locator(FixedLocator([50, 100, 200, 400, 800, 1600]))
    axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.set_minor_locator(NullLocator())


def dots(ax: Axes, values: pd.Series, place: float, width: float = 0.28, **style: object) -> Axes:
    """Draw every value as a dot in a column at `place`, like heights side by side.

    Args:
        values: heights of the dots.
        place, width: middle and half-width of the column on the x axis.
        style: as for ``ax.plot``, for example ``**figures.MS``.
    """
    order = np.argsort(np.argsort(np.asarray(values, float)))
    sideways = width * (2 * ((order * 0.618034) % 1) - 1)  # the golden ratio keeps dots apart
    looks = {"linestyle": "", "markersize": 8, "alpha": 0.75, "markeredgewidth": 0}
    ax.plot(place + sideways, values, **(looks | style))
    return ax


def estimates(ax: Axes, table: pd.DataFrame, shown: Iterable[str], none: float = 0.0) -> Axes:
    """Draw estimates with their intervals, a row each, the numbers printed beside them.

    Args:
        table: columns estimate, low, high; its index names the rows, the first one on top.
        shown: what to print beside each row, for example ``table.apply(effects.words, axis=1)``.
        none: where "no difference" stands: 0 for per cent, 1 for ratios.
    """
    beside = {"xycoords": ("axes fraction", "data"), "va": "center", "annotation_clip": False}
    for row, text in enumerate(shown):
        ax.plot(table[["low", "high"]].iloc[row], [row, row], color=INK, solid_capstyle="butt")
        ax.plot(table["estimate"].iloc[row], row, "s", color=INK, markersize=10)
        ax.annotate(text.replace(" (", "\n("), (1.02, row), size=12, **beside)
    ax.axvline(none, color=GREY, lw=1.4, ls="--")
    ax.set_yticks(range(len(table)), table.index)
    ax.set_ylim(len(table) - 0.4, -0.6)
    return ax
