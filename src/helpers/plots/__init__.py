"""Every figure of the notebooks: one style, one function a figure, each with alternative text.

A function draws its figure and returns a `Picture` (see `show`): the image, the alternative text
that a screen reader reads aloud, and a caption that says what to notice. The data shown are
simulated unless a figure says otherwise, and each figure says so itself.

style       the style, and what every figure is made with
reanalysis  the figures of notebook 03
"""

from helpers.plots.reanalysis import (
    age_lines,
    attacks_two_ways,
    confounder_diagram,
    diagnostics,
    every_point,
    many_studies,
    p_value_ladder,
    published_against_replica,
    size_of_difference,
    specification_curve,
)
from helpers.plots.style import intervals, use_style

__all__ = [
    "age_lines",
    "attacks_two_ways",
    "confounder_diagram",
    "diagnostics",
    "every_point",
    "intervals",
    "many_studies",
    "p_value_ladder",
    "published_against_replica",
    "size_of_difference",
    "specification_curve",
    "use_style",
]
