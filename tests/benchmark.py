"""How many times as fast are all fits at once? Run: python tests/benchmark.py

Both ways fit the same 100 studies, drawn beforehand, and give the same results.
"""

import timeit

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf

from helpers import effects, simulate

TERMS = ["attacks_per_year", "age_decades", "woman", "optic", "sun_hours_per_day"]
FORMULA = "np.log(vk2_ng_ml) ~ " + " + ".join(TERMS)


def at_once(people, controls=None):
    columns = {term: people[term] for term in TERMS}
    return effects.many_fits(np.log(people["vk2_ng_ml"]), columns, of="attacks_per_year")


def one_by_one(people):
    rows = []
    for study in range(len(people["woman"])):
        one = pd.DataFrame({name: values[study] for name, values in people.items()})
        fit = smf.ols(FORMULA, one).fit(cov_type="HC3", use_t=True)
        slope = "attacks_per_year"
        rows.append([fit.params[slope], *fit.conf_int().loc[slope], fit.pvalues[slope]])
    return pd.DataFrame(rows, columns=["estimate", "low", "high", "p"])


if __name__ == "__main__":
    drawn = simulate.draw(simulate.published_model(), np.random.default_rng(1), 100, 45)
    assert np.allclose(at_once(drawn), one_by_one(drawn))
    fast = min(timeit.repeat(lambda: at_once(drawn), number=1, repeat=20))
    slow = min(timeit.repeat(lambda: one_by_one(drawn), number=1, repeat=3))
    print(f"100 fits: {1000 * fast:.1f} ms at once, {slow:.1f} s singly, {slow / fast:.0f} times")
