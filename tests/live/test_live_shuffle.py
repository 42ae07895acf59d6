"""The figure of shuffling: its floors are those of all orders of some parts, and what it says of them is so."""

import itertools
import math
import re
from fractions import Fraction

import numpy as np
import pytest
from engine import evaluate
from live_plain import HEIGHT, WIDTH, drawn, parsed, paths, said
from numpy.testing import assert_allclose

from gdtools.live import Shuffle
from gdtools.live.shuffle import ONCE, ORDERS, REPLACED, SHUFFLED, added, law, pass_floors


def by_all_orders(order, lr, parts):
    """The mean square at each step of a pass over all orders of these parts, after many passes, ÷ that with replacement."""
    q, n = 1 - lr, len(parts)
    replaced = lr * sum(b * b for b in parts) / n / (2 - lr)
    orders = list(itertools.permutations(parts))
    walks = []
    for taken in orders:
        x, walk = 0, [0]
        for b in taken:
            x = q * x + lr * b
            walk.append(x)
        walks.append(walk)
    if order == ONCE:
        # The start of a pass is its own end.
        starts = [walk[-1] / (1 - q**n) for walk in walks]
        ends = [[(start * q**k + walk[k]) ** 2 for start, walk in zip(starts, walks, strict=True)] for k in range(n + 1)]
        return [sum(squares) / len(walks) / replaced for squares in ends]
    # It is the end of another pass, whose order tells nothing of this one's.
    square = sum(walk[-1] ** 2 for walk in walks) / len(walks) / (1 - q ** (2 * n))
    return [(square * q ** (2 * k) + sum(walk[k] ** 2 for walk in walks) / len(walks)) / replaced for k in range(n + 1)]


@pytest.mark.parametrize("order", [SHUFFLED, ONCE])
@pytest.mark.parametrize("lr", [Fraction(1, 20), Fraction(1, 2), Fraction(1)])
@pytest.mark.parametrize("parts", [[-1, 1], [3, -5, 2], [1, 4, -2, -3], [0, 7, -1, -2, 5, -9]])
def test_the_floors_are_those_of_all_orders(order, lr, parts):
    exact = by_all_orders(order, lr, [Fraction(b) for b in parts])
    assert_allclose(pass_floors(order, float(lr), len(parts)), [float(floor) for floor in exact], rtol=1e-12)


def test_with_replacement_nothing_changes_from_step_to_step():
    """A step adds what it takes away of η/(2 − η), exactly."""
    for lr in (Fraction(1, 500), Fraction(1, 3), Fraction(1)):
        floor = lr / (2 - lr)
        assert (1 - lr) ** 2 * floor + lr**2 == floor
    assert pass_floors(REPLACED, 0.2, 5) == [1.0] * 6


@pytest.mark.parametrize("order", [REPLACED, SHUFFLED, ONCE])
@pytest.mark.parametrize("tau", [0.2, 2.5, 20])
def test_the_law_is_where_the_floors_go_with_many_parts(order, tau):
    gaps = [abs(pass_floors(order, tau / n, n)[-1] / law(order, tau) - 1) for n in (1000, 10_000, 100_000)]
    assert gaps[2] <= 0.15 * gaps[1] <= 0.0225 * gaps[0] + 1e-12
    assert gaps[2] < 2e-4


def test_it_is_the_middle_of_a_pass_that_is_noisy():
    """In a new order each pass the end is lower than any step between; averaged, one order that is kept has less."""
    for lr, n in itertools.product((0.001, 0.03, 0.3), (3, 10, 100)):
        fresh, kept = (pass_floors(order, lr, n) for order in (SHUFFLED, ONCE))
        assert min(fresh[1:-1]) > fresh[-1]
        assert fresh[0] == pytest.approx(fresh[-1], rel=1e-9)
        assert fresh[-1] < kept[-1] < added(fresh[1:]) / n < 1


def test_the_numbers_of_the_presets():
    """Once over, the numbers that the text relies on: by the law, and by parts."""
    seen = {tau: [law(order, tau) for order in (SHUFFLED, ONCE)] for tau in (0.2, 2.5, 20)}
    assert_allclose([*seen[0.2], *seen[2.5], *seen[20]], [0.00332, 0.03331, 0.3214, 0.3789, 0.9, 0.9], rtol=2e-4)
    means = [Shuffle(lr=tau / 1000, n=1000, order=order).values()["mean"] for tau in (0.2, 2.5) for order in (SHUFFLED, ONCE)]
    assert_allclose(means, [0.0635, 0.0333, 0.494, 0.379], rtol=3e-3)
    assert max(pass_floors(SHUFFLED, 0.002, 100)) == pytest.approx(0.0947, rel=1e-3)


