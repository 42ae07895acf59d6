"""Checking a gradient of any length by two values of its function."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from gdtools.inputs import EPSILON, Gradient, as_count, as_function, as_gradient, as_value
from gdtools.objectives import Value, difference_lengths


def directional_error(f: Value, grad: Gradient, x: ArrayLike, seed: int = 0, *, scale: ArrayLike | None = None) -> float:
    r"""Check a gradient along one drawn direction, at the price of two values of f in any dimension.

    .. math:: \frac{|\nabla f(x)^\top v - \tfrac12 (f(x + v) - f(x - v))|}{\lVert h \odot \nabla f(x)\rVert},
              \qquad v_i = h_i z_i, \qquad z_i \sim N(0, 1), \qquad h_i = 6 \cdot 10^{-6} s_i

    If ``grad`` is off by e, the deviation is normal with the standard deviation ‖h ⊙ e‖: below a hundredth of that
    it falls in 0.8 % of the draws, so a second ``seed`` catches what the first one lets pass.
    A difference of values below 1000 times their rounding counts as that large, so that rounding alone is no deviation.

    Parameters
    ----------
    f : x ↦ f(x), a finite number in double precision; it gets its own array
    grad : x ↦ ∇f(x), the gradient to check, an array of the shape of x; it gets a copy of x
    x : where, a finite number or an array of any shape, no stationary point, where there is no slope to compare with
    seed : of the direction, an integer ≥ 0; the same seed gives the same direction
    scale : s, the length over which f changes, in the units of x, one for all coordinates or one each, in the shape of x;
        max(1, |x_i|) when left out

    Returns
    -------
    float : the deviation, without unit; about 1e-9 is what a right gradient gives, and one whose relative error is r gives
        about r; infinite where ``grad`` gives nan

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    Nocedal and Wright (2006), section 8.1.

    Examples
    --------
    >>> directional_error(lambda x: x @ x, lambda x: 2 * x, np.arange(1000.0)) < 1e-8
    True
    """
    grad, (x, lengths) = as_function(grad, "grad"), difference_lengths(f, x, 6e-6, scale)
    v = lengths * np.random.default_rng(as_count(seed, "seed")).normal(size=x.shape)
    slope = as_gradient(grad(x.copy()), x.shape)
    after, before = as_value(f(x + v)), as_value(f(x - v))
    deviation = abs(np.vdot(slope, v) - (after - before) / 2)
    size = max(np.linalg.norm(lengths * slope), 1000 * EPSILON * max(abs(after), abs(before)))
    if math.isnan(deviation):  # which no comparison with a threshold would notice
        return math.inf
    return float(deviation / size) if size else 0.0
