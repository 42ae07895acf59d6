"""What is said to a text that stands for no number, and what may stand beside one.

The pages of the exercises have it from here; the patterns mean the same in Python and in JavaScript.
"""

import re

LETTER = r"[A-Za-z°%€\u00b5\u00c0-\u024f\u0370-\u03ff]"
NUMBER = r"[-+−]?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][-+−]?[0-9]+)?"
POINTED = NUMBER.replace(",", "")
WITHIN = r"\s*(?:±|\+\s*/?\s*[-−])\s*"
KNOWN = r"(?!(?:sqrt|exp|ln|log|log10|log2|sin|cos|tan|abs|pi|π|inf|infinity|nan|np|numpy|math|array)(?![A-Za-z]))"

THOUSANDS = r"[1-9][0-9]{0,2}(?:[\s,'’][0-9]{3})+(?:\.[0-9]*)?|[0-9]{1,3}(?:\.[0-9]{3}){2,}|[0-9.]+\.[0-9]{3},[0-9]+"

# A name before it and the word steps behind it change nothing.
ASIDE = (rf"^[^=<>]*{LETTER}[^=<>]*=\s*(?=[^=\s])", r"(?<=[0-9])\s*[Ss]teps?\s*$")
COMPARED = (r"[<>≤≥≈~]", "leave the sign of comparison away")
TWO = "give one number in place of two"
# What is refused before it is read, where one number is asked for and where many are.
BEFORE = {
    "one": (
        COMPARED,
        (rf"^\s*(?:between\s+)?{NUMBER}(?:{WITHIN}|\s*(?:[-–—−]|\.\.+|…)\s*|\s+(?:to|and|or)\s+){NUMBER}\s*$", TWO),
        (
            rf"^\s*[-+−]?(?:{THOUSANDS})\s*$",
            "write a point for decimals and nothing between thousands",
        ),
    ),
    "many": (
        COMPARED,
        (rf"(?:^|[,;\[({{\s]){POINTED}(?:{WITHIN}|[-–—−]|\s+[-–—−]\s+){POINTED}(?=\s|$|[,;\])}}])", TWO),
        (
            r"^(?=.*[0-9],[0-9])(?=.*[0-9],?\s+[-+−.0-9])[^;]*$",
            "a comma may part numbers or mark decimals; write a point for decimals, or ; between the numbers",
        ),
    ),
}
# What is said where it cannot be read.
AFTER = ((rf"^(?=.*[0-9]).*?(?:[0-9.)\]]\s*|^\s*){KNOWN}{LETTER}", "leave units and words away"),)
# With three digits behind the comma it could be a thousand.
DECIMAL = r"^(?!\s*[-+−]?[1-9][0-9]{0,2},[0-9]{3}\s*$)\s*[-+−]?[0-9]+,[0-9]+(?:[eE][-+−]?[0-9]+)?\s*$"


def bare(text):
    """The text without what may stand beside a number."""
    for pattern in ASIDE:
        text = re.sub(pattern, "", text)
    return text


def refused(text, many):
    """What is to be changed in a text before it is read, if anything is."""
    return _words(BEFORE["many" if many else "one"], bare(text))


def unread(text):
    """What is to be changed in a text that could not be read, if that is known."""
    return _words(AFTER, bare(text))


def number(text):
    """A text as a plain number; it may be a fraction, or have a decimal comma."""
    text = bare(text).replace("−", "-")
    top, *bottom = (text.replace(",", ".") if re.search(DECIMAL, text) else text).split("/")
    return float(top) / float(*bottom) if bottom else float(top)


def _words(faults, text):
    return next((words for pattern, words in faults if re.search(pattern, text)), "")


def shared():
    """What the page takes from here."""
    return {"aside": ASIDE, "before": BEFORE, "after": AFTER}
