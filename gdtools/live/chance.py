"""Chance that is the same in Python and in chance.js: each number depends on its seed and its place alone."""

import math

import numpy as np

SEEDS, PLACES = 0x9E3779B9, 0x6D2B79F5  # odd, so that no two seeds and no two places fall together


def bits(seed, n):
    """The n-th 32 bits of a seed, an array of the shape of n: the mixing of the generator mulberry32."""
    t = np.asarray([seed], np.uint32) * np.uint32(SEEDS) + np.asarray(n, np.uint32) * np.uint32(PLACES)
    t = (t ^ t >> 15) * (t | 1)
    t = t ^ t + (t ^ t >> 7) * (t | 61)
    return t ^ t >> 14


def uniform(seed, n):
    """Numbers from 0 to below 1."""
    return bits(seed, n) / 2**32


def bell(seed, n):
    """Nearly normal numbers with mean 0 and variance 1: the sum of four bytes."""
    return (bits(seed, n)[:, None].view(np.uint8).sum(axis=1, dtype=int) - 510) / math.sqrt(21845)


def shared():
    """What chance.js takes from here."""
    return {"seeds": SEEDS, "places": PLACES}
