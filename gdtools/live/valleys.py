"""The ground of two valleys and where its starts lead; valleys.js has the same."""

import math
from typing import NamedTuple

import numpy as np

from gdtools.descent import gradient_descent_batch
from gdtools.objectives import two_valleys

WINDOW = two_valleys(0).window
SETTLED, PATIENCE = 1e-3, 120  # a start has led somewhere at this gradient, or after so many steps
FLOW = 1.5  # or more, so that steps times learning rate are this: then what is near the border has parted
SHORTEST = 1e-3  # at a shorter step the border is that of this one, nearly
LEFT, RIGHT, OFF = 0, 1, 2
PLAIN, BENT = (36, 8, 20), (36, 88, 6)  # rows of the upper half, cells of a row, halvings of a cell that holds a border


class Basins(NamedTuple):
    """Which part of all starts in the picture leads left, and whether all digits that are shown of it are right."""

    share: float
    sure: bool


def flats(tilt):
    """The left minimum, the saddle and the right minimum on the x-axis."""
    return np.sort(np.roots([4, 0, -8, tilt]).real)


def leads(x, y, lr, tilt):
    """Where starts lead without noise: LEFT, RIGHT or OFF, an array of the shape of x."""
    starts = np.array([np.ravel(x), np.ravel(y)])
    lr = max(lr, SHORTEST)
    patience = max(PATIENCE, math.ceil(FLOW / lr))
    ends = gradient_descent_batch(two_valleys(tilt).grad, starts, lr, patience, tol=SETTLED)
    kinds = np.where(ends.stopped == "diverged", OFF, np.where(ends.x[0] < flats(tilt)[1], LEFT, RIGHT))
    return kinds.reshape(np.shape(x))


def basins(lr, tilt):
    """The share of the left basin, row by row between the borders; the lower half mirrors the upper."""
    plain = _has_one_border(_kinds(lr, tilt, *_starts(*PLAIN[:2])))
    widths = _widths_left(lr, tilt, *(PLAIN if plain else BENT))
    share = widths.mean()
    if plain:  # a border that is one smooth curve
        share += (2 * widths[-1] - 3 * widths[-2] + widths[-3]) / (24 * widths.size)
    return Basins(share, plain and lr >= SHORTEST)


def _has_one_border(kinds):
    """Whether each row goes over from left to right once, as far as some starts of it tell."""
    return bool((kinds[:, 0] == LEFT).all() and (np.diff(kinds) >= 0).all() and (kinds[:, -1] == RIGHT).all())


def _starts(rows, cells):
    """The ends of the cells of each row in the upper half, and the heights of the rows."""
    (left, right), (_, high) = WINDOW
    x = np.broadcast_to(np.linspace(left, right, cells + 1), (rows, cells + 1))
    return x, high * (np.arange(rows) + 0.5) / rows


def _kinds(lr, tilt, x, y):
    return leads(x, np.broadcast_to(y[:, None], x.shape), lr, tilt)


def _widths_left(lr, tilt, rows, cells, halvings):
    """How much of each row leads left, of one."""
    (left, right), _ = WINDOW
    x, y = _starts(rows, cells)
    kinds = _kinds(lr, tilt, x, y)
    row, cell = np.nonzero(kinds[:, 1:] != kinds[:, :-1])
    before, after = kinds[row, cell], kinds[row, cell + 1]
    border = _narrowed(x[row, cell], x[row, cell + 1], y[row], before, (lr, tilt), halvings)
    widths = right * (kinds[:, -1] == LEFT) - left * (kinds[:, 0] == LEFT)
    np.add.at(widths, row, border * ((before == LEFT) * 1.0 - (after == LEFT)))
    return widths / (right - left)


def _narrowed(low, high, y, before, setting, halvings):
    """Where the kind of start changes between two places of a row: two halvings at a time, as fast as one in an array."""
    for _ in range(halvings // 2 if low.size else 0):
        width = (high - low) / 4
        inner = low[:, None] + width[:, None] * [1, 2, 3]
        same = leads(inner, np.broadcast_to(y[:, None], inner.shape), *setting) == before[:, None]
        quarter = np.where(same[:, 1], 2 + same[:, 2], same[:, 0])
        low = low + quarter * width
        high = low + width
    return (low + high) / 2


def shared():
    """What valleys.js takes from here."""
    limits = {"settled": SETTLED, "patience": PATIENCE, "flow": FLOW, "shortest": SHORTEST}
    return limits | {"window": WINDOW, "plain": PLAIN, "bent": BENT}
