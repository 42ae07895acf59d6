"""When the data do not fit: sums over chunks of rows, a pass over the data each, and errors in the unit that data have."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from itertools import count, islice
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import ArrayLike

from gdtools.inputs import Array, as_array, as_count, as_function, as_rate, as_symmetric


def over_chunks(block: Callable[..., ArrayLike], *arrays: Any) -> Callable[[ArrayLike], Array]:
    r"""Sum over all rows of arrays that lie in chunks: each call reads every chunk once, wherever it lies.

    .. math:: w \mapsto \sum_{\text{chunks}} \text{block}(X_{\text{chunk}}, y_{\text{chunk}}, \dots, w)

    With arrays of dask one task a chunk loads it and sums over its rows, and dask adds the sums up, on this machine or on
    the scheduler to which a client is connected. With arrays of numpy everything is one chunk.

    Parameters
    ----------
    block : chunks of the arrays and w ↦ a sum over the rows of the chunks, in the same shape for any number of rows; of no
        rows it is 0, by which a mean is found out
    *arrays : arrays of dask in the same chunks of rows, each row whole, or arrays of numpy of the same length

    Returns
    -------
    Callable : w ↦ the sum of ``block`` over all chunks, an array or a number of numpy

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected; for what ``block`` returns, at a call

    References
    ----------
    Rocklin (2015), for blocked arrays and their scheduler.

    Examples
    --------
    >>> X, y = np.array([[1.0], [2.0], [3.0]]), np.array([2.0, 4.0, 6.0])
    >>> over_chunks(lambda X, y, w: X.T @ (X @ w - y), X, y)([0.0])
    array([-28.])
    """
    block, lazy = as_function(block, "block"), _in_chunks(arrays)

    def total(w: ArrayLike) -> Array:
        w = as_array(w, "w is", "an array of real numbers")
        empty = _of_no_rows(block, arrays, w)
        return _computed(block, arrays, w, empty) if lazy else np.asarray(block(*arrays, w))[()]

    return total


def in_standard_errors(g: ArrayLike, H: ArrayLike, n: int, dispersion: float = 1.0) -> float:
    r"""Tell from the gradient of a mean loss over n rows how far the minimiser is, in standard errors of the estimate.

    .. math:: \sqrt{\frac{n\,g^\top H^{-1} g}{\text{dispersion}\cdot d}}

    If the loss is quadratic with Hessian H this is the distance √(n(w − ŵ)ᵀH(w − ŵ)/(dispersion · d)) itself; where the model
    is right and n is large, the truth is about 1 from the minimiser.

    Parameters
    ----------
    g : the gradient of the mean loss at w, shape (d,)
    H : the Hessian of the mean loss at w or nearby, symmetric and positive definite, that of a sample too, shape (d, d)
    n : the number of rows behind the estimate, an integer ≥ 1
    dispersion : what H⁻¹/n is multiplied by to be the covariance of the estimate, > 0: 1 for the negative log-likelihood of a
        logistic or a Poisson model, σ² for half the squared residual

    Returns
    -------
    float : the distance to the minimiser, 1 for one standard error in every direction

    Raises
    ------
    TypeError, ValueError : naming the argument, its value and what was expected

    References
    ----------
    McCullagh and Nelder (1989), for the covariance of an estimate.

    Examples
    --------
    >>> in_standard_errors([0.02, 0.0], [[4.0, 0.0], [0.0, 1.0]], n=20_000)
    1.0
    """
    slope, curvature = as_array(g, "g is", "an array of real numbers"), as_symmetric(H, "H")
    n, dispersion = as_count(n, "n", 1), as_rate(dispersion, "dispersion")
    if slope.shape != (len(curvature),):
        raise ValueError(f"g has shape {slope.shape}; expected ({len(curvature)},), a number for each row of H")
    try:
        root = np.linalg.cholesky(curvature)
    except np.linalg.LinAlgError:
        raise ValueError(f"H is {curvature.tolist()}; expected a positive definite matrix") from None
    part = np.linalg.solve(root, slope)
    return float(np.sqrt(n * (part @ part) / (dispersion * len(slope))))


def _in_chunks(arrays: tuple[Any, ...]) -> bool:
    """Whether the arrays are lazy ones in chunks, if they fit together."""
    if not arrays:
        raise TypeError("arrays is (); expected at least one array")
    lazy = [hasattr(array, "chunks") for array in arrays]
    if any(lazy) and not all(lazy):
        raise TypeError(f"arrays are {[type(array).__name__ for array in arrays]}; expected all of dask, or all of numpy")
    rows = {array.chunks[0] if all(lazy) else len(array) for array in arrays}
    if len(rows) > 1 or (all(lazy) and not np.isfinite(list(*rows)).all()):
        raise ValueError(f"arrays have the rows {sorted(rows)}; expected the same, known numbers of rows for all")
    if any(len(columns) > 1 for array in arrays if all(lazy) for columns in array.chunks[1:]):
        raise ValueError(f"arrays have the chunks {[array.chunks for array in arrays]}; expected each row in one chunk")
    return all(lazy)


def _of_no_rows(block: Callable[..., ArrayLike], arrays: tuple[Any, ...], w: Array) -> Array:
    """Return what ``block`` makes of no rows, if it is 0, as a sum is."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # the mean of nothing warns
        empty = np.asarray(block(*(np.empty((0, *array.shape[1:]), array.dtype) for array in arrays), w))
    if empty.any():  # nan is true
        raise ValueError(f"block of no rows is {empty.tolist()}; expected 0, since it is to be a sum over rows, not a mean")
    return empty


def _computed(block: Callable[..., ArrayLike], arrays: tuple[Any, ...], w: Array, empty: Array) -> Array:
    """Have dask sum ``block`` over all chunks."""
    import dask.array as da  # here alone: without such arrays nobody needs it

    def part(*chunks: Array) -> Array:  # a closure, so that it travels with its code: workers need not know gdtools
        return np.asarray(block(*chunks, w))[np.newaxis]

    label = count(1)  # 0 are the rows; all other axes have names of their own
    axes = [(0, *islice(label, array.ndim - 1)) for array in arrays]
    wide = dict(zip(label, empty.shape, strict=False))
    parts = da.blockwise(
        part,
        (0, *wide),
        *(one for pair in zip(arrays, axes, strict=True) for one in pair),
        new_axes=wide,
        adjust_chunks={0: 1},
        concatenate=True,
        align_arrays=False,
        token=f"pass-{uuid4().hex}",
        meta=np.empty((0,) * (1 + empty.ndim), empty.dtype),
    )
    return parts.sum(axis=0).compute()
