"""A bowl that tells which method with a memory can be trusted."""

from __future__ import annotations

import math

import numpy as np

from gdtools.inputs import Array, as_condition, as_points, as_rate
from gdtools.objectives import Objective

NORMALS = np.array([[0.0, -math.sqrt(0.75), math.sqrt(0.75)], [1.0, -0.5, -0.5]])  # the three directions, one a column


def three_springs(kappa: float, d: float = 2.4) -> Objective:
    r"""A bowl that stiffens in three directions, smooth and strongly convex, and yet too much for the best heavy ball.

    .. math:: f(x) = \tfrac12\lVert x\rVert^2 + (\kappa - 1)\,\min_y
              \Bigl[\tfrac12 \max(0, d_1^\top y, d_2^\top y, d_3^\top y)^2 + \tfrac12\lVert x - y\rVert^2\Bigr]

    with three vectors of length ``d``, 120° apart: what is added is a Moreau envelope of a convex function, hence convex with
    curvatures of at most 1, so that those of f lie between 1 and κ. It is a quadratic within each of six sectors:
    where a single direction pulls, and between two of them, where both do.

    Parameters
    ----------
    kappa : the largest curvature, a finite number >= 1; the smallest is 1
    d : the length of the three vectors, a finite number > 0

    Returns
    -------
    Objective : of two variables, with its minimiser 0

    Raises
    ------
    TypeError, ValueError : ``kappa`` or ``d`` is no such number

    References
    ----------
    Goujaud, Taylor and Dieuleveut (2025) have other functions of this kind.

    Examples
    --------
    >>> three_springs(25).grad([0.0, 1.69])
    array([ 0.  , 36.25])
    """
    kappa, d = as_condition(kappa), as_rate(d, "d")
    single, pair, border = d * d / (1 + d * d), 1 / (1 + d * d / 4), (1 - d * d / 2) / (1 + d * d)

    def sector(x: Array) -> tuple[Array, Array, Array, Array, Array]:
        """Return the nearest direction and x along it, the farthest likewise, and whether a single one pulls."""
        along = np.tensordot(NORMALS.T, x, 1)
        near, far = along.max(axis=0), along.min(axis=0)
        nearest, farthest = NORMALS[:, along.argmax(axis=0)], NORMALS[:, along.argmin(axis=0)]
        return nearest, near, farthest, far, -near - far <= border * near

    def added(x: Array) -> Array:
        nearest, near, farthest, far, alone = sector(x)
        return np.where(alone, single * near * nearest, x - pair * far * farthest)

    def f(x: Array) -> Array:
        x = as_points(x, 2)
        return (x * (x + (kappa - 1) * added(x))).sum(axis=0) / 2

    def grad(x: Array) -> Array:
        x = as_points(x, 2)
        return x + (kappa - 1) * added(x)

    def hess(x: Array) -> Array:
        nearest, _, farthest, _, alone = sector(as_points(x, 2))
        pulls = single * np.outer(nearest, nearest) if alone else np.eye(2) - pair * np.outer(farthest, farthest)
        return np.eye(2) + (kappa - 1) * pulls

    return Objective(name="three springs", f=f, grad=grad, hess=hess, minimisers=np.zeros((1, 2)), window=((-3, 3), (-3, 3)))
