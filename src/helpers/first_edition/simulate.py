"""The model of vitamin K2 (VK2) behind every simulated person, and fresh studies drawn from it.

The real participants' data are not public. Everything drawn here is simulated.

One log-linear model: log VK2 depends on group, age, sex, attacks, optic nerve lesion and sun, plus
a lopsided residual. Its numbers come from ``data/published_findings.csv``. ``published_model``
reads them and solves the rest, so that the expected mean and SD of VK2 in each group are the
published ones. ``iter_studies`` draws any number of studies from it; ``replicate`` runs a
statistic on them.

``python -m helpers.simulate`` rebuilds the one fixed sample, ``data/participants.csv``.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from helpers.first_edition import checks

if TYPE_CHECKING:
    import pandas as pd

# Values drawn at a time. Bounds the memory of a run (about 100 MB) whatever its length.
VALUES_PER_BLOCK = 400_000
# Above this many simulated participants a run takes more than a few seconds and shows its progress.
PARTICIPANTS_WITHOUT_PROGRESS = 15_000_000
POPULATION_SAMPLE = 200_000
# People in the study of 2018; a test holds these equal to the published counts.
STUDY_MS, STUDY_CONTROL = 45, 29


@dataclass(frozen=True)
class Residual:
    """A lopsided residual of log VK2 with mean zero: a normal hump and a wider one, its tail.

    Attributes:
        sd: standard deviation, in log units.
        separation: distance of the humps' means in units of `sd`.
        tail_share: share of people in the tail.
        tail_width: SD of the tail relative to that of the main hump.
        side: +1 if the tail lies above the main hump, -1 if below.
    """

    sd: float
    separation: float
    tail_share: float
    tail_width: float
    side: int

    def __post_init__(self) -> None:
        """Refuse shapes that no residual can have."""
        checks.number("sd", self.sd, 0, open_ends=True)
        checks.number("separation", self.separation, 0)
        checks.number("tail_share", self.tail_share, 0, 1, open_ends=True)
        checks.number("tail_width", self.tail_width, 0, open_ends=True)
        if self.side not in (1, -1):
            raise ValueError(f"side must be 1 or -1, got {self.side!r}")

    @property
    def humps(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Mean and SD of the main hump, mean and SD of the tail (log units)."""
        p, d = self.tail_share, self.separation
        within = 1 - p * (1 - p) * d**2
        if within <= 0:
            raise ValueError(
                f"separation must be below {self.largest_separation:.2f} for tail_share {p}, "
                f"got {d}"
            )
        main_sd = self.sd * math.sqrt(within / (1 - p + p * self.tail_width**2))
        step = self.sd * d * self.side
        return (-p * step, main_sd), ((1 - p) * step, self.tail_width * main_sd)

    @property
    def largest_separation(self) -> float:
        """The separation at which nothing is left of the scatter within the humps."""
        return 1 / math.sqrt(self.tail_share * (1 - self.tail_share))

    def from_uniforms(self, which: np.ndarray, where: np.ndarray) -> np.ndarray:
        """Residuals from two uniform numbers each: which hump, and the place within it."""
        from scipy.special import ndtri

        (main, main_sd), (tail, tail_sd) = self.humps
        z = ndtri(where)
        return np.where(which < self.tail_share, tail + tail_sd * z, main + main_sd * z)

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """Random residuals of the given shape, in log units."""
        (main, main_sd), (tail, tail_sd) = self.humps
        z = rng.standard_normal(shape)
        in_tail = rng.random(shape) < self.tail_share
        return np.where(in_tail, tail + tail_sd * z, main + main_sd * z)

    def mean_of_exp(self, power: float = 1) -> float:
        """E[exp(power x residual)], which turns a log-scale model into means in ng/ml."""
        parts = (math.exp(power * mean + (power * sd) ** 2 / 2) for mean, sd in self.humps)
        return self._mix(*parts)

    def density(self, x: np.ndarray) -> np.ndarray:
        """Probability density at the residuals `x`."""
        height = math.sqrt(2 * math.pi)
        parts = (np.exp(-(((x - mean) / sd) ** 2) / 2) / (sd * height) for mean, sd in self.humps)
        return self._mix(*parts)

    def distribution(self, x: np.ndarray) -> np.ndarray:
        """Probability of a residual at most `x`."""
        from scipy.special import ndtr

        return self._mix(*(ndtr((x - mean) / sd) for mean, sd in self.humps))

    def _mix(self, main: np.ndarray | float, tail: np.ndarray | float) -> np.ndarray | float:
        return (1 - self.tail_share) * main + self.tail_share * tail


