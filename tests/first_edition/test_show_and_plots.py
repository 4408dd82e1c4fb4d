"""What a cell shows: pictures, tables and sentences, and the figures of notebook 03."""

import base64
import html
import inspect
import io
import math
import re
import struct

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from scipy import stats

from helpers.first_edition import data, estimate, plots, replica, show
from helpers.first_edition.plots import reanalysis, style

# --- pictures -------------------------------------------------------------------------------------


def png_size(png):
    """Return width and height in pixels, read from the header of a PNG."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert png[12:16] == b"IHDR"
    return struct.unpack(">II", png[16:24])


def test_a_picture_comes_as_html_with_escaped_text_and_as_png():
    picture = show.Picture(b"\x89PNG not really", 'A "rise" of <3> & more', "Figure 1. a < b & c")
    bundle = picture._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"text/html", "image/png", "text/plain"}
    assert base64.b64decode(bundle["image/png"]) == picture.png
    page = bundle["text/html"]
    alt = re.search(r'alt="([^"]*)"', page)[1]
    assert html.unescape(alt) == picture.alt
    assert "<" not in alt
    caption = re.search(r"<figcaption[^>]*>(.*)</figcaption>", page)[1]
    assert caption == "Figure 1. a &lt; b &amp; c"
    assert f'src="data:image/png;base64,{bundle["image/png"]}"' in page
    assert bundle["text/plain"] == repr(picture)
    assert repr(picture) == f"{picture.caption}\n[Alternative text: {picture.alt}]"


# --- tables ---------------------------------------------------------------------------------------


def test_a_table_has_its_caption_its_cells_and_no_plain_index():
    frame = pd.DataFrame({"drug": ["a < b", "x" * 200], "n": [41.0, np.nan]})
    shown = show.table(frame, "Who & what.")
    page = shown._repr_html_()
    assert "Who &amp; what.</caption><thead>" in page
    assert "a &lt; b</td>" in page
    assert "x" * 200 in page, "long text must not be cut"
    assert re.search(r"<td[^>]*></td>", page), "a missing value is an empty cell"
    assert "NaN" not in page
    assert page.count("<th ") == 2, "the index 0, 1 is left out"
    tags = re.findall(r"<t[dh]\b[^>]*>", page)
    assert len(tags) == 6
    assert all("text-align: left" in tag for tag in tags)
    assert repr(shown).splitlines()[0] == "Who & what."
    assert "41" in repr(shown)


def test_a_table_keeps_row_names():
    frame = pd.DataFrame({"n": [45, 29]}, index=["people with MS", "controls"])
    shown = show.table(frame, "Counts.")
    for text in (shown._repr_html_(), repr(shown)):
        assert "people with MS" in text
        assert "controls" in text


def test_a_folded_table_shows_its_caption_until_it_is_opened():
    frame = pd.DataFrame({"n": [45, 29]})
    page = show.table(frame, "Who & what.", folded=True)._repr_html_()
    assert page.startswith("<details><summary>Who &amp; what.</summary><table")
    assert page.endswith("</details>")
    assert "<caption" not in page
    assert page.count('style="text-align: left"') == 3
    assert repr(show.table(frame, "So.", folded=True)) == repr(show.table(frame, "So."))
    assert "<details>" not in show.table(frame, "So.")._repr_html_()


def test_a_table_needs_a_data_frame():
    with pytest.raises(TypeError, match="frame must be a pandas DataFrame, got list"):
        show.table([1], "Counts.")


# --- sentences and p-values -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("from -3 to -1.5 %", "from −3 to −1.5 %"),
        ("-3", "−3"),
        ("**-3**", "**−3**"),
        ("(-3)", "(−3)"),
        ("in 2018-03-01, pages 307-313", "in 2018-03-01, pages 307-313"),
        ("MK-7 and S-1", "MK-7 and S-1"),
        ("(a)-3", "(a)-3"),
        ("a well-known - dash", "a well-known - dash"),
    ],
)
def test_a_sentence_has_a_minus_where_a_number_is_negative(text, shown):
    assert show.sentence(text)._repr_markdown_() == shown
    assert repr(show.sentence(text)) == shown.replace("**", "")


@given(st.floats(-1e6, 1e6), st.sampled_from(["{:.2f}", "**{:.0f} %**", "({:+.1f})", "by {:.3g}"]))
def test_a_sentence_changes_no_number(number, form):
    text = f"It is {form.format(number)}, not more."
    shown = show.sentence(text)._repr_markdown_()
    assert shown.replace("−", "-") == text
    assert re.search(r"-\d", shown) is None or "e-" in shown
    assert show.sentence(shown)._repr_markdown_() == shown


@pytest.mark.parametrize("text", [None, 3, b"text", ["text"]])
def test_a_sentence_needs_a_text(text):
    with pytest.raises(TypeError, match="text must be a text, got"):
        show.sentence(text)


@given(st.floats(0, 1))
def test_a_p_value_is_written_truly(p):
    text = show.p_value(p)
    if p < 0.001:
        assert text == "p < 0.001"
    else:
        decimals = 3 if p < 0.1 else 2
        assert re.fullmatch(rf"p = [01]\.\d{{{decimals}}}", text)
        assert abs(float(text[4:]) - p) <= 0.5001 * 10**-decimals
        assert float(text[4:]) > 0


@given(st.floats(0, 1), st.floats(0, 1))
def test_p_values_keep_their_order(p, q):
    low, high = (float(show.p_value(x).replace("< 0.001", "= 0")[4:]) for x in sorted((p, q)))
    assert low <= high


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0, "p < 0.001"),
        (0.000999, "p < 0.001"),
        (0.001, "p = 0.001"),
        (0.0999, "p = 0.100"),
        (0.1, "p = 0.10"),
        (1, "p = 1.00"),
        (np.float64(0.5), "p = 0.50"),
    ],
)
def test_p_values_at_the_edges(p, text):
    assert show.p_value(p) == text


@pytest.mark.parametrize(
    ("p", "kind"),
    [(-0.01, ValueError), (1.01, ValueError), (math.nan, ValueError), ("0.5", TypeError)],
)
def test_what_is_no_p_value_is_refused(p, kind):
    with pytest.raises(kind, match="p must be"):
        show.p_value(p)


# --- figures --------------------------------------------------------------------------------------


def inputs(people):
    """Return what the figures of notebook 03 are drawn from."""
    ms = people[people["group"] == "MS"]
    controls = people[people["group"] == "control"]
    adjusted = estimate.log_linear("vk2_ng_ml", replica.MS_TERMS, ms)
    p_values = adjusted.table()["p_value"]
    ladder = pd.DataFrame(
        {"p_value": p_values, "benjamini_hochberg": p_values * 1.5, "holm": p_values * 4}
    ).clip(upper=1)
    curve = estimate.specification_curve(
        "vk2_ng_ml",
        "attacks_per_year",
        {"nothing": "", "age": "age_decades", "sex": "woman", "age, sex": "age_decades + woman"},
        ms,
        subsets={"everyone": "age_years > 0", "without PPMS": "ms_type != 'PPMS'"},
    )
    rng = np.random.default_rng(len(people) + int(people["vk2_ng_ml"].sum()))
    many = pd.DataFrame({"estimate": rng.normal(-10, 4.4, 500), "p_value": rng.random(500) / 8})
    return {
        "people": people,
        "findings": data.published_findings(),
        "gap": estimate.compare_groups(controls["vk2_ng_ml"], ms["vk2_ng_ml"]),
        "age_fit": estimate.log_linear("vk2_ng_ml", "age_decades * ms", people),
        "vk2_on_attacks": estimate.log_linear("vk2_ng_ml", "attacks_per_year", ms),
        "attacks_on_vk2": smf.ols("attacks_per_year ~ log_vk2", data=ms).fit(),
        "adjusted": adjusted,
        "ladder": ladder,
        "curve": curve,
        "many": many,
    }


FIGURES = {  # name of the function: how it is drawn, and its height in inches
    "published_against_replica": (
        lambda d, n: plots.published_against_replica(d["people"], d["findings"], number=n),
        5.0,
    ),
    "every_point": (lambda d, n: plots.every_point(d["people"], number=n), 5.0),
    "size_of_difference": (
        lambda d, n: plots.size_of_difference(d["people"], d["gap"], number=n),
        4.6,
    ),
    "age_lines": (lambda d, n: plots.age_lines(d["people"], d["age_fit"], number=n), 5.0),
    "attacks_two_ways": (
        lambda d, n: plots.attacks_two_ways(
            d["people"], d["vk2_on_attacks"], d["attacks_on_vk2"], number=n
        ),
        5.0,
    ),
    "confounder_diagram": (lambda d, n: plots.confounder_diagram(number=n), 4.4),
    "diagnostics": (
        lambda d, n: plots.diagnostics(
            d["adjusted"], number=n, what="log VK2", reading="A lean upwards."
        ),
        4.4,
    ),
    "residual_panels": (
        lambda d, n: plots.residual_panels(
            {"adjusted": d["adjusted"].result}, number=n, reading="A lean upwards."
        ),
        3.1,
    ),
    "p_value_ladder": (lambda d, n: plots.p_value_ladder(d["ladder"], number=n), 1.9 + 0.5 * 5),
    "specification_curve": (
        lambda d, n: plots.specification_curve(
            d["curve"],
            ["nothing", "age", "sex", "age, sex"],
            number=n,
            xlabel="change of VK2 (%)",
            truth=-10.0,
        ),
        6.2,
    ),
    "many_studies": (
        lambda d, n: plots.many_studies(d["many"], -10.0, number=n, xlabel="change of VK2 (%)"),
        5.0,
    ),
    "intervals": (
        lambda d, n: plots.intervals(
            {"attacks": d["adjusted"].percent("attacks_per_year"), "sex": estimate_of(d)},
            number=n,
            xlabel="change of VK2 (%)",
            notice="Both are uncertain.",
        ),
        1.9 + 0.62 * 2,
    ),
}
MARKS = dict.fromkeys(FIGURES, "simulated participants") | {
    "many_studies": "simulated studies",
    "confounder_diagram": None,  # a diagram shows no data
}


def estimate_of(d):
    return d["adjusted"].percent("woman")


@pytest.fixture(scope="module")
def people():
    return replica.analysis_table()


@pytest.fixture(scope="module")
def drawn_from(people):
    return inputs(people)


@pytest.fixture(scope="module")
def drawn(drawn_from):
    """Return, for each figure, its picture and the matplotlib figure behind it."""
    kept = {}
    original = Figure.savefig

    def keep(figure, *args, **kwargs):
        original(figure, *args, **kwargs)
        kept["figure"] = figure

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Figure, "savefig", keep)
        return {name: (draw(drawn_from, 7), kept["figure"]) for name, (draw, _) in FIGURES.items()}


def test_every_figure_of_notebook_03_is_tested_here():
    public = {
        name
        for name, function in inspect.getmembers(reanalysis, inspect.isfunction)
        if function.__module__ == reanalysis.__name__ and not name.startswith("_")
    }
    assert public | {"intervals"} == set(FIGURES)
    assert set(FIGURES) <= set(plots.__all__)
    for name in plots.__all__:
        assert callable(getattr(plots, name))


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_a_picture_of_its_size_with_number_and_text(drawn, name):
    picture, _ = drawn[name]
    assert isinstance(picture, show.Picture)
    width, height = png_size(picture.png)
    assert width == 950
    assert height == pytest.approx(100 * FIGURES[name][1], abs=1)
    assert re.match(r"Figure 7\. [A-Z]", picture.caption)
    assert picture.caption.endswith((".", ".)"))
    assert len(picture.alt) >= 40
    for text in (picture.alt, picture.caption):
        assert "nan" not in text.lower()
        assert "{" not in text
    assert "Software" not in picture.png[:400].decode("latin-1")


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_marks_simulated_data_in_its_corner(drawn, name):
    _, figure = drawn[name]
    corner = [text.get_text() for text in figure.texts]
    assert corner == ([MARKS[name]] if MARKS[name] else [])


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_of_a_figure_is_clipped_or_tiny(drawn, name):
    _, figure = drawn[name]
    width, height = (100 * inches for inches in figure.get_size_inches())
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    drawn_texts = [
        text
        for text in figure.findobj(Text)
        if text.get_text().strip() and text.get_visible() and text not in not_drawn(figure)
    ]
    assert len(drawn_texts) >= 4
    for text in drawn_texts:
        box = text.get_window_extent(renderer)
        inside = box.x0 > -1 and box.y0 > -1 and box.x1 < width + 1 and box.y1 < height + 1
        assert inside, f"{text.get_text()!r} is cut off: {box}"
        assert text.get_size() >= 11


def not_drawn(figure):
    """Return the texts that matplotlib keeps but does not draw: ticks out of view, hidden axes."""
    hidden = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                if not axes.axison or not low <= tick.get_loc() <= high:
                    hidden |= {tick.label1, tick.label2}
    return hidden


@pytest.mark.parametrize("name", [n for n in FIGURES if n not in ("confounder_diagram",)])
def test_every_axis_with_numbers_is_named(drawn, name):
    _, figure = drawn[name]
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            labels = [label.get_text() for label in axis.get_ticklabels()]
            numbers = [text for text in labels if re.fullmatch(r"[−\d.]+|\$.*\$", text)]
            if len(numbers) > 1 and any(label.get_visible() for label in axis.get_ticklabels()):
                named = axis.get_label().get_text() or any(
                    other is not axes
                    and axes.get_shared_x_axes().joined(axes, other)
                    and axis is axes.xaxis
                    for other in figure.axes
                )
                assert named, f"{name}: an axis {numbers} has no name"


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_the_same_twice_and_leaves_the_session_style_alone(drawn, drawn_from, name):
    with mpl.rc_context({"font.size": 5, "figure.figsize": (3, 3), "axes.spines.top": True}):
        before = dict(mpl.rcParams)
        again = FIGURES[name][0](drawn_from, 7)
        assert dict(mpl.rcParams) == before
    assert again == drawn[name][0]


def test_the_session_style_survives_a_figure_that_fails(people):
    before = dict(mpl.rcParams)
    with pytest.raises(ValueError, match="number must be at least 1"):
        plots.every_point(people, number=0)
    assert dict(mpl.rcParams) == before


def test_use_style_gives_the_session_the_style():
    with mpl.rc_context():
        plots.use_style()
        assert {name: mpl.rcParams[name] for name in ("font.size", "savefig.dpi")} == {
            "font.size": 14,
            "savefig.dpi": 100,
        }


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize(
    ("number", "kind"), [(0, ValueError), (-1, ValueError), (1.0, TypeError), ("1", TypeError)]
)
def test_a_figure_number_counts_from_one(drawn_from, name, number, kind):
    with pytest.raises(kind, match="number must be"):
        FIGURES[name][0](drawn_from, number)


# --- the words of a figure follow its data --------------------------------------------------------


@pytest.fixture(scope="module")
def other_words(people):
    """Return the figures' words for people whose VK2, attacks and ages were changed."""
    rng = np.random.default_rng(1)
    changed = people.copy()
    is_ms = changed["group"] == "MS"
    changed["vk2_ng_ml"] = np.where(is_ms, 450, 700) * np.exp(rng.normal(0, 0.4, len(changed)))
    changed["vk2_ng_ml"] = changed["vk2_ng_ml"].round()
    changed["log_vk2"] = np.log(changed["vk2_ng_ml"])
    return inputs(changed)


