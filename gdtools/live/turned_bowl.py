"""The ground of the bowl and of the race; turned_bowl.js has the same."""

import numpy as np

from gdtools.live.compute import direction
from gdtools.objectives import Objective

CENTRE, MU = (3, 1), 2  # the minimum, and the smaller eigenvalue
WINDOW = ((-2, 8), (-2.5, 4.5))


def turned_bowl(kappa, angle):
    r"""A bowl turned about its minimum by ``angle`` degrees, an Objective.

    .. math:: f(x, y) = (x - 3)^2 + \kappa\,(y - 1)^2, \qquad H = \mathrm{diag}(2, 2\kappa)
    """
    a, b, d = entries(kappa, angle)

    def grad(p):
        x, y = p[0] - CENTRE[0], p[1] - CENTRE[1]
        return np.array([a * x + b * y, b * x + d * y])

    return Objective(
        name="turned bowl",
        f=lambda p: 0.5 * ((p[0] - CENTRE[0]) * grad(p)[0] + (p[1] - CENTRE[1]) * grad(p)[1]),
        grad=grad,
        hess=lambda p: np.array([[a, b], [b, d]]),
        minimisers=np.array([CENTRE], dtype=float),
        window=WINDOW,
    )


def entries(kappa, angle):
    """The entries of the turned bowl's Hessian: H₁₁, H₁₂ and H₂₂."""
    (mu, L), (c, s) = eigenvalues(kappa), direction(angle)
    return mu * c * c + L * s * s, (mu - L) * c * s, mu * s * s + L * c * c


def eigenvalues(kappa):
    """The bowl's curvatures, μ and L = κμ."""
    return [float(MU), float(MU * kappa)]


def distances(hist):
    """How far each point of a run is from the minimum, shape (len(hist),)."""
    return np.hypot(*(hist - CENTRE).T)


def shared():
    """What turned_bowl.js takes from here."""
    return {"centre": CENTRE, "mu": MU, "window": WINDOW}
