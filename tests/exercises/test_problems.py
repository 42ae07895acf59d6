"""Every problem, in the book's numbers and 200 others: the truth is accepted, every known mistake named, none confused."""

import ast
import json
from collections import Counter
from functools import cache
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from gdtools import gradient_descent, problems
from gdtools.check import CHAPTERS, Exercise, judge
from gdtools.problems import Problem
from gdtools.problems.parts import told_apart
from gdtools.questions import Choice, Function, Mistake, Number

SEEDS = [None, *range(200)]
# The reference numbers of the book's own problems.
NUMBERS = {
    "valley": {"spectrum": [3, 24], "bound": 1 / 12, "third": [5 * 0.73**3, -7 * 1.16**3]},
    "springs": {"spectrum": 6 - 6 * np.cos(np.arange(1, 6) * np.pi / 6), "bound": 0.535898 / 3, "condition": 13.928},
    "rod": {
        "condition": [25.27, 103.09, 414.35, 1659.4],
        "bound": 0.36 * np.array([8.1216e-3, 1.972e-3, 4.895e-4, 1.2214e-4]),
    },
    "molecule": {
        "rest": 3.6 * 2 ** (1 / 6),
        "curvature": 57.1464 * 1.4 / 3.6**2,
        "bound": 0.034998 / 1.4 * 3.6**2,
        "inflection": 3.6 * 1.24446,
    },
    "network": {"spectrum": [0, 4.5], "bound": 1 / 2.25, "limit": [0, 0]},
    "cables": {"spectrum": [100, 4900], "plain": 4e-4, "step": 6.25e-4, "memory": 0.5625, "bound": 3.1 / 4900, "promise": 27},
    "distances": {"adjoint": 0.28, "gradient": [1.68, 4.44], "L": 4.78316, "bound": 0.490016},
    "quartic": {"hessian": 0},
    "coupled": {"spectrum": [-1.5, 6], "factor": 1.3, "direction": [0.6, 0.8]},
    "buoy": {
        "gradient": [28, -26],
        "gauss_newton": [-28, 13],
        "newton": [-30.705, 13.514],
        "slope": 378_000,
        "factor": 0.05148,
    },
    "meters": {"pass": 6.8, "spectrum": [0.1, 14.5], "bound": 4 / 29, "stop": 2.88e-12, "steps": 1604, "limit": 0.2806},
    "pixel": {
        "projection": [0.7, 0.3, 0],
        "bound": 8.48972e-4,
        "first": [0.37465, 0.313524, 0.311826],
        "shares": [0.709595, 0, 0.290405],
        "price": 23.0887,
        "edge": 8 / 2345,
    },
    "tides": {"curvature": 1, "bound": 2, "floor": 10, "batch": 25, "missed": 0.36763, "steps": 900},
    "circuit": {
        "spectrum": [1, 10],
        "bound": 0.2,
        "exact": 10 / 19,
        "accepted": 0.5,
        "next": 10 / 91,
        "steps": 16,
        "limit": 2 / 11,
    },
}
FOLDER = Path(problems.__file__).parent
SETTINGS = ("rtol", "atol", "any_order", "up_to_sign", "count", "see")
RECORD = Path(__file__).with_name("problems.json")
each_problem = pytest.mark.parametrize("name", problems.NAMES)


@cache
def draws(name):
    return [getattr(problems, name)(seed) for seed in SEEDS]


@each_problem
def test_the_truth_is_accepted_and_every_known_mistake_is_named(name):
    for problem in draws(name):
        for question in problem.questions.values():
            assert judge(question, question.truth) == ("right", question.lesson)
            for mistake in question.mistakes:
                assert judge(question, mistake.answer) == ("wrong", mistake.words)


def could_be_both(question, one, other):
    """Whether some answer would be taken for both."""
    if isinstance(question, Number):
        one, other = (question._arranged(np.asarray(value, dtype=float)) for value in (one, other))
        slack = question.tolerance(one) + question.tolerance(other)
        near = lambda signed: bool((np.isfinite(slack) & (np.abs(one - signed) <= slack)).all())  # noqa: E731
        return any(map(near, question._signed(other)))
    return question.agrees(question.read(one), other)


