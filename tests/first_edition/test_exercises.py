"""The answer keys of notebooks 00 and 03: right answers pass, each likely mistake is named."""

import math
import warnings

import numpy as np
import pytest
import statsmodels.formula.api as smf

from helpers.first_edition import data, exercises, replica, simulate

ODD_ANSWERS = [..., None, True, "71", "", (0, 71), [], [3.0], {}, math.nan, math.inf, len, 1j]


@pytest.fixture(scope="module")
def findings():
    return data.published_findings()


@pytest.fixture(scope="module")
def ratio():
    """Return how many times as high VK2 is in controls, from the published means."""
    return 812 / 235


def words(feedback, status):
    """Return the message of a feedback that has the given status."""
    assert feedback.status == status, feedback
    assert feedback.passed == (status == "correct")
    return feedback.message


def all_different(messages):
    return len(set(messages)) == len(messages)


# --- notebook 00: how many ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "status", "start"),
    [
        (74, "correct", "74 participants"),
        (45, "not yet", "Those are the people with MS"),
        (29, "not yet", "Those are the controls"),
        (73, "not yet", "73 participants is too low"),
        ("74", "not yet", "The answer is the text '74'"),
        (..., "not tried", "Put your answer"),
    ],
)
def test_count_participants(answer, status, start):
    people = replica.analysis_table()
    assert words(exercises.count_participants(answer, people), status).startswith(start)


def test_count_participants_counts():
    people = replica.analysis_table().iloc[40:]
    assert exercises.count_participants(34, people).passed
    assert not exercises.count_participants(74, people).passed


# --- 1: per cent lower ----------------------------------------------------------------------------


def right_percent_lower(ratio):
    return 100 - 100 / ratio


PERCENT_MISTAKES = {
    "You took 1 from the ratio": lambda ratio: 100 * (ratio - 1),
    "That is the share that is left. How": lambda ratio: 100 / ratio,
    "That is the share that is left, as a fraction": lambda ratio: 1 / ratio,
    "That multiplies the ratio": lambda ratio: 100 * ratio,
    "That takes the ratio from 100": lambda ratio: 100 - ratio,
    "Brackets first": lambda ratio: 1 - 1 / ratio * 100,
    "Right, but as a fraction": lambda ratio: (ratio - 1) / ratio,
}


def test_percent_lower_accepts_a_right_function():
    text = words(exercises.percent_lower(right_percent_lower), "correct")
    assert "71 % lower" in text
    assert round(right_percent_lower(3.46)) == 71


@pytest.mark.parametrize("start", PERCENT_MISTAKES)
def test_percent_lower_names_the_mistake(start):
    assert words(exercises.percent_lower(PERCENT_MISTAKES[start]), "not yet").startswith(start)


def test_percent_lower_has_words_for_other_functions():
    def swapped(ratio):
        return -right_percent_lower(ratio)

    def crashes(ratio):
        return 1 / (ratio - 1)

    def forgets(ratio):
        ratio * 2

    def stub(ratio):
        return ...

    messages = [words(exercises.percent_lower(f), "not yet") for f in (swapped, crashes, forgets)]
    assert "should give" in messages[0]
    assert "divided by zero" in messages[1]
    assert "return" in messages[2]
    assert exercises.percent_lower(stub).status == "not tried"


# --- 2: decades that make the gap -----------------------------------------------------------------


def test_decades_accepts_the_right_number(findings, ratio):
    right = math.log(ratio) / -math.log(0.9)
    for answer in (right, round(right, 1), np.float64(right)):
        assert "matched groups" in words(
            exercises.decades_to_make_the_gap(answer, findings), "correct"
        )


def decade_mistakes(ratio):
    fall = math.log(0.9)
    return {
        "You added the per cents up": (100 - 100 / ratio) / 10,
        "That is for the fall within MS": -math.log(ratio) / math.log(0.85),
        "That is in years": -10 * math.log(ratio) / fall,
        "You divided by 0.1": math.log(ratio) / 0.1,
        "That is with times 1.1": math.log(ratio) / math.log(1.1),
        "The sign is off": math.log(ratio) / fall,
        "That is with the medians": math.log(196 / 866) / fall,
    }


def test_decades_names_each_mistake(findings, ratio):
    for start, wrong in decade_mistakes(ratio).items():
        text = words(exercises.decades_to_make_the_gap(wrong, findings), "not yet")
        assert text.startswith(start)


def test_decades_follow_the_published_figures(findings):
    changed = findings.copy()
    changed.loc["age_effect_all", "value"] = -50.0
    changed.loc[["vk2_mean_ms", "vk2_mean_control"], "value"] = [100.0, 400.0]
    assert exercises.decades_to_make_the_gap(2.0, changed).passed
    assert not exercises.decades_to_make_the_gap(11.77, changed).passed


# --- 3: attacks for ten per cent lower ------------------------------------------------------------


@pytest.fixture(scope="module")
def attacks_on_vk2():
    people = replica.analysis_table()
    return smf.ols("attacks_per_year ~ log_vk2", data=people[people["group"] == "MS"]).fit()


@pytest.fixture(scope="module")
def slope():
    """Return the slope of attacks on log VK2, computed without helpers' fits."""
    people = data.participants().query("group == 'MS'")
    log_vk2 = np.log(people["vk2_ng_ml"].to_numpy(float))
    return np.polyfit(log_vk2, people["attacks_per_year"].to_numpy(float), 1)[0]


def test_attacks_accepts_the_right_number(attacks_on_vk2, slope):
    feedback = exercises.attacks_for_ten_percent_lower(slope * math.log(0.9), attacks_on_vk2)
    assert "one whole attack" in words(feedback, "correct")