@dataclass(frozen=True)
class People:
    """Covariates and log VK2 of simulated people: arrays of one shape, (studies, participants).

    Attributes:
        age_years, sun_hours_per_day: years; hours a day.
        woman, optic_nerve_lesion: 1 or 0 (lesions are 0 in controls).
        attacks_per_year: whole counts (0 in controls).
        log_vk2: natural logarithm of VK2 in ng/ml; empty until the model has filled it.
    """

    age_years: np.ndarray
    woman: np.ndarray
    attacks_per_year: np.ndarray
    optic_nerve_lesion: np.ndarray
    sun_hours_per_day: np.ndarray
    log_vk2: np.ndarray | None = None

    @property
    def age_decades(self) -> np.ndarray:
        """Age in decades, so that a coefficient reads "per decade"."""
        return self.age_years / 10

    def design(self, *terms: str) -> np.ndarray:
        """Design matrices, shape (studies, participants, 1 + terms): an intercept, then `terms`.

        Example:
            >>> studies = next(iter_studies(published_model(), 2, seed=1))
            >>> studies.ms.design("age_decades", "attacks_per_year").shape
            (2, 45, 3)
        """
        allowed = (*PEOPLE_TERMS, "age_decades")
        columns = [getattr(self, checks.one_of("terms", term, allowed)) for term in terms]
        return np.stack([np.ones(self.age_years.shape), *columns], axis=-1).astype(float)


PEOPLE_TERMS = (
    "age_years",
    "woman",
    "attacks_per_year",
    "optic_nerve_lesion",
    "sun_hours_per_day",
)


@dataclass(frozen=True)
class Studies:
    """A block of simulated studies: people with MS and controls, arrays (studies, participants)."""

    ms: People
    control: People


@dataclass(frozen=True)
class Covariates:
    """Who takes part: assumptions, because the paper's own figures were not seen."""

    age_mean: float
    age_sd: float
    age_youngest: float
    age_oldest: float
    share_women_ms: float
    share_women_control: float
    attack_rate_men: float
    attack_ratio_women: float
    attack_ratio_per_decade: float
    optic_share: float
    sun_mean: float
    sun_sd: float

    def __post_init__(self) -> None:
        """Refuse assumptions that no group of people can meet."""
        for name in ("share_women_ms", "share_women_control", "optic_share"):
            checks.number(name, getattr(self, name), 0, 1)
        for name in ("age_sd", "sun_mean", "sun_sd", "attack_rate_men"):
            checks.number(name, getattr(self, name), 0, open_ends=True)
        for name in ("attack_ratio_women", "attack_ratio_per_decade"):
            checks.number(name, getattr(self, name), 0, open_ends=True)
        checks.number("age_youngest", self.age_youngest, 0, self.age_oldest)
        checks.number("age_mean", self.age_mean, self.age_youngest, self.age_oldest)

    def attack_rate(self, age_years: np.ndarray, woman: np.ndarray) -> np.ndarray:
        """Expected attacks a year: fewer with age, more in women."""
        decades = (age_years - self.age_mean) / 10
        return (
            self.attack_rate_men
            * self.attack_ratio_per_decade**decades
            * self.attack_ratio_women**woman
        )

    def ages(self, uniforms: np.ndarray) -> np.ndarray:
        """Whole years of age: a normal distribution cut at the youngest and the oldest age."""
        from scipy.special import ndtr, ndtri

        low, high = (
            ndtr((limit - self.age_mean) / self.age_sd)
            for limit in (self.age_youngest, self.age_oldest)
        )
        return np.round(self.age_mean + self.age_sd * ndtri(low + uniforms * (high - low)))

    def draw(self, rng: np.random.Generator, n_studies: int, n: int, *, ms: bool) -> People:
        """Covariates of `n` people in each of `n_studies` studies.

        The number of women is fixed at the study's share, as in a matched design.
        """
        shape = (n_studies, n)
        women = round(n * (self.share_women_ms if ms else self.share_women_control))
        woman = np.broadcast_to((np.arange(n) < women).astype(float), shape)
        age = self.ages(rng.random(shape))
        sun_shape = (self.sun_mean / self.sun_sd) ** 2
        sun = rng.gamma(sun_shape, self.sun_mean / sun_shape, shape)
        if not ms:
            nothing = np.zeros(shape)
            return People(age, woman, nothing, nothing, sun)
        attacks = rng.poisson(self.attack_rate(age, woman)).astype(float)
        optic = (rng.random(shape) < self.optic_share).astype(float)
        return People(age, woman, attacks, optic, sun)


