"""Random inputs for the laws the book states."""

import numpy as np
from hypothesis import strategies as st

from gdtools import Objective

seeds = st.integers(0, 2**32 - 1)
dimensions = st.integers(2, 6)
fractions = st.floats(0.01, 0.99)


@st.composite
def bowls(draw, largest_condition=100.0):
    """A symmetric positive definite matrix, as (A, eigenvalues ascending, orthonormal eigenvectors in columns)."""
    rng, d = np.random.default_rng(draw(seeds)), draw(dimensions)
    scale, kappa = 10 ** rng.uniform(-2, 2), rng.uniform(1.5, largest_condition)
    lam = scale * np.sort(np.concatenate([[1, kappa], rng.uniform(1, kappa, d - 2)]))
    V, _ = np.linalg.qr(rng.normal(size=(d, d)))
    A = (V * lam) @ V.T
    return (A + A.T) / 2, lam, V


def waves(sizes, shifts):
    """A sum of sines, neither convex nor quadratic, whose curvatures lie between ∓L, the largest size."""
    return Objective(
        "waves",
        lambda x: np.sum(sizes * np.sin(x + shifts)),
        lambda x: sizes * np.cos(x + shifts),
        lambda x: np.diag(-sizes * np.sin(x + shifts)),
        np.empty((0, len(sizes))),
        (),
    )