def test_attacks_names_each_mistake(attacks_on_vk2, slope):
    mistakes = {
        "That is the slope per unit of log VK2": slope,
        "Close: 10 % lower is a step of log(0.9)": -0.1 * slope,
        "The step is log(0.9), not 0.1": 0.1 * slope,
        "The step is log(0.9), the logarithm of 0.9": 0.9 * slope,
        "The step is log(0.9), not 10": 10 * slope,
        "Turned round": math.log(0.9) / slope,
        "A step of log(1.1) is 10 % higher": math.log(1.1) * slope,
        "You divided by the step": slope / math.log(0.9),
        "That is the post's figure": 1,
    }
    for start, wrong in mistakes.items():
        feedback = exercises.attacks_for_ten_percent_lower(wrong, attacks_on_vk2)
        assert words(feedback, "not yet").startswith(start)


def test_attacks_follow_the_fit():
    people = replica.analysis_table().query("group == 'MS'")
    people = people.assign(attacks_per_year=3 - 2 * people["log_vk2"])
    fit = smf.ols("attacks_per_year ~ log_vk2", data=people).fit()
    assert exercises.attacks_for_ten_percent_lower(-2 * math.log(0.9), fit).passed


# --- 4: studies that find it ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def quick_model():
    return simulate.published_model()


def found_from(sizes):
    """Return a statistic whose share below 0.05 depends on the number of people with MS only."""

    def statistic(studies):
        n_studies, n_ms = studies.ms.log_vk2.shape
        share = sizes[n_ms]
        at = np.arange(n_studies) / n_studies
        return {"p_value": np.where(at < share, 0.01, 0.5)}

    return statistic


@pytest.fixture
def few_studies(monkeypatch):
    """Run 100 studies where the answer key asks for ten thousand."""
    original = simulate.replicate

    def replicate(model, statistic, n_studies, **sizes):
        assert n_studies == 10_000
        return original(model, statistic, 100, **sizes)

    monkeypatch.setattr(simulate, "replicate", replicate)


@pytest.mark.parametrize(
    ("answer", "status", "start"),
    [
        (84, "correct", "84 %. Twice the people"),
        (81.5, "correct", "81.5 %"),  # another seed is fine
        (16, "not yet", "That is the share that misses it"),
        (54, "not yet", "That is the share with 45 people"),
        (108, "not yet", "That is twice the share with 45 people"),
        (8400, "not yet", "That is the number of studies"),
        (0.84, "not yet", "0.84 is a fraction"),
        (70, "not yet", "70 % is too low"),
    ],
)
def test_studies_that_find_it(quick_model, few_studies, answer, status, start):
    statistic = found_from({90: 0.84, 45: 0.54})
    feedback = exercises.studies_that_find_it(answer, quick_model, statistic)
    assert words(feedback, status).startswith(start)


def test_an_untouched_answer_runs_no_study(quick_model):
    def statistic(studies):
        raise AssertionError("not needed")

    assert exercises.studies_that_find_it(..., quick_model, statistic).status == "not tried"


# --- all ------------------------------------------------------------------------------------------


def test_the_sentences_of_one_exercise_differ(findings, ratio):
    mistakes = decade_mistakes(ratio).values()
    messages = [exercises.decades_to_make_the_gap(w, findings).message for w in mistakes]
    assert all_different(messages)
    assert all_different([exercises.percent_lower(f).message for f in PERCENT_MISTAKES.values()])


@pytest.mark.parametrize("answer", ODD_ANSWERS, ids=repr)
def test_no_answer_raises_or_passes(answer, findings, attacks_on_vk2, quick_model, few_studies):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        feedback = [
            exercises.percent_lower(answer),
            exercises.percent_lower(lambda ratio: answer),
            exercises.decades_to_make_the_gap(answer, findings),
            exercises.attacks_for_ten_percent_lower(answer, attacks_on_vk2),
            exercises.studies_that_find_it(answer, quick_model, found_from({90: 0.8, 45: 0.5})),
        ]
    for one in feedback:
        assert one.status == ("not tried" if answer is ... else "not yet")
        assert one.message


@pytest.mark.parametrize(
    ("factor", "words_in"),
    [(0.01, "100 times too small"), (100, "100 times too large"), (10, "10 times too large")],
)
def test_slips_of_unit_are_named(slope, attacks_on_vk2, factor, words_in):
    right = slope * math.log(0.9)
    text = words(exercises.attacks_for_ten_percent_lower(factor * right, attacks_on_vk2), "not yet")
    assert words_in in text


def test_a_fraction_in_place_of_per_cent_is_named(quick_model, few_studies):
    statistic = found_from({90: 0.84, 45: 0.54})
    for answer, start in ((0.84, "0.84 is a fraction"), (0.835, "0.835 is a fraction")):
        feedback = exercises.studies_that_find_it(answer, quick_model, statistic)
        assert words(feedback, "not yet").startswith(start)


@pytest.mark.parametrize(
    ("with_90", "with_45"), [(0.5, 0.3), (0.05, 0.05), (0.05, 0.06), (0.0, 0.0), (1.0, 1.0)]
)
def test_a_model_in_which_a_mistake_gives_the_right_number_raises_nothing(
    quick_model, few_studies, with_90, with_45
):
    statistic = found_from({90: with_90, 45: with_45})
    assert exercises.studies_that_find_it(100 * with_90, quick_model, statistic).passed
    assert not exercises.studies_that_find_it(77, quick_model, statistic).passed