@dataclass(frozen=True)
class VK2Model:
    """Log VK2 of a person: a sum of terms, plus a residual. Coefficients are in log units.

    A coefficient b per unit is a change of 100 (exp(b) - 1) per cent per unit. Women, attacks and
    lesions change VK2 in MS only. Ages count from the mean age, sun from the mean sun.
    """

    intercept_ms: float
    intercept_control: float
    age_per_decade_ms: float
    age_per_decade_control: float
    woman_ms: float
    attack_ms: float
    optic_ms: float
    sun_per_hour: float
    residual_ms: Residual
    residual_control: Residual
    covariates: Covariates

    def expected_log_vk2(self, people: People, *, ms: bool) -> np.ndarray:
        """Expected log VK2 (log ng/ml) of `people`, all of them with MS or all without."""
        decades = (people.age_years - self.covariates.age_mean) / 10
        sun = self.sun_per_hour * (people.sun_hours_per_day - self.covariates.sun_mean)
        if not ms:
            return self.intercept_control + self.age_per_decade_control * decades + sun
        return (
            self.intercept_ms
            + self.age_per_decade_ms * decades
            + self.woman_ms * people.woman
            + self.attack_ms * people.attacks_per_year
            + self.optic_ms * people.optic_nerve_lesion
            + sun
        )

    def draw(self, rng: np.random.Generator, n_studies: int, n: int, *, ms: bool) -> People:
        """Whole people: covariates and log VK2, arrays (n_studies, n)."""
        people = self.covariates.draw(rng, n_studies, n, ms=ms)
        residual = (self.residual_ms if ms else self.residual_control).draw(rng, (n_studies, n))
        log_vk2 = self.expected_log_vk2(people, ms=ms) + residual
        return People(*(getattr(people, name) for name in PEOPLE_TERMS), log_vk2)


