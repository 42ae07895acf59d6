"""The race of five methods: its counts against theory and against other ways to compute them."""

import re

import numpy as np
import pytest
from engine import evaluate
from hypothesis import given
from hypothesis import strategies as st
from live_cases import panels
from live_plain import defaults, parsed, said
from numpy.testing import assert_allclose
from scipy.signal import lfilter, lfiltic
from traitlets import TraitError

from gdtools import best_step, momentum, predicted_steps, quadratic, spectrum
from gdtools.live import Race

kappas, betas, angles = st.floats(1, 60), st.floats(0, 0.95), st.integers(-180, 180)


def radii(kappa, lr, betas):
    """The spectral radius of the heavy ball with each memory, at so many times its tuned step."""
    matrices = np.zeros((2, len(betas), 2, 2))
    for matrix, curvature in zip(matrices, (2, 2 * kappa), strict=True):
        matrix[:, 0, 0] = 1 + betas - lr * 2 * (1 + betas) / (2 + 2 * kappa) * curvature
        matrix[:, 0, 1], matrix[:, 1, 0] = -betas, 1
    return abs(np.linalg.eigvals(matrices)).max(axis=(0, 2))


def test_a_race_from_near_the_minimum_is_run_to_its_end():
    counts = Race(x0=(3.01, 1), eps=1e-10).numbers()
    assert not [name for name in Race.NAMES if counts[name].startswith("–")]


def test_a_wrong_setting_is_named():
    with pytest.raises(TraitError, match="beta is 1; expected a number from 0 to 0.999"):
        Race(beta=1)


@given(kappa=kappas, beta=betas, angle=angles, lr=st.floats(0.2, 2))
def test_the_rates_are_those_of_the_iteration_matrices(kappa, beta, angle, lr):
    figure = Race(kappa=kappa, beta=beta, angle=angle, lr=lr)
    H, eye, ahead = figure.objective().hess(None), np.eye(2), np.sqrt(beta)
    mu, L = spectrum(H)
    ball, look = eye - lr * 2 * (1 + beta) / (mu + L) * H, eye - lr / L * H
    matrices = {
        "plain": eye - lr * best_step(H) * H,
        "ball": np.block([[ball + beta * eye, -beta * eye], [eye, 0 * eye]]),
        "nesterov": np.block([[(1 + ahead) * look, -ahead * look], [eye, 0 * eye]]),
        "jacobi": eye - lr * H / np.diag(H)[:, None],
        "newton": (1 - lr) * eye,
    }
    for name, (rate, _) in figure.methods().items():
        assert_allclose(rate, abs(np.linalg.eigvals(matrices[name])).max(), atol=1e-6)


def test_all_tuned_each_needs_about_what_theory_says():
    for kappa in (10, 100, 1000):
        figure = Race(kappa=kappa)
        figure.beta = figure.best_beta()
        root = np.sqrt(kappa)
        best = {"plain": (kappa - 1) / (kappa + 1), "ball": (root - 1) / (root + 1), "nesterov": 1 - 1 / root, "newton": 0}
        for name, (predicted, took, *_) in figure.runs().items():
            if name in best:
                assert predicted == pytest.approx(predicted_steps(best[name], 1e-6), abs=1)
            assert 0.8 * predicted <= took <= 1.4 * predicted + 10


@given(kappa=st.floats(1, 1000), lr=st.floats(0.05, 1.2))
def test_the_best_memory_is_that_of_a_dense_scan(kappa, lr):
    best, betas = Race(kappa=kappa, lr=lr).best_beta(), np.linspace(0, 0.9995, 2000)
    rates = radii(kappa, lr, betas)
    if lr < (1 + 1 / kappa) * (1 - 1e-9):
        assert betas[rates.argmin()] == pytest.approx(best, abs=2e-3)
        assert Race(kappa=kappa, lr=lr, beta=min(best, 0.999)).methods()["ball"][0] <= rates.min() + 1e-6
    else:
        assert np.isnan(best)
        assert rates.min() >= 1 - 1e-9


def test_the_best_memory_is_that_of_the_step_as_it_is_set():
    assert Race(lr=0.5).numbers()["best"] == "0.5690"
    assert [Race(lr=0.5, beta=beta).numbers()["ball"].split(",")[0] for beta in (0.44, 0.57)] == ["121", "58"]
    assert [Race(lr=lr).numbers()["best"] for lr in (0, 1.03, 1.04, 1.06)] == ["–", "0.6734", "–", "–"]


