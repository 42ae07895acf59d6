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

from gdtools.descent import Descent, gradient_descent, gradient_descent_batch
from gdtools.objectives import Objective, least_squares, line_data, two_valleys
from gdtools.plotting import STYLE, plot_contours, plot_decay, plot_path
from gdtools.remedies import momentum, nesterov
from gdtools.theory import best_step, condition_number, contraction, factors, predicted_steps, spectrum, step_bound

STATIC = Path(__file__).with_name("static")
PARTS = "compute draw control promise bowl race basins line".split()  # one scope, in this order
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


class Basins(LiveFigure):
    """Two valleys and their basins: where a run ends, and what noise and restarts buy.

    .. math:: f(x, y) = x^4 - 4x^2 + tx + (1 + 2x^2)\\,y^2

    with t = ``tilt``; along y = 0 and for t = 1 it is the double well. ``noise`` is the standard deviation of what is added
    to each entry of each gradient; restarts begin anywhere in the picture. Chance depends on ``seed`` alone.
    """

    figure = traitlets.Unicode("basins", read_only=True).tag(sync=True)
    lr = Number(0.03, 0, 1e300)
    n_iter = Number(200, 0, 10_000, whole=True)
    tilt = Number(1.0, 0, 4)
    noise = Number(0.0, 0, 1e6)
    restarts = Number(0, 0, 100, whole=True)
    seed = Number(1, 1, 1_000_000, whole=True)
    x0 = Point((0.4, 0.0))

    def objective(self):
        """The ground, an Objective."""
        return two_valleys(self.tilt)

    def flats(self):
        """The left minimum, the saddle and the right minimum on the x-axis."""
        return np.sort(np.roots([4, 0, -8, self.tilt]).real)

    def runs(self):
        """The run from the start and those from the restarts, a Descent each; with η = 0 no step is taken."""
        grad, runs = self.objective().grad, []
        for r in range(self.restarts + 1):
            n = 20_002 * r
            u, v = _bits(self.seed, [n + 20_000, n + 20_001]) / 2**32
            x0 = np.array([-2.2 + 4.4 * u, -1.8 + 3.6 * v] if r else self.x0)
            if self.lr == 0:
                runs.append(Descent(x0, x0[None]))
                continue
            added = iter(self.noise * _bell(self.seed, np.arange(n, n + 2 * self.n_iter)).reshape(-1, 2))
            slope = (lambda x, added=added: grad(x) + next(added)) if self.noise else grad
            runs.append(gradient_descent(slope, x0, self.lr, self.n_iter))
        return runs

    def basins(self):
        """Where starts all over the picture lead without noise: 0 left, 1 right, 2 off; 72 rows upwards, 88 columns."""
        x, y = np.meshgrid(-2.2 + 4.4 * ((np.arange(88) + 0.5) / 88), 1.8 * ((np.arange(36) + 0.5) / 36))
        starts = np.array([x.ravel(), y.ravel()])
        ends = gradient_descent_batch(self.objective().grad, starts, self.lr, 300, tol=1e-3)
        kinds = np.where(ends.stopped == "diverged", 2, np.where(ends.x[0] < self.flats()[1], 0, 1)).reshape(x.shape)
        return np.vstack([kinds[::-1], kinds])

    def numbers(self):
        """The numbers that the figure shows, as it shows them."""
        f, hill, runs = self.objective(), self.flats()[1], self.runs()
        with np.errstate(over="ignore", invalid="ignore"):
            heights = [f(run.x) for run in runs]
        found = sum(run.stopped != "diverged" and -100 <= run.x[0] < hill for run in runs)
        first, left = runs[0], np.count_nonzero(runs[0].hist[1:, 0] < hill)
        return {
            "steps": str(first.n_steps),
            "end": _fixed(first.x[0]),
            "height": _fixed(heights[0]),
            "stay": _percent(left / first.n_steps) if first.n_steps else "–",
            "share": _percent((self.basins() == 0).mean()) if self.lr else "–",
            "found": f"{found} of {len(runs)}",
            "best": _fixed(min(filter(math.isfinite, heights), default=math.inf)),
        }

    def sentence(self):
        n = self.numbers()
        return (
            f"With η = {self.lr:g} the run from ({self.x0[0]:g}, {self.x0[1]:g}) ends after {n['steps']} steps "
            f"at x = {n['end']}, where f = {n['height']}; {n['found']} runs end in the left valley, "
            f"the lowest at f = {n['best']}."
        )

    def alt(self):
        return (
            "Level lines of two valleys, the left basin in blue, the right one in orange, between them a border that bends, "
            f"with a run from ({self.x0[0]:g}, {self.x0[1]:g}); below it the same run on the curve along y = 0."
        )

    def still(self):
        f, runs = self.objective(), self.runs()
        (xlim, ylim), x = f.window, np.linspace(*f.window[0], 200)
        with plt.style.context(STYLE), np.errstate(over="ignore", invalid="ignore"):
            fig, (ax, low) = plt.subplots(2, 1, figsize=(5.6, 7))
            if self.lr:
                grid = [np.linspace(*limits, cells) for limits, cells in ((xlim, 88), (ylim, 72))]
                ax.contourf(*grid, self.basins(), levels=[-0.5, 0.5, 1.5], colors=["C0", "C1"], alpha=0.2)
            plot_contours(f, ax=ax, levels=8)
            for run, colour in zip(runs, ["C0"] + ["0.4"] * self.restarts, strict=True):
                shown = run.hist[np.abs(run.hist).max(axis=1) < 1e3]
                if shown.size:
                    plot_path(shown, ax=ax, color=colour, marker="")
            for at, text in zip(self.flats(), ("left basin", "", "right basin"), strict=True):
                ax.text(at, -1.6, text, ha="center")
            low.plot(x, f([x, 0 * x]), color="0.5")
            low.plot(runs[0].hist[:, 0], f(runs[0].hist.T), ".-", lw=1.2)
            ax.set(xlim=xlim, ylim=ylim)
            low.set(xlim=xlim, ylim=(math.floor(f([self.flats()[0], 0])) - 1, 4), xlabel="$x$", ylabel="$f$")
        return fig


