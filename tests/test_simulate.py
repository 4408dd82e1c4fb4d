"""The model's moments, the sampler's streams, and the participants made from it."""

import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

from helpers import simulate, tables

MODEL = simulate.published_model()


@pytest.mark.parametrize(("ms", "group"), [(True, "ms"), (False, "control")])
def test_many_people_have_the_published_mean_and_sd(ms, group):
    people = simulate.draw(MODEL, np.random.default_rng(3), 4000, 50, ms=ms)
    vk2 = people["vk2_ng_ml"]
    assert vk2.mean() == pytest.approx(MODEL.value[f"vk2_mean_{group}"], rel=0.005)
    assert vk2.std() == pytest.approx(MODEL.spread[f"vk2_mean_{group}"], rel=0.015)
    assert people["sun_from_mean"].mean() == pytest.approx(0, abs=0.02)
    assert people["age_years"].mean() == pytest.approx(MODEL.value["age"], abs=0.8)
    women = round(50 * (MODEL.ms if ms else MODEL.control).share_women)
    assert (people["woman"].sum(axis=1) == women).all()
    if ms:
        expected = MODEL.attack_rate(people).mean()
        assert people["attacks_per_year"].mean() == pytest.approx(expected, rel=0.01)
    else:
        assert not people["attacks_per_year"].any()


def test_the_fit_to_everyone_has_the_published_age_slope():
    rng = np.random.default_rng(4)
    ms = simulate.draw(MODEL, rng, 1, 45_000, ms=True)
    control = simulate.draw(MODEL, rng, 1, 29_000, ms=False)
    columns = {n: np.append(ms[n], control[n]) for n in ("age_decades", "woman", "vk2_ng_ml")}
    has_ms = np.repeat([1.0, 0.0], [45_000, 29_000])
    x = np.column_stack([np.ones(74_000), columns["age_decades"], columns["woman"], has_ms])
    slope = np.linalg.lstsq(x, np.log(columns["vk2_ng_ml"]))[0][1]
    assert 100 * np.expm1(slope) == pytest.approx(MODEL.value["age_effect_all"], abs=0.5)


OTHER = simulate.Residual(sd=0.5, distance=1.5, share=0.2, width=1.5, side=1)


@pytest.mark.parametrize("residual", [MODEL.ms.residual, MODEL.control.residual, OTHER])
def test_a_residual_has_mean_zero_its_sd_and_its_side(residual):
    rng = np.random.default_rng(6)
    drawn = residual.place(rng.random(400_000), rng.standard_normal(400_000))
    assert drawn.mean() == pytest.approx(0, abs=0.002)
    assert drawn.std() == pytest.approx(residual.sd, rel=0.01)
    assert np.sign(((drawn - drawn.mean()) ** 3).mean()) == residual.side
    assert residual.mean_of_exp(2) == pytest.approx(np.exp(2 * drawn).mean(), rel=0.01)


def test_a_study_does_not_depend_on_how_many_follow_it():
    def mean(ms, control):
        assert (ms["woman"].shape[1], control["woman"].shape[1]) == (45, 29)
        return {"ms": ms["vk2_ng_ml"].mean(axis=1), "control": control["vk2_ng_ml"].mean(axis=1)}

    few = simulate.repeat(MODEL, mean, 7, seed=9)
    many = simulate.repeat(MODEL, mean, 6000, seed=9)  # more than a block
    assert few.equals(many.head(7))
    assert not few.equals(simulate.repeat(MODEL, mean, 7, seed=10))
    assert many.duplicated().sum() == 0


def test_a_long_run_shows_its_progress(capsys):
    women = lambda ms, control: {"n": ms["woman"].sum(axis=1)}  # noqa: E731
    simulate.repeat(MODEL, women, 100, n_ms=100_000, seed=1)
    assert "100 of 100 studies" in capsys.readouterr().err


def test_figures_that_contradict_each_other_are_named():
    findings = tables.read("published_findings").set_index("id")
    findings.loc["vk2_mean_ms", "spread"] = 1
    with pytest.raises(ValueError, match="mean of 235"):
        simulate.published_model(findings)


def make(*arguments, cwd):
    command = [sys.executable, str(ROOT / "data" / "make_participants.py"), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8")


def test_the_participants_are_rebuilt_byte_for_byte(tmp_path):
    before = (ROOT / "data" / "participants.csv").read_bytes()
    done = make(cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "unchanged to the byte" in done.stdout
    assert (ROOT / "data" / "participants.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("attack_effect_ms=-18", "None of 3 seeds has all figures"),
        ("attack_effect_ms=-40", "too large for the SD"),
        ("attack=1", "attack is no id"),
    ],
)
def test_what_cannot_be_met_is_named_and_the_file_left_alone(change, said, tmp_path):
    done = make("--set", change, "--tries", "3", cwd=tmp_path)
    assert done.returncode in (1, 2)
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_replica_has_the_published_figures():
    findings = tables.read("published_findings").set_index("id")
    people = tables.read("participants")
    for group, rows in people.groupby(people["group"].str.lower()):
        vk2 = rows["vk2_ng_ml"]
        published = findings.loc[f"vk2_mean_{group}"]
        shown = [len(rows), round(vk2.mean()), round(vk2.std()), vk2.median()]
        wanted = [findings.loc[f"n_{group}", "value"], published["value"], published["spread"]]
        assert shown == [*wanted, findings.loc[f"vk2_median_{group}", "value"]]
        assert (rows["sex"] == "female").sum() == findings.loc[f"n_women_{group}", "value"]
    for kind, count in people["ms_type"].value_counts().items():
        assert count == findings.loc[f"n_{kind.lower()}", "value"]
