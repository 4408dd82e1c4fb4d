"""The worlds, the designs and the beliefs of notebook 04."""

import re

import numpy as np
import pandas as pd
import pytest
from conftest import JUNK, PLAIN
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import default_rng
from scipy import stats
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from helpers import beliefs, designs, worlds
from helpers.designs import DESIGNS, is_closed, open_paths, paths_left
from helpers.tables import read
from helpers.worlds import WORLDS, Deficiency, Law, People, Recruitment

approx, ALL = pytest.approx, (*WORLDS, *worlds.SPLIT_WORLDS)
NAMES = [world.name for world in ALL]
MANY = 200_000


def law_with(**rows):  # the published law, but for some rows: (value,) or (value, spread)
    findings = read("published_findings").set_index("id")
    for row, new in rows.items():
        findings.loc[row, ["value", "spread"][: len(new)]] = new
    return Law(findings)


LAW = Law()
# MS is made common, so that populations can be simulated; then the gap small: enough volunteer.
COMMON = law_with(ms_prevalence=(40_000,))
MILD = law_with(ms_prevalence=(50_000,), vk2_mean_control=(300, 80))
GRID = np.linspace(2.5, 9.5, 1401)[:, np.newaxis]  # of log VK2


def strata(law):  # every age and sex, and the share of people in it
    age, woman = (grid.ravel() for grid in np.meshgrid(law.ages, [0, 1]))
    return age, woman, np.outer([1 - law.share_women, law.share_women], law.share_ages).ravel()


@pytest.fixture(scope="module")
def studies():
    return designs.run(ALL, n_studies=400)


class Story:  # people before anything has happened to them; each world is then a method
    def __init__(self, law, seed, n=MANY):
        self.law, self.rng = law, default_rng(seed)
        self.age = self.rng.choice(law.ages, n, p=law.share_ages)
        self.woman = self.rng.binomial(1, law.share_women, n)
        self.by_lot = self.rng.binomial(1, law.prevalence, n)

    def attacks(self):
        return self.rng.poisson(self.law.attack_rate(self.age, self.woman))

    def follow_from(self, vk2):  # MS and attacks that VK2 brings on, by Bayes
        world, people = Deficiency(self.law), People(None, self.age, self.woman, None, None)
        ms = self.rng.binomial(1, world.onset_risk(vk2, self.age, self.woman))
        return ms, world.attacks_next_year(self.rng, people, vk2)

    def vk2(self, ill, attacks):
        return self.rng.normal(self.law.line(ill, self.age, self.woman, attacks), self.law.sd[ill])

    def deficiency(self):
        vk2 = self.vk2(self.by_lot, self.attacks())  # low in some, no matter why
        return *self.follow_from(vk2), vk2

    def consumption(self):
        vk2, ms, attacks = self.vk2(0, 0), self.by_lot, self.attacks()
        rank = (vk2 - self.law.line(0, self.age, self.woman, 0)) / self.law.sd[0]
        used_up = self.law.line(ms, self.age, self.woman, attacks) + self.law.sd[ms] * rank
        return ms, attacks, used_up

    assay = consumption  # with "misread" for "used up"

    def shared_cause(self):
        cause, severity = self.by_lot, self.rng.random(self.age.shape)
        attacks = stats.poisson.ppf(severity, self.law.attack_rate(self.age, self.woman))
        return cause, attacks, self.vk2(cause, attacks)

    def onset_only(self):
        vk2 = severity = self.vk2(self.by_lot, self.attacks())  # a hidden severity lowers VK2
        return self.follow_from(vk2)[0], self.follow_from(severity)[1], vk2

    def activity_only(self):
        vk2 = self.vk2(self.by_lot, self.attacks())  # a hidden cause lowers VK2 and brings on MS
        return self.by_lot, self.follow_from(vk2)[1], vk2

    def recruitment(self):
        ms, attacks = self.by_lot, self.attacks()
        vk2 = self.vk2(np.ones_like(ms), self.attacks())  # unrelated to their own attacks
        joint = self.law.density_ms(vk2, self.age, self.woman)
        alone = stats.poisson.pmf(attacks, self.law.attack_rate(self.age, self.woman))
        together = np.take_along_axis(joint, attacks[np.newaxis], axis=0)[0]
        f0 = self.law.density_control(vk2, self.age)
        willing = np.where(ms, together / alone, f0) / joint.sum(axis=0)
        most = np.array([willing[ms == group].max() for group in (0, 1)])
        comes = self.rng.random(ms.shape) < willing / most[ms]
        self.age, self.woman = self.age[comes], self.woman[comes]
        return ms[comes], attacks[comes], vk2[comes]

    def table(self, world):
        ms, attacks, vk2 = getattr(self, world.replace(" ", "_"))()
        return np.column_stack([ms, self.age, self.woman, ms * attacks, vk2])


