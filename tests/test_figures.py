"""What `show` puts on the page, and the drawings that several notebooks share."""

import re

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from IPython.utils.capture import capture_output

from helpers import figures


def page(fig, **more):
    with capture_output() as shown:
        figures.show(fig, **({"number": 1, "caption": "A < B", "alt": 'Two "lines"'} | more))
    return shown.outputs[-1].data


def drawing(title="mine", values=(1, 2, 3)):
    fig, ax = plt.subplots()
    ax.plot(values)
    ax.set_title(title)
    return fig


def test_a_figure_carries_its_texts_once_and_is_not_shown_twice():
    shown = page(drawing())
    html = shown["text/html"]
    assert html.splitlines()[0].startswith("<!--")
    assert 'alt="Two &quot;lines&quot;"' in html
    assert "Figure 1. A &lt; B" in html
    assert html.count("data:image/png;base64,") == 1
    assert set(shown) == {"text/html", "text/plain"}
    assert not plt.get_fignums()


def test_a_figure_stays_a_figure_that_can_be_changed_and_shown_again():
    fig = drawing()
    first = page(fig)
    assert page(fig) == first  # the mark is not written twice
    fig.axes[0].set_title("yours")
    assert page(fig)["text/html"] != first["text/html"]
    assert [text.get_text() for text in fig.texts] == ["simulated participants"]
    page(fig, mark="")
    assert not fig.texts


CHANGES = {
    "title": lambda ax, x: ax.set_title(f"mean {x}"),
    "title on the left": lambda ax, x: ax.set_title(f"mean {x}", loc="left"),
    "name of the x axis": lambda ax, x: ax.set_xlabel(f"mean {x}"),
    "name of the y axis": lambda ax, x: ax.set_ylabel(f"mean {x}"),
    "text": lambda ax, x: ax.text(0, 0, f"mean {x}"),
    "legend": lambda ax, x: (ax.plot([1], label=f"mean {x}"), ax.legend()),
    "names below": lambda ax, x: ax.set_xticks([0], [f"mean {x}"]),
    "names beside": lambda ax, x: ax.set_yticks([0], [f"mean {x}"]),
    "line": lambda ax, x: ax.plot([0, x]),
    "bar": lambda ax, x: ax.bar([0], [x]),
    "dots": lambda ax, x: ax.scatter([0], [x]),
    "area": lambda ax, x: ax.fill_between([0, 1], [0, x]),
    "picture": lambda ax, x: ax.imshow([[0, x]]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_drawn_is_told_apart_by_texts_and_values(change):
    def told(x):
        fig, ax = plt.subplots(figsize=(2, 2))
        CHANGES[change](ax, x)
        return re.search(r'data-drawn="(\w+)"', page(fig)["text/html"])[1]

    assert told(2) == told(2)
    assert told(2) != told(2.01)
    assert change not in {"line", "bar", "dots"} or told(2) == told(2 + 1e-9)  # rounding


def test_dots_keep_every_value_and_side_by_side_places():
    fig, ax = plt.subplots()
    values = pd.Series([5.0, 5.0, 6.0, 7.0])
    figures.dots(ax, values, 2, **figures.MS)
    x, y = ax.lines[0].get_xdata(), ax.lines[0].get_ydata()
    assert list(y) == list(values)
    assert len(set(np.round(x, 6))) == 4
    assert (np.abs(x - 2) <= 0.28).all()
    plt.close(fig)


def test_estimates_draw_each_interval_in_order():
    fig, ax = plt.subplots()
    table = {"estimate": [1.0, 5.0], "low": [0.5, 4.0], "high": [2.0, 7.0]}
    table = pd.DataFrame(table, index=["first", "second"])
    figures.estimates(ax, table, ["1 (0.5 to 2)", "5 (4 to 7)"], none=1)
    assert list(ax.lines[0].get_xdata()) == [0.5, 2.0]
    assert list(ax.lines[2].get_xdata()) == [4.0, 7.0]
    assert [line.get_xydata().tolist() for line in ax.lines[1::2]] == [[[1, 0]], [[5, 1]]]
    assert list(ax.lines[4].get_xdata()) == [1, 1]  # no difference
    assert [text.get_text() for text in ax.texts] == ["1\n(0.5 to 2)", "5\n(4 to 7)"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["first", "second"]
    assert ax.yaxis_inverted()
    plt.close(fig)


def test_the_vk2_axis_is_a_log_axis_with_plain_numbers():
    fig, ax = plt.subplots()
    figures.vk2_axis(ax.xaxis)
    fig.canvas.draw()
    assert ax.get_xscale() == "log"
    assert ax.get_xlim() == (85, 1200)
    figures.dots(ax, pd.Series([1, 2]), 2000)  # somebody far out
    figures.vk2_axis(ax.xaxis)
    assert ax.get_xlim()[1] > 1990
    assert "400" in [label.get_text() for label in ax.get_xticklabels()]
    plt.close(fig)


def test_a_slider_redraws_its_figure_and_a_still_remains():
    heights = []

    def draw(height):
        heights.append(height)
        figures.show(drawing(values=(0, height)), number=2, caption="c", alt="a")

    slider = ipywidgets.IntSlider(value=3, min=1, max=9)
    with capture_output() as shown:
        figures.explore(draw, height=slider)
    assert "data:image/png" in shown.outputs[-1].data["text/html"]
    with capture_output():
        slider.value = 9
    assert heights == [3, 9]
