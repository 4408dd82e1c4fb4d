"""Studies per second of the batched fit and of a loop over statsmodels; run it by hand."""

from time import perf_counter

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf

from helpers.estimate import batch_least_squares

PARTICIPANTS, TERMS, LOOPED, BATCHED = 74, 7, 100, 10_000


def main():
    rng = np.random.default_rng(1)
    names = [f"x{i}" for i in range(1, TERMS)]
    columns = rng.normal(size=(BATCHED, PARTICIPANTS, TERMS - 1))
    design = np.concatenate([np.ones((BATCHED, PARTICIPANTS, 1)), columns], axis=2)
    outcome = rng.normal(size=(BATCHED, PARTICIPANTS))

    start = perf_counter()
    looped = []
    for x, y in zip(columns[:LOOPED], outcome[:LOOPED], strict=True):
        table = pd.DataFrame(x, columns=names).assign(y=y)
        fit = smf.ols(f"y ~ {' + '.join(names)}", table).fit(cov_type="HC3", use_t=True)
        looped.append([fit.params, fit.bse])
    loop_rate = LOOPED / (perf_counter() - start)

    batch_rates = []
    for _ in range(3):
        start = perf_counter()
        batch = batch_least_squares(design, outcome)
        batch_rates.append(BATCHED / (perf_counter() - start))

    ours = np.stack([batch.coefficients, batch.standard_errors_hc3], axis=1)[:LOOPED]
    np.testing.assert_allclose(ours, np.array(looped), rtol=1e-10)
    print(f"{PARTICIPANTS} participants, {TERMS} terms, HC3 standard errors, the same results")
    print(f"statsmodels, one by one: {loop_rate:10,.0f} studies per second")
    print(f"batch_least_squares:     {max(batch_rates):10,.0f} studies per second")
    print(f"ratio:                   {max(batch_rates) / loop_rate:10,.0f}")


if __name__ == "__main__":
    main()