def general(value):
    """Four significant digits, with a true minus, and none for zero."""
    return f"{value:.4g}".replace("-", "−", 1) if value < 0 else f"{abs(value):.4g}"


def _error(value):
    return "< 1e-12" if 0 < value < 1e-12 else f"{value:.3e}"


def _fixed(value):
    text = f"{value:.4f}".replace("-0.0000", "0.0000").replace("-", "−") if abs(value) < 1e4 else general(value)
    return text if math.isfinite(value) else "–"


def _percent(share):
    return f"{general(100 * share)} %"


def _bits(seed, n):
    """The n-th 32 bits of a seed, the same here and in JavaScript (the mixing of mulberry32)."""
    t = np.asarray([seed], np.uint32) * np.uint32(0x9E3779B9) + np.asarray(n, np.uint32) * np.uint32(0x6D2B79F5)
    t = (t ^ t >> 15) * (t | 1)
    t = t ^ t + (t ^ t >> 7) * (t | 61)
    return t ^ t >> 14


def _bell(seed, n):
    """Nearly normal numbers with mean 0 and variance 1: the sum of four bytes."""
    return (_bits(seed, n)[:, None].view(np.uint8).sum(axis=1, dtype=int) - 510) / math.sqrt(21845)


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


class Points(Point):
    """Two to fifty points of the plane, a pair of numbers each; none farther than ``far`` from zero."""

    def validate(self, obj, value):
        expected = f"2 to 50 points, each two numbers from {-self.far:g} to {self.far:g}"
        try:
            shape = np.shape(value)
        except ValueError:  # rows of unequal length
            shape = ()
        if len(shape) != 2 or shape[1] != 2 or not 2 <= shape[0] <= 50:
            raise traitlets.TraitError(f"{self.name} is {value!r}; expected {expected}")
        return tuple(tuple(_number(part, self.name, expected, -self.far, self.far) for part in point) for point in value)


