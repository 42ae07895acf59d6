"""What several figures compute with, beside gdtools; compute.js has the same."""

import inspect
import math

import numpy as np

from gdtools.descent import Descent, gradient_descent

ACCURACY = 1e-6  # what an error is to fall to, of the first one
FARTHEST = 100_000  # more steps than that are predicted, not walked
TOLERANCE = inspect.signature(gradient_descent).parameters["tol"].default


def descent(grad, x0, lr, n_iter):
    """A run of `gradient_descent`, a Descent; with η = 0 no step is taken."""
    if lr == 0:
        return Descent(np.array(x0), np.array([x0]))
    return gradient_descent(grad, x0, lr, n_iter)


def steps_to(reached, grad, x0, lr, predicted):
    """The first of the predicted steps that has reached the goal; infinite if none has, or if they are too many to walk.

    ``reached`` maps the points of a run, shape (n + 1, 2), to booleans, shape (n + 1,).
    """
    if predicted > FARTHEST:
        return math.inf
    return first(reached(gradient_descent(grad, x0, lr, predicted, tol=0).hist))


def first(reached):
    """The place of the first True, infinite if there is none."""
    return int(reached.argmax()) if reached.any() else math.inf


def direction(angle):
    """The unit vector at an angle in degrees: its cosine and its sine."""
    turn = angle * (math.pi / 180)
    return math.cos(turn), math.sin(turn)


def shared():
    """What compute.js takes from here."""
    return {"accuracy": ACCURACY, "farthest": FARTHEST, "tolerance": TOLERANCE}
