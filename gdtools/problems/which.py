"""Eight runs that disappoint, drawn in any order: what each shows, what is behind it, what helps, and how far.

Every run is one of gradient descent in two unknowns. With y the place seen from the centre, turned into the axes of the
objective, all are of the form f = ½ λ₁ y₁² + ¼ q y₁⁴ + t y₁ + ½ λ₂ y₂² + c.
"""

from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import Problem, prediction, rounded, told_apart
from gdtools.questions import Choice, Mistake, Number

BOOK = 1900  # the seed of the book's own numbers, which no reader draws
ROWS, BATCH = 500, 10  # of the data of each run, and of what a noisy gradient is made of
SCATTER = 0.95  # of the rows about the centre
LAST = 20  # so many moves are looked at in the end, and as many before
LONG, NOISE, UNITS, COUPLED = "long", "noise", "units", "coupled"
FLAT, VALLEYS, BOUND, SADDLE = "flat", "valleys", "bound", "saddle"
KINDS = (LONG, NOISE, UNITS, COUPLED, FLAT, VALLEYS, BOUND, SADDLE)
SETTLES, SWINGS, CRAWLS = "falls and does not swing", "swings on, and less widely", "crawls on at half the pace"
ENDS = "ends where it ended"
# What becomes of each at half the step.
HALVED = dict.fromkeys(KINDS, ENDS) | {LONG: SETTLES, NOISE: SWINGS, UNITS: CRAWLS, COUPLED: CRAWLS}


def which(seed: int | None = None) -> Problem:
    """Eight runs that disappoint, drawn in any order: what each shows, what is behind it, what helps, and how far."""
    rng = np.random.default_rng(BOOK if seed is None else seed)
    return told_apart(lambda: _problem([_drawn(kind, rng) for kind in _order(rng)]))


def _order(rng):
    """The first is such that each outcome of half its step is as likely."""
    outcome = rng.choice([SETTLES, SWINGS, CRAWLS, ENDS])
    first = str(rng.choice([kind for kind in KINDS if HALVED[kind] == outcome]))
    return [first, *rng.permutation([kind for kind in KINDS if kind != first]).tolist()]


@dataclass(frozen=True)
class Eight(Problem):
    """A problem with the eight ``runs`` that it shows."""

    runs: tuple = ()


def _problem(runs):
    questions = {}
    for number, run in enumerate(runs, 1):
        for asked, options in ASKED.items():
            questions[f"{asked}_{number}"] = _choice(run, asked, options)
    questions["bound"] = _bound(next(run for run in runs if run.kind == LONG))
    course = HALVED[runs[0].kind]
    questions["prediction"] = prediction(course, HERE[course], NEEDS)
    given = SimpleNamespace(
        step=np.array([run.lr for run in runs]),
        moves=np.array([run.n for run in runs]),
        passes=np.array([run.passes for run in runs]),
        lr=runs[0].lr / 2,
    )
    return Eight("which", given, questions, tuple(runs))


# The runs


