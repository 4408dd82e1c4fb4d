"""Notebook 04: what its cells compute against figures worked out by hand."""

import math

import pytest
from conftest import Cells

NOTEBOOK = Cells("04")
FEW = ("n_studies=1000", "n_studies=40")


def test_risk_ratio_and_e_value_by_hand():
    names, said = NOTEBOOK.run("setup gap-by-hand gap-shapes gap-e-value")
    low, others = 35.9 * 0.957614, 99_964.1 * 0.000678
    assert names["risk"][0] == pytest.approx(low / (low + others), rel=1e-3)
    assert "**22,100**" in said[0]
    ratios, e_values = names["risks"]["risk_ratio"].tolist(), names["risks"]["e_value"].tolist()
    assert [round(x) for x in ratios[:7]] == [22100, 5735, 40, 12, 12, 3, 195]
    assert ratios[7] == pytest.approx(1950, rel=0.05)  # shares 0.953 and 0.010
    assert e_values == pytest.approx([x + math.sqrt(x * (x - 1)) for x in ratios])
    assert names["two_digits"](44_199) == "44,000"


def test_votes_and_orders_of_any_kind():
    cells = "setup vote see-draw print-run update-2018 update-room"
    names, said = NOTEBOOK.run(cells, change=FEW)
    assert "by more than **0.0 points**" in said[1]
    assert names["after"].iloc[:, -1].idxmax() == "shared cause"
    trail, _ = NOTEBOOK.run("update-room", names, ('("trial"', '("trail"'))
    assert len(trail["steps"]) == 2