def test_the_memory_is_kept_best_where_that_is_asked_for():
    for settings in ({}, {"kappa": 400}, {"lr": 0.5}, {"lr": 1.03}, {"kappa": 1.0}):
        figure = Race(keep=1, beta=0.1, **settings)
        assert figure.memory() == figure.best_beta()
        assert figure.methods()["ball"][0] == pytest.approx(np.sqrt(figure.memory()))
        assert f"β = {figure.memory():.4g} " in figure.sentence()
    assert Race(keep=1, beta=0.1, lr=1.06).memory() == Race(beta=0.1).memory() == 0.1
    assert Race(keep=1, kappa=1e4, lr=1e-4).memory() == 0.999


def test_who_arrives_on_an_axis_beyond_the_bound_is_counted():
    figure = Race(angle=0, x0=(-1.5, 1), lr=1.5)
    assert figure.numbers()["plain"] == "113, theory never"
    assert figure.runs()["plain"][2][-1] <= 1e-6


def test_momentum_is_that_of_gdtools_on_the_same_bowl():
    figure = Race(angle=0, kappa=30)
    lr = 2 * 1.45 / (2 + 60)
    hist = momentum(quadratic(np.diag([2.0, 60.0]), [6, 60]).grad, figure.x0, lr, 200, tol=0, beta=0.45).hist
    errors = np.linalg.norm(hist - [3, 1], axis=1)
    assert figure.runs()["ball"][1] == np.argmax(errors <= 1e-6 * errors[0])


def test_a_turn_is_noticed_by_the_preconditioner_alone():
    along, turned, diagonal = (Race(angle=angle, x0=(3.0, 3.0)).runs() for angle in (0, 30, 45))
    for name in ("plain", "ball", "nesterov", "newton"):
        assert along[name][0] == turned[name][0] == diagonal[name][0]
    assert along["jacobi"][1] == 1 < turned["jacobi"][1]
    assert diagonal["jacobi"][0] == diagonal["plain"][0]


@pytest.mark.parametrize(("settings", "name", "text"), [
    ({"lr": 0}, "newton", "–, theory never"),
    ({"lr": 1.05}, "plain", "–, theory never"),
    ({"lr": 1e6}, "ball", "–, theory never"),
    ({"x0": (3, 1)}, "plain", "0, theory 173"),
    ({"kappa": 1e4}, "plain", "–, theory 69078"),
    ({"angle": 0}, "jacobi", "1, theory 1"),
    ({"kappa": 1}, "plain", "1, theory 1"),
    ({"x0": (3 + 1e-12, 1 + 1e-12)}, "plain", "–, theory 173"),
    ({"x0": (3 + 1e-5, 1)}, "plain", "173, theory 173"),  # where the gradient is below the tolerance of a run by itself
])  # fmt: skip
def test_extremes_of_the_race(settings, name, text):
    figure = Race(**settings)
    assert figure.numbers()[name] == text
    assert "nan" not in figure.html() + figure.sentence()


def test_the_race_shows_its_numbers():
    assert Race().numbers() == {
        "plain": "173, theory 173", "ball": "37, theory 35", "nesterov": "68, theory 63", "jacobi": "133, theory 133",
        "newton": "1, theory 1", "best": "0.4444",
    }  # fmt: skip


def test_the_sentence_counts_one_method_after_the_other():
    assert "plain descent 173, theory 173; heavy ball 37, theory 35; Nesterov" in Race().sentence()


def test_what_does_not_arrive_is_shown_as_far_as_it_went():
    *_, errors, hist = Race(lr=1.05).runs()["plain"]
    assert len(errors) == len(hist) == 301


def test_an_error_too_large_for_a_number_is_no_warning():
    figure = Race(lr=9, kappa=2, angle=45)
    assert {took for _, took, *_ in figure.runs().values()} == {np.inf}


def test_the_first_error_counts_as_one():
    for *_, errors, hist in Race(x0=(3, 5)).runs().values():
        assert errors[0] == 1
        assert_allclose(errors, np.linalg.norm(hist - [3, 1], axis=1) / 4)
        assert errors[-1] <= 1e-6 < errors[-2]


