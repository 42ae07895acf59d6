"""A figure on the page of plain data, without a browser, and what is drawn there in pixels."""

import re

import numpy as np
from engine import evaluate
from live_cases import EVERY

LEFT, TOP, WIDTH, HEIGHT = 46, 8, 560 - 46 - 14, 350  # of the plot in a panel of the plain page
PLAIN = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def parsed(text):
    """What a number is that is written for people, with or without degrees: -2e-07 for −2·10⁻⁷."""
    usual = text.replace("−", "-").rstrip("°")
    return float(re.sub("(?:([0-9.]+)·)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$", lambda it: f"{it[1] or 1}e{it[2].translate(PLAIN)}", usual))


def defaults(name):
    """The state that the figure begins with."""
    return EVERY[name].figure().state()


def use(name, function, query=""):
    """What a JavaScript function returns for the figure, which is mounted at its defaults; it is given the element and name."""
    call = f"([name, state, query]) => ({function})(opened(name, state, query), name)"
    return evaluate(call, [name, defaults(name), query])


def scaled(points, xlim, ylim, height=HEIGHT):
    """Where points stand in a plot, in pixels."""
    (left, right), (low, high) = xlim, ylim
    x, y = np.array(points, float).T
    return np.column_stack([(x - left) / (right - left) * WIDTH, height - (y - low) / (high - low) * height])


def drawn(path):
    """The corners of a path of one line."""
    return np.array([corner.split() for corner in path.removeprefix("M").split("L")], float)


def paths(name, panel, kind, state):
    """The paths of a kind in a panel of the figure."""
    call = """([name, defaults, state, panel, kind]) => {
      const el = opened(name, { ...defaults, ...state });
      return el.tags("svg").filter(svg => svg.kept.class === "panel")[panel].all("class", kind).map(path => path.kept.d);
    }"""
    return evaluate(call, [name, defaults(name), state, panel, kind])


SAID = """([name, asked]) => asked.map(([state, share]) => {
  const figure = FIGURES[name], result = figure.compute(state), last = figure.time.last(state, result);
  const k = Math.floor(share * last);
  return [k, last, figure.verdict(state, result, k)];
})"""


def said(name, asked):
    """For states and shares of their runs: the step at which each is looked at, the last one, and the figure's sentence."""
    return evaluate(SAID, [name, [[defaults(name) | state, share] for state, share in asked]])
