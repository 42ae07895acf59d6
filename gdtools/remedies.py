"""What to reach for when plain gradient descent struggles, each written on the same loop."""

import numpy as np

from gdtools.descent import descend, gradient_descent
from gdtools.inputs import as_fraction, as_function, as_rate, as_schedule


def momentum(grad, x0, lr, n_iter, tol=1e-10, *, beta=0.9, record=1):
    """Let the step remember: a heavy ball that keeps a part β of its last move.

    .. math:: x_{k+1} = x_k - \\eta\\,\\nabla f(x_k) + \\beta\\,(x_k - x_{k-1})

    On a quadratic the best choice is √η = 2/(√L + √μ) and √β = (√κ − 1)/(√κ + 1).
    Arguments, return value and errors are those of `gradient_descent`. Source: Polyak (1964).
    """
    rate, beta, move = as_schedule(lr), as_fraction(beta, "beta"), 0.0

    def step(x, g, k):
        nonlocal move
        move = beta * move - rate(k) * g
        return x + move

    return descend(grad, x0, step, n_iter, tol, record=record)


def nesterov(grad, x0, lr, n_iter, tol=1e-10, *, beta=0.9, record=1):
    """Look ahead, then step: momentum whose gradient is taken where the ball is about to be.

    .. math:: y_k = x_k + \\beta\\,(x_k - x_{k-1}), \\qquad x_{k+1} = y_k - \\eta\\,\\nabla f(y_k)

    The history holds the points y_k, where the gradients are taken.
    Arguments, return value and errors are those of `gradient_descent`. Source: Nesterov (1983).
    """
    rate, beta, last = as_schedule(lr), as_fraction(beta, "beta"), None

    def step(y, g, k):
        nonlocal last
        x = y - rate(k) * g
        ahead = x + beta * (x - (y if last is None else last))
        last = x
        return ahead

    return descend(grad, x0, step, n_iter, tol, record=record)


def adam(grad, x0, lr, n_iter, tol=1e-10, *, beta1=0.9, beta2=0.999, eps=1e-8, record=1):
    """Give every coordinate its own step: a running mean of the gradient over that of its size.

    .. math:: m \\leftarrow \\beta_1 m + (1-\\beta_1) g, \\quad v \\leftarrow \\beta_2 v + (1-\\beta_2) g^2, \\quad
              x \\leftarrow x - \\eta\\,\\frac{m/(1-\\beta_1^k)}{\\sqrt{v/(1-\\beta_2^k)} + \\varepsilon}

    ``lr`` is a length in the units of x, about how far each coordinate moves a step, or a callable k ↦ length.
    Otherwise arguments, return value and errors are those of `gradient_descent`. Source: Kingma and Ba (2015).
    """
    rate, beta1, beta2 = as_schedule(lr), as_fraction(beta1, "beta1"), as_fraction(beta2, "beta2")
    m = v = 0.0

    def step(x, g, k):
        nonlocal m, v
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1 ** (k + 1)), v / (1 - beta2 ** (k + 1))
        return x - rate(k) * m_hat / (np.sqrt(v_hat) + eps)

    return descend(grad, x0, step, n_iter, tol, record=record)


def projected_gradient(grad, project, x0, lr, n_iter, tol=1e-10, *, record=1):
    """Step downhill, then return to the nearest allowed point.

    .. math:: x_{k+1} = P\\bigl(x_k - \\eta\\,\\nabla f(x_k)\\bigr)

    This is gradient descent on G(x) = (x − P(x − η∇f(x)))/η, which vanishes exactly at the constrained
    stationary points; ``tol`` bounds its norm.
    ``project`` maps a point to the nearest allowed one. Otherwise as `gradient_descent`, with ``lr`` a number.
    Source: Nocedal and Wright (2006), section 16.7.
    """
    grad, project, lr = as_function(grad, "grad"), as_function(project, "project"), as_rate(lr)
    return gradient_descent(lambda x: (x - project(x - lr * grad(x))) / lr, x0, lr, n_iter, tol, record=record)
