"""The corners of a set: on which face the best allowed point lies, and on which the free minimum is repaired to."""

import math

import matplotlib.pyplot as plt
import numpy as np
import traitlets

from gdtools.live.base import LiveFigure
from gdtools.live.compute import direction
from gdtools.live.traits import Number, Point
from gdtools.live.words import face, percent, plain
from gdtools.objectives import quadratic
from gdtools.plotting import STYLE, plot_contours

WINDOW = ((-4.0, 4.0), (-3.0, 3.0))  # flat enough that a phone shows map, controls and sentence together
NAMES = ("square", "diamond", "triangle")
CORNERS = (  # against the clock
    ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    ((0, -1), (1, 0), (0, 1), (-1, 0)),
    ((-1, -1), (1, -1), (-1, 1)),
)
NEAR = 1e-9  # by this part of an edge, of f or of all directions a difference is rounding
FAR = 20  # beyond the window


class Corner(LiveFigure):
    r"""A bowl with its free minimum at ``z``, a set, and the two points that are meant to be the lowest in it.

    .. math:: f(x) = \tfrac12 (x - z)^\top H (x - z)

    H has the eigenvalues 1 and ``kappa``, and its flat direction is turned by ``angle`` degrees: at first it is, but for its
    scale and rounding, the matrix with the rows (3, 2) and (2, 2.2). ``region`` is 0 for the square, 1 for the diamond, 2 for
    the triangle. The answer is the point of the set with the least f; repair is the one that is nearest to z. A symmetric
    matrix of two rows is a triple, its entries 11, 12 and 22; a face is the numbers of its corners, none for the inside.
    """

    figure = traitlets.Unicode("corner", read_only=True).tag(sync=True)
    kappa = Number(8.3, 1, 1000)
    angle = Number(-51.0, -90, 90)
    region = Number(0, 0, 2, whole=True)
    z = Point((2.5, -1.5))
    forms = {"answer": face, "repair": face, "price": plain, "wrong": percent}
    constants = {"window": WINDOW, "names": NAMES, "corners": CORNERS, "near": NEAR, "far": FAR}

    def objective(self):
        """The bowl, an Objective."""
        a, b, d = self.entries()
        x, y = self.z
        return quadratic([[a, b], [b, d]], [a * x + b * y, b * x + d * y], name="bowl", window=WINDOW)

    def entries(self):
        """The bowl's H."""
        c, s = direction(self.angle)
        return c * c + self.kappa * (s * s), (1 - self.kappa) * (c * s), s * s + self.kappa * (c * c)

    def found(self):
        """The answer and what repair finds, a point and a face each."""
        corners = CORNERS[self.region]
        return lowest(self.entries(), self.z, corners), lowest((1, 0, 1), self.z, corners)

    def values(self):
        """Both faces, how much higher f is after repair, and the share of far minima for which it takes a wrong corner."""
        H, z = self.entries(), self.z
        (best, answer), (near, repair) = self.found()
        least, high = height(H, z, best), height(H, z, near)
        price = high - least if high > (1 + NEAR) * least else 0
        return {"answer": answer, "repair": repair, "price": price, "wrong": wrong(H, CORNERS[self.region])}

    def sentence(self):
        n = self.numbers()
        return (
            f"A bowl with κ = {self.kappa:g} and its free minimum at ({self.z[0]:g}, {self.z[1]:g}), and a "
            f"{NAMES[self.region]}: answer’s face {n['answer']}, repair’s face {n['repair']}, price in f {n['price']}, "
            f"far minima repaired to a wrong corner {n['wrong']}."
        )

    def alt(self):
        return (
            f"A {NAMES[self.region]} with numbered corners, about it the plane of free minima, orange where the best place is "
            f"a corner and green where it is on an edge, dashed the borders of what is repaired to which; level lines about "
            f"({self.z[0]:g}, {self.z[1]:g})."
        )

    def still(self):
        H, corners = self.entries(), CORNERS[self.region]
        with plt.style.context(STYLE):
            fig, ax = plt.subplots(figsize=(5.6, 4.4))
            for colour, parts in zip(("C1", "C2"), parts_of(H, corners), strict=True):
                for part in parts:
                    ax.fill(*np.transpose(part), color=colour, alpha=0.2)
            for cone in parts_of((1, 0, 1), corners)[0]:
                ax.plot(*np.transpose([cone[1], cone[0], cone[-1]]), "k--", lw=1)
            plot_contours(self.objective(), ax=ax, levels=6)
            ax.plot(*np.transpose([*corners, corners[0]]), "k")
            for number, corner in enumerate(corners, 1):
                ax.text(*(0.65 * np.array(corner) + 0.35 * np.mean(corners, axis=0)), number, ha="center", va="center")
            for (point, _), kind in zip(self.found(), ("C0o-", "kx--"), strict=True):
                ax.plot(*np.transpose([self.z, point]), kind)
            ax.set(xlim=WINDOW[0], ylim=WINDOW[1], xlabel="$x$", ylabel="$y$", aspect="equal")
        return fig