def test_a_sum_goes_term_by_term():
    assert added([1.0, *[1e-16] * 49]) == 1.0 < math.fsum([1.0, *[1e-16] * 49])
    assert added([]) == 0


@pytest.mark.parametrize("lr", [0.0005, 0.002, 0.01, 0.025, 0.2, 0.9])
@pytest.mark.parametrize("n", [2, 100])
def test_what_is_said_of_a_pass_is_so(lr, n):
    asked = [({"lr": lr, "n": n, "order": order}, share) for order in range(3) for share in (0, 0.5, 1)]
    for (state, _), (k, last, text) in zip(asked, said("shuffle", asked), strict=True):
        assert last == n
        fresh, kept = (pass_floors(order, lr, n) for order in (SHUFFLED, ONCE))
        mean = added(fresh[1:]) / n
        told = [parsed(number) for number in re.findall(r"(?<![\d.])\d(?:[\d.]*\d)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?", text)]
        if state["order"] == REPLACED:
            assert text.startswith("With replacement the floor is 1 at every step")
            wanted = [1, fresh[-1], mean]
        elif state["order"] == ONCE:
            assert text.startswith("One order kept")
            wanted = [kept[-1], fresh[-1], mean]
        elif k < n:
            assert text.startswith(f"After {k} of {n} steps of a pass")
            wanted = [k, n, fresh[k], fresh[-1]]
        else:
            left = fresh[-1]
            word = "pays:" if left < 0.1 else "helps:" if left < 0.9 else "hardly helps:"
            assert text.startswith(f"Shuffling {word} at a pass’s end")
            wanted = [left, mean, kept[-1]]
        assert_allclose(told, wanted, rtol=6e-4)


def test_the_curves_are_the_ends_of_passes_and_the_pass_itself():
    for kind, order in (("run", SHUFFLED), ("second", ONCE), ("level", REPLACED)):
        found = drawn(paths("shuffle", 0, kind, {"n": 30})[0])
        steps = 1e-4 ** (1 - np.arange(41) / 40)
        x = (np.log10(steps * 30) + 2) / 5 * WIDTH
        y = HEIGHT * (1 - (np.log10([pass_floors(order, lr, 30)[-1] for lr in steps]) + 5) / 5.4)
        assert_allclose(found, np.column_stack([x, y]), atol=0.06)
        floors = pass_floors(order, 0.05, 30)
        (faint,) = paths("shuffle", 1, f"{kind} faint", {"n": 30, "lr": 0.05})
        y = HEIGHT * (1 - (np.log10(floors) + 5) / 5.4)
        assert_allclose(drawn(faint), np.column_stack([np.arange(31) / 30 * WIDTH, y]), atol=0.06)
    (mean,) = paths("shuffle", 1, "third", {"n": 30, "lr": 0.05})
    y = HEIGHT * (1 - (math.log10(Shuffle(n=30, lr=0.05).values()["mean"]) + 5) / 5.4)
    assert_allclose(drawn(mean), [[0, y], [WIDTH, y]], atol=0.06)


def test_the_point_on_the_curve_sets_the_step_and_leaves_the_parts():
    call = """([state, places]) => {
      let knob;
      FIGURES.shuffle.start({ panel: () => ({}), handle: (panel, options) => (knob = options) });
      return places.map(place => [knob.move(place, state), knob.place({ ...state, ...knob.move(place, state) })]);
    }"""
    state = Shuffle(n=200).state()
    seen = evaluate(call, [state, [[0, -9], [0.7, 0], [-2, 0], [3, 0]]])
    assert [moved for moved, _ in seen] == [{"lr": 0.005}, {"lr": 0.025}, {"lr": 1e-4}, {"lr": 1}]
    for moved, (place, floor) in seen:
        end = Shuffle(n=200, **moved).values()["floor"]
        assert place == pytest.approx(math.log10(moved["lr"] * 200))
        assert floor == pytest.approx(max(end, 1e-5))


def test_a_still_shows_the_three_orders():
    fig = Shuffle(order=ONCE, n=20).still()
    above, below = fig.axes
    assert [text.get_text() for text in fig.legends[0].get_texts()] == list(ORDERS)
    for order, (ends, floors) in enumerate(zip(above.lines, below.lines, strict=False)):
        assert ends.get_ydata()[0] == pytest.approx(pass_floors(order, 1e-4, 20)[-1])
        assert_allclose(floors.get_ydata(), pass_floors(order, 0.002, 20))
