"""What several problems share: the `Problem` itself, usual questions, usual mistakes, counts of steps, numbers to draw."""

import math
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from gdtools.questions import Choice, Function, Mistake, Number

TRACE = "This takes the trace for L. It is the sum of all eigenvalues."


class Given(SimpleNamespace):
    """What a problem gives: numbers and arrays, by name, that nothing can be written into."""

    def __init__(self, **values):
        super().__init__(**{name: _locked(value) for name, value in values.items()})

    def __setattr__(self, name, value):
        raise AttributeError(f"{name} cannot be set: what a problem gives stays as it is; give your own number another name")


def _locked(value):
    """The value, an array as a copy that nothing can be written into."""
    if isinstance(value, np.ndarray):
        value = value.copy()
        value.flags.writeable = False
    return value


@dataclass(frozen=True)
class Problem:
    """What is ``given``, by name, and the ``questions``, by name; printed, it says what is given."""

    name: str
    given: SimpleNamespace
    questions: dict[str, Number | Choice | Function]

    def __post_init__(self):
        object.__setattr__(self, "given", Given(**vars(self.given)))

    def __str__(self):
        return "\n".join(_line(name, value) for name, value in vars(self.given).items())


def _line(name, value):
    start = f"{name} = "
    text = np.array2string(value, separator=", ", prefix=start) if isinstance(value, np.ndarray) else str(value)
    return start + text


# Questions


def bound(L: float, *mistakes: Mistake, mu: float | None = None, **settings) -> Number:
    """The question for the largest stable step 2/L; ``mu`` is the smallest eigenvalue, where it could be taken for L."""
    usual = (cautious(L),) if mu is None else (cautious(L), flattest(mu))
    hint = "The bound is the step at which the factor 1 − ηL of the steepest direction reaches −1."
    lesson = "The steepest direction alone sets it: the others could take longer steps."
    settings = {"lesson": lesson, "see": "step-size"} | settings
    return Number(truth=2 / L, hint=hint, mistakes=usual + mistakes, **settings)


def condition(L: float, mu: float, *mistakes: Mistake, **settings) -> Number:
    """The question for the condition number κ = L/μ."""
    hint = "κ is the largest eigenvalue over the smallest."
    lesson = "Steps that suit the largest eigenvalue need about κ of them to shrink the error along the smallest to a third."
    settings = {"lesson": lesson, "see": "conditioning"} | settings
    return Number(truth=L / mu, hint=hint, mistakes=(upside_down(mu / L), *mistakes), **settings)


def prediction(truth: str, here: str, needs: dict[str, str], **settings) -> Choice:
    """The question what a run does: what each outcome ``needs``, and ``here`` what decides in these numbers.

    Both are true in every draw, whatever was predicted.
    """
    mistakes = tuple(Mistake(outcome, f"{need} {here}") for outcome, need in needs.items() if outcome != truth)
    return Choice(truth=truth, mistakes=mistakes, **({"lesson": here, "see": "step-size"} | settings))


# Mistakes


def cautious(L: float | np.ndarray) -> Mistake:
    return Mistake(1 / L, "This is 1/L, a cautious step; the factor 1 − ηL reaches −1 only later.")


def flattest(mu: float | np.ndarray) -> Mistake:
    return Mistake(2 / mu, "This takes the smallest eigenvalue. The largest decides.")


def largest_itself(L: float | np.ndarray) -> Mistake:
    return Mistake(L, "This is L itself. The step is in the inverse unit: two over it.")


def best_step(L: float, mu: float) -> Mistake:
    return Mistake(2 / (mu + L), "This is 2/(μ + L), the step that shrinks both ends alike. The bound is longer.")


def upside_down_step(L: float | np.ndarray) -> Mistake:
    return Mistake(L / 2, "This is L/2, upside down: the bound is 2/L.")


def condition_for_count(kappa: float | np.ndarray) -> Mistake:
    return Mistake(kappa, "This is κ. The count is κ times the logarithm of 10⁶, nearly.")


def estimate_by_condition(answer: float | np.ndarray) -> Mistake:
    words = (
        "This is κ log 10⁶. The run is quicker: −log(1 − 1/κ) is a little more than 1/κ, and a part of the error dies sooner."
    )
    return Mistake(answer, words)


