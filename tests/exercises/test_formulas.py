"""Each formula that can be chosen for a gradient is what its words are about: written here a second time, for NumPy."""

import numpy as np
import pytest

from gdtools import problems
from gdtools.questions import Function

DRAWS = (None, 3, 8)


def sigma(t):
    return 1 / (1 + np.exp(-t))


def springs(it):
    """K u is twice each displacement less those of both neighbours, times k; the walls stand still."""
    p = np.r_[it.load, np.zeros(it.n - 1)]
    K = lambda u: -it.k * np.diff(np.r_[0, u, 0], 2)  # noqa: E731
    return {
        "K u - p": lambda u: K(u) - p,
        "K u + p": lambda u: K(u) + p,
        "K u": K,
        r"\tfrac12 K u - p": lambda u: 0.5 * K(u) - p,
        "2 K u - p": lambda u: 2 * K(u) - p,
        "p - K u": lambda u: p - K(u),
        r"\tfrac1k K u - p": lambda u: K(u) / it.k - p,
    }


def molecule(it):
    e, s = it.epsilon, it.sigma
    return {
        r"4\epsilon\Bigl(\frac{6\sigma^6}{r^7} - \frac{12\sigma^{12}}{r^{13}}\Bigr)": lambda r: (
            4 * e * (6 * s**6 / r**7 - 12 * s**12 / r**13)
        ),
        r"4\epsilon\Bigl(\frac{12\sigma^{12}}{r^{13}} - \frac{6\sigma^6}{r^7}\Bigr)": lambda r: (
            4 * e * (12 * s**12 / r**13 - 6 * s**6 / r**7)
        ),
        r"\epsilon\Bigl(\frac{6\sigma^6}{r^7} - \frac{12\sigma^{12}}{r^{13}}\Bigr)": lambda r: (
            e * (6 * s**6 / r**7 - 12 * s**12 / r**13)
        ),
        r"4\epsilon\Bigl(-\frac{6\sigma^6}{r^7} - \frac{12\sigma^{12}}{r^{13}}\Bigr)": lambda r: (
            4 * e * (-6 * s**6 / r**7 - 12 * s**12 / r**13)
        ),
        r"4\Bigl(\frac{6\sigma^6}{r^7} - \frac{12\sigma^{12}}{r^{13}}\Bigr)": lambda r: (
            4 * (6 * s**6 / r**7 - 12 * s**12 / r**13)
        ),
        r"4\epsilon\Bigl(6\bigl(\tfrac{\sigma}{r}\bigr)^7 - 12\bigl(\tfrac{\sigma}{r}\bigr)^{13}\Bigr)": lambda r: (
            4 * e * (6 * (s / r) ** 7 - 12 * (s / r) ** 13)
        ),
        r"4\epsilon\Bigl(\frac{6}{r^7} - \frac{12}{r^{13}}\Bigr)": lambda r: 4 * e * (6 / r**7 - 12 / r**13),
        r"4\epsilon\Bigl(\frac{6\sigma^6}{r^5} - \frac{12\sigma^{12}}{r^{11}}\Bigr)": lambda r: (
            4 * e * (6 * s**6 / r**5 - 12 * s**12 / r**11)
        ),
        r"4\epsilon\Bigl(\frac{\sigma^6}{r^7} - \frac{\sigma^{12}}{r^{13}}\Bigr)": lambda r: (
            4 * e * (s**6 / r**7 - s**12 / r**13)
        ),
        r"4\epsilon\Bigl(6\bigl(\tfrac{\sigma}{r}\bigr)^6 - 12\bigl(\tfrac{\sigma}{r}\bigr)^{12}\Bigr)": lambda r: (
            4 * e * (6 * (s / r) ** 6 - 12 * (s / r) ** 12)
        ),
        r"4\epsilon\Bigl(\bigl(\tfrac{\sigma}{r}\bigr)^{12} - \bigl(\tfrac{\sigma}{r}\bigr)^6\Bigr)": lambda r: (
            4 * e * ((s / r) ** 12 - (s / r) ** 6)
        ),
    }


def network(it):
    c = it.c
    pair = lambda one, other: np.array([one, other])  # noqa: E731
    return {
        r"(ab - c)\,(b, a)": lambda p: (p[0] * p[1] - c) * pair(p[1], p[0]),
        r"(ab - c)\,(a, b)": lambda p: (p[0] * p[1] - c) * pair(p[0], p[1]),
        r"(c - ab)\,(b, a)": lambda p: (c - p[0] * p[1]) * pair(p[1], p[0]),
        r"2(ab - c)\,(b, a)": lambda p: 2 * (p[0] * p[1] - c) * pair(p[1], p[0]),
        r"\tfrac12(ab - c)\,(b, a)": lambda p: 0.5 * (p[0] * p[1] - c) * pair(p[1], p[0]),
        r"(b, a)": lambda p: pair(p[1], p[0]),
        r"(ab - c)\,(1, 1)": lambda p: (p[0] * p[1] - c) * pair(1, 1),
        r"ab\,(b, a)": lambda p: p[0] * p[1] * pair(p[1], p[0]),
        r"(ab - 1)\,(b, a)": lambda p: (p[0] * p[1] - 1) * pair(p[1], p[0]),
        r"\tfrac12(ab - c)^2\,(b, a)": lambda p: 0.5 * (p[0] * p[1] - c) ** 2 * pair(p[1], p[0]),
    }


