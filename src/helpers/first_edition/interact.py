"""Figures that a reader moves: sliders and choices above one picture, redrawn in place.

The picture is an ordinary output of the cell. Without a kernel, in exported HTML or on a page that
shows notebooks, it stays as it was drawn at the starting values; the sliders are gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.first_edition import checks

if TYPE_CHECKING:
    import ipywidgets

    from helpers.first_edition.show import Picture


@dataclass(frozen=True)
class Slider:
    """A number that the reader moves, from `low` to `high` in steps of `step`."""

    label: str
    low: float
    high: float
    step: float
    start: float

    def widget(self) -> ipywidgets.Widget:
        """The slider on the screen."""
        import ipywidgets

        whole = all(float(x).is_integer() for x in (self.low, self.high, self.step, self.start))
        kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
        number = int if whole else float
        return kind(
            value=number(self.start),
            min=number(self.low),
            max=number(self.high),
            step=number(self.step),
            description=self.label,
            style={"description_width": "initial"},
            layout={"width": "38em", "max_width": "100%"},
        )


@dataclass(frozen=True)
class Choice:
    """One of several options, shown as a row of buttons."""

    label: str
    options: tuple[str, ...]
    start: str

    def widget(self) -> ipywidgets.Widget:
        """The buttons on the screen."""
        import ipywidgets

        return ipywidgets.ToggleButtons(
            value=self.start,
            options=list(self.options),
            description=self.label,
            style={"description_width": "initial"},
        )


def explore(draw: Callable[..., Picture], **controls: Slider | Choice) -> None:
    """Show `draw` at the starting values, below controls that redraw it.

    Args:
        draw: takes one keyword argument for each control and returns a picture.
        controls: name of the argument to its `Slider` or `Choice`.

    Raises:
        TypeError: `draw` cannot be called, or a control is neither a Slider nor a Choice.
        ValueError: no control, or a start outside its range or options.
    """
    import ipywidgets
    from IPython.display import display

    if not callable(draw):
        raise TypeError(f"draw must be a function, got {type(draw).__name__}")
    if not controls:
        raise ValueError("controls must hold at least one Slider or Choice")
    for name, control in controls.items():
        if isinstance(control, Slider):
            checks.number(f"{name}.start", control.start, control.low, control.high)
        elif isinstance(control, Choice):
            checks.one_of(f"{name}.start", control.start, control.options)
        else:
            raise TypeError(f"{name} must be a Slider or a Choice, got {type(control).__name__}")
    widgets = {name: control.widget() for name, control in controls.items()}

    def drawn() -> Picture:
        return draw(**{name: widget.value for name, widget in widgets.items()})

    display(ipywidgets.VBox(list(widgets.values())))
    picture = display(drawn(), display_id=True)
    for widget in widgets.values():
        widget.observe(lambda _: picture.update(drawn()), names="value")
