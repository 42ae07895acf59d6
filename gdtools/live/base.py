"""What a live figure is: a widget with a form for pages that no kernel answers."""

import json
from functools import cache
from html import escape

import anywidget
import traitlets

from gdtools.live.script import FOLDER, script
from gdtools.live.traits import Control, Names, Number
from gdtools.plotting import svg_uri


class LiveFigure(anywidget.AnyWidget):
    """A figure that the reader can set; each control is a trait, checked when it is set.

    A subclass names its ``figure``, which its JavaScript file is named for too, declares a trait for each control, says in
    ``forms`` by which function of words.py each of its numbers is written and in ``constants`` what else its JavaScript needs,
    computes the ``values`` of the numbers with gdtools, tells them in a ``sentence``, draws the ``still`` and says in ``alt``
    what that shows. ``show`` names the controls that stand beside the map, the others are folded: a page can bring a figure
    back with one more of them.
    """

    _css = FOLDER / "live.css"
    figure = traitlets.Unicode().tag(sync=True)
    show = Names()
    forms = {}
    constants = {}

    @property
    def _esm(self):
        return _module(type(self))

    @classmethod
    def shared(cls):
        """What the figure's JavaScript takes from here: limits, numbers at first, the names of the forms, constants."""
        controls = {name: trait for name, trait in cls.class_traits().items() if isinstance(trait, Control)}
        limits = {name: trait.limits() for name, trait in controls.items()}
        usual = {name: trait.default_value for name, trait in controls.items() if isinstance(trait, Number)}
        return {
            "limits": limits,
            "usual": usual,
            "forms": {name: form.__name__ for name, form in cls.forms.items()},
            **cls.constants,
        }

    def state(self):
        """The settings, trait by trait."""
        return {name: getattr(self, name) for name, trait in self.traits().items() if isinstance(trait, Control)}

    def idle(self):
        """The controls that move nothing as the figure is set, and for each a setting that lets it."""
        return {}

    def numbers(self):
        """The numbers that the figure shows, as it shows them."""
        return {name: self.forms[name](value) for name, value in self.values().items()}

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return {**data, "text/html": self.html()}, metadata

    def html(self):
        """What a page without a kernel holds: the state, and a still picture with a sentence until a script replaces them."""
        state = escape(json.dumps(self.state(), separators=(",", ":")))
        picture = f'<img src="{svg_uri(self.still(), outlines=False)}" alt="{escape(self.alt())}">'
        inside = f"{picture}<p>{escape(self.sentence())}</p>"
        show = f' data-show="{" ".join(self.show)}"' if self.show else ""
        return f'<div class="live-figure" data-live="{self.figure}" data-state="{state}"{show}>{inside}</div>'


@cache
def _module(figure):
    """What JupyterLab runs: a module with the code of this figure alone."""
    return f"{script([figure])}\nexport default {{ render }};\n"