@dataclass(frozen=True)
class Path:
    """The places of a run, and at each its loss and the length of its gradient."""

    x: np.ndarray
    loss: np.ndarray
    slope: np.ndarray

    @cached_property
    def moves(self):
        """How long each move is."""
        return np.hypot(*np.diff(self.x, axis=0).T)

    @cached_property
    def later(self):
        """How far each unknown has come in the second half."""
        return np.abs(self.x[-1] - self.x[len(self.x) // 2])

    @cached_property
    def widest(self):
        """The longest of the last moves, and of as many before."""
        return self.moves[-LAST:].max(), self.moves[-2 * LAST : -LAST].max()


@dataclass(frozen=True)
class Run:
    """A run of ``n`` steps of size ``lr`` from each of the ``starts``, along what the head of this file tells.

    ``lam`` are λ₁ and λ₂, ``way`` the cosine and the sine of the angle by which the axes are turned; a ``wall`` is the largest
    x₁ that there may be, and ``noise`` what each batch shifts the centre by.
    """

    kind: str
    lam: tuple
    centre: tuple
    way: tuple
    lr: float
    n: int
    starts: tuple
    q: float = 0.0
    t: float = 0.0
    c: float = 0.0
    wall: float | None = None
    noise: tuple = ()

    @property
    def axes(self):
        cos, sin = self.way
        return np.array([[cos, -sin], [sin, cos]])

    def loss(self, x):
        (a, b), (u, v) = self.lam, (x - np.array(self.centre)) @ self.axes
        return a / 2 * u**2 + self.q / 4 * u**4 + self.t * u + b / 2 * v**2 + self.c

    def gradient(self, x, shift=0.0):
        """The gradient of all data, or of a batch, which shifts the centre."""
        (a, b), (u, v) = self.lam, (x - np.array(self.centre) - shift) @ self.axes
        return self.axes @ [a * u + self.q * u**3 + self.t, b * v]

    def path(self, start):
        x = np.array(start)
        places = [x]
        for k in range(self.n):
            x = x - self.lr * self.gradient(x, np.array(self.noise[k]) if self.noise else 0.0)
            x = x if self.wall is None else np.array([min(x[0], self.wall), x[1]])
            places.append(x)
        x = np.array(places)
        loss = np.array([self.loss(place) for place in x])
        return Path(x, loss, np.array([np.hypot(*self.gradient(place)) for place in x]))

    @cached_property
    def paths(self):
        return [self.path(start) for start in self.starts]

    @property
    def passes(self):
        """What it cost: a gradient of all data is a pass."""
        return len(self.starts) * self.n * (BATCH / ROWS if self.noise else 1)

    @cached_property
    def told(self):
        """What the pictures of the run show, in lines of text."""
        each = "each of its starts" if len(self.starts) > 1 else "its start"
        lines = [f"{self.n} steps of {self.lr:g} from {each}, {self.passes:g} passes over the data"]
        for number, path in enumerate(self.paths, 1):
            of = f" from start {number}" if len(self.paths) > 1 else ""
            told = {"loss": _course(path.loss), "gradient": _course(path.slope)} | _way(path) | _lengths(path)
            lines += [f"{what}{of}: {words}" for what, words in told.items()]
        return lines


def _hand(value, digits=3):
    """A number as a person writes it; nothing that rounding decides."""
    if abs(value) < 1e-9:
        return "0"
    mantissa, _, power = f"{value:.{digits}g}".partition("e")
    return f"{mantissa}·10{str(int(power)).translate(RAISED)}" if power else mantissa


RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _course(values):
    least = int(values.argmin())
    between = f"{_hand(values[least])} at step {least}, " if values[least] < 0.99 * min(values[0], values[-1]) else ""
    return f"{_hand(values[0])} at the start, {between}{_hand(values[-1])} at the end"


def _way(path):
    u, v = path.later
    return {
        "path": f"{_place(path.x[0])} to {_place(path.x[-1])}",
        "second half": f"x₁ changes by {_hand(u, 2)}, x₂ by {_hand(v, 2)}",
    }


def _place(x):
    return f"({', '.join(f'{number:.2f}'.replace('-', '−') for number in x)})"


def _lengths(path):
    late, early = path.widest
    last = " and ".join(_hand(length, 4) for length in path.moves[-2:])
    longest = f"{_hand(late)} of the last {LAST}, {_hand(early)} of the {LAST} before"
    return {"last two moves": f"{last} long", "longest move": longest}


def _drawn(kind, rng):
    """A run of a kind, drawn again until its picture shows what it is told by."""
    while True:
        run = DRAWS[kind](rng)
        if _is_seen(run):
            return run


def _is_seen(run):
    """Whether noise has not by chance swung wider in the end, nor less than half as widely."""
    late, early = run.paths[0].widest
    return run.kind != NOISE or early / 2 < late <= early


def _any(rng, low, high, digits=3):
    return rounded(rng.uniform(low, high), digits)


def _turned(degrees):
    return float(np.cos(np.radians(degrees))), float(np.sin(np.radians(degrees)))


def _centre(rng):
    return tuple(rng.integers(-20, 21, 2) / 10)


def _sign(rng):
    return int(rng.choice([-1, 1]))


def _from(centre, way, *places):
    """Starts told along the axes of the objective, as places in the unknowns."""
    cos, sin = way
    return tuple((float(centre[0] + cos * u - sin * v), float(centre[1] + sin * u + cos * v)) for u, v in places)


def _long(rng):
    """ηL a little above 2, and a start nearly along the flat axis: the loss falls before it grows."""
    L, centre, way = _any(rng, 0.8, 4), _centre(rng), _turned(int(rng.integers(20, 71)) * _sign(rng))
    starts = _from(centre, way, (_any(rng, 4, 6) * _sign(rng), _any(rng, 0.02, 0.05) * _sign(rng)))
    return Run(LONG, (rounded(L / 12), L), centre, way, rounded(rng.uniform(2.055, 2.09) / L, 4), 60, starts)


def _noise(rng):
    """ηL between 1 and 2, so that it swings as a step too long does."""
    L, centre, way = _any(rng, 0.8, 4), _centre(rng), _turned(int(rng.integers(20, 71)) * _sign(rng))
    starts = _from(centre, way, (_any(rng, 4, 6) * _sign(rng), _any(rng, 1, 2) * _sign(rng)))
    rows = rng.normal(0, SCATTER, (ROWS, 2))
    batches = [rng.choice(ROWS, BATCH, replace=False) for _ in range(60)]
    # To three digits, since a page has them too.
    shifts = ((rows - rows.mean(axis=0))[batches].mean(axis=1).round(3) + 0.0).tolist()
    return Run(
        NOISE,
        (rounded(L / 6), L),
        centre,
        way,
        rounded(rng.uniform(1.6, 1.75) / L, 4),
        60,
        starts,
        noise=tuple(map(tuple, shifts)),
    )


def _valley(rng, kind, way):
    """κ about a hundred, along an axis of the unknowns or halfway between."""
    L, centre = _any(rng, 0.8, 4), _centre(rng)
    starts = _from(centre, way, (_any(rng, 5, 7) * _sign(rng), _any(rng, 0.8, 1.6) * _sign(rng)))
    return Run(kind, (rounded(L / rng.uniform(80, 130), 3), L), centre, way, rounded(rng.uniform(1.4, 1.7) / L, 4), 60, starts)


def _units(rng):
    return _valley(rng, UNITS, ((1.0, 0.0), (0.0, 1.0))[int(rng.integers(2))])


def _coupled(rng):
    """The curvatures along both unknowns are equal, so that no change of units lowers κ."""
    return _valley(rng, COUPLED, _turned(45 * _sign(rng)))


def _flat(rng):
    L, centre, way = _any(rng, 0.8, 4), _centre(rng), _turned(int(rng.integers(20, 71)) * _sign(rng))
    places = [(_any(rng, 1.5, 3), _any(rng, 1.5, 3)), (-_any(rng, 1.5, 3), _any(rng, 1.5, 3) * _sign(rng))]
    return Run(
        FLAT,
        (0.0, L),
        centre,
        way,
        rounded(rng.uniform(0.25, 0.35) / L, 4),
        45,
        _from(centre, way, *places),
        c=_any(rng, 0.3, 0.9),
    )


def _well(rng):
    """Two hollows at about ±m along the first axis, between them a pass: λ₁, q, m and λ₂."""
    low, m = _any(rng, 0.5, 1), _any(rng, 1.5, 2.5)
    return -low, low / m**2, m, _any(rng, 1.8, 2.4) * low


def _valleys(rng):
    (low, q, m, across), centre, way = _well(rng), _centre(rng), _turned(int(rng.integers(20, 71)) * _sign(rng))
    tilt = _any(rng, 0.1, 0.15) * -low * m * _sign(rng)
    places = [(side * _any(rng, 0.5, 1.3) * m, _any(rng, 0.8, 1.6) * _sign(rng)) for side in (1, -1)]
    return Run(
        VALLEYS, (low, across), centre, way, rounded(rng.uniform(0.26, 0.32) / -2 / low, 4), 45, _from(centre, way, *places),
        q, tilt, float(-low * m**2 / 4 + abs(tilt) * m + _any(rng, 0.3, 0.6)),
    )  # fmt: skip


def _bound(rng):
    """The minimum of f lies beyond the wall."""
    L, centre, way = _any(rng, 0.8, 4), _centre(rng), _turned(int(rng.integers(20, 41)) * _sign(rng))
    wall = round(centre[0] - rng.uniform(1.2, 2), 2)
    start = (round(wall - rng.uniform(1, 2), 2), round(centre[1] + rng.uniform(2, 3) * _sign(rng), 2))
    lam = (rounded(L / rng.uniform(2, 3)), L)
    return Run(
        BOUND, lam, centre, way, rounded(rng.uniform(0.7, 0.9) / L, 4), 45, (start,), c=_any(rng, 0.3, 0.9), wall=float(wall)
    )


def _saddle(rng):
    """The start is a hair's breadth off the line that leads to the pass."""
    (low, q, m, across), centre, way = _well(rng), _centre(rng), _turned(int(rng.integers(20, 71)) * _sign(rng))
    starts = _from(centre, way, (1e-8 * _sign(rng), _any(rng, 2, 3) * _sign(rng)))
    c = float(-low * m**2 / 4 + _any(rng, 0.3, 0.6))
    return Run(SADDLE, (low, across), centre, way, rounded(rng.uniform(0.22, 0.26) / -low, 4), 45, starts, q, 0.0, c)


DRAWS = {
    LONG: _long, NOISE: _noise, UNITS: _units, COUPLED: _coupled,
    FLAT: _flat, VALLEYS: _valleys, BOUND: _bound, SADDLE: _saddle,
}  # fmt: skip


# Questions

# What can be answered, by the kind that it is right for.
ASKED = {
    "symptom": {
        LONG: "swings wider and wider",
        NOISE: "swings, and no wider",
        UNITS: "crawls along one axis",
        COUPLED: "crawls aslant",
        FLAT: "two ends, equal losses",
        VALLEYS: "two ends, unequal losses",
        BOUND: "stands still on a slope",
        SADDLE: "stands still while the slope grows",
    },
    "cause": {
        LONG: "the step is too long",
        NOISE: "the gradients are noisy",
        UNITS: "the units differ",
        COUPLED: "the unknowns are coupled",
        FLAT: "the floor is flat",
        VALLEYS: "there are several valleys",
        BOUND: "a bound is met",
        SADDLE: "a saddle is near",
    },
    "remedy": {
        LONG: "a shorter step",
        NOISE: "shrinking steps, or the average",
        UNITS: "other units",
        COUPLED: "momentum",
        FLAT: "the shortest of the answers",
        VALLEYS: "many starts, the lowest end",
        BOUND: "the projected step as the test",
        SADDLE: "a nudge",
    },
    "limit": {
        LONG: "the flattest direction sets the pace",
        NOISE: "a tenth of the error costs a hundredfold",
        UNITS: "what couples the unknowns stays",
        COUPLED: "√κ is left, and on quadratics",
        FLAT: "the rule chooses, not the data",
        VALLEYS: "a lower valley may be missed",
        BOUND: "it proves a minimum if all is convex",
        SADDLE: "which valley comes is left to chance",
    },
}
# What each answer needs to be right.
NEED = {
    "symptom": {
        LONG: "Where a swing widens, each move is longer than the one before.",
        NOISE: "A swing that does not widen turns back for ever, and its longest moves get no longer.",
        UNITS: "A crawl along one axis moves one unknown alone, and the loss falls slowly.",
        COUPLED: "A crawl aslant moves both unknowns alike, and the loss falls slowly.",
        FLAT: "Equal losses at two ends are two curves that level out at one height.",
        VALLEYS: "Unequal losses at two ends are two curves that level out at two heights.",
        BOUND: "A run that stands still on a slope makes no more moves, and its gradient keeps a length.",
        SADDLE: "While the slope grows, the curve of the gradient rises from its lowest point on, and the loss is level.",
    },
    "cause": {
        LONG: "A step that is too long makes each swing wider than the one before, by one and the same factor.",
        NOISE: "Noise makes swings that neither die nor grow, and its gradients cost less than a pass.",
        UNITS: "Units that differ draw a valley out along one axis, and the crawl follows it.",
        COUPLED: "Unknowns that are coupled make a valley aslant, and the crawl changes both.",
        FLAT: "On a flat floor the ends differ and their losses do not.",
        VALLEYS: "Several valleys give several ends, as a rule at different losses.",
        BOUND: "At a bound no move is left while the gradient has a length.",
        SADDLE: "Near a saddle the gradient gets small, and then grows as the run slides off.",
    },
    "remedy": {
        LONG: "A shorter step cures a swing that widens.",
        NOISE: "Shrinking steps, or the average of the places, settle what noise keeps moving.",
        UNITS: "Other units round a valley that lies along an axis.",
        COUPLED: "Momentum is for a valley that no units round.",
        FLAT: "To ask for the shortest answer decides among answers of equal loss.",
        VALLEYS: "Many starts help where ends differ in their losses.",
        BOUND: "The projected step is the test where no move is left and the gradient is not zero.",
        SADDLE: "A nudge helps where the slope is nearly zero and grows beside the place.",
    },
    "limit": {
        LONG: "The flattest direction sets the pace once a shorter step has ended a swing that widens.",
        NOISE: "To average noise away costs a hundredfold for each tenth.",
        UNITS: "A change of units leaves what couples the unknowns.",
        COUPLED: "Momentum leaves √κ of κ.",
        FLAT: "A rule has to choose where the data leave more than one answer of equal loss.",
        VALLEYS: "A lower valley may be missed where there are valleys of unequal depth.",
        BOUND: "Convexity is what the test of the projected step relies on.",
        SADDLE: "Chance decides where a run slides off a pass.",
    },
}
# The usual pairings, and what is wrong with each; said beside what the picture shows.
USUAL = {
    ("remedy", NOISE, LONG): "A shorter step that is kept lowers this floor, and leaves one.",
    ("remedy", UNITS, COUPLED): "Momentum would leave √κ of κ, where other units leave a round bowl.",
    ("remedy", COUPLED, UNITS): "The curvatures along both unknowns are the same, and no units lower κ.",
    ("remedy", COUPLED, LONG): "A shorter step crawls more slowly still.",
    ("remedy", UNITS, LONG): "A shorter step only crawls more slowly.",
    ("remedy", FLAT, VALLEYS): "Of many starts each ends at the same loss, and none is the lowest.",
    ("remedy", BOUND, SADDLE): "A nudge is undone here by the next steps.",
    ("remedy", VALLEYS, FLAT): "The shortest of the answers need not be the lowest.",
    ("remedy", SADDLE, VALLEYS): "Other starts would miss this pass too, and pay for whole runs; a nudge goes on from here.",
    ("remedy", LONG, COUPLED): "The heavy ball would bear this step and Nesterov's method not; what is wrong is the step.",
}
LESSON = {
    "cause": {
        LONG: "Along the steepest direction 1 − ηL is below −1, and its powers are what swings.",
        NOISE: "A part of the data points elsewhere than the whole, at the minimum too: a kept step never comes to rest.",
        UNITS: "Measured in another unit, the long axis of the valley would be as short as the other.",
        COUPLED: "Both unknowns can have the same curvature, and their sum another one than their difference.",
        FLAT: "Along the floor the data say nothing, and each run keeps what its start had of that direction.",
        VALLEYS: "Each run found a minimum, and the start chose it.",
        BOUND: "The step would lead beyond the bound, and is brought back to where it began.",
        SADDLE: "It set out nearly on the line that leads to the pass; what it had beside it grows by 1 + η|λ| a step.",
    },
    "remedy": {
        LONG: "Below 2/L every direction shrinks.",
        NOISE: "A shorter step that is kept would lower the floor, and leave one.",
        UNITS: "For the columns of data, standardising is such a change of units.",
        COUPLED: "Curvature itself, if it can be had, would round the valley at once.",
        FLAT: "Descent from zero finds it, and so does a small penalty, nearly.",
        VALLEYS: "The loss at the ends is compared, not the ends.",
        BOUND: "Take a step and bring it back: if that moves nothing, the run has arrived.",
        SADDLE: "Any small part along the falling direction will do, and will grow.",
    },
    "limit": {
        LONG: "What is left then is the condition number.",
        NOISE: "The error of a mean falls with the root of what it is the mean of.",
        UNITS: "Units change each unknown by itself; a valley aslant needs more than that.",
        COUPLED: "Beyond quadratics the heavy ball may even circle.",
        FLAT: "Another rule would choose another answer, which fits as well.",
        VALLEYS: "That no lower one exists is not to be seen from any number of runs.",
        BOUND: "Off a convex ground, a saddle passes the test too.",
        SADDLE: "And a nudge a million times smaller only takes longer to grow.",
    },
}
SEE = {
    LONG: "step-size", NOISE: "noise", UNITS: "conditioning", COUPLED: "momentum",
    FLAT: "least-squares", VALLEYS: "non-convexity", BOUND: "constraints", SADDLE: "non-convexity",
}  # fmt: skip


def decides(run):
    """What in the picture decides, with its numbers."""
    path, other = run.paths[0], run.paths[-1]
    (late, early), (u, v), low = path.widest, path.later, int(path.slope.argmin())
    told = {
        LONG: f"Here each of the last {LAST} moves is longer than the one before, and the losses of the end grow with them.",
        NOISE: f"Here the longest of the last {LAST} moves is {_hand(late)} and of the {LAST} before {_hand(early)}, "
        f"and {run.n} steps cost {run.passes:g} passes.",
        UNITS: f"Here, in the second half, x₁ changes by {_hand(u, 2)} and x₂ by {_hand(v, 2)}.",
        COUPLED: f"Here, in the second half, x₁ changes by {_hand(u, 2)} and x₂ by {_hand(v, 2)}.",
        FLAT: f"Here one run ends at a loss of {_hand(path.loss[-1])} and the other at {_hand(other.loss[-1])}, "
        f"and their ends are {_hand(np.hypot(*path.x[-1] - other.x[-1]), 2)} apart.",
        VALLEYS: f"Here one run ends at a loss of {_hand(path.loss[-1])} and the other at {_hand(other.loss[-1])}.",
        BOUND: f"Here the longest of the last {LAST} moves is {_hand(late)}, "
        f"and the gradient is {_hand(path.slope[-1])} long in the end.",
        SADDLE: f"Here the gradient is {_hand(path.slope[low], 2)} long at step {low} "
        f"and {_hand(path.slope[-1], 2)} at the end, while the loss stays {_hand(path.loss[-1])}.",
    }
    return told[run.kind]


def _choice(run, asked, options):
    here, kind = decides(run), run.kind
    wrong = [
        Mistake(options[other], f"{USUAL.get((asked, kind, other), NEED[asked][other])} {here}")
        for other in KINDS
        if other != kind
    ]
    lesson = here if asked == "symptom" else LESSON[asked][kind]
    return Choice(truth=options[kind], mistakes=tuple(wrong), lesson=lesson, see=SEE[kind])


def _bound(run):
    """From the last two moves, which are along the steepest direction alone."""
    ratio = run.lam[1] * run.lr - 1
    L = run.lam[1]
    return Number(
        truth=2 / L,
        hint="One move is −(1 − ηL) times as long as the one before; the two lengths give L, and L the step.",
        lesson="A run that leaves tells its L in passing, and with it how much shorter its step has to be.",
        see="step-size",
        mistakes=(
            Mistake(1 / L, "This is a cautious step, 1/L. A swing keeps its size at twice that."),
            Mistake(run.lr, "This is the step that the run took, and at which it swings wider and wider."),
            Mistake(L, "This is L. The longest step is two over it."),
            Mistake(L / 2, "This is L over two, which is upside down."),
            Mistake(run.lr / ratio, "This divides η by the ratio of the moves. The ratio is ηL − 1, not half of ηL."),
            Mistake(
                2 * run.lr / (ratio - 1), "This takes ηL − 1 for the ratio less 1. A move turns back: ηL is the ratio plus 1."
            ),
            Mistake(
                run.lr * (1 + ratio) / 2, "This is multiplied by half of ηL. Divide: the longest step is below the one taken."
            ),
        ),
    )


NEEDS = {
    SETTLES: "To fall without a swing at half its step, a run needs a whole step above 2/L, and a half below.",
    SWINGS: "To swing on at half its step, a run needs gradients that are noisy.",
    CRAWLS: "To crawl on at half the pace, a run needs a step that suits the steep direction and is tiny for the flat one.",
    ENDS: "To end where it ended, a run needs to have come to rest at a place that its step has not chosen.",
}
HERE = {
    SETTLES: "Here the moves of run 1 grow by one and the same factor in the end.",
    SWINGS: "Here the moves of run 1 neither die nor grow, and each costs less than a pass.",
    CRAWLS: "Here the loss of run 1 falls slowly and evenly to the end.",
    ENDS: "Here the last move of run 1 is shorter than a thousandth.",
}
