"""The replica: every published figure computed again here, from the file and without helpers."""

import csv
import math
import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from helpers.first_edition import data, replica

DATA = data.FOLDER
KINDS = ("count", "mean", "median", "percent", "percent per unit", "direction", "p")
OTHER_KINDS = {"assumption", "sentence", "rate"}  # nothing that a sample of people can print
OTHER_PEOPLE = {"tremlett2008", "walton2020", "martinezyelamos2006"}  # not the study's sample
FULL_MODEL = ("decades", "attacks_per_year", "woman", "optic", "sun_hours_per_day")

with (DATA / "published_findings.csv").open(encoding="utf-8", newline="") as table:
    PUBLISHED = {row["id"]: row for row in csv.DictReader(table)}
OF_THE_SAMPLE = [
    name
    for name, row in PUBLISHED.items()
    if row["statistic"] in KINDS and row["source"] not in OTHER_PEOPLE
]


def read(path=DATA / "participants.csv"):
    people = pd.read_csv(path)
    return people.assign(
        decades=people["age_years"] / 10,
        woman=1.0 * (people["sex"] == "female"),
        ms=1.0 * (people["group"] == "MS"),
        optic=1.0 * (people["optic_nerve_lesion"] == "yes"),
    )


@pytest.fixture(scope="module")
def people():
    return read()


@pytest.fixture(scope="module")
def ms(people):
    return people[people["group"] == "MS"]


def percent(rows, term, terms):
    """Return the per cent change per unit of `term`, and its p-value with HC3 errors."""
    design = sm.add_constant(rows[list(terms)].astype(float))
    fit = sm.OLS(np.log(rows["vk2_ng_ml"]), design).fit(cov_type="HC3", use_t=True)
    by_hand, *_ = np.linalg.lstsq(design.to_numpy(), np.log(rows["vk2_ng_ml"].to_numpy()))
    assert fit.params[term] == pytest.approx(by_hand[design.columns.get_loc(term)])
    return 100 * math.expm1(fit.params[term]), None, fit.pvalues[term]


def of_group(people, name):
    return people[people["group"] == {"ms": "MS", "control": "control"}[name.rsplit("_")[-1]]]