def test_the_still_of_the_race_draws_each_method_once():
    figure = Race(kappa=400, eps=1e-2)
    (top, low), runs = panels(figure), figure.runs()
    assert any(len(hist) > 100 for *_, hist in runs.values())
    paths, errors = top.lines[1:], low.lines
    for (*_, error, hist), path, line in zip(runs.values(), paths, errors, strict=True):
        assert_allclose(path.get_xydata(), hist[:41])
        assert_allclose(line.get_ydata(), error[:100].clip(1e-3, 1e3))
        assert path.get_color() == line.get_color()
    assert len({line.get_color() for line in errors}) == 5
    assert [text.get_text() for text in low.figure.legends[0].get_texts()] == list(figure.NAMES.values())
    assert (top.get_xlim(), top.get_ylim()) == figure.objective().window
    assert len(top.collections[0].levels) == 8
    assert low.get_ylabel() == "error, first = 1"


def test_the_still_draws_whom_it_is_told_to():
    top, low = panels(Race(plain=0, newton=0))
    assert len(top.lines) - 1 == len(low.lines) == 3
    assert not [line for line in low.lines if line.get_linestyle() == "--"]
    assert Race(plain=0).numbers() == Race().numbers()


def test_a_page_that_switches_methods_off_begins_without_them():
    call = """([state, off]) => [state, { ...state, ...off }].map(state => {
      const el = opened("race", state), texts = (kind, tag) => el.all("class", kind)[0].tags(tag).map(it => it.textContent);
      const all = it => it.all("aria-pressed").map(button => button.textContent);
      const key = el.all("class", "key"), more = el.all("class", "more")[0];
      const [presets, first] = [texts("presets", "button"), texts("first", "dt")];
      return { presets, first, key: all(key[0]), more: all(more) };
    })"""
    names = list(Race.NAMES.values())
    every, plain = evaluate(call, [defaults("race"), dict.fromkeys(list(Race.NAMES)[1:], 0)])
    assert [title[0] for title in every["presets"]] == list("1234567")
    assert plain["presets"] == [
        "1 Tuned steps",
        "2 Sixteen times κ",
        "3 Along the axes",
        "4 Half the step",
        "5 Steps too long",
    ]
    assert (every["key"], every["more"]) == (names, ["keep β best"])
    assert (plain["key"], plain["more"]) == (names[:1], [*names[1:], "keep β best"])
    assert every["first"] == ["plain descent: steps", "heavy ball: steps", "best β in the long run"]
    assert plain["first"] == ["plain descent: steps"]


def test_the_still_leaves_out_what_is_far_away():
    top, low = panels(Race(lr=3))
    assert max(np.abs(line.get_xydata()).max() for line in top.lines) < 1e3
    assert max(line.get_ydata().max() for line in low.lines) == 1e3


# The sentence, word by word against runs that are computed in another way

TITLES = {title: name for name, title in Race.NAMES.items()}


