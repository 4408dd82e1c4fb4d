"""Cause or effect? Five worlds that look alike, and six designs that could tell them apart.

Everybody in these worlds is simulated. The names below are meant to be used from here.

calibration  the distributions that all worlds share
people       the simulated people that a world hands out
worlds       five causal models, and two that tell onset from activity
graphs       the arrows of each world, and which paths a design closes
instrument   genes that shift VK2, for the genetic study
designs      six studies, run in each world thousands of times
beliefs      what a result does to what one believes; mixtures of worlds
strength     how strong an arrow would have to be to make the whole gap
adjusting    what holding things equal does, in numbers and by the arrows
relapses     regression to the mean, with the published rates
"""