def measured(people, name):
    """Return value, spread (or None) and p-value (or None) of a published figure in `people`."""
    ms, control = people[people["group"] == "MS"], people[people["group"] == "control"]
    if name in ("n_ms", "n_control"):
        return len(of_group(people, name)), None, None
    if name in ("n_women_ms", "n_women_control"):
        return int(of_group(people, name)["sex"].value_counts()["female"]), None, None
    if name in ("n_rrms", "n_spms", "n_ppms"):
        return int(ms["ms_type"].value_counts()[name[2:].upper()]), None, None
    if name == "vitamin_d_share":
        return 100 * (people["vitamin_d_supplement"] == "yes").mean(), None, None
    if name in ("vk2_mean_ms", "vk2_mean_control"):
        vk2 = of_group(people, name)["vk2_ng_ml"].to_numpy()
        return sum(vk2) / len(vk2), np.std(vk2, ddof=1), None
    if name in ("vk2_median_ms", "vk2_median_control"):
        vk2 = sorted(of_group(people, name)["vk2_ng_ml"])
        return (vk2[(len(vk2) - 1) // 2] + vk2[len(vk2) // 2]) / 2, None, None
    if name == "vk2_p":
        ranks = stats.mannwhitneyu(ms["vk2_ng_ml"], control["vk2_ng_ml"]).pvalue
        means = stats.ttest_ind(ms["vk2_ng_ml"], control["vk2_ng_ml"], equal_var=False).pvalue
        return None, None, max(ranks, means)
    if name == "age_effect_all":
        return percent(people, "decades", ("decades", "woman", "ms"))
    if name == "edss_direction":
        return percent(ms, "edss", ("edss",))
    if name in ("type_pattern", "treatment_pattern"):
        column = {"type_pattern": "ms_type", "treatment_pattern": "treatment"}[name]
        split = [rows["vk2_ng_ml"] for _, rows in ms.groupby(column)]
        by_rank = stats.kruskal(*split).pvalue
        by_mean = stats.f_oneway(*(np.log(vk2) for vk2 in split)).pvalue
        return 0, None, min(by_rank, by_mean)
    term = {
        "age_effect_ms": "decades",
        "attack_effect_ms": "attacks_per_year",
        "attacks_direction": "attacks_per_year",
        "women_effect_ms": "woman",
        "women_direction": "woman",
        "optic_effect_ms": "optic",
        "optic_direction": "optic",
        "sun_effect": "sun_hours_per_day",
        "sun_direction": "sun_hours_per_day",
    }[name]
    return percent(ms, term, FULL_MODEL)


# --- the published figures ------------------------------------------------------------------------


@pytest.mark.parametrize("name", OF_THE_SAMPLE)
def test_the_file_prints_the_published_figure(people, name):
    published = PUBLISHED[name]
    value, spread, p_value = measured(people, name)
    if published["statistic"] == "p":
        assert p_value < float(published["value"])
    elif published["statistic"] == "direction":
        assert np.sign(value) == float(published["value"])
        assert published["p_side"], "a direction needs a side of 0.05 to be compared with"
    else:
        decimals = len(published["value"].partition(".")[2])
        assert f"{value:.{decimals}f}" == published["value"]
        if published["spread"]:
            assert f"{spread:.{decimals}f}" == published["spread"]
    if published["p_side"]:
        assert published["p_side"][:8] in ("p < 0.05", "p ≥ 0.05")
        assert (p_value < 0.05) == (published["p_side"][:8] == "p < 0.05")


def test_the_list_of_figures_leaves_out_other_kinds_and_other_people_only():
    left_out = {name: row for name, row in PUBLISHED.items() if name not in OF_THE_SAMPLE}
    for name, row in left_out.items():
        assert row["statistic"] in OTHER_KINDS or row["source"] in OTHER_PEOPLE, name
    assert {"relapse_fall", "attacks_post"} <= set(left_out)
    assert {row["source"] for row in PUBLISHED.values()} >= {"lasemi2018", "white2018blog"}
    assert len(OF_THE_SAMPLE) >= 25


def test_the_slopes_come_out_nearly_unrounded(ms):
    """Whole numbers of ng/ml are all that keeps the slopes from the published ones."""
    for name in ("age_effect_ms", "attack_effect_ms", "women_effect_ms", "optic_effect_ms"):
        value, _, _ = measured(ms, name)
        assert value == pytest.approx(float(PUBLISHED[name]["value"]), abs=0.15)


def test_the_comparison_covers_every_figure_of_the_sample_and_all_agree():
    comparison = replica.compare_with_published()
    assert list(comparison["id"]) == OF_THE_SAMPLE
    assert comparison["agrees"].all()
    for _, row in comparison.iterrows():
        published = PUBLISHED[row["id"]]
        for column in ("quantity", "group", "status"):
            assert row[column] == published[column]
        assert (row["source"] if isinstance(row["source"], str) else "") == published["source"]
        has_unit = published["statistic"] not in ("p", "direction")
        assert row["unit"] == (published["unit"] if has_unit else "")


@pytest.mark.parametrize("name", OF_THE_SAMPLE)
def test_the_comparison_shows_the_figures_computed_here(people, name):
    row = replica.compare_with_published().set_index("id").loc[name]
    published = PUBLISHED[name]
    value, spread, p_value = measured(people, name)
    if published["statistic"] == "p":
        assert row["published"] == f"p < {published['value']}"
        assert row["replica"] == "p < 0.001"
    elif published["statistic"] == "direction":
        word = {"-1": "lower", "0": "no pattern", "1": "higher"}[published["value"]]
        assert row["published"] == f"{word} ({published['p_side']})"
        shown, shown_p = re.fullmatch(r"(.+) \((p .+)\)", row["replica"]).groups()
        assert shown == ("no pattern" if value == 0 else f"{value:.0f} %".replace("-", "−"))
        assert (shown_p == "p < 0.001" or float(shown_p[4:]) < 0.05) == (p_value < 0.05)
    else:
        decimals = len(published["value"].partition(".")[2])
        text = f"{value:.{decimals}f}".replace("-", "−")
        text += f" ± {spread:.{decimals}f}" if spread else ""
        assert row["replica"].partition(" (")[0] == text
        assert row["published"].partition(" (")[0] == text


@pytest.mark.parametrize(
    ("participant", "column", "value", "broken"),
    [
        ("S01", "vk2_ng_ml", 300, {"vk2_mean_ms"}),
        ("S01", "sex", "male", {"n_women_ms"}),
        ("S74", "sex", "other", {"n_women_control"}),
        ("S60", "vk2_ng_ml", 100, {"vk2_mean_control"}),
        ("S08", "ms_type", "SPMS", {"n_ppms", "n_spms"}),
        ("S01", "ms_type", "SPMS", {"n_rrms", "n_spms"}),
        ("S70", "vitamin_d_supplement", "no", {"vitamin_d_share"}),
        ("S70", "group", "MS", {"n_control", "n_ms"}),
        ("S01", "attacks_per_year", 12, {"attack_effect_ms"}),
        ("S01", "age_years", 70, {"age_effect_ms"}),
        ("S02", "edss", 9.5, set()),  # EDSS has no published size: the direction stays
    ],
)
def test_changing_one_participant_is_noticed(participant, column, value, broken):
    people = data.participants()
    people.loc[people["participant"] == participant, column] = value
    if column == "group":
        for name, cell in (("optic_nerve_lesion", "no"), ("attacks_per_year", 1), ("edss", 1.0)):
            people.loc[people["participant"] == participant, name] = cell
        people.loc[people["participant"] == participant, "ms_type"] = "RRMS"
        people.loc[people["participant"] == participant, "treatment"] = "none"
    comparison = replica.compare_with_published(people)
    disagree = set(comparison.loc[~comparison["agrees"], "id"])
    assert broken <= disagree
    assert bool(broken) == bool(disagree)


def test_leaving_one_participant_out_is_noticed():
    for row, count in ((0, "n_ms"), (73, "n_control")):
        people = data.participants().drop(index=row)
        comparison = replica.compare_with_published(people).set_index("id")
        assert not comparison.loc[count, "agrees"]


def test_changing_a_published_figure_is_noticed():
    findings = data.published_findings()
    for name, value in (
        ("vk2_mean_ms", 236.0),
        ("vk2_median_control", 870.0),
        ("women_direction", 1.0),
        ("age_effect_all", -11.0),
        ("vk2_p", 1e-30),
    ):
        changed = findings.copy()
        changed.loc[name, "value"] = value
        comparison = replica.compare_with_published(findings=changed).set_index("id")
        assert list(comparison.index[~comparison["agrees"]]) == [name]
    for name, side in (("sun_direction", "p < 0.05"), ("age_effect_ms", "p ≥ 0.05")):
        changed = findings.copy()
        changed.loc[name, "p_side"] = side
        comparison = replica.compare_with_published(findings=changed).set_index("id")
        assert list(comparison.index[~comparison["agrees"]]) == [name]
    changed = findings.copy()
    changed.loc["vk2_mean_control", "spread"] = 155.0
    comparison = replica.compare_with_published(findings=changed).set_index("id")
    assert not comparison.loc["vk2_mean_control", "agrees"]


# --- rebuilt, byte for byte -----------------------------------------------------------------------


def test_the_file_is_what_the_code_builds_byte_for_byte():
    np.random.seed(1)  # noqa: NPY002  the global state must not matter
    np.random.random(10)  # noqa: NPY002
    assert replica.to_csv(replica.build()) == (DATA / "participants.csv").read_bytes()


def test_the_loader_reads_back_what_was_built():
    built, read_back = replica.build(), data.participants()
    assert list(built.columns) == list(read_back.columns) == replica.COLUMNS
    for column in replica.COLUMNS:
        left, right = built[column], read_back[column]
        missing = right.isna()
        assert (left.isna() == missing).all()
        pairs = zip(left[~missing], right[~missing], strict=True)
        assert all(x == pytest.approx(y) if column in NUMBERS else x == y for x, y in pairs)


NUMBERS = ("years_since_onset", "edss", "sun_hours_per_day")


def test_another_seed_draws_other_people_or_says_that_it_cannot():
    outcomes = []
    for seed in (71, 72, 73, 74):
        try:
            other = replica.build(seed=seed)
        except ValueError as error:
            outcomes.append(str(error))
            continue
        assert replica.to_csv(other) != replica.to_csv(replica.build())
        assert list(other.groupby("group").size()) == [45, 29]
        outcomes.append("built")
    assert "built" in outcomes
    assert all(text == "built" or text.startswith("this seed's sample") for text in outcomes)
    with pytest.raises(TypeError, match=r"seed must be a whole number, got 1\.5"):
        replica.build(seed=1.5)


@pytest.fixture
def folder(tmp_path):
    """Return a copy of the tables that a test may damage."""
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    return copy


def test_write_leaves_an_intact_file_and_restores_a_damaged_or_missing_one(folder):
    file, before = folder / "participants.csv", (DATA / "participants.csv").read_bytes()
    assert replica.write(folder) == "participants.csv: rebuilt, unchanged to the byte"
    for damage in (before.replace(b"S01,MS", b"S01,control"), before + b"\n", b""):
        file.write_bytes(damage)
        assert replica.write(folder) == "participants.csv: rebuilt and written"
        assert file.read_bytes() == before
    file.unlink()
    assert replica.write(folder) == "participants.csv: rebuilt and written"
    assert file.read_bytes() == before
    with pytest.raises(FileNotFoundError):
        replica.write(folder / "nowhere")


def test_write_builds_from_the_findings_of_its_own_folder(folder):
    findings = folder / "published_findings.csv"
    text = findings.read_text(encoding="utf-8")
    old, new = "vk2_median_ms,serum vitamin K2 in MS,MS,median,196,", ",MS,median,198,"
    assert text.count(old) == 1
    changed = text.replace(old, old.replace(",MS,median,196,", new))
    findings.write_text(changed, encoding="utf-8", newline="\n")
    assert replica.write(folder) == "participants.csv: rebuilt and written"
    people = read(folder / "participants.csv")
    assert people.loc[people["group"] == "MS", "vk2_ng_ml"].median() == 198


def test_the_command_rebuilds_the_file_of_its_own_folder(folder, root):
    shutil.copytree(root / "src", folder.parent / "src")
    file, before = folder / "participants.csv", (DATA / "participants.csv").read_bytes()
    environment = os.environ | {"PYTHONPATH": str(folder.parent / "src")}

    def run():
        command = [sys.executable, "-m", "helpers.simulate"]
        done = subprocess.run(
            command, cwd=folder.parent, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout, done.stderr

    file.write_bytes(before[:-20])
    assert run() == ("participants.csv: rebuilt and written\n", "")
    assert file.read_bytes() == before
    assert run() == ("participants.csv: rebuilt, unchanged to the byte\n", "")


# --- each person is possible ----------------------------------------------------------------------


def test_participants_are_numbered_in_order(people):
    assert list(people["participant"]) == [f"S{number:02d}" for number in range(1, 75)]


def test_ages_lie_in_the_assumed_range_and_are_alike_in_both_groups(people):
    low, high = (float(PUBLISHED[row]["value"]) for row in ("age_youngest", "age_oldest"))
    assert people["age_years"].between(low, high).all()
    mean, spread = (float(PUBLISHED["age"][column]) for column in ("value", "spread"))
    for _, rows in people.groupby("group"):
        assert rows["age_years"].mean() == pytest.approx(mean, abs=1)
        assert rows["age_years"].std() == pytest.approx(spread, abs=1)


def test_edss_has_only_the_steps_of_the_scale(ms):
    allowed = {0, *np.arange(1, 10, 0.5)}
    assert set(ms["edss"]) <= allowed
    relapsing = ms["ms_type"] == "RRMS"
    assert ms.loc[relapsing, "edss"].median() < ms.loc[~relapsing, "edss"].min()


def test_nobody_fell_ill_before_being_old_enough(ms):
    onset = ms["age_years"] - ms["years_since_onset"]
    assert onset.min() >= 8
    assert onset.mean() == pytest.approx(float(PUBLISHED["onset_age"]["value"]), abs=4)
    assert ms["years_since_onset"].min() >= 0.4  # half a year, rounded to a tenth


def test_progressive_ms_comes_late(ms):
    progressive, relapsing = ms[ms["ms_type"] != "RRMS"], ms[ms["ms_type"] == "RRMS"]
    years = float(PUBLISHED["progressive_years"]["value"])
    assert (progressive["years_since_onset"] >= years).all()
    assert progressive["age_years"].min() > relapsing["age_years"].quantile(0.9)
    longer = progressive["years_since_onset"] > relapsing["years_since_onset"].median()
    assert longer.mean() > 0.8
    assert progressive["attacks_per_year"].max() <= 1


def test_primary_progressive_ms_has_no_attacks(ms):
    assert (ms.loc[ms["ms_type"] == "PPMS", "attacks_per_year"] == 0).all()


def test_medicines_for_relapses_go_to_relapsing_ms_only(ms):
    progressive = ms[ms["ms_type"] != "RRMS"]
    assert set(progressive["treatment"]) <= {"other", "none"}
    assert set(ms["treatment"]) == {"interferon beta", "glatiramer acetate", "other", "none"}


def test_attacks_are_whole_and_few(ms):
    assert (ms["attacks_per_year"] == ms["attacks_per_year"].round()).all()
    assert ms["attacks_per_year"].between(0, 6).all()
    assert ms["attacks_per_year"].mean() == pytest.approx(1, abs=0.25)


def test_the_share_with_a_lesion_is_the_assumed_one(ms):
    share = 100 * (ms["optic_nerve_lesion"] == "yes").mean()
    assert share == pytest.approx(float(PUBLISHED["optic_share"]["value"]), abs=100 / 45)


def test_sun_is_possible(people):
    assert people["sun_hours_per_day"].between(0.05, 10).all()
    mean, spread = (float(PUBLISHED["sun"][column]) for column in ("value", "spread"))
    assert people["sun_hours_per_day"].mean() == pytest.approx(mean, abs=0.2)
    assert people["sun_hours_per_day"].std() == pytest.approx(spread, abs=0.3)


def test_vk2_is_possible(people):
    assert people["vk2_ng_ml"].dtype.kind == "i"
    for _, rows in people.groupby("group"):
        away = (rows["vk2_ng_ml"] - rows["vk2_ng_ml"].mean()) / rows["vk2_ng_ml"].std()
        assert away.abs().max() < 4
        assert rows["vk2_ng_ml"].min() > 50


def test_controls_have_nothing_that_only_ms_has(people):
    columns = [
        "ms_type",
        "years_since_onset",
        "attacks_per_year",
        "edss",
        "optic_nerve_lesion",
        "treatment",
    ]
    control = people["group"] == "control"
    assert people.loc[control, columns].isna().all(axis=None)
    assert people.loc[~control, columns].notna().all(axis=None)


def test_age_and_sex_confound_the_attack_slope_as_the_model_says(ms):
    def slope(*others):
        return percent(ms, "attacks_per_year", ("attacks_per_year", *others))[0]

    naive, sex_only, adjusted = slope(), slope("woman"), slope("woman", "decades")
    assert adjusted < naive < 0
    assert abs(sex_only) < abs(naive)
    assert ms["attacks_per_year"].corr(ms["decades"]) < 0
    assert ms["attacks_per_year"].corr(ms["woman"]) > 0


# --- the table for the models ---------------------------------------------------------------------


def test_the_analysis_table_adds_what_the_models_use(people):
    table = replica.analysis_table()
    assert list(table.columns) == [
        *replica.COLUMNS,
        "age_decades",
        "woman",
        "ms",
        "optic",
        "log_vk2",
    ]
    assert table["age_decades"].to_numpy() == pytest.approx(people["decades"])
    assert table["log_vk2"].to_numpy() == pytest.approx(np.log(people["vk2_ng_ml"]))
    for column in ("woman", "ms"):
        assert (table[column] == people[column]).all()
    control = table["group"] == "control"
    assert table.loc[control, "optic"].isna().all()  # unknown is not "no"
    assert (table.loc[~control, "optic"] == people.loc[~control, "optic"]).all()
    assert replica.analysis_table(table).equals(table)


def test_the_analysis_table_changes_nothing_it_is_given():
    people = data.participants()
    before = people.copy()
    replica.analysis_table(people)
    replica.compare_with_published(people)
    assert people.equals(before)


def test_bad_tables_are_refused():
    with pytest.raises(ValueError, match="people lacks column"):
        replica.analysis_table(data.participants().drop(columns="sex"))
    with pytest.raises(TypeError, match="people must be a pandas DataFrame, got list"):
        replica.analysis_table([1])