def record_like(law, table, seed):  # as many people of each group, drawn as the record
    n_ms = int(table[:, 0].sum())
    people = law.record(default_rng(seed), 1, n_ms, len(table) - n_ms)
    return people.study()[["ms", "age_years", "woman", "attacks_per_year", "log_vk2"]].to_numpy()


def guessed(one, other):  # by how many SE more than one half boosted trees are right
    x, y = np.vstack([one, other]), np.repeat([0, 1], [len(one), len(other)])
    new = default_rng(12345).random(len(y)) < 0.5
    trees = HistGradientBoostingClassifier(max_iter=60, early_stopping=False, random_state=0)
    with threadpool_limits(1):
        right = trees.fit(x[~new], y[~new]).predict(x[new]) == y[new]
    return (right.mean() - 0.5) * 2 * np.sqrt(len(right))


@pytest.mark.parametrize("world", NAMES)
def test_a_story_simulated_forwards_cannot_be_told_from_the_record(world):
    seed = NAMES.index(world)
    law, parts = (MILD, 4) if world == "recruitment" else (COMMON, 1)  # many are asked in vain
    story = np.vstack([Story(law, [seed, part]).table(world) for part in range(parts)])
    record = record_like(law, story, seed=100 + seed)
    assert abs(guessed(story, record)) < 4
    for ms in (0, 1):
        one, other = (table[table[:, 0] == ms] for table in (story, record))
        assert stats.ks_2samp(one[:, 4], other[:, 4]).pvalue > 1e-3
        cells = [np.bincount((2 * t[:, 3].clip(max=5) + t[:, 2]).astype(int)) for t in (one, other)]
        assert stats.chi2_contingency(cells).pvalue > 1e-3


def test_the_tests_have_teeth():
    story = Story(COMMON, seed=1).table("assay")
    record = record_like(COMMON, story, seed=99)
    story[:, 4] += np.log(1.02)
    assert guessed(story, record) > 6
    for ms in (0, 1):
        one, other = (table[table[:, 0] == ms, 4] for table in (story, record))
        assert stats.ks_2samp(one, other).pvalue < 1e-6


def test_volunteers_of_a_population_are_the_controls_of_the_published_law():
    world, rng, n = Recruitment(), default_rng(1), 500_000  # men of 20
    vk2 = rng.normal(LAW.line(1, 20, 0, rng.poisson(LAW.attack_rate(20, 0), n)), LAW.sd[1])
    comes = rng.random(n) < world.willingness(vk2, 20, 0) / world.asked_per_control(20, 0)
    assert comes.sum() == approx(n / world.asked_per_control(20, 0), rel=0.1)
    assert stats.kstest(vk2[comes], "norm", (LAW.line(0, 20, 0, 0), LAW.sd[0])).pvalue > 1e-3


@pytest.mark.parametrize("answer", [worlds.Assay().true_vk2, worlds.Consumption().vk2_before_onset])
def test_what_is_hidden_is_as_in_controls_and_unrelated_to_attacks(answer):
    people = LAW.record(default_rng(1), 1, MANY, 0)
    rank = (answer(people) - LAW.line(0, people.age_years, 0, 0))[0] / LAW.sd[0]
    assert stats.kstest(rank, "norm").pvalue > 1e-3
    assert abs(np.corrcoef(rank, people.attacks_per_year[0])[0, 1]) < 0.01
    line = LAW.line(1, people.age_years, people.woman, people.attacks_per_year)
    assert rank == approx((people.log_vk2 - line)[0] / LAW.sd[1])  # who is high stays high


