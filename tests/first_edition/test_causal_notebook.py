"""The figures, sentences and tables of notebook 04, and the notebook's own demands."""

import re
import time
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from helpers.first_edition import data, exercises, plots
from helpers.first_edition.causal import beliefs, designs, readings, relapses, strength, worlds
from helpers.first_edition.plots.causal import forest_rows
from helpers.first_edition.show import Picture, Sentence, Table

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "04_cause_or_effect.ipynb"


@pytest.fixture(scope="module")
def table():
    return designs.fingerprints()


@pytest.fixture(scope="module")
def chances(table):
    return beliefs.likelihoods(table)


@pytest.fixture(scope="module")
def findings():
    return data.published_findings()


@pytest.fixture(scope="module")
def cells():
    return {cell.id: cell for cell in nbformat.read(NOTEBOOK, 4).cells}


@pytest.fixture(scope="module")
def namespace(cells):
    """The names that the notebook's set-up cell makes, with `display` that keeps what it shows."""
    made = {"display": lambda *_: None, "explore": lambda *_, **__: None}
    exec(cells["setup"].source, made)
    return made


# ------------------------------------------------------------------ the notebook as a whole


def test_twelve_parts_and_their_clock(cells):
    text = "\n".join(c.source for c in cells.values() if c.cell_type == "markdown")
    assert re.findall(r"(?m)^## (\d+) · ", text) == [str(n) for n in range(1, 13)]
    clock = [int(n) for n in re.findall(r"\*\(about (\d+) min in\)\*", text)]
    assert clock == sorted(clock)
    assert len(clock) == 12
    assert 50 <= clock[-1] <= 60


def test_predictions_checks_and_exercises_are_enough(cells):
    code = "\n".join(c.source for c in cells.values() if c.cell_type == "code")
    text = "\n".join(c.source for c in cells.values() if c.cell_type == "markdown")
    assert len(re.findall(r"learn\.prediction", code)) >= 3
    checks = re.findall(r"\*\*Check yourself (\d+)\.\*\*", text)
    assert checks == [str(n) for n in range(1, len(checks) + 1)]
    assert len(checks) >= 6
    assert len(re.findall(r"\*\*Exercise \d+ · ", text)) >= 3


@pytest.mark.parametrize("section", [("vote",), ("see",), ("print",), ("update",)])
def test_a_lecturers_section_needs_only_the_set_up_cell(cells, section):
    made = {"display": lambda *_: None, "explore": lambda *_, **__: None}
    exec(cells["setup"].source, made)
    mine = [c for name, c in cells.items() if name.startswith(section) and c.cell_type == "code"]
    assert mine
    for cell in mine:
        exec(cell.source.replace("interact.explore(", "explore("), made)


def test_the_25_minute_session_keeps_its_time(cells):
    text = "\n".join(c.source for c in cells.values() if c.cell_type == "markdown")
    clock = [int(n) for n in re.findall(r"\*\(about (\d+) min in\)\*", text)]
    lengths = np.diff(clock)
    assert sum(lengths[section - 1] for section in (1, 4, 6, 7)) <= 26


def test_no_output_on_stderr(cells):
    for cell in cells.values():
        for output in cell.get("outputs", ()):
            assert output.get("name") != "stderr"
            assert output.output_type != "error"


# ------------------------------------------------------------------ what a reader moves


def drawer(cells, namespace, cell, name):
    source = cells[cell].source.replace("interact.explore(", "explore(")
    namespace.setdefault("table", designs.fingerprints())
    exec(source, namespace)
    return namespace[name]


@pytest.mark.parametrize(
    ("cell", "name", "settings"),
    [
        ("print-mixture", "draw_mixture", [dict.fromkeys(worlds.WORLDS, w) for w in (0, 3, 10)]),
        (
            "update-room",
            "draw_room",
            [
                {"design": design, "result": result, "trust": trust}
                | dict.fromkeys(worlds.WORLDS, votes)
                for design, result, trust, votes in (
                    ("trial", "unclear", 0, 0),
                    ("2018 study", "clearly lower", 100, 30),
                    ("banked blood", "clearly not lower", 90, 4),
                )
            ],
        ),
    ],
)
def test_sliders_redraw_at_once(cells, namespace, cell, name, settings):
    draw = drawer(cells, namespace, cell, name)
    draw(**settings[0])
    times = []
    for setting in settings:
        start = time.perf_counter()
        assert isinstance(draw(**setting), Picture)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.3


