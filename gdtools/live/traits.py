"""The controls of a figure: traits that say what they may hold, here and in the page's address."""

import numpy as np
import traitlets


class Control(traitlets.TraitType):
    """A trait that the browser shares, between two numbers."""

    def __init__(self, default, low, high):
        super().__init__(default)
        self.low, self.high = low, high
        self.tag(sync=True)

    def limits(self):
        """What an address may set the control to, as the page is told: from, to, and what else counts."""
        return [self.low, self.high]

    def checked(self, value, given, expected, kinds="fiu"):
        """One number of what was given, if it is of these numpy kinds and within the limits."""
        right = np.ndim(value) == 0 and np.asarray(value).dtype.kind in kinds
        if not (right and self.low <= value <= self.high):
            self.refuse(given, expected)
        return value

    def refuse(self, given, expected):
        raise traitlets.TraitError(f"{self.name} is {given!r}; expected {expected}")


class Number(Control):
    """A finite number between two others; ``whole`` asks for an integer."""

    def __init__(self, default, low, high, *, whole=False):
        super().__init__(default, low, high)
        self.whole = whole

    def limits(self):
        return super().limits() + ["whole"] * self.whole

    def validate(self, obj, value):
        kind, kinds, made = ("an integer", "iu", int) if self.whole else ("a number", "fiu", float)
        return made(self.checked(value, value, f"{kind} from {self.low:g} to {self.high:g}", kinds))


class Point(Control):
    """A point of the plane: two numbers, neither farther than ``far`` from zero."""

    def __init__(self, default, far=1e6):
        super().__init__(default, -far, far)

    def validate(self, obj, value):
        expected = f"two numbers from {self.low:g} to {self.high:g}"
        if np.shape(value) != (2,):
            self.refuse(value, expected)
        return tuple(float(self.checked(part, part, expected)) for part in value)


class Points(Point):
    """Two to fifty points of the plane, a pair of numbers each; none farther than ``far`` from zero."""

    LEAST, MOST = 2, 50

    def limits(self):
        return [*super().limits(), self.LEAST, self.MOST]

    def validate(self, obj, value):
        expected = f"{self.LEAST} to {self.MOST} points, each two numbers from {self.low:g} to {self.high:g}"
        if not self._are_points(value):
            self.refuse(value, expected)
        return tuple(tuple(float(self.checked(part, part, expected)) for part in point) for point in value)

    def _are_points(self, value):
        try:
            shape = np.shape(value)
        except ValueError:  # rows of unequal length
            return False
        return len(shape) == 2 and shape[1] == 2 and self.LEAST <= shape[0] <= self.MOST


class Names(traitlets.TraitType):
    """Which controls of its figure stand in the open; none named: the figure's main one."""

    def __init__(self):
        super().__init__(())
        self.tag(sync=True)

    def validate(self, obj, value):
        """The names as a tuple, if each is one of a control with a slider."""
        known = [name for name, trait in obj.traits().items() if isinstance(trait, Number)]
        if isinstance(value, str) or not set(value) <= set(known):
            raise traitlets.TraitError(
                f"show is {value!r}; expected names of {', '.join(sorted(known))}, such as {tuple(known[:1])!r}"
            )
        return tuple(value)