def test_the_law_has_the_published_means_sds_and_slopes():
    age, woman, share = strata(LAW)
    f0 = LAW.density_control(GRID, age) @ share
    f1 = LAW.density_ms(GRID, age, woman).sum(axis=0) @ share
    for density, mean, sd in ((f1, 235, 100), (f0, 812, 154)):
        powers = [np.trapezoid(np.exp(k * GRID[:, 0]) * density, GRID[:, 0]) for k in (0, 1, 2)]
        assert powers == approx([1, mean, mean**2 + sd**2], rel=1e-5)
    table = LAW.record(default_rng(1), 1, MANY * 45 // 74, MANY * 29 // 74).study()
    table = table.assign(one=1, decades=table["age_years"] / 10)
    ill, terms = table[table["ms"] == 1], ["one", "decades", "woman"]
    within = np.linalg.lstsq(ill[[*terms, "attacks_per_year"]], ill["log_vk2"])[0]
    assert np.expm1(within[1:]) == approx([-0.15, -0.25, -0.10], abs=0.004)
    everyone = np.linalg.lstsq(table[[*terms, "ms"]], table["log_vk2"])[0]
    assert np.expm1(everyone[1]) == approx(-0.10, abs=0.003)
    spread = table.loc[table["ms"] == 0, "log_vk2"].var()
    assert np.log(designs.carriers_have(LAW)) ** 2 / 4 / spread == approx(0.01, rel=0.03)


def test_with_one_seed_the_2018_study_is_the_same_digit_for_digit(studies):
    rows = studies[studies["design"] == "2018 study"].groupby("world")["ratio"].apply(tuple)
    assert (len(rows), rows.nunique()) == (7, 1)
    logs = np.log(studies[["low", "ratio", "high"]])  # the interval lies evenly about the ratio
    assert (logs["low"] + logs["high"]).to_numpy() == approx(2 * logs["ratio"].to_numpy())


def test_onset_ratio_is_that_of_a_population_and_of_quadrature():
    world, shift, people = Deficiency(COMMON), np.log(1.05), Story(COMMON, seed=2)
    vk2, who = people.vk2(people.by_lot, people.attacks()), (people.age, people.woman)
    now, then = (world.onset_risk(level, *who).mean() for level in (vk2, vk2 + shift))
    assert world.onset_ratio(default_rng(1), 1.05) == approx(then / now, abs=0.004)
    age, woman, share = strata(LAW)
    density = LAW.prevalence * LAW.density_ms(GRID, age, woman).sum(axis=0)
    density += (1 - LAW.prevalence) * LAW.density_control(GRID, age)
    risk = (Deficiency().onset_risk(GRID + shift, age, woman) * density) @ share
    exact = np.trapezoid(risk, GRID[:, 0]) / LAW.prevalence
    assert Deficiency().onset_ratio(default_rng(1), 1.05) == approx(exact, abs=2e-3)
    curve = Deficiency().onset_risk(np.log([150, 300, 437, 812, 1300, 3000]), 36, 1)
    assert (np.diff(curve) < 0).tolist() == [True] * 4 + [False]  # it turns up again


@pytest.mark.parametrize("world", ALL)
def test_only_where_vk2_acts_does_setting_it_change_anything(world):
    people = world().everybody(default_rng(1), 50, 302, 0)
    now, then = (
        world().attacks_next_year(default_rng(2), people, people.log_vk2 + np.log(times))
        for times in (1, 2)
    )
    if ("VK2", "attacks") in world.arrows:
        assert (then <= now).all()  # the same luck
        assert 0.5 < then.mean() / now.mean() < 0.7
    else:
        assert np.array_equal(now, then)
    ratio = world().onset_ratio(default_rng(3), 1.05, n_cases=5000)
    assert (ratio < 0.97) == (("VK2 before onset", "MS") in world.arrows)


def test_lots_are_drawn_in_each_study():
    class Spy(Deficiency):
        def attacks_next_year(self, rng, people, log_vk2):
            self.lot = log_vk2 > people.log_vk2
            return super().attacks_next_year(rng, people, log_vk2)

    designs.trial(world := Spy(), default_rng(1), 200)
    assert (world.lot.sum(axis=1) == 151).all()
    assert len(np.unique(world.lot, axis=0)) == 200


def test_arrows_and_simulation_agree_in_all_42_cells(studies):
    lower, logs = studies["result"] == "clearly lower", np.log(studies["ratio"])
    cells = studies.assign(lower=lower, log=logs).groupby(["design", "world"])
    z, lower = cells["log"].mean() / cells["log"].sem(), cells["lower"].mean()
    closed = {name: set() for name in DESIGNS}
    for world in ALL:
        for name, design in DESIGNS.items():
            cell = name, world.name
            if is_closed(**design.asks(world)):
                closed[name].add(world.name)
                assert paths_left(world, name) == []
                assert (abs(z[cell]) < 4, lower[cell] < 0.05) == (True, True)
                gaps, errors = design.run(world(), default_rng(5), 3000)
                assert 0.94 < (np.abs(gaps) < 2 * errors).mean() < 0.97
            else:
                assert paths_left(world, name) != []
                assert (z[cell] < -20, lower[cell] > 0.8) == (True, True)
    after = [set(), {"assay"}, {"assay", "recruitment"}, {"assay", "recruitment", "consumption"}]
    assert list(closed.values())[:4] == after
    assert closed["genetic study"] == {*NAMES} - {"deficiency", "onset only"}
    assert closed["trial"] == {*NAMES} - {"deficiency", "activity only"}


@given(st.integers(0, 10_000))
def test_open_paths_and_networkx_agree_in_any_graph(seed):
    rng = default_rng(seed)
    order = rng.permutation(list("abcdefg"))
    arrows = [(order[i], order[j]) for j in range(7) for i in range(j) if rng.random() < 0.4]
    arrows += [("a", "z"), ("b", "z")]
    held = [thing for thing in "cdefgz" if rng.random() < 0.4]
    assert is_closed(arrows, "a", "b", held) == (not open_paths(arrows, "a", "b", held))


def test_a_graph_of_the_readers_own():
    arrows = [("diet", "VK2"), ("diet", "MS"), ("VK2", "clinic"), ("MS", "clinic")]
    paths = [open_paths(arrows, "VK2", "MS", held) for held in ("", "diet", ["diet", "clinic"])]
    assert paths == [["VK2 ← diet → MS"], [], ["VK2 → clinic ← MS"]]


PATHS = """
deficiency, re-assay: VK2 ← VK2 before onset → MS
deficiency, trial: VK2 → attacks
consumption, re-assay: VK2 ← MS; VK2 ← attacks ← MS
shared cause, banked blood: VK2 before onset ← hidden cause → MS
shared cause, re-assay: VK2 ← VK2 before onset ← hidden cause → MS
assay, 2018 study: ← handling ← MS; ← handling ← attacks ← MS
recruitment, re-assay: → takes part ← MS; → takes part ← attacks ← MS
onset only, genetic study: genes → VK2 before onset → MS
activity only, trial: VK2 → attacks
"""


def test_the_paths_that_a_reader_is_shown_by_hand():
    for world, design, ends in re.findall("(.+), (.+): (.+)", PATHS):
        found = zip(paths_left(ALL[NAMES.index(world)], design), ends.split("; "), strict=True)
        assert all(path.endswith(end) for path, end in found), (world, design)


def test_a_sixth_world_as_the_module_shows_it():
    code = re.search(r"    class .*?(?=\n\S)", worlds.__doc__, re.DOTALL)[0]
    names = dict(vars(worlds))
    exec(re.sub("(?m)^    ", "", code), names)
    studies = designs.run([*WORLDS, names["SilentStart"]], n_studies=50)
    median = studies[studies["world"] == "silent start"].groupby("design")["ratio"].median()
    assert median[["banked blood", "trial"]].tolist() == approx([0.27, 1], abs=0.1)
    assert paths_left(names["SilentStart"], "banked blood") == ["VK2 before onset ← MS"]


def test_implied_risks_by_shape_reading_and_hand():
    expected = {
        ("log-normal", "standard deviation"): 22_100, ("normal", "standard deviation"): 5_735,
        ("log-normal", "half a 95 % interval"): 40.18, ("log-normal", "standard error"): 11.736,
        ("rule of three", "standard deviation"): 195.16,
    }  # fmt: skip
    found = worlds.implied_risks().loc[list(expected), "risk_ratio"]
    assert found.tolist() == approx(list(expected.values()), rel=5e-4)
    # Of 1000 people 100 are ill, 60 of them low; of the 900 others 90 are low: 60/150 over 40/850.
    assert worlds.implied_risk_ratio(0.6, 0.1, 0.1) == approx((60 / 150) / (40 / 850))


def test_information_is_what_is_learnt_on_average(studies):
    chances = beliefs.likelihoods(studies)
    assert chances.loc[("2018 study", "clearly lower"), "assay"] == approx(400.5 / 401)
    belief, _ = beliefs.from_votes({"deficiency": 4, "consumption": 2, "assay": 1}, NAMES)
    bits = beliefs.information(belief, chances)
    for design in DESIGNS:
        left = 0
        for result in designs.RESULTS:
            after = beliefs.update(belief, chances, (design, result)).iloc[:, -1]
            left += (belief @ chances.loc[(design, result)]) * stats.entropy(after, base=2)
        assert bits[design] == approx(stats.entropy(belief, base=2) - left, abs=1e-9)
    assert bits["2018 study"] < 1e-9
    half, none = (beliefs.likelihoods(studies, trust) for trust in (0.5, 0))
    np.testing.assert_allclose(half.groupby(level="design").sum(), 1)
    assert (beliefs.information(belief, half) < bits)[1:].all()
    assert beliefs.information(belief, none).max() < 1e-9
    index = pd.MultiIndex.from_product([["coin", "wall"], [1, 2]], names=["design", "result"])
    fair = pd.DataFrame({"a": [1, 0, 0.5, 0.5], "b": [0, 1, 0.5, 0.5]}, index=index)
    bits = beliefs.information(pd.Series({"a": 0.5, "b": 0.5}), fair)
    assert bits.to_dict() == approx({"coin": 1, "wall": 0})


def test_updates_are_bayes_by_hand_in_any_order(studies):
    chances = beliefs.likelihoods(studies)
    belief, word = beliefs.from_votes({"deficiency": 1, " Assay ": 3})
    assert (belief["assay"], word) == (approx(3.2 / 5), "")
    half, word = beliefs.from_votes({"deficiency": 0, "assay": 0.5})  # a share of one vote
    assert (half["assay"], word) == (approx(0.7 / 1.5), "")
    results = [("trial", "clearly lower"), ("re-assay", "not clearly lower")]
    steps, back = (beliefs.update(belief, chances, *order) for order in (results, results[::-1]))
    weights = belief * chances.loc[results[0], belief.index]
    np.testing.assert_allclose(steps.iloc[:, 1], weights / weights.sum())
    np.testing.assert_allclose(steps.iloc[:, -1], back.iloc[:, -1])


@pytest.mark.parametrize(
    "votes",
    [None, "assay", ["assay"], {"asay": 1}]
    + [{"assay": hands} for hands in (-1, "2", None, ..., float("nan"), 10**5000, [1])],
)
def test_a_strange_vote_is_named_and_left_out(votes):
    belief, word = beliefs.from_votes(votes)
    assert "'assay'" in word
    assert belief.tolist() == approx([0.2] * 5)


keys = PLAIN | st.sampled_from(NAMES) | st.builds(lambda: 10**5000)


@given(JUNK | st.dictionaries(keys, JUNK | st.fractions() | st.complex_numbers()))
def test_no_vote_ever_raises(votes):
    belief, _ = beliefs.from_votes(votes)
    assert belief.sum() == approx(1)
    assert (belief > 0).all()
