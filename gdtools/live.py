"""Live figures: widgets in JupyterLab, and on a static page pictures that answer without a kernel.

The page's numbers come from ``static/*.js``; ``numbers`` computes the same ones with gdtools, and tests compare the two.
This module is not imported by ``import gdtools``: it alone needs anywidget.
"""

import io
import json
import math
import re
import urllib.parse
from html import escape
from pathlib import Path

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from gdtools.descent import Descent, gradient_descent
from gdtools.objectives import Objective
from gdtools.plotting import STYLE, plot_contours, plot_decay, plot_path
from gdtools.theory import contraction, factors, predicted_steps, step_bound

STATIC = Path(__file__).with_name("static")
PARTS = "compute draw control promise bowl".split()  # one scope, in this order
ACCURACY = 1e-6
FARTHEST = 100_000  # more steps than that are predicted, not walked


def source(static=STATIC):
    """The JavaScript of all figures, joined into one text without comments and indentation."""
    lines = [line.strip() for part in PARTS for line in (static / f"{part}.js").read_text(encoding="utf-8").splitlines()]
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def page_script(static=STATIC):
    """The same as a classic script that starts every figure of a page; a module would not load from the disk."""
    return f"(() => {{\n{source(static)}\nmountAll();\n}})();\n"


class Number(traitlets.TraitType):
    """A finite number between two others; ``whole`` asks for an integer."""

    def __init__(self, default, low, high, *, whole=False):
        super().__init__(default)
        self.low, self.high, self.whole = low, high, whole
        self.tag(sync=True)

    def validate(self, obj, value):
        expected = f"{'an integer' if self.whole else 'a number'} from {self.low:g} to {self.high:g}"
        return _number(value, self.name, expected, self.low, self.high, whole=self.whole)


class Point(traitlets.TraitType):
    """A point of the plane: two numbers, neither farther than ``far`` from zero."""

    def __init__(self, default, far=1e6):
        super().__init__(default)
        self.far = far
        self.tag(sync=True)

    def validate(self, obj, value):
        expected = f"two numbers from {-self.far:g} to {self.far:g}"
        if np.shape(value) != (2,):
            raise traitlets.TraitError(f"{self.name} is {value!r}; expected {expected}")
        return tuple(_number(part, self.name, expected, -self.far, self.far) for part in value)


class LiveFigure(anywidget.AnyWidget):
    """A figure that the reader can set; each control is a trait, checked when it is set.

    A subclass names its ``figure``, declares a trait for each control, computes ``numbers`` with gdtools, tells them in a
    ``sentence``, draws the ``still`` and says in ``alt`` what that shows.
    """

    _esm = f"{source()}\nexport default {{ render }};\n"
    _css = STATIC / "live.css"
    figure = traitlets.Unicode().tag(sync=True)

    def state(self):
        """The settings, trait by trait."""
        return {name: getattr(self, name) for name, trait in self.traits().items() if isinstance(trait, Number | Point)}

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return {**data, "text/html": self.html()}, metadata

    def html(self):
        """What a page without a kernel holds: the state, and a still picture with a sentence until a script replaces them."""
        state = escape(json.dumps(self.state(), separators=(",", ":")))
        picture = f'<img src="{_data_uri(self.still())}" alt="{escape(self.alt())}">'
        inside = f"{picture}<p>{escape(self.sentence())}</p>"
        return f'<div class="live-figure" data-live="{self.figure}" data-state="{state}">{inside}</div>'