class Race(LiveFigure):
    """Five methods on one bowl: plain descent, heavy ball, Nesterov, Jacobi's preconditioner and Newton.

    .. math:: f(x, y) = (x - 3)^2 + \\kappa\\,(y - 1)^2,

    turned about its minimum by ``angle`` degrees. The steps are ``lr`` times the tuned ones: 2/(μ + L), 2(1 + β)/(μ + L),
    1/L, and 1 for the last two. The heavy ball's memory is ``beta`` and Nesterov's its square root, so that both are best at
    the same place; ``eps`` is what the first error is to fall to.
    """

    figure = traitlets.Unicode("race", read_only=True).tag(sync=True)
    kappa = Number(25.0, 1, 1e4)
    beta = Number(0.44, 0, 0.999)
    angle = Number(30.0, -180, 180)
    lr = Number(1.0, 0, 1e6)
    eps = Number(1e-6, 1e-10, 0.5)
    x0 = Point((-1.5, -1.0))
    NAMES = dict(plain="plain descent", ball="heavy ball", nesterov="Nesterov", jacobi="preconditioned", newton="Newton")
    WALKED = 10_000  # steps predicted, of those that are counted

    objective = Bowl.objective

    def methods(self):
        """For each method its rate in the long run and how to run it, a callable of the number of steps."""
        ground, lr, beta, lam = self.objective(), self.lr, self.beta, np.array([2.0, 2.0 * self.kappa])
        (a, b), (_, d) = ground.hess(None)
        mu, L, det = *lam, lam[0] * lam[1]
        off, ahead = abs(b) / math.sqrt(a * d), math.sqrt(beta)
        plain, ball, look = lr * best_step(lam), lr * (2 * (1 + beta) / (mu + L)), lr / L

        def jacobi(x):
            g = ground.grad(x)
            return np.array([g[0] / a, g[1] / d])

        def newton(x):
            g = ground.grad(x)
            return np.array([(d * g[0] - b * g[1]) / det, (a * g[1] - b * g[0]) / det])

        def run(method, grad, eta, **options):
            return lambda n_iter: method(grad, self.x0, eta, n_iter, tol=0, **options)

        return {
            "plain": (contraction(lam, plain), run(gradient_descent, ground.grad, plain)),
            "ball": (max(_modulus(1 + beta - ball * v, beta) for v in lam), run(momentum, ground.grad, ball, beta=beta)),
            "nesterov": (
                max(_modulus((1 + ahead) * (1 - look * v), ahead * (1 - look * v)) for v in lam),
                run(nesterov, ground.grad, look, beta=ahead),
            ),
            "jacobi": (contraction([1 - off, 1 + off], lr), run(gradient_descent, jacobi, lr)),
            "newton": (contraction([1.0], lr), run(gradient_descent, newton, lr)),
        }

    def best_beta(self):
        """The memory that is best for the heavy ball."""
        root = math.sqrt(self.kappa)
        return ((root - 1) / (root + 1)) ** 2

    def runs(self):
        """For each method the steps that theory predicts, those that it took or infinity, and its errors, the first one 1."""
        found = {}
        for name, (rate, run) in self.methods().items():
            predicted = predicted_steps(rate, self.eps) if self.lr else math.inf
            walked = predicted <= self.WALKED
            hist = run(4 * predicted + 100 if walked else 300).hist if self.lr else np.array([self.x0])
            with np.errstate(over="ignore"):
                errors = np.hypot(*(hist - [3, 1]).T)
                reached = errors <= self.eps * errors[0]
                there = int(reached.argmax()) if reached.any() else len(errors) - 1
                took = there if reached.any() and walked else math.inf
                found[name] = predicted, took, errors[: there + 1] / (errors[0] or 1), hist[: there + 1]
        return found

    def numbers(self):
        """The numbers that the figure shows, as it shows them."""
        shown = {
            name: f"{'–' if math.isinf(took) else took}, theory {'never' if math.isinf(predicted) else predicted}"
            for name, (predicted, took, *_) in self.runs().items()
        }
        return {**shown, "best": general(self.best_beta())}

    def sentence(self):
        n = self.numbers()
        counts = "; ".join(f"{title} {n[name]}" for name, title in self.NAMES.items())
        return (
            f"Steps until the error is {self.eps:g} of the first, with κ = {self.kappa:g}, β = {self.beta:g} "
            f"and {self.lr:g} times each one's tuned step: {counts}."
        )

    def alt(self):
        return (
            f"Level lines of a bowl with condition number {self.kappa:g}, turned by {self.angle:g} degrees, and the paths of "
            "five methods from one start; below it their errors against the step on a logarithmic axis."
        )

    def still(self):
        with plt.style.context(STYLE):
            fig, (ax, low) = plt.subplots(2, 1, figsize=(5.6, 6))
            objective = self.objective()
            plot_contours(objective, ax=ax, levels=8)
            for color, (name, (*_, errors, hist)) in zip(("C0", "C1", "C2", "C3", "k"), self.runs().items(), strict=True):
                ax.plot(*hist[np.abs(hist).max(axis=1) < 1e3][:41].T, color=color, lw=1)
                plot_decay(errors[:100].clip(self.eps / 10, 1e3), ax=low, color=color, label=self.NAMES[name])
            ax.set(xlim=objective.window[0], ylim=objective.window[1])
            low.set(ylabel="error, first = 1")
            low.legend()
        return fig


