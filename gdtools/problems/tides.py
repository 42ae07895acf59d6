"""The level of a harbour from a tide gauge, f(x) = ½ w E(x − y)², by steps that see one noisy reading each."""

import math
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import Problem, bound, prediction, rounded, told_apart, upside_down_step
from gdtools.questions import Count, Mistake, Number

HOURS = (672, 696, 720, 744)  # of a month
WANDERS, ARRIVES = "wanders about the level for ever", "comes to rest at the level"
BESIDE, GROWS = "comes to rest beside the level", "grows"


def tides(seed: int | None = None) -> Problem:
    """The level of a harbour from a tide gauge, f(x) = ½ w E(x − y)², by steps that see one noisy reading each."""
    rng = np.random.default_rng(seed)
    if seed is None:
        return _problem(Gauge(30, 1, 0.2), Asked(2, 1, 744, 1), Rule(0.5, 2))
    return told_apart(lambda: _problem(*_drawn(rng)))


def _problem(gauge, asked, rule):
    questions = {
        "curvature": _curvature(gauge),
        "bound": _bound(gauge, asked),
        "floor": _floor(gauge),
        "batch": _batch(gauge, asked),
        "missed": _missed(asked),
        "steps": _steps(gauge, asked),
        "prediction": prediction(rule.course(gauge.w), HERE[rule.course(gauge.w)], NEEDS, see="noise"),
    }
    given = {**vars(gauge), **vars(asked), "start": 10 * gauge.sigma, **vars(rule)}
    return Problem("tides", SimpleNamespace(**given), questions)


def _drawn(rng):
    """A gauge whose steps are far from tiny, what is asked of it, and a rule of steps whose course is clear."""
    gauge = Gauge(int(rng.choice([12, 15, 20, 24, 30, 40])), float(rng.choice([0.2, 0.25, 0.4, 0.5, 3, 4, 5])), 0)
    gauge = Gauge(gauge.sigma, gauge.w, rounded(rng.uniform(0.15, 0.6) / gauge.w))
    goal, near = (
        rounded(gauge.floor() / math.sqrt(rng.uniform(8, 60))),
        rounded(gauge.sigma / math.sqrt(rng.uniform(200, 2500))),
    )
    asked = Asked(goal, near, int(rng.choice(HOURS)), int(rng.integers(1, 4)))
    power, low, high = RULES[rng.integers(len(RULES))]
    return gauge, asked, Rule(rounded(rng.uniform(low, high) / gauge.w), power)


# The powers of k by which steps fall, and from where to where the first of them, times w, is drawn.
RULES = ((0, 0.4, 1.6), (0, 2.2, 3), (0.5, 0.8, 1.5), (1, 0.8, 1.5), (1.5, 0.3, 0.5), (2, 0.3, 0.6))


@dataclass(frozen=True)
class Gauge:
    """Readings with a standard deviation ``sigma``, the curvature ``w`` of f, and a step ``lr`` that is kept."""

    sigma: float
    w: float
    lr: float

    def pull(self):
        """What part of its error a step takes away."""
        return self.lr * self.w

    def floor(self):
        """The standard deviation in the long run: a step keeps (1 − q)² of the variance and adds q²σ²."""
        q = self.pull()
        return self.sigma * math.sqrt(q / (2 - q))


@dataclass(frozen=True)
class Asked:
    """The errors to reach, by larger batches the ``goal``, by falling steps ``near``, and the passes over ``n`` readings."""

    goal: float
    near: float
    n: int
    passes: int


@dataclass(frozen=True)
class Rule:
    """Steps that begin with ``first`` and fall with a ``power`` of k."""

    first: float
    power: float

    def course(self, w):
        if self.power == 0:
            return GROWS if self.first * w > 2 else WANDERS
        return ARRIVES if self.power <= 1 else BESIDE


def _at_least(number):
    """The next whole number, or this one if it is whole but for rounding."""
    return math.ceil(number * (1 - 1e-9))


def _curvature(gauge):
    sigma, w = gauge.sigma, gauge.w
    return Number(
        truth=w,
        hint="Differentiate ½ w (x − y)² twice by x. What is left of y?",
        lesson="Each reading moves the parabola and bends it no other way: the noise is in the slope alone.",
        see="noise",
        mistakes=(
            Mistake(2 * w, "The derivative of the square brings down a 2, which the ½ of f takes away."),
            Mistake(w / 2, "This is half of it: the ½ of f is taken away by the 2 of the square."),
            Mistake(w * sigma**2, "The variance of the readings lifts f by the same everywhere. It does not bend it."),
            Mistake(0, "The slope is zero at the level. How fast it changes there is the question."),
            Mistake(-w, "The sign is turned: y stands with a minus, and x with a plus."),
        ),
    )


def _bound(gauge, asked):
    sigma, w = gauge.sigma, gauge.w
    return bound(
        w,
        Mistake(2 / sigma**2, "This takes the variance of the readings for L. The curvature knows nothing of the noise."),
        upside_down_step(w),
        Mistake(4 / w, "Here the ½ of f is counted twice: the second derivative is w itself."),
        Mistake(2 / (w * asked.n), "This is for the sum over the stored readings. f is a mean."),
        Mistake(gauge.lr, "This is the step that is given. How much longer may it be?"),
        lesson="Since all readings bend f alike, the noise moves no border here; it decides how near a run below it comes.",
        see="step-size",
    )