def test_behind_a_slider_computing_costs_less_than_drawing(table, chances):
    shares = beliefs.from_probabilities({"deficiency": 1, "assay": 1})
    jobs = {
        "mixture": (
            lambda: beliefs.mixture(shares, table),
            lambda: plots.mixture(shares, beliefs.mixture(shares, table), number=1),
        ),
        "room": (
            lambda: beliefs.update(shares, beliefs.doubted(chances, 0.9), "trial", "unclear"),
            lambda: plots.beliefs({"before": shares, "after": shares}, number=1, notice="x"),
        ),
    }
    for compute, draw in jobs.values():
        seconds = []
        for job in (compute, draw):
            runs = []
            for _ in range(3):
                start = time.perf_counter()
                job()
                runs.append(time.perf_counter() - start)
            seconds.append(min(runs))
        assert seconds[0] < seconds[1]


# ------------------------------------------------------------------ figures


def pictures(table, chances, findings):
    undecided = beliefs.undecided()
    samples = {name: worlds.world(name).observe(1, seed=1) for name in worlds.WORLDS}
    years = relapses.published_bad_years(findings)
    split = designs.fingerprints(designs.run_all(worlds=worlds.SPLIT_WORLDS))
    yield plots.five_graphs(number=1)
    yield plots.five_graphs((*worlds.WORLDS, *worlds.SPLIT_WORLDS), number=1)
    yield plots.five_studies(samples, number=1)
    yield plots.five_studies(samples, number=1, hidden=False)
    for design in designs.DESIGNS:
        yield plots.fingerprint_row(table, design, number=1)
    yield plots.fingerprint_matrix(table, number=1)
    yield plots.fingerprint_matrix(table, split, number=1)
    yield plots.beliefs({"now": undecided}, number=1, notice="What one believes.")
    yield plots.information({"now": beliefs.information(undecided, chances)}, number=1)
    yield plots.mixture(undecided, beliefs.mixture(undecided, table), number=1)
    yield plots.implied_strength(strength.implied_risks(findings), data.risk_factors(), number=1)
    yield plots.precedent(data.vitamin_d_precedent(), number=1)
    yield plots.regression_to_the_mean(relapses.watch(years, 1000, seed=1), findings, number=1)


def test_every_figure_has_alternative_text_with_its_numbers(table, chances, findings):
    for picture in pictures(table, chances, findings):
        assert len(picture.alt) >= 40
        assert picture.caption.startswith("Figure 1. ")
        assert picture.png.startswith(b"\x89PNG")
        assert "nan" not in picture.alt.split()


def test_hidden_panels_do_not_name_their_worlds():
    samples = {name: worlds.world(name).observe(1, seed=1) for name in worlds.WORLDS}
    hidden = plots.five_studies(samples, number=1)
    assert not any(name in hidden.alt for name in worlds.WORLDS)
    assert all(name in plots.five_studies(samples, number=1, hidden=False).alt for name in samples)


def test_forest_plot_turns_benefits_round_and_leaves_out_what_has_no_ratio():
    studies = data.vitamin_d_precedent()
    rows = forest_rows(studies).set_index("label")
    solar = rows.filter(like="SOLAR", axis=0).iloc[0]
    assert solar["ratio"] == pytest.approx(1 / 0.93)
    assert (solar["low"], solar["high"]) == pytest.approx((1 / 1.63, 1 / 0.53))
    assert rows.filter(like="VIDAMS", axis=0)["ratio"].item() == pytest.approx(34 / 32)
    assert rows.filter(like="VIDAMS", axis=0)["low"].isna().all()
    assert rows.filter(like="MS-SPI", axis=0).empty
    assert rows.filter(like="Mokry", axis=0).empty


@pytest.mark.parametrize("held", [{}, {str(n): beliefs.undecided() for n in range(4)}])
def test_too_many_beliefs_are_refused(held):
    with pytest.raises(ValueError, match="held"):
        plots.beliefs(held, number=1, notice="x")


# ------------------------------------------------------------------ words and tables