def root_of_condition(kappa: float | np.ndarray) -> Mistake:
    return Mistake(np.sqrt(kappa), "This is √κ: the eigenvalues themselves are divided, not their roots.")


def roots_of_eigenvalues(eigenvalues: np.ndarray) -> Mistake:
    return Mistake(np.sqrt(eigenvalues), "These are the roots of the eigenvalues.")


def square_of_condition(kappa: float | np.ndarray) -> Mistake:
    return Mistake(kappa**2, "This is κ²: the eigenvalues themselves are divided, not their squares.")


def bound_upside_down(L: float) -> Mistake:
    return Mistake(L / 2, "This is upside down: the bound is 2/L.")


def mean_lost_in_bound(answer: float) -> Mistake:
    return Mistake(answer, "The L in this bound has lost the factor 1/n.")


def upside_down(answer: float | np.ndarray) -> Mistake:
    return Mistake(answer, "This is upside down: κ is the larger over the smaller.")


def decimal_logarithm(answer: float) -> Mistake:
    return Mistake(answer, "This is κ times 6, with the decimal logarithm. The natural one is needed.")


def sum_for_mean(answer: float | Callable) -> Mistake:
    return Mistake(answer, "The factor 1/n is lost: the loss is a mean.")


def count_to_a_thousandth(answer: int) -> Mistake:
    return Mistake(answer, "This is the count to 1e-3.")


def count_with_ten(answer: int) -> Mistake:
    return Mistake(answer, "This is the count to 10⁻⁵, which is 10e-6. 10⁻⁶ is written 1e-6.")


def count_of_gradients(answer: int) -> Mistake:
    return Mistake(answer, "This is the count for the size of the gradient. The question asks for the distance.")


def count_of_the_loss(answer: int) -> Mistake:
    return Mistake(answer, "This is the count to 1e-6 of the height above the minimum, which goes with the distance squared.")


def count_to_a_thousandth_of_the_start(answer: int) -> Mistake:
    return Mistake(answer, "This is the count to 1e-3 of the distance at the start. The question asks for 1e-6.")


def count_at_twice_the_step(answer: float) -> Mistake:
    return Mistake(answer, "This is the count at twice the step.")


def count_at_half_the_step(answer: int) -> Mistake:
    return Mistake(answer, "This is the count at half the step.")


# Counts


def first_below(factor: float, eps: float) -> int:
    """The first k with factor^k < eps."""
    return math.floor(math.log(eps) / math.log(factor)) + 1


def steps_of_modes(eigenvalues: np.ndarray, error: np.ndarray, lr: float, eps: float) -> int:
    """The first k at which the error, given by its components along the eigenvectors, has shrunk to eps of itself.

    No component needs longer than that of the factor nearest to ±1, if it were the whole error.
    """
    factors = 1 - lr * eigenvalues
    enough, longest = eps * np.linalg.norm(error), first_below(np.abs(factors).max(), eps)
    return bisect_left(range(longest), True, key=lambda k: np.linalg.norm(factors**k * error) <= enough)


def iterations(step: Callable, x: float | np.ndarray, done: Callable) -> int:
    """How many steps it takes until ``done``."""
    k = 0
    while not done(x):
        x, k = step(x), k + 1
    return k


def newton(grad: Callable, hess: Callable, x: np.ndarray) -> np.ndarray:
    """The minimiser near x, by fifty of Newton's steps."""
    for _ in range(50):
        x = x - np.linalg.solve(hess(x), grad(x))
    return x


def design(*columns: np.ndarray) -> np.ndarray:
    """The matrix of these columns and one of ones."""
    return np.column_stack([np.ones(len(columns[0])), *columns])


# Numbers to draw


def told_apart(draw: Callable[[], Problem]) -> Problem:
    """The first draw in which no answer of a question could be taken for another; ValueError where a thousand have none."""
    for _ in range(1000):
        problem = draw()
        if not (unclear := [name for name, question in problem.questions.items() if not question.clear()]):
            return problem
    raise ValueError(f"{problem.name}: in a thousand draws two answers to a question lie too near, lastly to {unclear}")


def between(rng: np.random.Generator, low: float, high: float) -> float:
    """A number between two others, to two decimals."""
    return round(float(rng.uniform(low, high)), 2)


def rounded(value: float, digits: int = 2) -> float:
    """The value to a few digits, as a person would give it."""
    return float(f"{value:.{digits}g}")
