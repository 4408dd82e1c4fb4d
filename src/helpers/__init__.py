"""Helpers for the notebooks "Vitamin K2 and MS: reading a health claim with data".

The lessons stand in the notebooks; here is what no library has and several cells need. Import the
module you need: ``from helpers import effects, figures, learn, tables``. From the bottom up:

tables     read a table of the folder `data`
effects    a fit's result in per cent and in words; many fits at once
simulate   the model of vitamin K2 behind every simulated person, and fresh studies from it
worlds     five causal stories that agree on all that the study of 2018 could see (notebook 04)
designs    six studies that tell them apart, or do not
beliefs    what a result does to an opinion
figures    the frame around every figure, and drawings that several notebooks share
learn      predictions, checks of answers, verdicts, sentences and tables on the page
exercises  the answer keys (look after you have tried)

``python -m helpers`` checks your environment; ``python -m helpers run`` runs the notebooks.
"""
