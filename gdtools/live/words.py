"""Numbers as the live figures show them. words.js writes the same, with what `shared` tells it."""

import math
import re

DIGITS = 4  # significant ones
DECIMALS = 4
ZERO = 1e-9  # what is closer to zero than this was meant to be zero
LEAST, MOST = 1e-12, 1e100  # beyond these an error or a loss says no more than that
LARGE = 1e4  # from here on decimals mean nothing
MANY = 10**7  # steps beyond which nobody counts each
BELOW, ABOVE, NEARLY, NONE, NEVER, ENDLESS = "< 10⁻¹²", "> 10¹⁰⁰", "≈ 0", "–", "never", "∞"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def general(value):
    """Four significant digits as a person writes them, 0.05141 or 5.141·10⁻⁶; none for zero."""
    return _by_hand(f"{value:.{DIGITS}g}") if value else "0"


def small(value):
    """The same, and what is nearly zero said to be so."""
    return NEARLY if 0 < abs(value) < ZERO else general(value)


def plain(value):
    """The same, and what is nearly zero shown as zero."""
    return "0" if abs(value) < ZERO else general(value)


def error(value):
    """A distance that falls towards zero; below 1e-12 it is rounding."""
    return BELOW if 0 < value < LEAST else general(value)


def amount(value):
    """A quantity ≥ 0, told as far as it means something."""
    return BELOW if value < LEAST else ABOVE if value > MOST else general(value)


def fixed(value):
    """Four decimals, or a zero, where the number is finite and not so large that they mean nothing."""
    if not math.isfinite(value):
        return NONE
    text = f"{value:.{DECIMALS}f}"
    return general(value) if abs(value) >= LARGE else _minus(text) if float(text) else "0"


def percent(share):
    """A share of one; that of nothing, not a number, is a dash."""
    return f"{general(100 * share)} %" if math.isfinite(share) else NONE


def portion(part):
    """A pair: a share of one, and whether all its digits are right; of one that is not so sure, whole percents."""
    share, sure = part
    return percent(share) if sure else f"≈ {100 * share:.0f} %"


def ratio(value):
    """A number ≥ 1 that may be infinite."""
    return general(value) if math.isfinite(value) else ENDLESS


def taken(steps):
    """Steps that were counted, or a dash for those that were not."""
    return str(int(steps)) if math.isfinite(steps) else NONE


def predicted(steps):
    """Steps that theory predicts, each of them up to ten million, or never."""
    shown = general if MANY < steps < math.inf else taken
    return shown(steps) if math.isfinite(steps) else NEVER


def against_theory(steps):
    """A pair: steps that were counted and those that theory predicts."""
    return f"{taken(steps[0])}, theory {predicted(steps[1])}"


def both(pair):
    """A pair of numbers, or a dash where there are no two."""
    return " and ".join(map(general, pair)) if len(pair) == 2 else NONE


def part_of(counts):
    """A pair: how many, and of how many."""
    return f"{counts[0]} of {counts[1]}"


def face(corners):
    """A face of a polygon, by the numbers of its corners."""
    return ("inside", "corner ", "edge ")[len(corners)] + "–".join(map(str, corners))


def shared():
    """What words.js takes from here."""
    limits = {"digits": DIGITS, "decimals": DECIMALS, "zero": ZERO, "least": LEAST, "most": MOST, "large": LARGE, "many": MANY}
    return limits | dict(below=BELOW, above=ABOVE, nearly=NEARLY, none=NONE, never=NEVER, endless=ENDLESS)


def _by_hand(text):
    """A number as Python writes it with a true minus and powers of ten: −2·10⁻⁷ for -2e-07."""
    mantissa, _, power = _minus(text).partition("e")
    shown = f"{mantissa}·10{str(int(power)).translate(RAISED)}" if power else mantissa
    return re.sub("^(−?)1·", r"\1", shown)


def _minus(text):
    return text.replace("-", "−", 1) if text.startswith("-") else text
