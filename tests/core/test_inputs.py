"""Bad input gets an error that names the argument, what was given and what was expected."""

import numpy as np
import pytest

from gdtools import (
    adam,
    best_step,
    condition_number,
    descend,
    gradient_descent,
    gradient_descent_batch,
    gradient_error,
    least_squares,
    momentum,
    nesterov,
    plot_path,
    predicted_steps,
    projected_gradient,
    quadratic,
    spectrum,
    step_bound,
)


def run(grad=lambda x: x, x0=(1.0, 2.0), lr=0.1, n_iter=5, tol=1e-10, method=gradient_descent, **others):
    return method(grad, np.asarray(x0) if isinstance(x0, tuple) else x0, lr, n_iter, tol, **others)


def batch(**given):
    return run(**{"x0": [[1.0, 2.0]], "method": gradient_descent_batch} | given)


BAD = {
    "gradient is a number": (lambda: run(grad=3.0), TypeError, "grad", "3.0", "a function"),
    "gradient returns nothing": (lambda: run(grad=lambda x: None), TypeError, "grad", "None", "real numbers"),
    "gradient returns nothing, scalar": (
        lambda: run(grad=lambda x: None, x0=1.0),
        TypeError,
        "grad",
        "None",
        "real",
    ),
    "gradient returns words": (lambda: run(grad=lambda x: "uphill"), TypeError, "grad", "uphill", "real numbers"),
    "gradient is complex": (lambda: run(grad=lambda x: x * 1j), TypeError, "grad", "j", "real numbers"),
    "gradient has another shape": (lambda: run(grad=lambda x: x[:1]), ValueError, "grad", "(1,)", "(2,)"),
    "gradient of a scalar is an array": (lambda: run(grad=lambda x: [x], x0=1.0), ValueError, "grad", "(1,)", "()"),
    "start is infinite": (lambda: run(x0=(1.0, np.inf)), ValueError, "x0", "inf", "finite"),
    "start is not a number": (lambda: run(x0=np.nan), ValueError, "x0", "nan", "finite"),
    "start is a word": (lambda: run(x0="here"), TypeError, "x0", "here", "real number"),
    "start is complex": (lambda: run(x0=1j), TypeError, "x0", "1j", "real number"),
    "start is missing": (lambda: run(x0=None), TypeError, "x0", "None", "real number"),
    "start is empty": (lambda: run(x0=()), ValueError, "x0", "[]", "at least one"),
    "rate is zero": (lambda: run(lr=0), ValueError, "lr", "0", "> 0"),
    "rate is negative": (lambda: run(lr=-0.1), ValueError, "lr", "-0.1", "> 0"),
    "rate is not a number": (lambda: run(lr=np.nan), ValueError, "lr", "nan", "> 0"),
    "rate is infinite": (lambda: run(lr=np.inf), ValueError, "lr", "inf", "finite"),
    "rate is a word": (lambda: run(lr="0.1"), TypeError, "lr", "'0.1'", "> 0"),
    "rate is a list": (lambda: run(lr=[0.1, 0.2]), TypeError, "lr", "[0.1, 0.2]", "> 0"),
    "schedule turns negative": (lambda: run(lr=lambda k: 1.5 - k), ValueError, "lr(2)", "-0.5", "> 0"),
    "steps are negative": (lambda: run(n_iter=-1), ValueError, "n_iter", "-1", ">= 0"),
    "steps are a fraction": (lambda: run(n_iter=10.0), TypeError, "n_iter", "10.0", "integer"),
    "tolerance is negative": (lambda: run(tol=-1e-3), ValueError, "tol", "-0.001", ">= 0"),
    "tolerance is not a number": (lambda: run(tol=np.nan), ValueError, "tol", "nan", ">= 0"),
    "tolerance is missing": (lambda: run(tol=None), TypeError, "tol", "None", ">= 0"),
    "record is negative": (lambda: run(record=-1), ValueError, "record", "-1", ">= 0"),
    "step is no function": (lambda: descend(lambda x: x, 1.0, 0.1, 5), TypeError, "step", "0.1", "a function"),
    "batch of a number for a gradient": (lambda: batch(grad=3.0), TypeError, "grad", "3.0", "a function"),
    "batch of fewer than no steps": (lambda: batch(n_iter=-1), ValueError, "n_iter", "-1", ">= 0"),
    "batch of one axis": (lambda: batch(x0=[1.0, 2.0]), ValueError, "x0", "(2,)", "(d, m)"),
    "batch with a rate too many": (lambda: batch(lr=[0.1, 0.1, 0.1]), ValueError, "lr", "(3,)", "(2,)"),
    "batch with a rate of zero": (lambda: batch(lr=[0.1, 0.0]), ValueError, "lr", "0.0", "> 0"),
    "batch with a rate in words": (lambda: batch(lr="fast"), TypeError, "lr", "fast", "> 0"),
    "batch gradient has another shape": (lambda: batch(grad=lambda x: x[0]), ValueError, "grad", "(2,)", "(1, 2)"),
    "momentum of 1": (lambda: run(method=momentum, beta=1), ValueError, "beta", "1", "[0, 1)"),
    "momentum in words": (lambda: run(method=nesterov, beta="much"), TypeError, "beta", "much", "[0, 1)"),
    "momentum with a rate of zero": (lambda: run(method=momentum, lr=0), ValueError, "lr", "0", "> 0"),
    "Adam with a negative memory": (lambda: run(method=adam, beta2=-1), ValueError, "beta2", "-1", "[0, 1)"),
    "Adam with a negative decay": (lambda: run(method=adam, decay=-0.1), ValueError, "decay", "-0.1", ">= 0"),
    "Adam with an endless decay": (lambda: run(method=adam, decay=np.inf), ValueError, "decay", "inf", "finite"),
    "Adam with a largest v of sorts": (lambda: run(method=adam, amsgrad=1), TypeError, "amsgrad", "1", "True or False"),
    "Adam with too long a memory": (lambda: run(method=adam, beta1=1), ValueError, "beta1", "1", "[0, 1)"),
    "projection is missing": (
        lambda: projected_gradient(lambda x: x, None, [1.0], 0.1, 5),
        TypeError,
        "project",
        "None",
        "a function",
    ),
    "projected gradient is missing": (
        lambda: projected_gradient(None, lambda x: x, [1.0], 0.1, 5),
        TypeError,
        "grad",
        "None",
        "a function",
    ),
    "matrix is not symmetric": (lambda: quadratic([[1, 2], [0, 1]]), ValueError, "A", "[[1.0, 2.0]", "symmetric"),
    "matrix is not square": (lambda: quadratic(np.ones((2, 3))), ValueError, "A", "1.0", "symmetric"),
    "b is too long": (lambda: quadratic(np.eye(2), [1, 2, 3]), ValueError, "b", "(3,)", "(2,)"),
    "y is too short": (lambda: least_squares(np.ones((5, 2)), np.ones(4)), ValueError, "y", "(4,)", "(5,)"),
    "Hessian is not symmetric": (lambda: spectrum([[1, 2], [0, 1]]), ValueError, "H", "[[1.0, 2.0]", "symmetric"),
    "Hessian is empty": (lambda: spectrum([]), ValueError, "H", "[]", "a matrix or its eigenvalues"),
    "Hessian has three axes": (lambda: spectrum(np.eye(2)[None]), ValueError, "H", "[[[1.0", "a matrix or its eigenvalues"),
    "Hessian is not square": (lambda: spectrum(np.ones((2, 3))), ValueError, "H", "[[1.0, 1.0, 1.0]", "symmetric"),
    "Hessian is not a number": (lambda: spectrum(np.nan), ValueError, "H", "nan", "finite"),
    "bound of a saddle": (lambda: step_bound([1.0, -1.0]), ValueError, "H", "-1.0", "none negative"),
    "bound of a plane": (lambda: best_step([0.0, 0.0]), ValueError, "H", "[0.0, 0.0]", "one positive"),
    "condition of a saddle": (lambda: condition_number([-3.0, 1.0]), ValueError, "H", "-3.0", "none negative"),
    "rate below zero": (lambda: predicted_steps(-0.5, 0.1), ValueError, "rate", "-0.5", ">= 0"),
    "accuracy of 0": (lambda: predicted_steps(0.5, 0), ValueError, "eps", "0", "between 0 and 1"),
    "curvature below rounding": (lambda: step_bound([-1e-5, 1e6]), ValueError, "H", "-1e-05", "none negative"),
    "accuracy of 1": (lambda: predicted_steps(0.5, 1), ValueError, "eps", "1", "between 0 and 1"),
    "data is a list": (lambda: least_squares([1, 2], [1, 2]), ValueError, "X", "(2,)", "(n, d)"),
    "gradient to check has another shape": (
        lambda: gradient_error(lambda x: x[0], lambda x: 1.0, [1.0, 2.0]),
        ValueError,
        "grad",
        "()",
        "(2,)",
    ),
    "path in space": (lambda: plot_path(np.ones((4, 3))), ValueError, "hist", "(4, 3)", "(n + 1, 2)"),
    "path along an unknown curve": (lambda: plot_path(np.ones(4)), ValueError, "f", "None", "expected f"),
}


@pytest.mark.parametrize("case", BAD)
def test_the_error_names_the_argument_the_value_and_what_was_expected(case):
    call, kind, argument, value, expected = BAD[case]
    with pytest.raises(kind) as caught:
        call()
    message = str(caught.value)
    assert message.startswith(argument)
    assert value in message
    assert expected in message.split(";", 1)[1]
