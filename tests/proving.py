"""Decisions by machine for the proofs: z3 for statements in real arithmetic, sympy for identities."""

import sympy
import z3

SECONDS = 120  # of a machine that is busy with other tests; all take a few


def reals(names):
    """Variables that stand for every real number."""
    return z3.Reals(names)


def possible(*statements):
    """Whether some numbers fulfil all statements; that z3 decides neither way is an error."""
    solver = z3.Solver()
    solver.set("timeout", 1000 * SECONDS)
    solver.add(*statements)
    answer = solver.check()
    assert answer != z3.unknown, f"z3 decides neither way: {solver.reason_unknown()}"
    return answer == z3.sat


def follows(claim, *hypotheses):
    """Whether a claim holds wherever its hypotheses do: False means that z3 has a counterexample.

    From hypotheses that exclude each other everything follows, so such hypotheses are an error.
    """
    assert possible(*hypotheses), "no numbers fulfil these hypotheses"
    return not possible(*hypotheses, z3.Not(claim))


def size(number):
    """The absolute value, for z3."""
    return z3.If(number >= 0, number, -number)


def larger(a, b):
    return z3.If(a >= b, a, b)


def smaller(a, b):
    return z3.If(a <= b, a, b)


def vanishes(expression):
    """Whether an expression, or every entry of a matrix, is 0 for all values of its symbols."""
    entries = expression if isinstance(expression, sympy.MatrixBase) else [expression]
    return all(sympy.simplify(sympy.together(sympy.expand(entry))) == 0 for entry in entries)


class Vector(dict):
    """A vector of a space of any dimension, as a sum of vectors that have names: coefficients by name."""

    def __add__(self, other):
        return Vector({name: self.get(name, 0) + other.get(name, 0) for name in self | other})

    def __rmul__(self, factor):
        return Vector({name: factor * value for name, value in self.items()})

    def __sub__(self, other):
        return self + (-1) * other

    def __matmul__(self, other):
        """The inner product: each pair of named vectors has one, a free symbol, the same in either order."""
        pairs = ((a, b, value * factor) for a, value in self.items() for b, factor in other.items())
        return sympy.Add(*(factor * sympy.Symbol("·".join(sorted((a, b))), real=True) for a, b, factor in pairs))


def vectors(names):
    return [Vector({name: sympy.Integer(1)}) for name in names.split()]


def lengths(aa, bb, ab):
    """What the squares and the product of two vectors obey in every dimension: Cauchy and Schwarz."""
    return [aa >= 0, bb >= 0, ab * ab <= aa * bb]
