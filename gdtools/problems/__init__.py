"""The exercises' problems: what is given, what is true, and which mistakes are known.

Each function draws a problem: without a ``seed`` the one told in its notebook, with a seed the same problem in new numbers.
The truth comes from closed forms, eigenvalues and loops of its own, never from the code that the solutions run.

A file holds one problem and has its name; here the name means the function.
"""

from gdtools.problems.buoy import buoy
from gdtools.problems.cables import cables
from gdtools.problems.circuit import circuit
from gdtools.problems.coupled import coupled
from gdtools.problems.distances import distances
from gdtools.problems.doses import doses
from gdtools.problems.houses import houses
from gdtools.problems.meters import meters
from gdtools.problems.molecule import molecule
from gdtools.problems.network import network
from gdtools.problems.parts import Problem
from gdtools.problems.photons import photons
from gdtools.problems.pixel import pixel
from gdtools.problems.quartic import quartic
from gdtools.problems.rod import rod
from gdtools.problems.springs import springs
from gdtools.problems.tides import tides
from gdtools.problems.valley import valley
from gdtools.problems.which import which

# In the order of the exercises, which is that of the chapters after which they can be solved.
METHOD = ("valley", "springs", "rod", "molecule", "network", "houses", "doses", "photons", "quartic", "coupled")
REMEDIES = ("distances", "circuit", "cables", "buoy", "tides", "pixel", "meters", "which")
NAMES = METHOD + REMEDIES

__all__ = [
    "NAMES",
    "Problem",
    "buoy",
    "circuit",
    "cables",
    "coupled",
    "distances",
    "doses",
    "houses",
    "meters",
    "molecule",
    "network",
    "photons",
    "pixel",
    "quartic",
    "rod",
    "springs",
    "tides",
    "valley",
    "which",
]
