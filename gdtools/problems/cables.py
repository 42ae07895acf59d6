"""Two struts of a cable roof and the crossed cables between them, taut or with play: what a memory buys, and what not."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from gdtools.problems.parts import Problem, first_below, prediction, roots_of_eigenvalues, rounded, told_apart
from gdtools.questions import Choice, Count, Function, Mistake, Number

PART = 1 / 2000  # of the first distance
BORDER = 9 + 4 * math.sqrt(5)  # the κ from which on the best ball has circles
LONG = 300  # steps within which a run shows what it will do


def cables(seed: int | None = None) -> Problem:
    """Two struts of a cable roof, held by springs and by crossed cables that pull only when they are taut."""
    rng = np.random.default_rng(seed)
    book = Net(100, 2400, np.array([60.0, -50.0]), 0.01), 0.00062, 0.55
    return told_apart(lambda: _problem(*(book if seed is None else _drawn(rng)), rng))


def _problem(net, lr, beta, rng):
    questions = {
        "gradient": _gradient(net, rng),
        "spectrum": _spectrum(net),
        "plain": _plain(net),
        "step": _step(net, lr),
        "memory": _memory(net, beta),
        "bound": _bound(net, beta),
        "promise": _promise(net),
        "slack": _slack(net),
        "steps": _steps(net),
        "prediction": _prediction(net.course(lr, beta)),
    }
    return Problem("cables", SimpleNamespace(k=net.k, c=net.c, load=net.load, play=net.play, lr=lr, beta=beta), questions)


def _drawn(rng):
    """A net, and a step and a memory near the best at which it settles, turns or leaves."""
    wanted = str(rng.choice(["turns in a circle", "settles", "runs away"], p=[0.4, 0.35, 0.25]))
    while True:
        drawn = _any(rng, wanted)
        if drawn[0].course(*drawn[1:]) == wanted:
            return drawn


def _any(rng, wanted):
    soft = wanted != "turns in a circle" and rng.random() < 0.5
    root = rng.uniform(3.3, 4.1) if soft else rng.uniform(6.8, 9.5)
    k = 10 * int(rng.integers(5, 21))
    net = Net(k, 10 * round(k * (root**2 - 1) / 20), np.zeros(2), int(rng.integers(5, 21)) / 1000)
    low, high = (0.1, 0.3) if wanted == "runs away" else (0.75, 1.05)  # of the play beside the way that the taut cable gives
    pull = net.play * (2 * net.high / rng.uniform(low, high) + k)
    net = Net(net.k, net.c, np.round(pull * np.array([1, -1]) * (0.5 + rng.uniform(0.02, 0.08) * np.array([1, -1]))), net.play)
    beta = round(net.root**2 * rng.uniform(0.96, 0.985), 3)
    longest = 2 * (1 + beta) / net.high
    return (
        net,
        rounded(rng.uniform(1.03, 1.1) * longest if wanted == "runs away" else rng.uniform(0.97, 0.992) * net.step, 3),
        beta,
    )


@dataclass(frozen=True)
class Net:
    """Springs of stiffness ``k``, cables of stiffness ``c`` with ``play``, and the ``load`` on each strut."""

    k: int
    c: int
    load: np.ndarray
    play: float

    @property
    def high(self):
        """The stiffness of the struts against each other, which stretches the taut cable at both ends."""
        return self.k + 2 * self.c

    @property
    def kappa(self):
        return self.high / self.k

    @property
    def root(self):
        """The factor √β of the best ball."""
        return (math.sqrt(self.kappa) - 1) / (math.sqrt(self.kappa) + 1)

    @property
    def step(self):
        """The best step of the ball."""
        return 4 / (math.sqrt(self.high) + math.sqrt(self.k)) ** 2

    def forces(self, u, stretched=None):
        """∇E, with the ``stretched`` length of the cables in the place of theirs, where that is told."""
        apart = u[0] - u[1]
        s = apart - min(max(apart, -self.play), self.play) if stretched is None else stretched(apart)
        return self.k * u + self.c * s * np.array([1, -1]) - self.load

    def error(self):
        """The distance to rest without play, from u = 0, by its parts with each other and against each other."""
        together, apart = (self.load @ [1, 1], self.load @ [1, -1]) / np.sqrt(2)
        return np.array([together / self.k, apart / self.high])

    def distances(self) -> Iterator[float]:
        """Those of the best ball, as its double roots √β and −√β give them."""
        ahead, k = np.array([1 - self.root, 1 + self.root]), 0
        while True:
            yield float(np.linalg.norm(self.error() * (1 + k * ahead)) * self.root**k)
            k += 1

    def count(self, lr, beta, look_ahead=False):
        """Steps without play until the distance is small enough."""
        lam = np.array([self.k, self.high])
        error = last = self.error()
        enough, k = PART * np.linalg.norm(error), 0
        while np.linalg.norm(error) > enough:
            ball = error + beta * (error - last)
            error, last, k = ball - lr * lam * (ball if look_ahead else error), error, k + 1
        return k

    def course(self, lr, beta):
        """What the struts do against each other, from rest at u = 0, in plain numbers; "" where that is not plain."""
        pull, x, last, seen = float(self.load @ [1, -1]), 0.0, 0.0, []
        for _ in range(LONG):
            s = x - min(max(x, -self.play), self.play)
            x, last = x - lr * (self.k * x + 2 * self.c * s - pull) + beta * (x - last), x
            seen = [*seen[-3:], x]
            if abs(x) > 1e6 * pull / self.k:
                return "runs away"
        moves, turns = abs(seen[-1] - seen[-2]), abs(seen[-1] - seen[0])
        return "" if turns > 1e-9 else "settles" if moves < 1e-9 else "turns in a circle"


def _gradient(net, rng):
    pair = np.array([1, -1])
    points = list(net.play * np.array([[4, 1], [1, 4], [2, 1.5], [-3, -1], [-1, 2]]) * rng.uniform(0.9, 1.1, size=(5, 1)))
    pulls = lambda u: net.forces(u) - net.k * u + net.load  # noqa: E731
    square = lambda u: pulls(u) / net.c * np.abs(pulls(u)) / 2 * np.sign(pulls(u)) * pair  # noqa: E731
    return Function(
        truth=net.forces,
        formula=r"k u + c\, s(d) \binom{1}{-1} - p",
        points=points,
        hint="Differentiate one energy after the other: the springs, the cables through d, the load. s' is 1 where s is not 0.",
        lesson="Where a cable is taut, its stiffness comes on top of that of the springs; in the play the springs are alone.",
        see="negative-gradient",
        mistakes=(
            Mistake(
                lambda u: net.forces(u) + 2 * net.load,
                "The load has the wrong sign: it lowers E where it pulls.",
                r"k u + c\, s(d) \binom{1}{-1} + p",
            ),
            Mistake(
                lambda u: net.k * u + np.abs(pulls(u)) * np.sign(u[0] - u[1]) - net.load,
                "The cables pull both struts the same way here. They pull them towards each other.",
                r"k u + c\, s(d) \binom{1}{1} - p",
            ),
            Mistake(
                lambda u: net.k * u - pulls(u) - net.load,
                "The cables push here: where d grows, the energy of a taut cable grows.",
                r"k u + c\, s(d) \binom{-1}{1} - p",
            ),
            Mistake(lambda u: pulls(u) - net.load, "The springs of the struts are missing.", r"c\, s(d) \binom{1}{-1} - p"),
            Mistake(
                lambda u: net.forces(u, lambda apart: apart),
                "The play is lost: this is the net whose cables are always taut.",
                r"k u + c\, d \binom{1}{-1} - p",
            ),
            Mistake(
                lambda u: net.forces(u) + pulls(u),
                "The cables count twice here: the ½ of their energy takes the 2 away.",
                r"k u + 2c\, s(d) \binom{1}{-1} - p",
            ),
            Mistake(
                lambda u: (net.k * u + pulls(u)) / 2 - net.load,
                "A factor ½ too many: the derivative of ½ks² is ks.",
                r"\tfrac12 k u + \tfrac12 c\, s(d) \binom{1}{-1} - p",
            ),
            Mistake(
                lambda u: -net.forces(u),
                "This is the way downhill, the forces that are left over. The question asks for the gradient.",
                r"p - k u - c\, s(d) \binom{1}{-1}",
            ),
            Mistake(
                lambda u: net.k * u + square(u) - net.load,
                "The energy of the cables is not yet differentiated: it holds s², the gradient s.",
                r"k u + \tfrac12 c\, s(d)^2 \binom{1}{-1} - p",
            ),
        ),
    )


def _spectrum(net):
    k, c = net.k, net.c
    return Number(
        truth=np.array([k, net.high], dtype=float),
        any_order=True,
        rtol=1e-3,
        hint="Try the two motions: both struts alike, and one against the other. How much is the cable stretched?",
        lesson="Together the struts feel the springs alone. Against each other both ends of the cable give way.",
        see="conditioning",
        mistakes=(
            Mistake([k, k + c], "A factor 2 is lost: struts against each other stretch the cable at both ends."),
            Mistake([k + c, k + c], "This is the diagonal of the Hessian. The cable couples the struts."),
            Mistake([k + c, -c], "These are the entries of the Hessian, not its eigenvalues."),
            Mistake([0, 2 * c], "The springs of the struts are lost: they add their stiffness to both motions."),
            Mistake([k, 2 * c], "The springs resist the motion against each other, too."),
            Mistake([k, k], "These are those of the slack net. Here one cable is taut."),
            Mistake([k, k + 4 * c], "A factor 2 too many: the mean of the two must be a diagonal entry."),
            Mistake([k / 2, net.high / 2], "The ½ of the energy is gone in its second derivative."),
            Mistake([2 * k, 2 * net.high], "Twice too large: the ½ of the energy is forgotten."),
            Mistake([k, c], "These are the stiffnesses that are given, not those of the two motions."),
            Mistake([1 / k, 1 / net.high], "These are one over the eigenvalues, how far the net gives way to a force."),
            roots_of_eigenvalues([k, net.high]),
        ),
    )


def _plain(net):
    mu, L = net.k, net.high
    return Number(
        truth=2 / (mu + L),
        rtol=1e-3,
        hint="At the best step the factors of the two ends, 1 − ημ and 1 − ηL, have the same size.",
        lesson="It shrinks the error by (κ − 1)/(κ + 1) a step. What does one remembered point make of that?",
        see="conditioning",
        mistakes=(
            Mistake(2 / L, "This is 2/L, where the stiff motion no longer shrinks."),
            Mistake(1 / L, "This is 1/L, which leaves the soft motion slower than need be."),
            Mistake(4 / (mu + L), "This is 4/(μ + L), twice the best step and too long."),
            Mistake(1 / (mu + L), "This is 1/(μ + L), half of the best step."),
            Mistake(2 / mu, "This takes the softest motion alone."),
            Mistake(2 / (L - mu), "The two ends are to be added, not subtracted."),
            Mistake((mu + L) / 2, "This is the best step upside down."),
            Mistake(net.step, "This is the best step of the heavy ball. Plain descent does not stand it."),
            Mistake(1 / math.sqrt(mu * L), "This takes the geometric mean of the two ends. It is the arithmetic one."),
        ),
    )


def _step(net, lr):
    mu, L = net.k, net.high
    both = math.sqrt(mu) + math.sqrt(L)
    return Number(
        truth=net.step,
        rtol=1e-3,
        hint="The root of η is 2 over a sum of two roots.",
        lesson="Longer than plain descent's best step, and with a memory it is stable.",
        see="momentum",
        mistakes=(
            Mistake(4 / (mu + L), "The roots are lost: the sum is that of √L and √μ."),
            Mistake(4 / both, "The square is lost: the sum of the roots is squared."),
            Mistake(2 / both, "This is √η. The step is its square."),
            Mistake(2 / both**2, "A factor 2 is lost: the 2 over the sum of the roots is squared, too."),
            Mistake(2 / (mu + L), "This is the best step of plain descent."),
            Mistake(4 / (math.sqrt(L) - math.sqrt(mu)) ** 2, "The roots are to be added, not subtracted."),
            Mistake(4 / (math.sqrt(L / mu) + 1) ** 2, "This is ημ: it is to be divided by the smallest stiffness."),
            Mistake(4 / L, "This is 4/L, which no memory below 1 stands."),
            Mistake(2 / L, "This is 2/L, the longest step of plain descent."),
            Mistake(1 / L, "This is 1/L, the step of Nesterov's method."),
            Mistake(lr, "This is the step that was set by eye."),
            Mistake(both**2 / 4, "This is the step upside down."),
        ),
    )


def _memory(net, beta):
    s, kappa = net.root, net.kappa
    return Number(
        truth=s**2,
        rtol=2e-3,
        hint="The root of β is a quotient in which √κ stands above and below.",
        lesson="On a quadratic the error then shrinks by √β a step in the long run, whatever the start.",
        see="momentum",
        mistakes=(
            Mistake(s, "This is √β, the factor of the error: the memory is its square."),
            Mistake((kappa - 1) / (kappa + 1), "This is the factor of plain descent: κ stands for √κ, and the square is lost."),
            Mistake(((kappa - 1) / (kappa + 1)) ** 2, "This has κ in the place of √κ."),
            Mistake(s**4, "This is squared once too often."),
            Mistake(1 - 1 / math.sqrt(kappa), "This is 1 − 1/√κ, which Nesterov's method guarantees a step."),
            Mistake(1 - 1 / kappa, "This is 1 − 1/κ, a factor of plain descent."),
            Mistake(1 / s**2, "This is upside down: a memory is below 1."),
            Mistake(0.9, "This is the usual memory. The best one depends on κ."),
            Mistake(beta, "This is the memory that was set by eye."),
        ),
    )


def _bound(net, beta):
    mu, L = net.k, net.high
    return Number(
        truth=2 * (1 + beta) / L,
        rtol=1e-3,
        hint="A direction leaves where the larger root of z² − (1 + β − ηλ) z + β reaches −1. Put z = −1.",
        lesson="A memory stands a longer step, up to twice that of plain descent. Is the step that was set by eye below it?",
        see="momentum",
        mistakes=(
            Mistake(2 / L, "This is 2/L, for plain descent. A memory stands a longer step."),
            Mistake(1 / L, "This is 1/L, which is short of the longest step by far."),
            Mistake((2 + 2 * beta) / (1 + 2 * beta) / L, "This is the longest step of Nesterov's method, which looks ahead."),
            Mistake((1 + beta) / L, "A factor 2 is lost: without a memory it must be 2/L."),
            Mistake(2 * (1 - beta) / L, "The memory makes the longest step longer, not shorter."),
            Mistake(2 / (1 - beta) / L, "This is 2/L over 1 − β. The longest step is not even twice 2/L."),
            Mistake(4 / L, "This is 4/L, as if the memory were 1."),
            Mistake(2 * (1 + net.root**2) / L, "This is with the best memory. The question is for the one that is given."),
            Mistake(2 * (1 + math.sqrt(beta)) / L, "This has √β in the place of β."),
            Mistake((1 + math.sqrt(beta)) ** 2 / L, "This is (1 + √β)²/L, where a real root comes. The bound is longer."),
            Mistake(2 * (1 + beta) / mu, "This is for the softest motion. The stiffest decides."),
            Mistake(L / (2 * (1 + beta)), "This is the longest step upside down."),
        ),
    )


def _promise(net):
    s, kappa = net.root, net.kappa
    return Count(
        truth=first_below(s, PART),
        hint="How often must the factor √β be multiplied by itself? Take logarithms.",
        lesson="So it is in the long run. How many steps does a run take, which has to get there first?",
        see="momentum",
        mistakes=(
            Mistake(first_below(s**2, PART), "This takes β for the factor of the error. It is √β."),
            Mistake(first_below((kappa - 1) / (kappa + 1), PART), "This is the promise of plain descent at its best step."),
            Mistake(first_below(((kappa - 1) / (kappa + 1)) ** 2, PART), "This has κ in the place of √κ in β."),
            Mistake(first_below(1 - 1 / kappa, PART), "This is the promise of plain descent at 1/L."),
            Mistake(first_below(1 - 1 / math.sqrt(kappa), PART), "This is with 1 − 1/√κ, which Nesterov's method guarantees."),
        ),
    )


def _steps(net):
    mu, L, kappa, lr = net.k, net.high, net.kappa, net.step
    distances = net.distances()
    first = next(distances)
    flat = (kappa - 1) / (kappa + 1)
    return Count(
        truth=1 + next(k for k, distance in enumerate(distances) if distance <= PART * first),
        hint="Keep all digits of η and β, run on the net without play, and see what distance the count ends at.",
        lesson="More than the promise: at first the error shrinks more slowly than by √β, and may even grow.",
        see="momentum",
        mistakes=(
            Mistake(first_below(net.root, PART), "This is what the factor √β promises. The run has to get there first."),
            Mistake(net.count(2 / (mu + L), 0), "This is the count of plain descent at its best step."),
            Mistake(net.count(1 / L, 0), "This is the count of plain descent at 1/L."),
            Mistake(net.count(1 / L, net.root, look_ahead=True), "This is the count of Nesterov's method at 1/L."),
            Mistake(net.count(lr, net.root), "This is the count with √β for the memory."),
            Mistake(net.count(lr, flat**2), "This is the count with κ for √κ in the memory."),
            Mistake(net.count(lr, 0.9), "This is the count with the usual memory, 0.9."),
        ),
    )


def _slack(net):
    here = (
        "Here κ is above 17.9, and from there on some stiffness that depends on the place makes the ball turn for ever."
        if net.kappa > BORDER
        else "Here κ is below 17.9, and there the ball always arrives; no pace of the taut net comes with that."
    )
    truth = "nothing" if net.kappa > BORDER else "it arrives at some pace"
    needs = {
        "it arrives at the same pace": "The pace √β is derived for quadratics, whose stiffness is the same everywhere.",
        "it arrives as fast as plain descent": "Plain descent keeps its pace where the stiffness varies. The ball may not.",
        "it arrives at some pace": "That the ball arrives is certain for κ below 17.9 alone.",
        "nothing": "Below κ = 17.9 the ball arrives wherever the stiffness lies between μ and L.",
    }
    return Choice(
        truth=truth,
        lesson=here,
        see="momentum",
        mistakes=tuple(Mistake(option, f"{need} {here}") for option, need in needs.items() if option != truth),
    )


def _prediction(course):
    here = {
        "turns in a circle": "Here ηL is below 2(1 + β), and yet the cables take turns, two steps the one, a step the other.",
        "settles": "Here ηL is below 2(1 + β), and in the end the same cable stays taut.",
        "runs away": "Here ηL is above 2(1 + β).",
    }
    needs = {
        "turns in a circle": "To turn in a circle a run takes both cables in turn, with ηL below 2(1 + β).",
        "settles": "A run settles where ηL is below 2(1 + β) and one cable stays taut.",
        "runs away": "A run leaves where ηL is above 2(1 + β).",
    }
    return prediction(course, here[course], needs, see="momentum")
