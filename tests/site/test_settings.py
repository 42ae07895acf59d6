"""Words that set a live figure, and what the build says when they cannot."""

import re
from types import SimpleNamespace

import pytest
from docutils import nodes
from pages import PAGES, source
from pages import live_figures as figures_of
from settings import KINDS, Live, check, link, live_figures, read, resolve, spelt
from sphinx.errors import ExtensionError
from traitlets import TraitError


def page(*figures):
    """The tree of a page that holds live figures of these kinds, each in a figure of this name."""
    return nodes.section("", *(figure(name, kind) for name, kind in figures))


def figure(name, kind):
    return nodes.figure("", nodes.raw("", f'<div class="live-figure" data-live="{kind}" data-state="{{}}">'), ids=[name])


def words(name, **setting):
    return nodes.inline("", "try it", sets=setting, figure=name, asked="{set}`try it`")


def application(pages):
    """What the listener asks of Sphinx, for pages by name."""
    labels = {
        name: (docname, name) for docname, tree in pages.items() for fig in tree.findall(nodes.figure) for name in fig["ids"]
    }
    env = SimpleNamespace(get_domain=lambda domain: SimpleNamespace(anonlabels=labels), get_doctree=pages.get)
    return SimpleNamespace(env=env, builder=SimpleNamespace(get_relative_uri=lambda here, there: f"{there}.html"))


def opened(name, pages, docname="here", **setting):
    return link(application(pages), docname, words(name, **setting), live_figures(pages[docname]))


BOOK = {"here": page(("fig-one", "bowl"), ("fig-race", "race"), ("fig-two", "bowl")), "there": page(("fig-valleys", "basins"))}


@pytest.mark.parametrize(("text", "expected"), [
    ("turn it by 45° <fig-bowl: angle=45>", ("turn it by 45°", "fig-bowl", {"angle": 45})),
    (r"to $\eta = 0.0385$ <fig-bowl: lr=0.0385, n_iter=20>", (r"to $\eta = 0.0385$", "fig-bowl", {"lr": 0.0385, "n_iter": 20})),
    ("from (−1, 4) <fig-bowl: x0=(-1, 4)>", ("from (−1, 4)", "fig-bowl", {"x0": (-1, 4)})),
])  # fmt: skip
def test_words_figure_and_setting_are_told_apart(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(("text", "says"), [
    ("only words", "expected words <fig-name: control=value, …>"),
    ("words <fig-bowl>", "expected words <fig-name: control=value, …>"),
    (r"$\eta = 0.2$ <fig-bowl: lr=0.2>", "the words are a formula alone, by which a screen reader names no link"),
    ("words <fig-bowl: lr>", "the setting is 'lr'; expected control=value, …"),
    ("words <fig-bowl: lr=step_bound(4)>", "the setting is 'lr=step_bound(4)'; expected"),
    ("words <fig-bowl: lr=>", "the setting is 'lr='; expected"),
    ("turn it by 30° <fig-bowl: angle=45>", "the words say 30 and the setting does not"),
    ("from −0.4 <fig-bowl: lr=0.4>", "the words say -0.4 and the setting does not"),
])  # fmt: skip
def test_what_cannot_be_read_is_told(text, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        read(text)


def test_a_control_that_is_missing_and_a_value_that_goes_too_far_are_named():
    bowl = Live("fig-one", KINDS["bowl"], "bowl")
    check(bowl, {"lr": 0.0385, "n_iter": 20, "x0": (-1, 4)})
    with pytest.raises(ValueError, match="fig-one has no control 'eta'; expected one of .*lr"):
        check(bowl, {"eta": 1})
    for setting in ({"kappa": 0.5}, {"n_iter": 2.5}, {"x0": 3}, {"lr": (1, 2)}):
        with pytest.raises(TraitError, match=f"{next(iter(setting))} is "):
            check(bowl, setting)


def test_a_setting_that_another_one_overrules_is_refused():
    race = Live("fig-race", KINDS["race"], "race", {"keep": 1})
    check(race, {"beta": 0.3, "keep": 0})
    with pytest.raises(ValueError, match="beta moves nothing on fig-race; expected keep=0 beside it"):
        check(race, {"beta": 0.3})
    with pytest.raises(ValueError, match="keep moves nothing on fig-race; expected ball=1 beside it"):
        check(race._replace(state={"ball": 0, "nesterov": 0}), {"keep": 1})


def test_a_setting_is_spelt_as_the_address_has_it():
    assert spelt({"lr": 0.035, "angle": 30.0, "x0": (-1, 4.5)}) == "lr:0.035,angle:30,x0:-1~4.5"


def test_the_second_figure_of_a_kind_is_told_from_the_first():
    assert [(live.id, live.key) for live in live_figures(BOOK["here"]).values()] == [
        ("fig-one", "bowl"), ("fig-race", "race"), ("fig-two", "bowl2"),
    ]  # fmt: skip
    assert opened("fig-two", BOOK, lr=0.02) == '<a class="sets" data-sets="bowl2" href="?bowl2=lr:0.02#fig-two">'


def test_words_on_another_page_lead_to_the_figure():
    expected = '<a class="reference internal" href="there.html?basins=x0:0.4~1.8#fig-valleys">'
    assert opened("fig-valleys", BOOK, x0=(0.4, 1.8)) == expected


@pytest.mark.parametrize(("asked", "says"), [
    (words("fig-three", lr=1), "here has no live figure 'fig-three'; expected one of fig-one, fig-race, fig-two"),
    (words("fig-one", eta=1), "no control 'eta'"),
    (words("fig-one", kappa=0.5), "kappa is 0.5; expected a number from 1"),
])  # fmt: skip
def test_the_build_stops_and_says_where(asked, says):
    tree = page(("fig-one", "bowl"), ("fig-race", "race"), ("fig-two", "bowl"))
    tree += nodes.paragraph("", "", asked)
    with pytest.raises(ExtensionError, match=re.escape("here: {set}`try it`: ") + f".*{re.escape(says)}"):
        resolve(application({"here": tree}), tree, "here")


# The book's own


@pytest.mark.parametrize("name", list(filter(figures_of, PAGES)))
def test_the_text_sets_each_live_figure_in_three_ways_or_more(name):
    for figure in figures_of(name):
        assert len(set(re.findall(rf"\{{set\}}`[^`]+<{figure}: ([^`]+)>`", source(name)))) >= 3, figure