def rows(x):
    """The sum over the rows (1, x) of X, each times what a law makes of its value and its answer."""
    return lambda law, b, y: sum(np.array([1, at]) * law(b[0] + b[1] * at, seen) for at, seen in zip(x, y, strict=True))


def doses(it):
    total, n = rows(it.dose), len(it.dose)
    mean = lambda law: lambda w: total(law, w, it.y) / n  # noqa: E731
    return {
        r"\tfrac1n X^\top(\sigma(Xw) - y)": mean(lambda t, y: sigma(t) - y),
        r"\tfrac1n X^\top(y - \sigma(Xw))": mean(lambda t, y: y - sigma(t)),
        r"X^\top(\sigma(Xw) - y)": lambda w: total(lambda t, y: sigma(t) - y, w, it.y),
        r"\tfrac1n X^\top(Xw - y)": mean(lambda t, y: t - y),
        r"\tfrac1n X^\top(e^{Xw} - y)": mean(lambda t, y: np.exp(t) - y),
        r"\tfrac1n X^\top(\sigma(-Xw) - y)": mean(lambda t, y: sigma(-t) - y),
        r"\tfrac1n X^\top\sigma(Xw)": mean(lambda t, y: sigma(t)),
        r"\tfrac1n X^\top\bigl(\sigma(1 - \sigma)(\sigma - y)\bigr)": mean(
            lambda t, y: sigma(t) * (1 - sigma(t)) * (sigma(t) - y)
        ),
    }


def photons(it):
    total, n = rows(it.x), len(it.x)
    mean = lambda law: lambda b: total(law, b, it.y) / n  # noqa: E731
    return {
        r"\tfrac1n X^\top(e^{X\beta} - y)": mean(lambda t, y: np.exp(t) - y),
        r"\tfrac1n X^\top(y - e^{X\beta})": mean(lambda t, y: y - np.exp(t)),
        r"X^\top(e^{X\beta} - y)": lambda b: total(lambda t, y: np.exp(t) - y, b, it.y),
        r"\tfrac1n X^\top(X\beta - y)": mean(lambda t, y: t - y),
        r"\tfrac1n X^\top(X\beta\, e^{X\beta} - y)": mean(lambda t, y: t * np.exp(t) - y),
        r"\tfrac1n X^\top(e^{X\beta}(1 - y))": mean(lambda t, y: np.exp(t) * (1 - y)),
        r"\tfrac1n X^\top e^{X\beta}": mean(lambda t, y: np.exp(t)),
        r"\tfrac1n X^\top(\sigma(X\beta) - y)": mean(lambda t, y: sigma(t) - y),
    }


def cables(it):
    """Each strut feels its spring, its load, and what the taut cable pulls at the first; the second is pulled back."""

    def net(spring=1, cable=1, load=-1, other=-1, play=it.play, power=1):
        def forces(u):
            d = u[0] - u[1]
            s = max(d - play, 0) - max(-d - play, 0)
            pull = cable * it.c * s**power
            return np.array([spring * it.k * u[0] + pull, spring * it.k * u[1] + other * pull]) + load * it.load

        return forces

    return {
        r"k u + c\, s(d) \binom{1}{-1} - p": net(),
        r"k u + c\, s(d) \binom{1}{-1} + p": net(load=1),
        r"k u + c\, s(d) \binom{1}{1} - p": net(other=1),
        r"k u + c\, s(d) \binom{-1}{1} - p": net(cable=-1),
        r"c\, s(d) \binom{1}{-1} - p": net(spring=0),
        r"k u + c\, d \binom{1}{-1} - p": net(play=0),
        r"k u + 2c\, s(d) \binom{1}{-1} - p": net(cable=2),
        r"\tfrac12 k u + \tfrac12 c\, s(d) \binom{1}{-1} - p": net(spring=0.5, cable=0.5),
        r"p - k u - c\, s(d) \binom{1}{-1}": net(spring=-1, cable=-1, load=1),
        r"k u + \tfrac12 c\, s(d)^2 \binom{1}{-1} - p": net(cable=0.5, power=2),
    }


WRITTEN = {draw.__name__: draw for draw in (springs, molecule, network, doses, photons, cables)}


def functions(name, seed=None):
    """What a draw gives, and those of its questions that are answered by a formula."""
    problem = getattr(problems, name)(seed)
    return problem.given, [question for question in problem.questions.values() if isinstance(question, Function)]


def chosen(question):
    """Each formula of a question, with the function that it stands for."""
    told = [(question.formula, question.truth), *((mistake.formula, mistake.answer) for mistake in question.mistakes)]
    return [(formula, function) for formula, function in told if formula]


def test_every_formula_is_written_here_too():
    for name in problems.NAMES:
        given, questions = functions(name)
        formulas = [formula for question in questions for formula, _ in chosen(question)]
        assert sorted(WRITTEN[name](given) if name in WRITTEN else []) == sorted(formulas), name


@pytest.mark.parametrize("seed", DRAWS)
@pytest.mark.parametrize("name", WRITTEN)
def test_a_formula_is_the_function_that_its_words_are_about(name, seed):
    given, questions = functions(name, seed)
    for question in questions:
        for formula, function in chosen(question):
            for point in question.points:
                value = WRITTEN[name](given)[formula](point)
                np.testing.assert_allclose(value, function(point), rtol=1e-9, atol=1e-9, err_msg=formula)