@each_problem
def test_no_two_answers_are_confused(name):
    for problem in draws(name):
        for question in problem.questions.values():
            for one, other in combinations([question.truth, *(mistake.answer for mistake in question.mistakes)], 2):
                assert not could_be_both(question, one, other), (name, problem)


def distance(question, answer):
    """How many tolerances an answer lies from the truth."""
    truth, answer = (question._arranged(np.asarray(value, dtype=float)) for value in (question.truth, answer))
    return min(np.max(np.abs(signed - truth) / question.tolerance(truth)) for signed in question._signed(answer))


@each_problem
def test_every_known_mistake_is_three_tolerances_from_the_truth(name):
    """So no method passes by the numbers that happen to be drawn, nor by an answer that was rounded on the way."""
    for problem in draws(name):
        for asked, question in problem.questions.items():
            for mistake in question.mistakes if isinstance(question, Number) else ():
                assert distance(question, mistake.answer) >= 3, (asked, mistake.words, str(problem))


@each_problem
def test_every_mistake_has_its_own_words_and_every_right_answer_a_lesson(name):
    for problem in draws(name)[:20]:
        for asked, question in problem.questions.items():
            words = [mistake.words for mistake in question.mistakes]
            assert len(set(words)) == len(words), asked
            assert question.lesson, asked
            assert question.see == "" or question.see in CHAPTERS


@each_problem
def test_a_gradient_can_be_chosen_among_formulas(name):
    for question in draws(name)[0].questions.values():
        if isinstance(question, Function):
            formulas = [question.formula, *(mistake.formula for mistake in question.mistakes)]
            assert question.formula
            assert len(set(filter(None, formulas))) == len(list(filter(None, formulas))) >= 3


@each_problem
def test_a_prediction_has_no_one_answer(name):
    """Who draws the problem again has to predict again; no name and no number given says what happens."""
    asked = [problem.questions["prediction"].truth for problem in draws(name)]
    assert len(set(asked)) >= 2
    assert max(Counter(asked).values()) <= 0.8 * len(asked)
    for problem in draws(name)[:5]:
        assert isinstance(problem.questions["prediction"], Choice)
        assert not {"lr_large", "failure", "growth", "stable_axis"} & {*vars(problem.given), *problem.questions}


def test_a_file_holds_the_problem_of_its_name():
    files = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py")}
    assert set(files) == {"__init__", "parts", *problems.NAMES}
    assert set(problems.__all__) == {"NAMES", "Problem", *problems.NAMES}
    for name in problems.NAMES:
        assert f"\ndef {name}(seed: int | None = None) -> Problem:\n" in files[name]
        assert getattr(problems, name)().name == name


def test_no_words_are_written_twice():
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    written = [
        call.args[1].value for call in calls if ast.unparse(call.func) == "Mistake" and isinstance(call.args[1], ast.Constant)
    ]
    assert len(written) > 100
    assert [words for words, times in Counter(written).items() if times > 1] == []


@each_problem
def test_a_problem_asks_and_knows_enough(name):
    problem = getattr(problems, name)()
    assert len(problem.questions) >= 4
    assert sum(len(question.mistakes) for question in problem.questions.values()) >= 4
    assert {"prediction", "bound"} <= set(problem.questions)
    if name != "which":  # it gives runs and no function, whose curvatures and counts it could ask for
        assert {"spectrum", "L", "curvature", "hessian"} & set(problem.questions)
        assert {"steps", "steps_standardised"} & set(problem.questions)
    assert str(problem).splitlines()[0].split(" = ")[0] == next(iter(vars(problem.given)))


