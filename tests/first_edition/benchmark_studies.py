"""Simulated studies per second, drawn and fitted: by the block, and one by one with statsmodels.

Run it by hand: ``python tests/benchmark_studies.py``. Both ways draw studies of 45 people with MS
and fit the attack slope; both are timed in the same run, so only their ratio means anything.
"""

from time import perf_counter

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf

from helpers.first_edition import estimate, simulate

TERMS = ("attacks_per_year", "age_decades", "woman", "optic_nerve_lesion", "sun_hours_per_day")
LOOPED, BATCHED = 100, 50_000


def attack_slope(studies):
    names = ("intercept", *TERMS)
    fit = estimate.batch_least_squares(studies.ms.design(*TERMS), studies.ms.log_vk2, names)
    return fit.percent("attacks_per_year")


def one_by_one(model, n_studies):
    formula = f"log_vk2 ~ {' + '.join(TERMS)}"
    slopes = []
    for studies in simulate.iter_studies(model, n_studies, seed=1):
        for number in range(len(studies.ms.log_vk2)):
            columns = {term: getattr(studies.ms, term)[number] for term in TERMS}
            table = pd.DataFrame(columns).assign(log_vk2=studies.ms.log_vk2[number])
            fit = smf.ols(formula, table).fit(cov_type="HC3", use_t=True)
            slopes.append([100 * np.expm1(fit.params["attacks_per_year"]), fit.pvalues.iloc[1]])
    return np.array(slopes)


def main():
    model = simulate.published_model()
    start = perf_counter()
    looped = one_by_one(model, LOOPED)
    loop_rate = LOOPED / (perf_counter() - start)
    start = perf_counter()
    results = simulate.replicate(model, attack_slope, BATCHED, seed=1)
    batch_rate = BATCHED / (perf_counter() - start)
    ours = results[["estimate", "p_value"]].to_numpy()[:LOOPED]
    np.testing.assert_allclose(ours, looped, rtol=1e-8)
    print("Draw a study and fit the attack slope, HC3 errors, the same results:")
    print(f"statsmodels, one by one: {loop_rate:10,.0f} studies per second")
    print(f"by the block:            {batch_rate:10,.0f} studies per second")
    print(f"ratio:                   {batch_rate / loop_rate:10,.0f}")


if __name__ == "__main__":
    main()