def random_states(rng):
    """Steps on both sides of all bounds, starts off and on the axes of the bowl, some methods switched off."""
    for i in range(240):
        state = {
            "kappa": float(f"{10 ** rng.uniform(0, 3 if i % 5 else 3.9):.2g}"),
            "lr": round(rng.choice([rng.uniform(0.01, 2.2), rng.uniform(0.9, 1.1), 1.0]), 2),
            "beta": round(rng.uniform(0, 0.99), 2),
            "keep": int(rng.random() < 0.3),
            "angle": int(rng.integers(-90, 91)),
            "eps": float(f"3e-{rng.integers(1, 10)}"),  # which no power of a rate is by itself
            "x0": rng.uniform((-2, -2.5), (8, 4.5)).round(2).tolist(),
        }
        best = Race(kappa=state["kappa"], lr=state["lr"]).best_beta()
        if i % 7 == 0 and best < 0.98:
            state["beta"] = np.ceil(100 * best) / 100
        on_an_axis = {"angle": 0, "x0": [[-1.5, 1.0], [3.0, 4.0]][i % 8 // 4]} if i % 4 == 0 else {}
        yield state | on_an_axis | {name: int(rng.random() < 0.8) for name in Race.NAMES}


def errors_of(state, beta, steps=15_000):
    """The errors of each method, the first one 1: a recursion of its own for each direction of its matrix."""
    kappa, lr, ahead = state["kappa"], state["lr"], np.sqrt(beta)
    turn = np.radians(state["angle"])
    axes = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    H, z = axes @ np.diag([2, 2 * kappa]) @ axes.T, np.array(state["x0"]) - [3, 1]
    unscaled = H / np.diag(H)[:, None]

    def error(ways, factors, first, then):
        parts = np.linalg.solve(ways, z)
        tracks = [recursion(start, first(q), *then(q), steps) for start, q in zip(parts, factors, strict=True)]
        return np.hypot(*(ways @ tracks)) / np.hypot(*z)

    plain = lambda q: (q, 0)  # noqa: E731
    q = lr * 2 / (1 + kappa) * np.array([1, kappa])  # what a tuned step takes away in each direction
    values, ways = np.linalg.eig(unscaled)
    with np.errstate(over="ignore", invalid="ignore"):
        return {
            "plain": error(axes, 1 - q, lambda q: q, plain),
            "ball": error(axes, (1 + beta) * (1 - q), lambda b: b - beta, lambda b: (b, -beta)),
            "nesterov": error(
                axes,
                1 - lr / kappa * np.array([1, kappa]),
                lambda q: (1 + ahead) * q - ahead,
                lambda q: ((1 + ahead) * q, -ahead * q),
            ),
            "jacobi": error(ways, 1 - lr * values, lambda q: q, plain),
            "newton": error(axes, [1 - lr] * 2, lambda q: q, plain),
        }


def recursion(start, first, b, c, steps):
    """start, first · start, and from then on b times the last one and c times the one before."""
    following = lfilter([1], [1, -b, -c], np.zeros(steps - 1), zi=lfiltic([1], [1, -b, -c], [first * start, start]))[0]
    return np.concatenate([[start, first * start], following])


def arrival(errors, eps):
    """The first step whose error is small enough; none is a number beyond all."""
    return np.argmax(errors <= eps) if (errors <= eps).any() else len(errors)


def as_lists(sentence, state):
    """What is said of one method alone, as it is said of many."""
    (title,) = (title for title, name in TITLES.items() if state[name])
    sentence = re.sub(r"^([0-9]+) steps? to (\S+) of the first error\.", rf"Steps to \2: {title} \1.", sentence)
    return re.sub(r"^(Not) there( in 300 steps)\.|^(Running away)\.", rf"\1\2\3: {title}.", sentence)


def told(sentence, state):
    """The methods that are said to have arrived, with their steps, not to have, and to run away."""
    sentence = as_lists(sentence, state) if sum(state[name] for name in Race.NAMES) == 1 else sentence
    lists = [re.search(f"{start}([^.]*)", sentence) for start in ("Steps to \\S*: ", "in 300 steps: ", "Running away: ")]
    home, out, away = (found[1].split(", ") if found else [] for found in lists)
    counts = {TITLES[title]: int(count) for title, count in (entry.rsplit(" ", 1) for entry in home)}
    assert list(counts.values()) == sorted(counts.values())
    named = [*counts, *(TITLES[title] for title in out + away)]
    assert sorted(named) == sorted(name for name in TITLES.values() if state[name])
    return counts, *([TITLES[title] for title in titles] for titles in (out, away))


def test_the_sentence_says_what_each_run_does_and_what_the_memory_is_worth():
    states = list(random_states(np.random.default_rng(5)))
    kinds = set()
    for state, (*_, sentence) in zip(states, said("race", [(state, 1) for state in states]), strict=True):
        if not any(state[name] for name in Race.NAMES):
            assert sentence.startswith("Nobody runs")
            continue
        beta = Race(**state).memory()
        errors = errors_of(state, beta)
        counts, out, away = told(sentence, state)
        assert {name: arrival(errors[name], state["eps"]) for name in counts} == counts, (state, sentence)
        for name in out + away:
            assert arrival(errors[name][:301], state["eps"]) > 300, (state, sentence)
            assert not errors[name][300] <= 1 or name in out, (state, sentence)
            assert errors[name][300] <= 1 + 1e-9 or name in away or errors[name][-1] < 1, (state, sentence)
        kinds |= {("home", bool(counts)), ("out", bool(out)), ("away", bool(away)), memory_told(sentence, state, beta)}
    assert len(kinds) == 6 + 8, "all that can be said was said"


def is_on_axis(state):
    """Whether the start is straight above, below or beside the minimum, seen from the turned bowl."""
    way = np.array(state["x0"]) - [3, 1]
    return min(abs(way @ turn(state["angle"])), abs(way @ turn(state["angle"] + 90))) < 1e-12 * np.hypot(*way)


def turn(degrees):
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])