@pytest.mark.parametrize(
    "name", [n for n in FIGURES if n not in ("confounder_diagram", "attacks_two_ways")]
)
def test_the_alternative_text_follows_the_data(drawn, other_words, name):
    before, after = drawn[name][0], FIGURES[name][0](other_words, 7)
    assert re.findall(r"\d+", before.alt) != re.findall(r"\d+", after.alt)
    assert before.png != after.png


def vk2_of(people, group):
    return people.loc[people["group"] == group, "vk2_ng_ml"].to_numpy(float)


def words(name, drawn):
    return drawn[name][0].alt, drawn[name][0].caption


def test_words_of_published_against_replica(people, drawn, drawn_from):
    alt, _ = words("published_against_replica", drawn)
    for group, name in (("MS", "people with MS"), ("control", "controls")):
        vk2 = vk2_of(people, group)
        row = drawn_from["findings"].loc[f"vk2_mean_{group.lower()}"]
        assert (
            f"{name} {row['value']:.0f} ± {row['spread']:.0f} published and "
            f"{np.mean(vk2):.0f} ± {np.std(vk2, ddof=1):.0f} in the replica" in alt
        )


def test_words_of_every_point(people, drawn):
    alt, _ = words("every_point", drawn)
    for group, name in (("MS", "people with MS"), ("control", "controls")):
        vk2 = vk2_of(people, group)
        assert f"{name} from {min(vk2):.0f} to {max(vk2):.0f}" in alt