def published_model(findings: pd.DataFrame | None = None) -> VK2Model:
    """The model whose numbers are the published ones.

    Effects are read from the table of findings. Intercept and residual SD are solved so that the
    expected mean and SD of VK2 in each group are the published ones; the age effect in controls is
    solved so that the fit to everyone gives the published change with age. The published medians
    are figures of one sample: the replica has them, the model's own are somewhat nearer the means.

    Args:
        findings: the table of ``data.published_findings()``, read if not given.

    Raises:
        TypeError: `findings` is not a data frame.
        ValueError: a row is missing, or the figures contradict each other (no solution).

    Example:
        >>> round(100 * math.expm1(published_model().age_per_decade_ms))
        -15
    """
    from dataclasses import replace

    if findings is None:
        from helpers.first_edition import data

        findings = data.published_findings()
    checks.columns("findings", findings, ("value", "spread"))
    value, spread = _reader(findings, "value"), _reader(findings, "spread")
    for group in ("ms", "control"):
        checks.number(f"n_{group}", value(f"n_{group}"), 1)
        checks.number(f"mean of vk2_mean_{group}", value(f"vk2_mean_{group}"), 0, open_ends=True)
        checks.number(f"SD of vk2_mean_{group}", spread(f"vk2_mean_{group}"), 0, open_ends=True)

    def log_effect(row: str) -> float:
        percent = value(row)
        if percent <= -100:
            raise ValueError(f"{row} must be above -100 %, got {percent}")
        return math.log1p(percent / 100)

    covariates = Covariates(
        age_mean=value("age"),
        age_sd=spread("age"),
        age_youngest=value("age_youngest"),
        age_oldest=value("age_oldest"),
        share_women_ms=value("n_women_ms") / value("n_ms"),
        share_women_control=value("n_women_control") / value("n_control"),
        attack_rate_men=value("attack_rate_men"),
        attack_ratio_women=value("attack_ratio_women"),
        attack_ratio_per_decade=(1 + value("relapse_fall") / 100) ** 2,  # two times five years
        optic_share=value("optic_share") / 100,
        sun_mean=value("sun"),
        sun_sd=spread("sun"),
    )
    shape = {
        "sd": 1.0,  # solved below
        "separation": value("tail_distance"),
        "tail_share": value("tail_share") / 100,
        "tail_width": value("tail_width"),
    }
    draft = VK2Model(
        intercept_ms=math.log(value("vk2_mean_ms")),
        intercept_control=math.log(value("vk2_mean_control")),
        age_per_decade_ms=log_effect("age_effect_ms"),
        age_per_decade_control=0.0,
        woman_ms=log_effect("women_effect_ms"),
        attack_ms=log_effect("attack_effect_ms"),
        optic_ms=log_effect("optic_effect_ms"),
        sun_per_hour=log_effect("sun_effect"),
        residual_ms=Residual(**shape, side=+1),
        residual_control=Residual(**shape, side=-1),
        covariates=covariates,
    )
    # A large fixed sample of covariates stands for the population they come from.
    rng = np.random.default_rng(0)
    ms = covariates.draw(rng, 1, POPULATION_SAMPLE, ms=True)
    control = covariates.draw(rng, 1, POPULATION_SAMPLE, ms=False)
    age_control = _control_age_effect(
        draft, ms, log_effect("age_effect_all"), value("n_ms"), value("n_control")
    )
    draft = replace(draft, age_per_decade_control=age_control)
    solved = {}
    for group, people in (("ms", ms), ("control", control)):
        expected = draft.expected_log_vk2(people, ms=group == "ms")
        mean, sd = value(f"vk2_mean_{group}"), spread(f"vk2_mean_{group}")
        shift, residual = _solve_residual(expected, getattr(draft, f"residual_{group}"), mean, sd)
        solved[f"intercept_{group}"] = getattr(draft, f"intercept_{group}") + shift
        solved[f"residual_{group}"] = residual
    return replace(draft, **solved)


def iter_studies(
    model: VK2Model,
    n_studies: int,
    n_ms: int = STUDY_MS,
    n_control: int = STUDY_CONTROL,
    *,
    seed: int,
) -> Iterator[Studies]:
    """Draw studies from the model, block by block, so that memory does not grow with their number.

    Study number i is the same whatever `n_studies` is.

    Args:
        model: for example ``published_model()``.
        n_studies: how many studies, at least 1.
        n_ms, n_control: people per group, at least 2.
        seed: a whole number; the same seed gives the same studies.

    Yields:
        Studies: blocks of studies; their arrays have shape (studies in the block, participants).

    Raises:
        TypeError, ValueError: an argument is not of the kind or range above.

    Example:
        >>> blocks = iter_studies(published_model(), 3, n_ms=10, n_control=10, seed=1)
        >>> sum(len(block.ms.log_vk2) for block in blocks)
        3
    """
    if not isinstance(model, VK2Model):
        raise TypeError(f"model must be a VK2Model, got {type(model).__name__}")
    n_studies = checks.whole_number("n_studies", n_studies, low=1)
    n_ms = checks.whole_number("n_ms", n_ms, low=2)
    n_control = checks.whole_number("n_control", n_control, low=2)
    seed = checks.whole_number("seed", seed)
    return _blocks(model, n_studies, n_ms, n_control, seed)