class Line(LiveFigure):
    """A straight line fitted by descent on the mean squared residual, to the first ``n`` of the ``points``.

    .. math:: L(\\beta) = \\frac1n \\lVert y - X\\beta\\rVert^2, \\qquad X = [1, x],

    from the intercept and slope ``x0``. The points are those of `line_data`, to five decimals.
    """

    NOTHING = 1e-24  # an excess that is rounding, and no longer falls

    figure = traitlets.Unicode("line", read_only=True).tag(sync=True)
    points = Points(tuple((round(float(x), 5), round(float(y), 5)) for (_, x), y in zip(*line_data(), strict=True)), 100)
    n = Number(12, 2, 50, whole=True)
    lr = Number(0.1, 0, 1e6)
    n_iter = Number(4, 0, 10_000, whole=True)
    x0 = Point((0.0, 0.0))

    def objective(self):
        """The loss, an Objective, with the formula's coefficients as its minimiser."""
        x, y = np.array(self.points[: self.n]).T
        return least_squares(np.column_stack([np.ones(len(x)), x]), y)

    def run(self):
        """The run as set, a Descent; with η = 0 no step is taken."""
        x0 = np.array(self.x0)
        return gradient_descent(self.objective().grad, x0, self.lr, self.n_iter) if self.lr else Descent(x0, x0[None])

    def excess(self, hist):
        """The loss above the lowest one at each coefficient pair, by the formula without cancellation, shape (len(hist),)."""
        x = np.array(self.points[: self.n])[:, 0]
        with np.errstate(over="ignore"):
            gap = hist - self.objective().minimisers[0]
            return ((gap[:, :1] + gap[:, 1:] * x) ** 2).mean(axis=1)

    def numbers(self):
        """The numbers that the figure shows, as it shows them."""
        ground, run = self.objective(), self.run()
        lam, ols = spectrum(ground.hess(None)), ground.minimisers[0]
        lam = np.where(lam < 1e-12 * lam[1], 0.0, lam)
        rate = contraction(lam[lam > 0], self.lr) ** 2
        predicted = predicted_steps(rate, ACCURACY) if self.lr else math.inf
        floor, excess = ground(ols), self.excess(run.hist)[-1]
        return {
            "intercept": _plain(run.x[0]),
            "slope": _plain(run.x[1]),
            "ols_intercept": _plain(ols[0]),
            "ols_slope": _plain(ols[1]),
            "loss": _amount(floor + excess),
            "floor": _amount(floor),
            "excess": _amount(excess),
            "rate": general(rate),
            "bound": general(step_bound(lam)),
            "kappa": general(condition_number(lam)) if lam[0] else "∞",
            "predicted": "never" if math.isinf(predicted) else str(predicted),
            "took": self._took(predicted),
        }

    def _took(self, predicted):
        if predicted > FARTHEST:
            return "–"
        excess = self.excess(gradient_descent(self.objective().grad, self.x0, self.lr, predicted, tol=0).hist)
        reached = excess <= max(ACCURACY * excess[0], self.NOTHING)
        return str(reached.argmax()) if reached.any() else "–"

    def sentence(self):
        n = self.numbers()
        return (
            f"With η = {self.lr:g} and the bound at {n['bound']}, {self.n_iter} steps end at the intercept {n['intercept']} "
            f"and the slope {n['slope']}; the formula gives {n['ols_intercept']} and {n['ols_slope']}. "
            f"The loss is {n['excess']} above its lowest value, {n['floor']}."
        )

    def alt(self):
        return (
            f"{min(self.n, len(self.points))} points, the line after {self.n_iter} steps of descent and, dashed, "
            "that of the formula; below it the loss and the excess loss against the step on a logarithmic axis."
        )

    def still(self):
        run, ground, ends = self.run(), self.objective(), np.array([[1, -3], [1, 3]])
        excess = self.excess(run.hist)
        with plt.style.context(STYLE):
            fig, (ax, low) = plt.subplots(2, 1, figsize=(5.6, 6))
            ax.plot(*np.array(self.points[: self.n]).T, "o", color="0.6", markersize=4)
            for left, beta in enumerate(run.hist[-6:], start=1 - len(run.hist[-6:])):
                ax.plot(ends[:, 1], (ends @ beta).clip(-1e6, 1e6), "C0", lw=1 if left else 2)
            ax.plot(ends[:, 1], ends @ ground.minimisers[0], "C1--")
            ax.set(xlim=(-3, 3), ylim=(-5, 5), xlabel="$x$", ylabel="$y$")
            plot_decay((ground(ground.minimisers[0]) + excess).clip(1e-16, 1e16), ax=low, label="loss")
            plot_decay(excess.clip(1e-16, 1e16), ax=low, label="excess loss")
            low.set(ylabel="loss")
            low.legend()
        return fig


def _modulus(b, c):
    """The larger modulus of the roots of z² − bz + c."""
    square = b * b - 4 * c
    return math.sqrt(c) if square < 0 else (abs(b) + math.sqrt(square)) / 2


def _plain(value):
    return "0" if abs(value) < 1e-9 else general(value)


def _amount(value):
    return "< 1e-12" if value < 1e-12 else general(value) if value <= 1e100 else "> 1e100"