class Promise(LiveFigure):
    """One step downhill: what the slope promises, what is delivered, and what curvature takes back.

    .. math:: f(x, y) = \\tfrac14 x^4 - xy + y^2, \\qquad x_1 = x_0 + \\eta\\,\\lVert\\nabla f(x_0)\\rVert\\,d,

    where the unit vector d is turned from −∇f(x₀) by ``angle`` degrees, counter-clockwise.
    """

    figure = traitlets.Unicode("promise", read_only=True).tag(sync=True)
    lr = Number(0.1, 0, 100)
    angle = Number(0.0, -180, 180)
    x0 = Point((2.0, 2.0), 100)

    def objective(self):
        """The ground, an Objective."""
        return Objective(
            name="hillside",
            f=lambda p: p[0] * p[0] * p[0] * p[0] / 4 - p[0] * p[1] + p[1] * p[1],
            grad=lambda p: np.array([p[0] * p[0] * p[0] - p[1], 2 * p[1] - p[0]]),
            hess=lambda p: np.array([[3 * p[0] * p[0], -1.0], [-1.0, 2.0]]),
            minimisers=np.array([[1, 0.5], [-1, -0.5]]) / math.sqrt(2),
            window=((-2.5, 3), (-1.35, 2.5)),
        )

    def step(self):
        """The step as set, a vector: no longer than zero where the gradient is zero."""
        g, turn = self.objective().grad(self.x0), self.angle * (math.pi / 180)
        c, s = math.cos(turn), math.sin(turn)
        return -self.lr * np.array([[c, -s], [s, c]]) @ g

    def numbers(self):
        """The numbers that the figure shows, as it shows them."""
        ground, x0, step = self.objective(), np.array(self.x0), self.step()
        g, length = ground.grad(x0), np.hypot(*step)
        promised, delivered = -g @ step, ground(x0) - ground(x0 + step)
        values = {
            "slope": g @ step / length if length else self._slope(),
            "length": length,
            "promised": promised,
            "delivered": delivered,
            "gap": promised - delivered,
            "curved": step @ ground.hess(x0) @ step / 2,
        }
        return {name: "≈ 0" if 0 < abs(value) < 1e-9 else general(value) for name, value in values.items()}

    def _slope(self):
        return -np.hypot(*self.objective().grad(self.x0)) * math.cos(self.angle * (math.pi / 180))

    def sentence(self):
        n = self.numbers()
        return (
            f"A step with η = {self.lr:g}, turned by {self.angle:g}° from the negative gradient: "
            f"the slope promises a decrease of {n['promised']}, the true one is {n['delivered']}, and the gap {n['gap']}."
        )

    def alt(self):
        return (
            f"Level lines of the ground with a step from ({self.x0[0]:g}, {self.x0[1]:g}), turned by {self.angle:g} degrees "
            "from the steepest direction; below it the decrease against the step, a straight promise and a curve leaving it."
        )

    def still(self):
        ground, x0, step = self.objective(), np.array(self.x0), self.step()
        with plt.style.context(STYLE):
            fig, (ax, low) = plt.subplots(2, 1, figsize=(5.6, 6))
            plot_contours(ground, ax=ax, levels=8)
            plot_path([x0, x0 + step], ax=ax)
            ax.set(xlim=ground.window[0], ylim=ground.window[1])
            share = np.linspace(0, 1.5, 61)
            low.plot(share * self.lr, -share * (ground.grad(x0) @ step), "k--", lw=1, label="promise")
            low.plot(share * self.lr, ground(x0) - ground(x0[:, None] + share * step[:, None]), label="true decrease")
            low.set(xlabel="step $\\eta$", ylabel="decrease")
            low.legend()
        return fig