def replicate(
    model: VK2Model,
    statistic: Callable[[Studies], dict[str, np.ndarray]],
    n_studies: int,
    n_ms: int = STUDY_MS,
    n_control: int = STUDY_CONTROL,
    *,
    seed: int,
) -> pd.DataFrame:
    """Run `statistic` on many simulated studies: one row a study, one column a result.

    Args:
        statistic: takes a block of `Studies`, returns a dict of arrays with one entry a study.
        model, n_studies, n_ms, n_control, seed: as in `iter_studies`.

    Raises:
        TypeError, ValueError: a bad argument, or a result that does not have one entry a study.

    Example:
        >>> def mean_log(studies): return {"mean": studies.ms.log_vk2.mean(axis=1)}
        >>> len(replicate(published_model(), mean_log, 100, seed=1))
        100
    """
    import pandas as pd

    blocks = iter_studies(model, n_studies, n_ms, n_control, seed=seed)
    show_progress = n_studies * (n_ms + n_control) > PARTICIPANTS_WITHOUT_PROGRESS
    parts, done = [], 0
    for studies in blocks:
        size = len(studies.ms.log_vk2)
        result = statistic(studies)
        for name, values in result.items():
            if np.shape(values) != (size,):
                raise ValueError(
                    f"statistic must return one value a study: {name!r} has shape "
                    f"{np.shape(values)}, expected ({size},)"
                )
        parts.append(pd.DataFrame(result))
        done += size
        if show_progress:
            _show_progress(done, n_studies)
    return pd.concat(parts, ignore_index=True)


def _blocks(
    model: VK2Model, n_studies: int, n_ms: int, n_control: int, seed: int
) -> Iterator[Studies]:
    block_size = max(1, VALUES_PER_BLOCK // (n_ms + n_control))
    for block, start in enumerate(range(0, n_studies, block_size)):
        # One random stream a block: study i does not depend on how many follow it.
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(block,)))
        keep = slice(0, min(block_size, n_studies - start))
        groups = (
            model.draw(rng, block_size, n_ms, ms=True),
            model.draw(rng, block_size, n_control, ms=False),
        )
        names = (*PEOPLE_TERMS, "log_vk2")
        yield Studies(*(People(*(getattr(g, name)[keep] for name in names)) for g in groups))


def _show_progress(done: int, total: int) -> None:
    filled = 30 * done // total
    end = "\n" if done == total else ""
    bar = "#" * filled + "." * (30 - filled)
    print(f"\r{bar} {done:,} of {total:,} studies", end=end, file=sys.stderr, flush=True)


def _reader(findings: pd.DataFrame, column: str) -> Callable[[str], float]:
    def read(row: str) -> float:
        if row not in findings.index:
            raise ValueError(f"published_findings.csv has no row {row!r}; the model needs it")
        number = float(findings.loc[row, column])
        if math.isnan(number):
            raise ValueError(f"published_findings.csv: row {row!r} has no {column}")
        return number

    return read


def _control_age_effect(
    model: VK2Model, ms: People, pooled: float, n_ms: float, n_control: float
) -> float:
    """Age effect in controls that makes the fit to everyone give `pooled` (log units a decade).

    Ages have the same distribution in both groups, so the pooled slope is the average of the two
    groups' slopes, weighted by size. In MS the slope left after sex only is not the model's own:
    older people have fewer attacks.
    """
    design = ms.design("age_decades", "woman")[0]
    slope = np.linalg.lstsq(design, model.expected_log_vk2(ms, ms=True)[0])[0][1]
    return float(((n_ms + n_control) * pooled - n_ms * slope) / n_control)


def _solve_residual(
    expected: np.ndarray, residual: Residual, mean: float, sd: float
) -> tuple[float, Residual]:
    """Shift of the intercept, and residual, that give VK2 the wanted mean and SD (ng/ml).

    `expected` holds the expected log VK2 of a large sample of people.
    """
    from dataclasses import replace

    from scipy.optimize import brentq

    factor, factor_2 = np.exp(expected).mean(), np.exp(2 * expected).mean()

    def variation(residual_sd: float) -> float:
        """Coefficient of variation of VK2: SD over mean, free of the intercept."""
        trial = replace(residual, sd=residual_sd)
        first, second = factor * trial.mean_of_exp(), factor_2 * trial.mean_of_exp(2)
        return math.sqrt(second / first**2 - 1)

    smallest, largest = 1e-6, 2.0
    if not variation(smallest) < sd / mean < variation(largest):
        raise ValueError(
            f"no residual gives mean {mean} and SD {sd}: SD / mean must lie between "
            f"{variation(smallest):.2f} (from the covariates alone) and {variation(largest):.2f}"
        )
    solved = replace(
        residual, sd=float(brentq(lambda s: variation(s) - sd / mean, smallest, largest))
    )
    return math.log(mean / (factor * solved.mean_of_exp())), solved


if __name__ == "__main__":
    from helpers.first_edition import replica

    print(replica.write())
