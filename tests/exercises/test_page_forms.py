"""The forms that take the place of a notebook's cells: what each offers, and what is said of a page that cannot have one."""

import re
from itertools import combinations

import pytest
from answering import tables
from answers import drawn, field, ordered, put_forms
from docutils import nodes
from page_judge import draw

from gdtools import problems
from gdtools.questions import Choice, Function, Mistake, Number


def cell(source, *tags):
    """A cell as MyST-NB leaves it in a page."""
    code = nodes.container("", nodes.literal_block(source, source), nb_element="cell_code_source")
    return nodes.container("", code, nb_element="cell_code", classes=["cell", *(f"tag_{tag}" for tag in tags)])


def page(*parts, problem="springs()"):
    return nodes.section("", cell(f"exercise = Exercise({problem})\nprint(exercise.problem)"), *parts)


def text(words="Give the bound."):
    return nodes.paragraph(words, words)


def asks(name, act="check"):
    return [cell(f"{name} = ...", "attempt"), cell(f'exercise.{act}("{name}", {name})', act)]


def html(section):
    put_forms(None, section, "page")
    return "".join(node.astext() for node in section.findall(nodes.raw))


def test_a_field_is_named_by_the_text_that_asks_and_the_cells_are_folded_behind_it():
    asking = text()
    section = page(asking, *asks("bound"), text("And κ."), *asks("condition"))
    written = html(section)
    assert asking["ids"] == ["asked-bound"]
    assert re.findall(r'data-question="(\w+)".*\n<input name="answer" type="text" aria-labelledby="(.*?)"', written) == [
        ("bound", "asked-bound"), ("condition", "asked-condition"),
    ]  # fmt: skip
    assert written.count("<details") == written.count("</details>") == 3, "the code that draws, and that of two questions"
    kinds = [type(node).__name__ for node in section]
    assert kinds[-5:] == ["raw", "raw", "container", "container", "raw"], "the form, the fold, its two cells, its end"


def test_a_prediction_is_noted_by_one_form_and_judged_by_the_other():
    written = html(
        page(text(), *asks("prediction", "predict"), text(), cell('exercise.check("prediction", prediction)', "check"))
    )
    assert re.findall(r'id="(.*?)" data-question="prediction"( data-predicts)?', written) == [
        ("predict-prediction", " data-predicts"), ("answer-prediction", ""),
    ]  # fmt: skip


def test_a_stored_picture_of_a_run_is_folded_behind_the_place_where_the_page_draws_it():
    written = html(page(text(), cell("show(1)", "seen"), text(), cell("show(2)", "seen")))
    assert re.findall(r'class="live-figure seen" data-run="(\d)"></div>\n<details class="in-notebook">', written) == ["0", "1"]


def test_a_page_that_draws_nothing_is_left_alone():
    section = nodes.section("", cell('told.check("bound", 1)', "check"))
    assert html(section) == ""
    assert drawn(section).problem == ""


@pytest.mark.parametrize(("parts", "problem", "said"), [
    (asks("bound"), "springs()", "the question 'bound' is preceded by no paragraph; expected one that asks it"),
    ([text(), *asks("bond")], "springs()", "a page asks 'bond'; the problem springs has 'gradient', "),
    ([], "springs(seed=99)", r"a page draws springs(seed=99); expected a seed from range(1, 21)"),
])  # fmt: skip
def test_a_page_that_no_form_suits_is_refused(parts, problem, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        html(page(*parts, problem=problem))


FORMULAS = [Mistake(abs, "first", r"\lvert x\rvert"), Mistake(abs, "unwritten"), Mistake(abs, "second", "2x")]
GRADIENT = Function(truth=abs, points=[1.0], hint="", mistakes=tuple(FORMULAS), formula="x < 1")


def test_a_gradient_is_a_choice_among_formulas_of_which_the_truth_is_never_the_first():
    for problem in problems.NAMES:
        options = ordered(problem, "gradient", GRADIENT)
        assert sorted(options) == sorted(["x < 1", r"\lvert x\rvert", "2x"])
        assert options.index("x < 1") > 0
        assert options == ordered(problem, "gradient", GRADIENT)
    written = field("springs", "gradient", GRADIENT, "asked")
    assert 'role="radiogroup" aria-labelledby="asked"' in written
    assert re.findall('value="(.*?)"', written) == [
        option.replace("<", "&lt;") for option in ordered("springs", "gradient", GRADIENT)
    ]
    assert written.count("<math>") == 3


def test_a_choice_offers_what_python_offers():
    choice = Choice(truth="b & c", mistakes=(Mistake("a", "no"),))
    assert re.findall('value="(.*?)"', field("springs", "it", choice, "asked")) == ["a", "b &amp; c"]


def test_many_answers_are_chosen_from_a_list_that_begins_with_none():
    choice = Choice(truth="b & c", mistakes=tuple(Mistake(letter, "no") for letter in "adefg"))
    written = field("springs", "it", choice, "asked")
    assert written.startswith('<select name="answer" aria-labelledby="asked">')
    assert re.findall("<option>(.*?)</option>", written) == ["", "a", "b &amp; c", "d", "e", "f", "g"]


@pytest.mark.parametrize("truth", [1.0, [1.0, 2.0], [[1.0, 2.0]]])
def test_a_number_has_an_example_of_its_kind(truth):
    example = re.search('placeholder="(.*?)"', field("springs", "it", Number(truth=truth, hint=""), "asked"))[1]
    assert ("; " in example, " or " in example) == (len(str(truth).split("[")) == 3, isinstance(truth, float))


def test_the_overview_knows_which_questions_a_mistake_leads_to():
    same = tables.same_mistake()
    assert all(len(places) > 1 for places in same.values())
    for words, places in same.items():
        for problem, question in map(str.split, places):
            assert words in [mistake.words for mistake in draw(problem, None).questions[question].mistakes]
    assert len(same) > 3


def test_a_mistake_leads_from_each_question_that_knows_it_to_the_others():
    """Counted another way: of each question the words that some other question says too."""
    known = {
        f"{name} {key}": {mistake.words for mistake in question.mistakes}
        for name in problems.NAMES
        for key, question in draw(name, None).questions.items()
    }
    pairs = [words for one, other in combinations(known, 2) for words in known[one] & known[other]]
    same = tables.same_mistake()
    assert set(same) == set(pairs)
    assert min(map(len, same.values())) == 2, "some mistake is known in two places and no third"
    for words, places in same.items():
        assert places == [place for place in known if words in known[place]], words