@each_problem
def test_the_words_are_sentences_and_keep_the_answer_to_themselves(name):
    for question in getattr(problems, name)().questions.values():
        hints = [] if isinstance(question, Choice) else [question.hint]
        for words in (*hints, *(mistake.words for mistake in question.mistakes)):
            assert words[0].isupper() or not words[1].isalpha()
            assert not words.isupper()
            assert words[-1] in ".?…"
        if isinstance(question, Number) and np.ndim(question.truth) == 0 and question.truth not in (0, 1, 4):
            assert f"{question.truth:.3g}" not in question.hint


@each_problem
def test_a_seed_draws_other_numbers_and_always_the_same(name):
    draw = getattr(problems, name)
    assert str(draw(1)) == str(draw(1))
    assert len({str(draw(seed)) for seed in (None, 1, 2)}) == 3


@each_problem
def test_a_seed_always_asks_at_the_same_points(name):
    once, again = (getattr(problems, name)(5).questions.values() for _ in range(2))
    for one, other in zip(once, again, strict=True):
        np.testing.assert_array_equal(getattr(one, "points", []), getattr(other, "points", []))


def test_what_is_given_can_be_read_line_by_line():
    assert str(problems.doses()).splitlines() == [
        "dose = [0.2, 0.3, 0.5, 0.8, 0.9, 1.2, 1.6, 1.9, 2.3, 2.4, 2.8, 3.5]",
        "y = [0., 0., 0., 0., 1., 0., 0., 1., 1., 0., 1., 1.]",
        "lr = 4.8",
    ]
    assert str(problems.network(1)).count("\n") == len(vars(problems.network(1).given)) - 1
    lines = str(problems.houses()).splitlines()
    follows = lines[[line.startswith("price = [") for line in lines].index(True) + 1]
    assert len(follows) - len(follows.lstrip()) == len("price = [")
    assert max(map(len, lines)) <= 76


@pytest.mark.parametrize(("name", "question"), [(name, question) for name in NUMBERS for question in NUMBERS[name]])
def test_the_reference_numbers(name, question):
    truth = getattr(problems, name)().questions[question].truth
    np.testing.assert_allclose(np.sort(np.ravel(truth)), np.sort(np.ravel(NUMBERS[name][question])), rtol=2e-4, atol=1e-12)


# What is on record: every number given, every truth and what each known mistake leads to, in two draws.


def recorded(value):
    """A value as the record holds it; of a long array its length and two sums, which no entry can leave unnoticed."""
    if isinstance(value, str):
        return value
    numbers = np.ravel(np.asarray(value, dtype=float))
    if numbers.size > 9:
        numbers = np.array([numbers.size, numbers.sum(), numbers @ np.sqrt(np.arange(numbers.size))])
    return [float(f"{number:.10g}") for number in numbers]


def answers(question):
    """The truth and the mistakes' answers; of a function its values at two places, as the points without a seed are any."""
    values = [question.truth, *(mistake.answer for mistake in question.mistakes)]
    if isinstance(question, Function):
        shape = np.shape(question.points[0])
        places = [np.reshape(size * np.sqrt(1 + np.arange(np.prod(shape))), shape)[()] for size in (0.7, 1.3)]
        values = [[value(place) for place in places] for value in values]
    return [recorded(value) for value in values]


def facts(name, seed):
    """All that is on record of a draw, flat: what is given, and of each question its answers and its settings."""
    problem = getattr(problems, name)(seed)
    found = {f"{name} {seed} name": problem.name}
    found |= {f"{name} {seed} given {key}": recorded(value) for key, value in vars(problem.given).items()}
    for key, question in problem.questions.items():
        settings = [getattr(question, setting, None) for setting in SETTINGS]
        found |= {f"{name} {seed} {key}": answers(question), f"{name} {seed} {key} settings": settings}
    return found


def same(one, other):
    """Whether two pieces of a record agree, numbers to within rounding."""
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return all(same(a, b) for a, b in zip(one, other, strict=True))
    if type(one) is float and type(other) is float:
        return bool(np.isclose(one, other, rtol=1e-6, atol=1e-9))
    return type(one) is type(other) and one == other


