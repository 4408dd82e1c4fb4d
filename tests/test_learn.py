"""Answers get a sentence, whatever they are; each named slip is named."""

import sys
from functools import partial

import numpy as np
import pandas as pd
import pytest
from conftest import JUNK
from hypothesis import given
from hypothesis import strategies as st
from IPython.utils.capture import capture_output

from helpers import learn


class Awkward:
    def __repr__(self):
        raise RuntimeError("no")

    __iter__ = __repr__


AWKWARD = [Awkward(), np.array([1, 2]), np.float64("nan"), pd.Series([1]), pd.NA, (11, 8)]
JUNK |= st.complex_numbers() | st.sampled_from(AWKWARD)
OPTIONS = {"a": "It grows.", "b": "It shrinks."}


@given(JUNK)
def test_no_answer_raises(junk):
    for feedback in (
        learn.predict(junk, 3.46, unit="times as high"),
        learn.predict(junk, -10, unit="%"),
        learn.predict(junk, "b", options=OPTIONS),
        learn.number(junk, 11.8, {"Years.": 118}, unit="decades"),
        learn.items(junk, {"a"}, {"a": "Yes."}),
        learn.function(junk, lambda x: 2 * x, [1, 2], {"No.": lambda x: x}),
        learn.function(lambda x: junk, lambda x: 2 * x, [1, 2]),
    ):
        assert feedback.status in ("Correct", "Not yet", "Not tried yet", "Noted")
        assert feedback.message
        assert "<" not in feedback.message or "&lt;" in feedback._repr_html_()
    for mine, rows in ((junk, 1), ({"kale": junk, "kal": junk}, 2)):
        assert len(learn.compare(mine, {"kale": "wrong"}, ["wrong", "supported"])) >= rows


@given(JUNK, st.sampled_from(["verdicts", "votes"]))
def test_whatever_is_kept_does_not_raise(tmp_path_factory, junk, what):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("reader"))
        for mine in (junk, {"CL05": junk}):
            assert learn.keep(what, mine).status in ("Noted", "Not tried yet")
            assert isinstance(learn.kept(what)[0], dict)