def test_words_of_size_of_difference(people, drawn):
    alt, _ = words("size_of_difference", drawn)
    ms, control = (stats.gmean(vk2_of(people, group)) for group in ("MS", "control"))
    assert f"{ms:.0f} in MS and {control:.0f} in controls" in alt
    assert f"factor of {control / ms:.2f} apart" in alt


def test_words_of_age_lines(people, drawn):
    alt, _ = words("age_lines", drawn)
    shown = []
    for group in ("MS", "control"):
        rows = people[people["group"] == group]
        slope = np.polyfit(rows["age_years"] / 10, np.log(rows["vk2_ng_ml"]), 1)[0]
        shown.append(f"{100 * math.expm1(slope):.0f}".replace("-", "−"))
    assert f"{shown[0]} % per decade in MS and {shown[1]} % in controls" in alt


def test_words_of_diagnostics(drawn, drawn_from):
    alt, caption = words("diagnostics", drawn)
    residual = drawn_from["adjusted"].result.resid.to_numpy()
    scaled = residual / residual.std(ddof=1)
    skewness = ((residual - residual.mean()) ** 3).mean() / residual.std() ** 3
    plain = alt.replace("−", "-")
    assert f"from {scaled.min():.1f} to {scaled.max():.1f} standard deviations" in plain
    assert f"skewness {skewness:.1f}" in plain
    assert "lean upwards" in alt
    assert caption.endswith("A lean upwards.")