def _floor(gauge):
    sigma, w, q, floor = gauge.sigma, gauge.w, gauge.pull(), gauge.floor()
    return Number(
        truth=floor,
        hint="A step keeps (1 − ηw)² of the variance and adds (ηw)²σ². At which variance do the two make up for each other?",
        lesson="It is there from the first steps on and never goes; half the step takes away less than half of it.",
        see="noise",
        mistakes=(
            Mistake(
                sigma * math.sqrt(q / 2), "This is the rule for tiny steps, σ√(ηw/2). The square of ηw in (1 − ηw)² counts too."
            ),
            Mistake(sigma * math.sqrt(q), "A factor is lost: 1 − (1 − ηw)² is ηw (2 − ηw)."),
            Mistake(floor**2, "This is the variance. The standard deviation is its root."),
            Mistake(sigma * q / (2 - q), "The root is taken of σ² alone. It belongs over ηw/(2 − ηw) as well."),
            Mistake(sigma * q, "This is how far one reading throws x. What earlier ones did is not all gone by then."),
            Mistake(sigma, "This is the standard deviation of one reading. The place of a run is made of many."),
            Mistake(w * floor**2 / 2, "This is how high f lies above its minimum, in the mean. The question is about x."),
            Mistake(sigma * math.sqrt(1 / (2 - q)), "The noise of one step is ηw times that of a reading, so q² σ² is added."),
            *_without_w(gauge),
        ),
    )


def _without_w(gauge):
    if gauge.w != 1 and gauge.lr < 2:
        answer = gauge.sigma * math.sqrt(gauge.lr / (2 - gauge.lr))
        yield Mistake(answer, "The w is lost: a step takes away ηw of the error, not η.")


def _batch(gauge, asked):
    sigma, floor, q, goal = gauge.sigma, gauge.floor(), gauge.pull(), asked.goal
    return Number(
        truth=_at_least((floor / goal) ** 2),
        rtol=0,
        atol=0.5,
        count=True,
        hint="The mean of B readings has B times less variance than one. By how much must the variance shrink? Round up.",
        lesson="A digit more costs a hundred times the readings, here as in every mean.",
        see="noise",
        mistakes=(
            Mistake(
                _at_least(floor / goal), "It is the variance that goes with 1/B. The standard deviation goes with its root."
            ),
            Mistake(
                _at_least((sigma / goal) ** 2),
                "So many readings would do in a single mean. The steps average too, by what you found before.",
            ),
            Mistake(_at_least(sigma**2 * q / 2 / goal**2), "The rule for tiny steps makes this too few."),
            Mistake(_at_least(sigma**2 * q / goal**2), "This begins with σ√(ηw), where the factor 2 − ηw is lost."),
            Mistake(_at_least(floor**2 / goal), "The goal is to be squared, too."),
            Mistake(_at_least(sigma / goal), "This compares with one reading, and forgets the square."),
        ),
    )


def _missed(asked):
    n, draws = asked.n, asked.passes * asked.n
    missed = (1 - 1 / n) ** draws
    return Number(
        truth=missed,
        hint="What is the chance that one draw misses a given reading? All draws have to.",
        lesson="Nearly 1/e is left after one pass, and each further pass leaves as much of the rest. "
        "In shuffled order none is missed.",
        see="noise",
        mistakes=(
            Mistake(0, "So it is if the readings are shuffled. Drawn with replacement some come twice, and others never."),
            Mistake(1 - missed, "This is the share that was drawn at least once."),
            Mistake(1 / n, "This is the chance that one draw meets a given reading."),
            Mistake(1 - 1 / n, "This is the chance that one draw misses a given reading. All of them have to."),
            *_one_pass(asked),
        ),
    )


def _one_pass(asked):
    if asked.passes > 1:
        yield Mistake((1 - 1 / asked.n) ** asked.n, "This is the share after one pass. Here there are more.")


def _steps(gauge, asked):
    sigma, near = gauge.sigma, asked.near
    return Count(
        truth=_at_least((sigma / near) ** 2),
        hint="With the step 1/(wk) the place after k steps is the mean of the first k readings.",
        lesson="The first step forgets the start, and from there on each reading has the same weight. So why not with 1/(wk²)?",
        see="noise",
        mistakes=(
            Mistake(_at_least(sigma / near), "The square is lost: the error of a mean goes with one over the root of k."),
            Mistake(
                _at_least(gauge.w * sigma**2 / 2 / near),
                "This puts the height of f above its minimum in the place of the error.",
            ),
            Mistake(_at_least((sigma / asked.goal) ** 2), "This is the count to the goal of the batches, another error."),
            Mistake(
                _at_least((gauge.floor() / near) ** 2),
                "This is the batch with which a kept step would do. Here the step falls.",
            ),
            Mistake(1, "With exact slopes one step would do. Here each sees a single reading."),
            Mistake(
                _at_least(2 * (sigma / near) ** 2), "This is twice as many: the variance of the mean of k readings is σ²/k."
            ),
        ),
    )


HERE = {
    WANDERS: "Here the step is kept and ηw is below 2: each reading throws x as far as ever.",
    ARRIVES: "Here the steps tend to zero and their sum has no end; that of their squares may have one or not.",
    BESIDE: "Here the sum of all steps has an end, and with it the way that x can go.",
    GROWS: "Here the step is kept and ηw is above 2.",
}
NEEDS = {
    WANDERS: "To wander for ever, the step has to be kept, with ηw below 2.",
    ARRIVES: "To rest at the level, the steps have to tend to zero, and their sum must have no end.",
    BESIDE: "To rest elsewhere, the steps have to tend to zero so fast that their sum has an end.",
    GROWS: "To grow, the step has to be kept, with ηw above 2.",
}