def test_verdicts_and_votes_are_kept_side_by_side(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "earlier notebooks" in learn.kept("verdicts")[1]
    learn.keep("verdicts", {"CL05": "wrong", "CL06": ""})
    learn.keep("votes", {"assay": 3})
    learn.keep("verdicts", {"CL05": ..., "CL07": "supported"})
    assert learn.kept("verdicts") == ({"CL05": "wrong", "CL07": "supported"}, "")
    learn.keep("votes", {"assay": 0, "deficiency": 2})
    votes = {"assay": 0, "deficiency": 2}  # a hand taken down is kept, a blank vote is not
    assert learn.kept("votes", {"assay": 0, "deficiency": 0}) == (votes, "")
    assert [path.name for path in tmp_path.iterdir()] == ["my_verdicts.json"]


@pytest.mark.parametrize("content", [b"", b"[1", b'{"a": {}}', b'{"votes": 3}', b"\xff\xfe1"])
def test_a_file_that_is_not_ours_is_left_alone(content, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "my_verdicts.json"
    file.write_bytes(content)
    assert "left as it is" in learn.keep("votes", {"assay": 3}).message
    assert "left as it is" in learn.kept("votes")[1]
    assert file.read_bytes() == content


def test_a_read_only_file_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    learn.keep("votes", {"assay": 3})
    (tmp_path / "my_verdicts.json").chmod(0o444)
    assert "read-only" in learn.keep("votes", {"assay": 4}).message
    assert learn.kept("votes")[0] == {"assay": 3}


def test_the_guesses_of_a_room_are_shown_beside_the_result():
    said = learn.predict([50, 60, 100, "x"], 60, unit="%").message
    assert said.startswith("3 guesses: from 50 to 100 %, median 60 %; the result is 60 %; 2 came")
    assert "Not read: 1" in said
    said = learn.predict(["a", "B ", "b", "q"], "b", options=OPTIONS).message
    assert said.startswith("3 guesses: 1 for a, 2 for b; the result is b: It shrinks.")
    for refused in (learn.predict(["q"], "b", options=OPTIONS), learn.predict([0.5, 1], 60, "%")):
        assert refused.status == "Not yet"


@pytest.mark.parametrize(
    ("feedback", "status", "said"),
    [
        (learn.predict(3.5, 3.46, "times"), "Noted", "close"),
        (learn.predict(0.289, 3.46, "times"), "Noted", "upside down"),
        (learn.predict(-20, 10, "%"), "Noted", "points the other way"),
        (learn.predict(" B ", "b", options=OPTIONS), "Noted", "So it is"),
        (learn.predict("a", "b", options=OPTIONS), "Noted", "The result is b"),
        (learn.number(0.711, 71.1, unit="%"), "Not yet", "fraction"),
        (learn.number(-11.8, 11.8), "Not yet", "sign"),
        (learn.number((11, 8), 11.8), "Not yet", "point, not a comma"),
        (learn.number("11.8", 11.8), "Not yet", "without the quotes"),
        (learn.number(11800, 11.8), "Not yet", "1,000 times too large"),
        (learn.number(13, 11.8), "Not yet", "too high"),
        (learn.number(11.81, 11.8), "Correct", "11.81"),
        (learn.number(12, 11.8), "Not yet", "rounded too far"),
        (learn.number(0.118, 11.8, unit="decades"), "Not yet", "100 times too small"),
        (learn.number([1, 2], 5), "Not yet", "take one number out of it"),
        (learn.number(len, 5), "Not yet", "add brackets"),
        (learn.number(1 / 3, 3), "Not yet", "1 divided by the answer"),
        (learn.items("ab", {"a", "b"}, {}), "Not yet", "list"),
        (learn.function(lambda x: 2, lambda x: 2 * x, [1, 4]), "Not yet", "whatever it is given"),
        (learn.function(lambda x: sqrt(x), lambda x: x, [1, 4]), "Not yet", "** 0.5"),  # noqa: F821
        (learn.function(lambda x: None, lambda x: x, [1, 4]), "Not yet", "return"),
        (learn.function(lambda x: ..., lambda x: x, [1, 4]), "Not tried yet", "after return"),
        (learn.function(sys.exit, lambda x: x, [1, 4]), "Not yet", "SystemExit"),
        (learn.function(lambda x: x * x, lambda x: 2 * x, [2, 3]), "Not yet", "6; yours gives 9."),
        (learn.predict(0, 5, "times"), "Noted", "is 5 below."),
        (learn.predict(1, float("nan"), "%"), "Noted", "not a finite number"),
        (learn.predict(0.99, 99.9, "%"), "Not yet", "write it in per cent"),
        (learn.predict(1, 10, "times"), "Noted", "The result is 10 times your guess."),
        (learn.predict(8, 10, "times"), "Noted", "a little below"),
        (learn.number(12_345, 5, unit="people"), "Not yet", "12,345 people is too high"),
        (learn.number(999.5, 5), "Not yet", "999.5 is too high"),
        (learn.number(1, 5, {"Far.": 0.995, "Near.": 1.001}), "Not yet", "Near."),
        (learn.function(lambda: 1, lambda x: x, [1, 4]), "Not yet", "TypeError"),
        (learn.function(partial(pow, 2), lambda x: x, [1, 4]), "Not yet", "function(1) should"),
    ],
)
def test_feedback_says_what_to_do(feedback, status, said):
    assert feedback.status == status
    assert said in feedback.message


@given(st.integers(-30, 30), st.integers(-30, 30))
def test_a_guess_is_told_on_which_side_it_lies(guess, result):
    said = learn.predict(guess, result, "times").message
    assert ("above" in said or "times the result" in said) == (guess > result)
    assert ("below" in said or "your guess." in said) == (guess < result)
    assert ("other way" in said) == (guess * result < 0)
    assert ("Exactly" in said) == (guess == result)


def test_items_give_reasons_for_what_was_chosen_wrongly_and_nothing_else_away():
    reasons = {"a": "A.", "b": "B.", "c": "C."}
    half = learn.items(["a", "c"], {"a", "b"}, reasons)
    assert half.message == "1 of 2 found, 1 still missing, 1 not belonging.\nc: C."
    assert learn.items(["a"], {"a", "b"}, reasons).message.endswith("missing, 0 not belonging.")
    assert learn.items(["B", " a."], {"a", "b"}, reasons).message.endswith("a: A.\nb: B.")
    assert repr(half).startswith("Not yet. 1 of 2")


def test_verdicts_show_ours_only_where_the_reader_has_judged():
    ours = {"kale": "wrong", "kimchi": "untestable"}
    shown = learn.compare({"kale": " WRONG."}, ours, ["wrong", "untestable"], {"kale": "K1"})
    assert shown["you"].tolist() == shown["we"].tolist() == ["wrong", ""]
    assert shown["why"].tolist() == ["K1", ""]
    assert shown["note"].tolist() == ["the same", "not judged yet"]
    assert learn.compare(["wrong"], ours, ["wrong"])["note"].str.contains("write a dict").all()
    misspelt = learn.compare({"kal": "wrong", "kale": "rong"}, ours, ["wrong", "untestable"])
    assert "rong" in misspelt["note"][0]
    assert misspelt["name"].tolist() == ["kale", "kimchi", "kal"]


def test_every_status_has_its_box():
    for status in ("Correct", "Not yet", "Not tried yet", "Noted"):
        html = learn.Feedback(status, "a < b\nc")._repr_html_()
        assert f"<strong>{status}.</strong> a &lt; b<br>c" in html


def test_what_is_put_on_the_page_begins_with_a_line_that_gives_nothing_away():
    frame = pd.DataFrame({"a": [1.5, None], "b": ["<x>", "y"]})
    with capture_output() as page:
        learn.say("The ratio is -3 **times** 2-fold.")
        learn.table(frame, "A table")
        learn.table(frame.set_index("a"), "Folded", folded=True)
    sentence, table, folded = (output.data for output in page.outputs)
    for source in (sentence["text/markdown"], table["text/html"], folded["text/html"]):
        assert source.splitlines()[0].startswith("<!--")
    assert "−3 **times** 2-fold" in sentence["text/markdown"]
    assert table["text/plain"].splitlines()[0] == "A table"
    assert "0" not in table["text/plain"]  # a plain index is left out
    assert "&lt;x&gt;" in table["text/html"]
    assert "NaN" not in table["text/html"]
    assert folded["text/html"].count("<th ") == 2  # no empty header cell
    assert "<details>" in folded["text/html"]