@pytest.mark.parametrize(("power", "word"), [(3, "lean upwards"), (1, "balance")])
def test_diagnostics_say_how_residuals_lean(power, word):
    place = stats.norm.ppf((np.arange(60) + 0.5) / 60)
    for sign, expected in ((1, word), (-1, word.replace("upwards", "downwards"))):
        residual = sign * np.sign(place + 1.5) * np.abs(place + 1.5) ** power
        residual = residual - residual.mean()
        table = pd.DataFrame({"vk2": np.exp(5 + 0.1 * residual), "x": [0.0, 1.0] * 30})
        fit = estimate.log_linear("vk2", "x", table)
        assert expected in plots.diagnostics(fit, number=1, what="it", reading="So.").alt


def test_words_of_residual_panels(drawn, drawn_from):
    picture = drawn["residual_panels"][0]
    residual = drawn_from["adjusted"].result.resid.to_numpy()
    scaled = residual / residual.std(ddof=1)
    furthest = f"{scaled[np.abs(scaled).argmax()]:+.1f}".replace("-", "−")
    assert f"adjusted {furthest}." in picture.alt
    assert "A lean upwards." in picture.caption
    with pytest.raises(ValueError, match="fits must hold at least one model"):
        plots.residual_panels({}, number=1, reading="")