class Bowl(LiveFigure):
    """One step size on a bowl, and all that can happen: set η, κ, the rotation and the start.

    .. math:: f(x, y) = (x - 3)^2 + \\kappa\\,(y - 1)^2, \\qquad H = \\mathrm{diag}(2, 2\\kappa),

    turned about its minimum by ``angle`` degrees.
    """

    figure = traitlets.Unicode("bowl", read_only=True).tag(sync=True)
    lr = Number(0.035, 0, 1e300)
    n_iter = Number(60, 0, 10_000, whole=True)
    kappa = Number(25.0, 1, 1e6)
    angle = Number(0.0, -180, 180)
    x0 = Point((-1.0, 4.0))

    def objective(self):
        """The bowl as set, an Objective."""
        turn = self.angle * (math.pi / 180)
        c, s, mu, L = math.cos(turn), math.sin(turn), 2.0, 2.0 * self.kappa
        a, b, d = mu * c * c + L * s * s, (mu - L) * c * s, mu * s * s + L * c * c

        def grad(p):
            x, y = p[0] - 3, p[1] - 1
            return np.array([a * x + b * y, b * x + d * y])

        return Objective(
            name="turned bowl",
            f=lambda p: 0.5 * ((p[0] - 3) * grad(p)[0] + (p[1] - 1) * grad(p)[1]),
            grad=grad,
            hess=lambda p: np.array([[a, b], [b, d]]),
            minimisers=np.array([[3.0, 1.0]]),
            window=((-2, 8), (-2.5, 4.5)),
        )

    def run(self):
        """The run as set, a Descent; with η = 0 no step is taken."""
        x0 = np.array(self.x0)
        if self.lr == 0:
            return Descent(x0, x0[None])
        return gradient_descent(self.objective().grad, x0, self.lr, self.n_iter)

    def numbers(self):
        """The numbers that the figure shows, as it shows them."""
        H, run = np.array([2.0, 2.0 * self.kappa]), self.run()
        flat, steep = factors(H, self.lr)
        predicted = predicted_steps(contraction(H, self.lr), ACCURACY)
        return {
            "bound": general(step_bound(H)),
            "product": general(self.lr * H[1]),
            "flat": general(flat),
            "steep": general(steep),
            "steps": str(run.n_steps),
            "error": _error(self._errors(run.hist)[-1]),
            "predicted": "never" if math.isinf(predicted) else str(predicted),
            "took": self._took(predicted),
        }

    def _errors(self, hist):
        return np.hypot(*(hist - [3, 1]).T)

    def _took(self, predicted):
        if predicted > FARTHEST:
            return "–"
        hist = gradient_descent(self.objective().grad, self.x0, self.lr, predicted, tol=0).hist
        errors = self._errors(hist)
        reached = errors <= ACCURACY * errors[0]
        return str(reached.argmax()) if reached.any() else "–"

    def sentence(self):
        n = self.numbers()
        return (
            f"With η = {self.lr:g} and the bound at {n['bound']}, each step multiplies the error along the flat direction by "
            f"{n['flat']} and along the steep one by {n['steep']}; {n['steps']} steps end {n['error']} away from the minimum."
        )

    def alt(self):
        return (
            f"Level lines of a bowl with condition number {self.kappa:g} and a path from the start at "
            f"({self.x0[0]:g}, {self.x0[1]:g}); below it the error against the step on a logarithmic axis."
        )

    def still(self):
        with plt.style.context(STYLE):
            fig, (ax, low) = plt.subplots(2, 1, figsize=(5.6, 6))
            objective, hist = self.objective(), self.run().hist
            x, y = objective.window
            shown = hist[np.abs(hist).max(axis=1) < 1e3]
            plot_contours(objective, ax=ax, levels=8)
            plot_path(shown, ax=ax)
            ax.set(xlim=x, ylim=y)
            plot_decay(self._errors(hist).clip(1e-16, 1e16), ax=low)
            low.set(ylabel="error")
        return fig


def general(value):
    """Four significant digits, with a true minus, and none for zero."""
    return f"{value:.4g}".replace("-", "−", 1) if value < 0 else f"{abs(value):.4g}"


def _error(value):
    return "< 1e-12" if 0 < value < 1e-12 else f"{value:.3e}"


def _number(value, name, expected, low, high, *, whole=False):
    right = np.ndim(value) == 0 and np.asarray(value).dtype.kind in ("iu" if whole else "fiu")
    if not (right and low <= value <= high):
        raise traitlets.TraitError(f"{name} is {value!r}; expected {expected}")
    return int(value) if whole else float(value)


def _data_uri(fig):
    text = io.StringIO()
    with plt.rc_context({"svg.hashsalt": "gdtools"}):
        fig.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(fig)
    svg = re.sub(r"(?<!scale\()(\b\d+\.\d\d)\d+", r"\1", text.getvalue()[text.getvalue().index("<svg") :]).replace('"', "'")
    return "data:image/svg+xml," + urllib.parse.quote(svg, safe=" !$&'()*+,-./:;=?@_~")
