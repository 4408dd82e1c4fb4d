"""Helpers for the notebooks "Vitamin K2 and MS: reading a health claim with data".

Import the module you need, for example ``from helpers import data, estimate``. Each module holds
one idea; nothing heavy is imported before it is used.

data       load and check the tables
simulate   the model of vitamin K2, the simulated participants, fresh studies from the model
estimate   effect sizes and log-linear fits, each with its interval
plots      one style, every figure, and its alternative text
learn      predictions and checks of exercises
"""