def test_words_of_the_ladder(drawn, drawn_from):
    table = drawn_from["ladder"]
    counts = [int((table[c] < 0.05).sum()) for c in ("p_value", "benjamini_hochberg", "holm")]
    assert len(set(counts)) > 1, "the test must tell the columns apart"
    for text in words("p_value_ladder", drawn):
        numbers = [int(x) for x in re.findall(r"(?<![\d.])\d+(?![\d.]\d)", text)]
        for count in counts:
            assert count in numbers
    alt, _ = words("p_value_ladder", drawn)
    assert alt.startswith(f"{len(table)} questions")
    assert f"{counts[0]} lie below 0.05 as computed, {counts[1]} after Benj" in alt
    assert f"and {counts[2]} after Holm" in alt


def test_words_of_the_specification_curve(drawn, drawn_from):
    table = drawn_from["curve"]
    clear = sum((low > 0) == (high > 0) for low, high in table[["low", "high"]].to_numpy())
    alt, caption = words("specification_curve", drawn)
    ends = [
        f"{x:.0f}".replace("-", "−") for x in (min(table.percent_change), max(table.percent_change))
    ]
    assert alt.startswith("8 analyses")
    assert f"run from {ends[0]} to {ends[1]} %, the built-in value is −10 %; {clear} of 8" in alt
    assert f"({clear} of 8)" in caption
    assert 0 < clear < 8, "the test must see both kinds"


