"""Every figure of the notebooks: one style, one function a figure, each with alternative text.

A function draws its figure and returns a `Picture` (see `show`): the image, the alternative text
that a screen reader reads aloud, and a caption that says what to notice. The data shown are
simulated unless a figure says otherwise, and each figure says so itself.

style       the style, and what every figure is made with
design      the figures of notebook 02
molecules   vitamin K as a molecule (notebook 01)
vitamin     vitamin K in foods, over time and in blood (notebook 01)
vitamin_diagrams  its cycle, two medicines, the sandwich assay (notebook 01)
reanalysis  the figures of notebook 03
causal      the figures of notebook 04
"""

from helpers.first_edition.plots.causal import (
    beliefs,
    fingerprint_matrix,
    fingerprint_row,
    five_graphs,
    five_studies,
    implied_strength,
    information,
    mixture,
    precedent,
    regression_to_the_mean,
)
from helpers.first_edition.plots.design import (
    choice_of_controls,
    measurement_error,
    power_by_reading,
    power_for_slopes,
    precision,
    readings_of_spread,
    share_affected,
    time_line,
)
from helpers.first_edition.plots.molecules import family
from helpers.first_edition.plots.reanalysis import (
    age_lines,
    attacks_two_ways,
    confounder_diagram,
    diagnostics,
    every_point,
    many_studies,
    p_value_ladder,
    published_against_replica,
    residual_panels,
    size_of_difference,
    specification_curve,
)
from helpers.first_edition.plots.style import intervals, use_style
from helpers.first_edition.plots.vitamin import blood_levels, daily_doses, foods, sample_memory
from helpers.first_edition.plots.vitamin_diagrams import cycle, sandwich, two_medicines

__all__ = [
    "age_lines",
    "attacks_two_ways",
    "beliefs",
    "blood_levels",
    "choice_of_controls",
    "confounder_diagram",
    "cycle",
    "daily_doses",
    "diagnostics",
    "every_point",
    "family",
    "fingerprint_matrix",
    "fingerprint_row",
    "five_graphs",
    "five_studies",
    "foods",
    "implied_strength",
    "information",
    "intervals",
    "many_studies",
    "measurement_error",
    "mixture",
    "p_value_ladder",
    "power_by_reading",
    "power_for_slopes",
    "precedent",
    "precision",
    "published_against_replica",
    "readings_of_spread",
    "regression_to_the_mean",
    "residual_panels",
    "sample_memory",
    "sandwich",
    "share_affected",
    "size_of_difference",
    "specification_curve",
    "time_line",
    "two_medicines",
    "use_style",
]