def test_sentences_follow_their_results(table, chances, findings):
    assert "all 5 worlds look alike" in repr(readings.row(table, "2018 study"))
    assert "handling" in repr(readings.row(table, "re-assay"))
    assert readings.worlds_left(table, "banked blood") == 2
    belief = beliefs.undecided()
    after = beliefs.update(belief, chances, "2018 study", "clearly lower")
    assert "0.0 percentage points" in repr(readings.unchanged(belief, after))
    bits = beliefs.information(belief, chances)
    assert bits.idxmax() in repr(readings.best_design(bits, belief))
    said = repr(readings.gap_as_evidence(strength.implied_risks(findings), data.risk_factors()))
    assert "22,000" in said
    assert "Epstein–Barr" in said
    assert "mixed" in repr(readings.precedent(data.vitamin_d_precedent()))
    assert "31 % fewer" in repr(readings.age_argument(findings))


def test_no_code_before_the_guess_gives_the_hidden_worlds_away(cells):
    assert not any(name in cells["see-hidden"].source for name in worlds.WORLDS)
    order = worlds.hidden_order(4)
    assert readings.guess_letter(..., order).status == "not tried"
    right = "abcde"[order.index("deficiency")]
    assert "so it is" in readings.guess_letter(right, order).message


def test_forest_plot_says_what_it_leaves_out():
    said = plots.precedent(data.vitamin_d_precedent(), number=1).caption
    left_out = said.split("for want of a ratio: ")[1]
    assert "CHOLINE 2019" in left_out
    assert "SOLAR" not in left_out


def test_half_of_each_row_stays_blank_until_revealed():
    where = worlds.world("deficiency")
    year = where.intervene(2, n_ms=8, seed=8)
    blank = readings.two_columns(year).frame
    columns = ["no extra VK2", "twice the VK2"]
    assert (blank[columns] == "?").sum(axis=1).eq(1).all()
    full = readings.two_columns(year, reveal=True).frame
    assert not (full[columns] == "?").any().any()
    assert isinstance(readings.effect_of_treatment(year, year), Sentence)


def test_hill_shows_our_ratings_only_after_the_readers():
    viewpoints = data.hill_viewpoints()
    assert "we" not in readings.hill(viewpoints, {"strength": ...}).frame
    rated = readings.hill(viewpoints, {"strength": "weak", "analogy": ...}).frame
    assert rated["you"].tolist().count("weak") == 1
    with pytest.raises(ValueError, match="strength"):
        readings.hill(viewpoints, {"luck": "for"})


def test_tables_are_tables(table, chances, findings):
    belief = beliefs.undecided()
    other = beliefs.from_votes({"assay": 5})
    samples = {"assay": worlds.world("assay").observe(50, seed=1)}
    for shown in (
        readings.stories(),
        readings.alike(samples),
        readings.adjustments(),
        readings.verdicts("onset"),
        readings.strain(findings),
        readings.comments(data.claims()),
        readings.prior_after(belief, chances, "trial"),
        readings.camps(belief, other, chances, trust=0.9),
    ):
        assert isinstance(shown, Table)
        assert isinstance(shown.frame, pd.DataFrame)
        assert len(shown.frame) > 0


# ------------------------------------------------------------------ answer keys


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (..., "not tried"),
        (["hidden cause"], "correct"),
        (["Hidden cause ", "age", "sex"], "correct"),
        (["hidden cause", "attacks"], "not yet"),
        (["age", "sex", "sun"], "not yet"),
        (["VK2"], "not yet"),
        (["attacks"], "not yet"),
        (["weather"], "not yet"),
        (["hidden cause", "VK2"], "not yet"),
        (["hidden severity", "sun"], "not yet"),
        ("hidden cause", "not yet"),
        (3, "not yet"),
        (None, "not yet"),
        ([], "not tried"),
    ],
)
def test_close_the_path(answer, status):
    assert exercises.close_the_path(answer).status == status


def test_worlds_for_made_less():
    assert exercises.worlds_for_made_less(...).status == "not tried"
    assert "more does" in exercises.worlds_for_made_less(["consumption"]).message
    assert "not low" in exercises.worlds_for_made_less(["consumption", "assay"]).message
    right = ["consumption", "shared cause", "deficiency"]
    assert exercises.worlds_for_made_less(right).status == "correct"


def test_after_a_telling_trial(chances):
    row = chances.loc[("trial", "clearly lower")]
    assert exercises.after_a_telling_trial(..., chances).status == "not tried"
    right = row["deficiency"] / row.sum()
    assert exercises.after_a_telling_trial(float(right), chances).status == "correct"
    likely = exercises.after_a_telling_trial(float(row["deficiency"]), chances)
    assert "turns it round" in likely.message
    assert exercises.after_a_telling_trial(0.2, chances).status == "not yet"