@each_problem
@pytest.mark.parametrize("seed", [None, 1])
def test_every_number_is_the_one_on_record(name, seed):
    """Whoever means to change one runs this file as a script, which writes the record anew, and reads the difference."""
    record, now = json.loads(RECORD.read_text(encoding="utf-8")), facts(name, seed)
    then = {key: value for key, value in record.items() if key.startswith(f"{name} {seed} ")}
    assert then.keys() == now.keys()
    for key, value in now.items():
        assert same(value, then[key]), key


# What the choices claim, seen in a run.


def run(grad, x0, lr, n_iter=400):
    return gradient_descent(grad, x0, lr, n_iter, tol=0)


few = pytest.mark.parametrize("seed", [None, *range(10)])


def soon(errors):
    """Whether a run has settled at its end, crawls, or grows, by what parts its iterates from where it should end."""
    sizes = np.abs(errors).max(axis=1)
    return "grows" if sizes[-1] > 10 * sizes[0] else "settles" if sizes[-1] <= 1e-6 * sizes[0] else "crawls"


some = pytest.mark.parametrize("seed", [None, *range(25)])


@some
def test_the_valley_does_what_is_predicted(seed):
    problem = problems.valley(seed)
    given = problem.given
    x, y = np.abs(run(lambda p: 2 * p * [given.a, given.b], [given.x0, given.y0], given.lr, 300).x)
    assert problem.questions["prediction"].truth == (
        "both grow"
        if min(x, y) > 1e3
        else "y grows and x settles"
        if y > 1e3
        else "both settle"
        if y < 1e-3
        else "y flips for ever"
    )
    assert x < 1e-3 or min(x, y) > 1e3


@some
def test_the_springs_do_what_is_predicted(seed):
    problem = problems.springs(seed)
    n, grad = problem.given.n, problem.questions["gradient"].truth
    rest = np.linalg.solve(np.transpose([grad(e) - grad(0 * e) for e in np.eye(n)]), -grad(np.zeros(n)))
    hist = run(grad, np.zeros(n), problem.given.lr, 10_000).hist
    assert problem.questions["prediction"].truth == soon(hist - rest)


@few
def test_the_springs_grow_with_neighbours_in_opposite_directions(seed):
    problem = problems.springs(seed)
    grad, lr = problem.questions["gradient"].truth, 1.1 * problem.questions["bound"].truth
    descent = run(grad, np.zeros(problem.given.n), lr, 300)
    assert np.linalg.norm(descent.x) > 1e6 * np.linalg.norm(descent.hist[1])
    assert (np.diff(np.sign(descent.x)) != 0).all()


@some
def test_the_houses_do_what_is_predicted(seed):
    problem = problems.houses(seed)
    given = problem.given
    X = np.column_stack([np.ones(given.n), given.area, given.rooms])
    hess, best = 2 / given.n * X.T @ X, np.linalg.lstsq(X, given.price)[0]
    hist = run(lambda b: hess @ (b - best), np.zeros(3), given.lr, 5000).hist
    assert problem.questions["prediction"].truth == soon(hist - best).replace("grows", "explodes")


@some
def test_the_rod_does_what_is_predicted_and_does_not_grow_on_the_first_grid(seed):
    problem = problems.rod(seed)
    told = {"grows": "a sawtooth grows", "settles": "the temperature settles", "crawls": "the temperature crawls"}
    for n in problem.given.n[:2]:
        A = ((n + 1) / problem.given.length) ** 2 * (2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1))
        best = np.linalg.solve(A, np.ones(n))
        rod = run(lambda u, A=A: A @ u - 1, np.zeros(n), problem.given.lr, 10_000)
        seen = soon(rod.hist - best)
        assert seen != "grows" or (n == problem.given.n[1] and (np.diff(np.sign(rod.x)) != 0).all())
    assert problem.questions["prediction"].truth == told[seen]