def test_words_of_many_studies(drawn, drawn_from):
    table = drawn_from["many"]
    found = table.loc[table["p_value"] < 0.05, "estimate"]
    alt, caption = words("many_studies", drawn)
    share = f"The {100 * len(found) / len(table):.0f} %"
    assert f"{len(table)} simulated studies around the truth of −10 %" in alt
    assert share in alt
    assert f"{found.mean():.1f} %".replace("-", "−") in alt
    assert share[4:] in caption
    assert f"{100 * (found < -10).mean():.0f} of 100 of them overshoot" in caption


def test_intervals_say_each_estimate_with_its_ends():
    rows = {"a": estimate.Estimate(-10, -17.4, 2.6), "b": estimate.Estimate(0.2, -0.3, 3)}
    picture = plots.intervals(rows, number=2, xlabel="change (%)", notice="Look.")
    assert picture.alt == (
        "Estimates with 95 % intervals, change (%): a −10 (−17 to +3); b +0.2 (−0.3 to +3.0)."
    )
    assert picture.caption == "Figure 2. Look."


def test_intervals_of_ratios_have_no_plus_signs():
    rows = {"a": estimate.Estimate(3.456, 3.02, 3.97)}
    picture = plots.intervals(
        rows, number=2, xlabel="ratio", notice="Look.", log=True, digits=2, reference=1, mark=None
    )
    assert picture.alt == "Estimates with 95 % intervals, ratio: a 3.46 (3.02 to 3.97)."


def test_intervals_need_an_estimate():
    with pytest.raises(ValueError, match="estimates must hold at least one"):
        plots.intervals({}, number=1, xlabel="x", notice="y")


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["group", "vk2_ng_ml"])
@pytest.mark.parametrize(
    "name",
    [
        "published_against_replica",
        "every_point",
        "size_of_difference",
        "age_lines",
        "attacks_two_ways",
    ],
)
def test_people_without_a_needed_column_are_refused(drawn_from, name, column):
    wrong = drawn_from | {"people": drawn_from["people"].drop(columns=column)}
    with pytest.raises(ValueError, match=rf"people lacks column\(s\) {column}; it has participant"):
        FIGURES[name][0](wrong, 1)
    with pytest.raises(TypeError, match="people must be a pandas DataFrame, got list"):
        FIGURES[name][0](drawn_from | {"people": [1]}, 1)


@pytest.mark.parametrize(
    ("name", "argument", "source", "column"),
    [
        ("p_value_ladder", "table", "ladder", "holm"),
        ("specification_curve", "table", "curve", "subset"),
        ("many_studies", "results", "many", "p_value"),
    ],
)
def test_tables_without_a_needed_column_are_refused(drawn_from, name, argument, source, column):
    wrong = drawn_from | {source: drawn_from[source].drop(columns=column)}
    with pytest.raises(ValueError, match=rf"{argument} lacks column\(s\) {column}"):
        FIGURES[name][0](wrong, 1)


# --- small tools of the style ---------------------------------------------------------------------


@given(st.floats(-1e5, 1e5), st.integers(0, 3), st.booleans())
def test_signed_numbers_have_a_real_minus_and_no_negative_zero(value, digits, plus):
    text = style.signed(value, digits, plus)
    assert "-" not in text
    number = float(text.replace("−", "-"))
    assert abs(number - value) <= 0.5001 * 10**-digits
    assert text.startswith("−") == (number < 0)
    assert text.startswith("+") == (plus and number > 0)


@given(st.lists(st.floats(1, 1e4), min_size=1, max_size=60), st.floats(0.01, 0.5))
def test_dots_stay_within_their_width_and_stand_apart(values, width):
    places = style.spread_out(np.array(values), width)
    assert (np.abs(places) <= width).all()
    assert len(set(places.round(9))) == len(values)


def test_the_groups_differ_in_marker_and_in_lightness():
    assert len(set(style.MARKERS.values())) == len(style.MARKERS)

    def lightness(colour):
        red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    ms, control = (lightness(style.COLOURS[group]) for group in ("MS", "control"))
    assert abs(ms - control) > 0.15


def test_a_figure_without_a_mark_has_none_and_png_decodes():
    figure, (axes,) = style.canvas()
    axes.plot([1, 2])
    picture = style.finish(figure, 3, "x" * 40, "Notice.", mark=None)
    assert figure.texts == []
    pixels = mpl.image.imread(io.BytesIO(picture.png))
    assert pixels.shape == (png_size(picture.png)[1], png_size(picture.png)[0], 4)
    assert picture.caption == "Figure 3. Notice."
