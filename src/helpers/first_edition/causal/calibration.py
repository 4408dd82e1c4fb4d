"""What every world must reproduce: the model of `helpers.simulate`, as densities and quantiles.

Two laws are needed of log VK2 (L), given age and sex: f0, that of controls, and f1(L, A), that of
people with MS together with their attacks a year (A). Optic nerve lesions and sun are averaged
out, because no world here speaks of them: what they add joins the residual.

A *normal score* stands for a person's rank: 0 is the middle, −2 is lower than about 98 in 100.
Ages are whole years, so age and sex make a few dozen *strata*; what depends on them is tabulated.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from helpers.first_edition import checks, simulate

# Attacks a year are counted up to here: beyond, the probability is below one in a thousand million.
MOST_ATTACKS = 16
_SCORE_STEP, _SCORE_END = 1 / 256, 8.0
_RESIDUAL_STEP, _RESIDUAL_END = 1 / 1024, 5.0
_LOG_VK2_LOW, _LOG_VK2_STEP, _LOG_VK2_POINTS = 3.0, 1 / 128, 705
_SUN_NODES = 10


@dataclass(frozen=True, eq=False)
class ResidualLaw:
    """The residual of log VK2 within a stratum, once attacks are known: a mixture of normals."""

    weights: np.ndarray
    means: np.ndarray
    sds: np.ndarray

    def log_density(self, x: np.ndarray) -> np.ndarray:
        """Natural logarithm of the density at the residuals `x`, read from a fine table."""
        return _look_up(self._log_density_table, (x + _RESIDUAL_END) / _RESIDUAL_STEP)

    def distribution(self, x: np.ndarray) -> np.ndarray:
        """Probability of a residual at most `x`."""
        return _look_up(self._distribution_table, (x + _RESIDUAL_END) / _RESIDUAL_STEP)

    def from_score(self, score: np.ndarray) -> np.ndarray:
        """The residual of a person with this normal score."""
        return _look_up(self._quantile_table, (score + _SCORE_END) / _SCORE_STEP)

    def score(self, x: np.ndarray) -> np.ndarray:
        """The normal score of a person with this residual."""
        return _look_up(self._score_table, (x + _RESIDUAL_END) / _RESIDUAL_STEP)

    @cached_property
    def _log_density_table(self) -> np.ndarray:
        from scipy.special import logsumexp

        z = (_residuals()[:, np.newaxis] - self.means) / self.sds
        return logsumexp(-(z**2) / 2, axis=1, b=self.weights / (self.sds * math.sqrt(2 * math.pi)))

    @cached_property
    def _distribution_table(self) -> np.ndarray:
        from scipy.special import ndtr

        z = (_residuals()[:, np.newaxis] - self.means) / self.sds
        return ndtr(z) @ self.weights

    @cached_property
    def _score_table(self) -> np.ndarray:
        from scipy.special import ndtr

        z = (_residuals()[:, np.newaxis] - self.means) / self.sds
        return to_scores(ndtr(z) @ self.weights, ndtr(-z) @ self.weights)

    @cached_property
    def _quantile_table(self) -> np.ndarray:
        scores = np.arange(-_SCORE_END, _SCORE_END + _SCORE_STEP / 2, _SCORE_STEP)
        return np.interp(scores, self._score_table, _residuals())


@dataclass(frozen=True, eq=False)
class Calibration:
    """The laws that all worlds share.

    Attributes:
        model: the model of `helpers.simulate` that the laws come from.
        prevalence: share of people who have MS.
        residual_ms, residual_control: what is left of log VK2 within a stratum.
    """

    model: simulate.VK2Model
    prevalence: float
    residual_ms: ResidualLaw
    residual_control: ResidualLaw

    # --- strata of age and sex

    def stratum(self, age_years: np.ndarray, woman: np.ndarray) -> np.ndarray:
        """Number of a person's stratum of age (whole years) and sex."""
        covariates = self.model.covariates
        return (2 * (age_years - covariates.age_youngest) + woman).astype(np.intp)

    @cached_property
    def _strata(self) -> tuple[np.ndarray, np.ndarray]:
        covariates = self.model.covariates
        ages = np.arange(covariates.age_youngest, covariates.age_oldest + 1)
        return np.repeat(ages, 2), np.tile([0.0, 1.0], len(ages))

    # --- attacks a year, given the stratum

    @cached_property
    def attack_rates(self) -> np.ndarray:
        """Expected attacks a year in MS, one a stratum."""
        return self.model.covariates.attack_rate(*self._strata)

    @cached_property
    def _log_attack_probability(self) -> np.ndarray:
        from scipy.stats import poisson

        return poisson.logpmf(np.arange(MOST_ATTACKS)[:, np.newaxis], self.attack_rates)

    def attacks(self, luck: np.ndarray, stratum: np.ndarray) -> np.ndarray:
        """Attacks a year of people with MS whose luck, between 0 and 1, is given."""
        cumulative = np.cumsum(np.exp(self._log_attack_probability), axis=0)
        counts = np.zeros(luck.shape)
        for rung in cumulative:  # a step a possible count, for all people at once
            above = luck > rung[stratum]
            if not above.any():
                break
            counts += above
        return counts

    def attacks_given_vk2(
        self, luck: np.ndarray, stratum: np.ndarray, log_vk2: np.ndarray
    ) -> np.ndarray:
        """Attacks a year by f1(A | L), by Bayes: f1(A) f1(L | A) / f1(L)."""
        left = log_vk2 - self.centre_ms[stratum]
        logs = np.empty((MOST_ATTACKS, *left.shape))
        for count in range(MOST_ATTACKS):
            logs[count] = self.residual_ms.log_density(left - self.model.attack_ms * count)
            logs[count] += self._log_attack_probability[count][stratum]
        logs -= logs.max(axis=0)
        np.exp(logs, out=logs)
        np.cumsum(logs, axis=0, out=logs)
        return (luck * logs[-1] > logs).sum(axis=0).astype(float)

    # --- log VK2, given the stratum

    @cached_property
    def centre_ms(self) -> np.ndarray:
        """Expected log VK2 in MS without attacks, before the residual, one a stratum."""
        return self._expected(ms=True)

    @cached_property
    def centre_control(self) -> np.ndarray:
        """Expected log VK2 in controls, before the residual, one a stratum."""
        return self._expected(ms=False)

    def _expected(self, *, ms: bool) -> np.ndarray:
        ages, women = self._strata
        nothing = np.zeros(ages.shape)
        sun = np.full(ages.shape, self.model.covariates.sun_mean)
        people = simulate.People(ages, women, nothing, nothing, sun)
        return self.model.expected_log_vk2(people, ms=ms)

    def vk2_control(self, score: np.ndarray, stratum: np.ndarray) -> np.ndarray:
        """Log VK2 by f0 of people with these normal scores."""
        return self.centre_control[stratum] + self.residual_control.from_score(score)

    def vk2_given_attacks(
        self, score: np.ndarray, stratum: np.ndarray, attacks: np.ndarray
    ) -> np.ndarray:
        """Log VK2 by f1(L | A) of people with MS with these normal scores."""
        centre = self.centre_ms[stratum] + self.model.attack_ms * attacks
        return centre + self.residual_ms.from_score(score)

    def vk2_ms(self, score: np.ndarray, stratum: np.ndarray) -> np.ndarray:
        """Log VK2 by f1(L), attacks averaged out."""
        return _look_up(self._vk2_ms_table, (score + _SCORE_END) / _SCORE_STEP, stratum)

    def log_density_control(self, log_vk2: np.ndarray, stratum: np.ndarray) -> np.ndarray:
        """Logarithm of f0."""
        return self.residual_control.log_density(log_vk2 - self.centre_control[stratum])

    def log_density_ms(self, log_vk2: np.ndarray, stratum: np.ndarray) -> np.ndarray:
        """Logarithm of f1(L)."""
        from scipy.special import logsumexp

        left = log_vk2 - self.centre_ms[stratum]
        parts = [
            self._log_attack_probability[count][stratum]
            + self.residual_ms.log_density(left - self.model.attack_ms * count)
            for count in range(MOST_ATTACKS)
        ]
        return logsumexp(parts, axis=0)

    # --- normal scores of log VK2

    def score_among_ms(self, log_vk2: np.ndarray, stratum: np.ndarray) -> np.ndarray:
        """Normal score within f1(L)."""
        return _look_up(self._scores_ms, _vk2_place(log_vk2), stratum)

    def score_in_population(self, log_vk2: np.ndarray, stratum: np.ndarray) -> np.ndarray:
        """Normal score within everybody: few people by f1, the rest by f0."""
        return _look_up(self._scores_population, _vk2_place(log_vk2), stratum)

    @cached_property
    def _tails(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """P(below) and P(above) on the grid of log VK2, shape (strata, points), of each group."""
        grid = _LOG_VK2_LOW + _LOG_VK2_STEP * np.arange(_LOG_VK2_POINTS)
        left = grid - self.centre_ms[:, np.newaxis]
        below = np.zeros(left.shape)
        above = np.zeros(left.shape)
        for count in range(MOST_ATTACKS):
            share = np.exp(self._log_attack_probability[count])[:, np.newaxis]
            scores = self.residual_ms.score(left - self.model.attack_ms * count)
            below += share * _normal(scores)
            above += share * _normal(-scores)
        control = self.residual_control.score(grid - self.centre_control[:, np.newaxis])
        return {"ms": (below, above), "control": (_normal(control), _normal(-control))}

    @cached_property
    def _scores_ms(self) -> np.ndarray:
        return to_scores(*self._tails["ms"])

    @cached_property
    def _scores_population(self) -> np.ndarray:
        share = self.prevalence
        ms, control = self._tails["ms"], self._tails["control"]
        return to_scores(*(share * m + (1 - share) * c for m, c in zip(ms, control, strict=True)))

    @cached_property
    def _vk2_ms_table(self) -> np.ndarray:
        grid = _LOG_VK2_LOW + _LOG_VK2_STEP * np.arange(_LOG_VK2_POINTS)
        scores = np.arange(-_SCORE_END, _SCORE_END + _SCORE_STEP / 2, _SCORE_STEP)
        return np.array([np.interp(scores, row, grid) for row in self._scores_ms])


def calibration(
    model: simulate.VK2Model | None = None, prevalence: float | None = None
) -> Calibration:
    """The laws of the published model, or of another `model` and `prevalence`.

    Args:
        model: ``simulate.published_model()`` if not given.
        prevalence: share of people with MS; the published worldwide figure if not given
            (Walton and others 2020, doi 10.1177/1352458520970841).

    Raises:
        TypeError, ValueError: `prevalence` is not between 0 and 1.

    Example:
        >>> round(100_000 * calibration().prevalence, 1)
        35.9
    """
    if model is None and prevalence is None:
        return _published()
    from helpers.first_edition import data

    model = model or simulate.published_model()
    if prevalence is None:
        prevalence = float(data.finding("ms_prevalence")) / 100_000
    prevalence = checks.number("prevalence", prevalence, 0, 1, open_ends=True)
    optic = [(1 - model.covariates.optic_share, 0), (model.covariates.optic_share, model.optic_ms)]
    sun = _sun(model)
    return Calibration(
        model,
        prevalence,
        residual_ms=_mixture(_humps(model.residual_ms), optic, sun),
        residual_control=_mixture(_humps(model.residual_control), [(1.0, 0.0)], sun),
    )


@functools.cache
def _published() -> Calibration:
    return calibration(model=simulate.published_model())


def to_scores(below: np.ndarray, above: np.ndarray) -> np.ndarray:
    """Normal scores from the probabilities of lying below and above, exact in both tails."""
    from scipy.special import ndtri

    scores = np.where(below < 0.5, ndtri(below), -ndtri(above))
    return np.clip(scores, -38, 38)


def _humps(residual: simulate.Residual) -> list[tuple[float, float, float]]:
    shares = (1 - residual.tail_share, residual.tail_share)
    return [(share, mean, sd) for share, (mean, sd) in zip(shares, residual.humps, strict=True)]


def _sun(model: simulate.VK2Model) -> list[tuple[float, float]]:
    """The sun term, a gamma variable, as a few points with weights (Gauss–Laguerre)."""
    from scipy.special import roots_genlaguerre

    covariates = model.covariates
    shape = (covariates.sun_mean / covariates.sun_sd) ** 2
    places, weights = roots_genlaguerre(_SUN_NODES, shape - 1)
    hours = places * covariates.sun_mean / shape - covariates.sun_mean
    return list(zip(weights / weights.sum(), model.sun_per_hour * hours, strict=True))


def _mixture(
    humps: list[tuple[float, float, float]],
    optic: list[tuple[float, float]],
    sun: list[tuple[float, float]],
) -> ResidualLaw:
    """All combinations of a hump, a lesion or none, and a point of sun."""
    parts = [
        (share * p * q, mean + shift + light, sd)
        for share, mean, sd in humps
        for p, shift in optic
        for q, light in sun
    ]
    weights, means, sds = np.array(parts).T
    return ResidualLaw(weights, means, sds)


def _residuals() -> np.ndarray:
    return np.arange(-_RESIDUAL_END, _RESIDUAL_END + _RESIDUAL_STEP / 2, _RESIDUAL_STEP)


def _vk2_place(log_vk2: np.ndarray) -> np.ndarray:
    return (log_vk2 - _LOG_VK2_LOW) / _LOG_VK2_STEP


def _normal(score: np.ndarray) -> np.ndarray:
    from scipy.special import ndtr

    return ndtr(score)


def _look_up(table: np.ndarray, place: np.ndarray, row: np.ndarray | None = None) -> np.ndarray:
    """Interpolate between the entries of a table with even steps; ends are held."""
    place = np.clip(place, 0, table.shape[-1] - 1.000001)
    cell = place.astype(np.intp)
    part = place - cell
    if row is not None:
        cell = cell + row * table.shape[-1]
        table = table.ravel()
    low = table.take(cell)
    return low + part * (table.take(cell + 1) - low)
