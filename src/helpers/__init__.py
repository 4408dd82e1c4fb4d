"""Helpers for the notebooks "Vitamin K2 and MS: reading a health claim with data".

Import the module you need, for example ``from helpers import data, estimate``. Each module holds
one idea; nothing heavy is imported before it is used.

data       load and check the tables
simulate   the model of vitamin K2, and fresh studies drawn from it
replica    the one simulated sample whose figures are the published ones
estimate   effect sizes, log-linear fits and batch fits, each with its interval
vitamin_k  vitamin K as a molecule and in the blood (vitamin_readings puts it into words)
design     who is in a study, what was measured, what ± means (words in design_readings)
power      how much a study of a given size can tell
audit      post against abstract, the unknowns, the STROBE audit, the plan
verdicts   the reader's verdicts on the post's claims, beside ours
causal     five worlds that look alike, six designs, beliefs (its own folder)
plots      one style and every figure, with its alternative text
show       what a cell shows: a picture, a table, a sentence
readings   results read out in words, each sentence built from its result
interact   sliders above a picture, which stays as a still without a kernel
learn      predictions and checks of answers, with feedback
exercises  the answer keys (look after you have tried)
notebooks  run all notebooks, refresh their outputs

Behind ``estimate``: `intervals`, `loglinear` and `batch`. Behind all: `checks` of arguments.
Dependencies point one way: `data` to `simulate` and `estimate`, these to `replica`, and all of
them to `plots`, `readings` and `exercises`. ``python -m helpers`` checks your environment.
"""