def memory_told(sentence, state, beta):
    """What the sentence says of the memory, which is compared with all memories that there are."""
    if not state["ball"]:
        assert "β" not in sentence
        return "nothing"
    betas = np.linspace(0, 0.9995, 2000)
    rates, (rate,) = radii(state["kappa"], state["lr"], betas), radii(state["kappa"], state["lr"], np.array([beta]))
    best = betas[rates.argmin()]
    assert ("Off the axes, unlike here, " in sentence) == is_on_axis(state)
    if re.search("[Nn]o β helps", sentence):
        assert rates.min() > 1 - 1e-9
        return "none on an axis" if is_on_axis(state) else "none"
    if is_on_axis(state):
        value = re.search(r"heavy ball’s best β in the long run is ([\d.]+)\.$", sentence)[1]
        assert float(value) == pytest.approx(best, abs=1e-3)
        return "on an axis"
    told = r"β(?: = ([\d.]+))? is (\w+)(?: at)? the heavy ball’s best in the long run, ([\d.]+)\.$"
    seen, word, value = re.search(told, sentence).groups()
    assert float(value) == pytest.approx(best, abs=1e-3)
    assert float(seen or value) == (beta if seen else round(beta, 4))
    assert (word == "kept") == (state["keep"] == 1)
    if word in ("about", "kept"):
        assert np.log(rate) <= 0.93 * np.log(rates.min())
        return word
    assert np.log(rate) > 0.97 * np.log(rates.min())
    assert (beta < best) == (word == "below")
    return word


def test_the_race_goes_on_to_the_last_step_that_is_counted():
    for state in ({}, {"kappa": 400, "keep": 1}, {"kappa": 1}, {"kappa": 1, "ball": 0}):
        took = [run[1] for name, run in Race(**state).runs().items() if state.get(name, 1)]
        ((k, last, _),) = said("race", [(state, 1)])
        assert k == last == max(took), state


def test_the_memory_is_offered_where_somebody_has_one():
    call = """states => states.map(state => {
      const controls = opened("race", state).all("class", "more")[0].all("class");
      const [memory] = controls.filter(it => it.kept.class === "control" && it.textContent.startsWith("memory"));
      const [keep] = controls.filter(it => it.textContent === "keep β best" && it.kept.class === "toggle");
      return [memory, keep].map(it => "hidden" in it.kept);
    })"""
    states = [defaults("race") | off for off in ({}, {"ball": 0}, {"nesterov": 0}, {"ball": 0, "nesterov": 0})]
    assert evaluate(call, states) == [[False, False]] * 3 + [[True, True]]


def test_in_the_middle_of_a_race_the_sentence_tells_where_each_stands():
    rng = np.random.default_rng(6)
    asked = [(state, rng.uniform(0, 0.99)) for state in list(random_states(rng))[::3]]
    for (state, _), (k, last, sentence) in zip(asked, said("race", asked), strict=True):
        if not any(state[name] for name in Race.NAMES):
            continue
        assert k < last
        errors = errors_of(state, Race(**state).memory())
        there, left = (re.search(f"{start}: (.*?)\\.(?: |$)", sentence) for start in ("Arrived", "Error after .*?"))
        home = {name for name in TITLES.values() if state[name] and arrival(errors[name][: k + 1], state["eps"]) <= k}
        assert {TITLES[title] for title in there[1].split(", ")} == home if there else not home
        for entry in left[1].split(", ") if left else []:
            (title,) = (title for title in TITLES if entry.startswith(title))
            assert TITLES[title] not in home
            assert parsed(entry.removeprefix(title)) == pytest.approx(errors[TITLES[title]][k], rel=0.06), state
        assert re.match(f"Error after {k} steps?: |Arrived: ", sentence)