def height(H, z, p):
    """The bowl at a point."""
    x, y = p[0] - z[0], p[1] - z[1]
    return (H[0] * x * x + 2 * H[1] * x * y + H[2] * y * y) / 2


def edges(corners):
    """Each edge: the numbers of its corners, where it begins and which way it goes."""
    for i, (x, y) in enumerate(corners):
        j = (i + 1) % len(corners)
        yield (i + 1, j + 1), (x, y), (corners[j][0] - x, corners[j][1] - y)


def lowest(H, z, corners):
    """The point of the set where the bowl about z is lowest, face by face, and the face."""
    if all(u * (z[1] - y) >= v * (z[0] - x) for _, (x, y), (u, v) in edges(corners)):
        return tuple(z), ()
    best = math.inf
    for (start, end), (x, y), (u, v) in edges(corners):
        along = H[0] * u + H[1] * v, H[1] * u + H[2] * v
        t = (along[0] * (z[0] - x) + along[1] * (z[1] - y)) / (along[0] * u + along[1] * v)
        t = 0 if t < NEAR else 1 if t > 1 - NEAR else t
        point = x + t * u, y + t * v
        here = height(H, z, point)
        if here < best:
            best, found = here, (point, (start,) if t == 0 else (end,) if t == 1 else (start, end))
    return found


def beams(H, corners):
    """For each edge the way from it on which all free minima have the same answer: H⁻¹ times the normal, but for its length."""
    return [(H[2] * v + H[1] * u, -H[1] * v - H[0] * u) for _, _, (u, v) in edges(corners)]


def turn(way, other):
    """The angle from one way to another, in radians."""
    return math.atan2(way[0] * other[1] - way[1] * other[0], way[0] * other[0] + way[1] * other[1])


def wrong(H, corners):
    """The share of all directions in which far minima are repaired to another corner than their answer."""
    normals, ways = beams((1, 0, 1), corners), beams(H, corners)
    off = [turn(normal, way) for normal, way in zip(normals, ways, strict=True)]
    common = 0.0
    for i in range(len(corners)):
        common += max(0, turn(normals[i - 1], normals[i]) + min(0, off[i]) - max(0, off[i - 1]))
    share = 1 - common / (2 * math.pi)
    return share if share > NEAR else 0


def parts_of(H, corners):
    """Of the plane of free minima those whose answer is a corner, and those whose answer is on an edge: a polygon each."""
    ways = [math.atan2(way[1], way[0]) for way in beams(H, corners)]
    cones, strips = [], []
    for i, (x, y) in enumerate(corners):
        width = (ways[i] - ways[i - 1]) % (2 * math.pi)
        cones.append([(x, y), *(beyond((x, y), ways[i - 1] + width * j / 4) for j in range(5))])
        following = corners[(i + 1) % len(corners)]
        strips.append([(x, y), beyond((x, y), ways[i]), beyond(following, ways[i]), following])
    return cones, strips


def beyond(point, angle):
    return point[0] + FAR * math.cos(angle), point[1] + FAR * math.sin(angle)
