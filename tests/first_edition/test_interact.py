"""Sliders above a picture: it is drawn at the start, redrawn when one moves, and stays behind."""

import ipywidgets
import nbformat
import pytest

from helpers.first_edition import interact, notebooks
from helpers.first_edition.show import Picture

CURVE = interact.Slider("people", low=10, high=90, step=5, start=45)
WIDTH = interact.Slider("width", low=0.5, high=2, step=0.25, start=1)
GROUP = interact.Choice("group", options=("MS", "controls"), start="controls")


class Shown:
    """Stands for the page: what was displayed, and each update in place."""

    def __init__(self):
        self.outputs = []
        self.updates = []

    def display(self, output, display_id=None):
        self.outputs.append((output, display_id))
        return self if display_id else None

    def update(self, output):
        self.updates.append(output)

    @property
    def widgets(self):
        box = self.outputs[0][0]
        assert isinstance(box, ipywidgets.VBox)
        return {widget.description: widget for widget in box.children}


@pytest.fixture
def page(monkeypatch):
    shown = Shown()
    monkeypatch.setattr("IPython.display.display", shown.display)
    return shown


def draw(**values):
    text = ", ".join(f"{name} {value!r}" for name, value in values.items())
    return Picture(b"png", f"A picture of {text}.", "Figure 1. It moves.")


def test_the_controls_come_first_and_then_the_still_at_the_starting_values(page):
    assert interact.explore(draw, n=CURVE, width=WIDTH, group=GROUP) is None
    (_, box_id), (picture, picture_id) = page.outputs
    assert list(page.widgets) == ["people", "width", "group"]
    assert (box_id, picture_id) == (None, True)
    assert picture == draw(n=45, width=1.0, group="controls")
    assert page.updates == []


def test_each_control_redraws_the_picture_with_the_values_of_all(page):
    interact.explore(draw, n=CURVE, width=WIDTH, group=GROUP)
    page.widgets["people"].value = 90
    page.widgets["group"].value = "MS"
    page.widgets["width"].value = 1.75
    assert page.updates == [
        draw(n=90, width=1.0, group="controls"),
        draw(n=90, width=1.0, group="MS"),
        draw(n=90, width=1.75, group="MS"),
    ]
    page.widgets["people"].value = 90  # not moved
    page.widgets["people"].description = "persons"
    assert len(page.updates) == 3
    assert len(page.outputs) == 2, "the picture is redrawn in place"


def test_two_explorations_do_not_touch_each_other(monkeypatch):
    pages = Shown(), Shown()
    for page, slider in zip(pages, (CURVE, WIDTH), strict=True):
        monkeypatch.setattr("IPython.display.display", page.display)
        interact.explore(draw, n=slider)
    pages[1].widgets["width"].value = 2
    assert (pages[0].updates, pages[1].updates) == ([], [draw(n=2.0)])


def test_a_slider_of_whole_numbers_gives_whole_numbers():
    whole, parts = CURVE.widget(), WIDTH.widget()
    assert isinstance(whole, ipywidgets.IntSlider)
    assert (whole.min, whole.max, whole.step, whole.value) == (10, 90, 5, 45)
    assert type(whole.value) is int
    assert isinstance(parts, ipywidgets.FloatSlider)
    assert (parts.min, parts.max, parts.step, parts.value) == (0.5, 2, 0.25, 1)
    assert type(parts.value) is float
    assert isinstance(interact.Slider("x", 0.0, 10.0, 1.0, 5.0).widget(), ipywidgets.IntSlider)


def test_a_choice_offers_its_options():
    buttons = GROUP.widget()
    assert tuple(buttons.options) == ("MS", "controls")
    assert (buttons.value, buttons.description) == ("controls", "group")


@pytest.mark.parametrize("start", [10, 90])
def test_a_start_at_an_end_is_allowed(page, start):
    interact.explore(draw, n=interact.Slider("people", 10, 90, 5, start))
    assert page.outputs[1][0] == draw(n=start)


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ((None, {"n": CURVE}), TypeError, "draw must be a function, got NoneType"),
        ((draw, {}), ValueError, "controls must hold at least one Slider or Choice"),
        ((draw, {"n": 45}), TypeError, "n must be a Slider or a Choice, got int"),
        (
            (draw, {"n": interact.Slider("people", 10, 90, 5, 95)}),
            ValueError,
            r"n\.start must be between 10 and 90, got 95",
        ),
        (
            (draw, {"n": interact.Slider("people", 10, 90, 5, "45")}),
            TypeError,
            r"n\.start must be a number, got '45'",
        ),
        (
            (draw, {"n": interact.Slider("people", 90, 10, 5, 45)}),
            ValueError,
            r"n\.start must be between 90 and 10",
        ),
        (
            (draw, {"g": interact.Choice("group", ("MS",), "all")}),
            ValueError,
            r"g\.start must be one of 'MS', got 'all'",
        ),
        (
            (draw, {"g": interact.Choice("group", ("MS",), 1)}),
            TypeError,
            r"g\.start must be a text, got 1",
        ),
    ],
)
def test_a_wrong_argument_is_named_before_anything_is_shown(page, arguments, kind, message):
    function, controls = arguments
    with pytest.raises(kind, match=message):
        interact.explore(function, **controls)
    assert page.outputs == []


def test_in_a_kernel_the_picture_of_the_first_cell_is_redrawn_in_place(tmp_path):
    """The real thing: the notebook's own output changes when the slider moves."""
    cells = [
        "from helpers.first_edition import interact\n"
        "from helpers.first_edition.show import Picture\n"
        "made = []\n"
        "make = interact.Slider.widget\n"
        "interact.Slider.widget = lambda self: made.append(make(self)) or made[-1]\n"
        "def draw(n):\n"
        "    return Picture(b'png', f'Drawn for {n} people.', 'Figure 1. It moves.')",
        "interact.explore(draw, n=interact.Slider('people', 10, 90, 5, 45))",
        "{}",
    ]
    results = {}
    for name, last in (("still", "pass"), ("moved", "made[0].value = 80")):
        path = tmp_path / f"{name}.ipynb"
        book = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(text.replace("{}", last)) for text in cells],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        path.write_text(nbformat.writes(book), encoding="utf-8")
        done = notebooks.execute(path)
        outputs = done.cells[1].outputs
        results[name] = [o["data"]["text/plain"] for o in outputs if "image/png" in o["data"]]
    assert results["still"] == ["Figure 1. It moves.\n[Alternative text: Drawn for 45 people.]"]
    assert results["moved"] == ["Figure 1. It moves.\n[Alternative text: Drawn for 80 people.]"]