@some
def test_the_distances_do_what_is_predicted(seed):
    """A beacon is left by no run: its unit vector is 0/0."""
    problem = problems.distances(seed)
    given = problem.given

    def grad(p):
        with np.errstate(invalid="ignore"):
            away = (p - given.beacons).T / np.hypot(*(p - given.beacons).T)
        return 2 * away @ (np.hypot(*(p - given.beacons).T) - given.ranges)

    best = run(grad, given.start, 0.15).x
    assert np.linalg.norm(grad(best)) < 1e-8
    found = run(grad, given.place, given.lr, 200)
    far = np.linalg.norm(found.hist - best, axis=1)
    seen = "is no number" if found.stopped == "diverged" else "settles" if far[-1] < 1e-6 else "crawls"
    assert problem.questions["prediction"].truth == seen
    assert seen != "crawls" or (far[-1] > 0.01 and (np.diff(far) < 0).all())
    assert seen != "is no number" or len(found.hist) == 1


@few
def test_the_distances_are_felt_as_the_questions_tell(seed):
    """The Hessian by differences of the gradient; a run a little below the bound comes back to rest, one beyond it does not."""
    problem = problems.distances(seed)
    given, truth = problem.given, {name: question.truth for name, question in problem.questions.items()}

    def grad(p):
        rho = np.hypot(*(p - given.beacons).T)
        return 2 * ((rho - given.ranges) / rho) @ (p - given.beacons)

    bends = [(grad(given.start + h) - grad(given.start - h)) / 2e-5 for h in 1e-5 * np.eye(2)]
    np.testing.assert_allclose(truth["gradient"], grad(given.start))
    assert truth["L"] == pytest.approx(np.linalg.eigvalsh(bends)[-1], rel=1e-6)
    hist = run(grad, given.start, 1 / truth["L"]).hist
    assert truth["steps"] == np.argmax([np.linalg.norm(grad(p)) < 1e-6 for p in hist])
    for part, comes in ((0.98, True), (1.02, False)):
        near = run(grad, hist[-1] + [1e-4, 1e-4], part * truth["bound"], 2000).x
        assert (np.linalg.norm(near - hist[-1]) < 1e-5) == comes


@few
def test_the_rod_takes_the_counts_of_a_run(seed):
    problem = problems.rod(seed)
    for n, steps in zip(problem.given.n[:2], problem.questions["steps"].truth, strict=False):
        A = ((n + 1) / problem.given.length) ** 2 * (2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1))
        rod = run(lambda u, A=A, n=n: A @ u - np.ones(n), np.zeros(n), 1 / np.linalg.eigvalsh(A)[-1], steps + 1)
        errors = np.linalg.norm(rod.hist - np.linalg.solve(A, np.ones(n)), axis=1)
        assert np.argmax(errors <= 1e-6 * errors[0]) == pytest.approx(steps, abs=1)


@few
def test_the_houses_take_the_counts_of_a_run(seed):
    problem = problems.houses(seed)
    given, steps = problem.given, problem.questions["steps_standardised"].truth
    Z = np.column_stack([np.ones(given.n), *((x - x.mean()) / x.std() for x in (given.area, given.rooms))])
    hess = 2 / given.n * Z.T @ Z
    best = np.linalg.lstsq(Z, given.price)[0]
    hist = run(lambda b: hess @ (b - best), np.zeros(3), 1 / np.linalg.eigvalsh(hess)[-1], steps + 1).hist
    errors = np.linalg.norm(hist - best, axis=1)
    assert np.argmax(errors <= 1e-6 * errors[0]) == steps


def test_an_exercise_can_be_told_of_by_its_problem():
    assert Exercise(problems.springs()).progress().title == "0 of 7 right"


if __name__ == "__main__":
    record = {key: value for name in problems.NAMES for seed in (None, 1) for key, value in facts(name, seed).items()}
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in record.items())
    RECORD.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


def test_draws_whose_answers_lie_too_near_come_to_an_end():
    near = Number(truth=1.0, hint="think", mistakes=(Mistake(1.01, "a little more"),))
    drawn = Problem("line", SimpleNamespace(), {"slope": near})
    with pytest.raises(ValueError, match=r"^line: in a thousand draws .* lastly to \['slope'\]$"):
        told_apart(lambda: drawn)
