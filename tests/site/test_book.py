"""The sources of the pages follow the book's rules, and the built pages show what the sources promise."""

import ast
import json
import re
import time
from functools import cache
from urllib.parse import unquote, urlsplit

import claims
import pytest
import yaml
from bs4 import BeautifulSoup
from building import build
from pages import CHAPTERS, EXERCISES, LIVE, PAGES, ROOT, article, cells, html, source
from sphinx.errors import ExtensionError

TAGS = {"hide-input", "remove-cell", "remove-input"}
EXERCISE_TAGS = {"attempt", "predict", "check", "picture", "sentence", "solution", "hide-cell", "seen", "hide-input"}
LINES, WIDTH = 15, 76


EXECUTED = [name for name in PAGES if "{code-cell}" in source(name)]
each_page = pytest.mark.parametrize("name", PAGES)
each_chapter = pytest.mark.parametrize("name", CHAPTERS)
each_executed = pytest.mark.parametrize("name", EXECUTED)


def prose(name):
    """The text of a page without code, mathematics, tables and options of directives."""
    text = re.sub(r"^```\{code-cell\}.*?^```$", "", source(name), flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\$\$.*?\$\$", "", text.split("---\n", 2)[2], flags=re.DOTALL)
    return [line for line in text.splitlines() if not line.startswith(("|", ":", "```", "#", "+++", "<"))]


# The sources


def test_every_page_is_in_the_contents():
    left_out = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["exclude_patterns"]
    pages = [page.relative_to(ROOT) for form in ("md", "ipynb") for page in ROOT.glob(f"[a-z]*/*.{form}")]
    assert {str(page.with_suffix("")) for page in pages if page.parts[0] not in left_out} <= set(PAGES)


@each_executed
def test_cells_are_short_and_their_tags_mean_something(name):
    for cell in cells(name):
        lines = cell.source.splitlines()
        assert len(lines) <= LINES, cell.source
        assert max(map(len, lines)) <= WIDTH or "remove-cell" in cell.metadata.get("tags", []), cell.source
        assert set(cell.metadata.get("tags", [])) <= (EXERCISE_TAGS if name in EXERCISES else TAGS)


@each_executed
def test_every_figure_has_a_name_a_caption_and_a_text_that_tells_what_it_shows(name):
    for cell in cells(name):
        if "mystnb" in cell.metadata and name not in EXERCISES:
            figure, image = cell.metadata["mystnb"]["figure"], cell.metadata["mystnb"].get("image", {})
            assert figure["name"].startswith("fig-")
            assert len(figure["caption"]) > 60
            if LIVE.search(cell.source):  # a live figure writes its own text, and its caption asks
                assert "?" in figure["caption"]
            elif "side_by_side(" not in cell.source:  # pictures with a text each
                assert len(image["alt"]) > 80


@each_page
def test_one_sentence_stands_on_a_line(name):
    text = [re.sub(r"^\d+\. ", "", line) for line in prose(name) if not line.startswith("    ")]
    two = [line for line in text if re.search(r"[a-z\d)$`]\. [A-Z]", line)]
    assert not two


@each_chapter
def test_a_chapter_opens_with_a_picture_and_objectives_and_closes_with_takeaways(name):
    text = source(name)
    places = [text.index(mark) for mark in ("\n# ", "fig-", ":class: objectives", "\n## ", ":class: takeaways")]
    assert places == sorted(places)
    assert re.search(r"Reading takes (\d+) minutes", text)


def test_the_front_page_adds_up_the_reading_times():
    times = [re.search(r"Reading takes (\d+) minutes(?:.* (\d+) more)?", source(name)).groups("0") for name in CHAPTERS]
    minutes = sum(int(part) for told in times for part in told)
    hours = {3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}[round(minutes / 60)]
    assert f"about {hours} hours" in source("index")


def test_glued_names_are_unique():
    names = re.findall(r'glue\(f?"([^"]+)"', "".join(source(name) for name in EXECUTED))
    assert len(names) == len(set(names))


# The built pages


@each_page
def test_a_built_page_is_whole(site, name):
    page = article(site, name)
    assert page.find("h1")
    assert not page.select(".output.stderr, .output.traceback, .problematic, .system-message")
    assert all(image.get("alt", "").strip() for image in page.find_all("img"))
    for figure in page.find_all("figure"):
        assert figure.find("img") or figure.find("table")
        assert figure.find("figcaption")


def squeezed(text):
    return "".join(text.split())


@each_executed
def test_hidden_code_is_folded_below_what_it_draws_and_called_by_its_number(site, name):
    page = article(site, name)
    folds = page.select("details.figure-code")
    assert not page.select(".tag_hide-input details.hide")
    hidden = [cell.source for cell in cells(name) if "hide-input" in cell.metadata.get("tags", [])]
    assert squeezed("".join(hidden)) == squeezed("".join(code.get_text() for fold in folds for code in fold.select("pre")))
    for fold in folds:
        number = fold.parent.select_one("figure .caption-number")
        assert fold.parent.find_all(recursive=False)[-1] is fold
        assert re.fullmatch(number.get_text().strip() if number else "“.+”", fold.summary.get_text().removeprefix("code of "))
        assert fold.summary.find(string=True) == "code"
    assert len(folds) == len(page.select(".tag_hide-input"))


@each_executed
def test_no_zero_is_shown_with_a_minus(site, name):
    shown = " ".join(tag.get_text() for tag in article(site, name).select(".cell_output pre, .pasted-text"))
    assert not re.findall(r"(?<![\w.])[-−]0(?:\.0*)?(?![\w.])", shown)


@each_page
def test_ids_are_unique(site, name):
    ids = [tag["id"] for tag in html(site, name).find_all(id=True)]
    assert {double for double in ids if ids.count(double) > 1} == set()


@cache
def targets(path):
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    return {tag["id"] for tag in page.find_all(id=True)} | {tag["name"] for tag in page.find_all("a", attrs={"name": True})}


@each_page
def test_no_link_within_the_book_is_broken(site, name):
    here = site / f"{name}.html"
    for link in article(site, name).find_all("a", href=True):
        parts = urlsplit(link["href"])
        if parts.scheme or parts.netloc:
            continue
        there = (here.parent / unquote(parts.path)).resolve() if parts.path else here
        assert there.is_file(), link["href"]
        if parts.fragment and there.suffix == ".html":
            assert unquote(parts.fragment) in targets(there), link["href"]


def test_the_address_of_a_source_is_its_key(site):
    """So that it stays when another one comes."""
    keys = re.findall(r"^@\w+\{(\w+),", (ROOT / "references.bib").read_text(encoding="utf-8"), flags=re.MULTILINE)
    entries = article(site, "back/bibliography").select(".citation")
    assert sorted(entry["id"] for entry in entries) == sorted(f"ref-{key}" for key in keys)


@each_page
def test_a_page_says_what_it_is_and_what_comes_next(site, name):
    page = html(site, name)
    (description,) = page.select('meta[name="description"]')
    assert 40 < len(description["content"]) < 160
    assert "Gradient Descent, Tested" in page.title.text
    following = page.select_one('link[rel="next"]')
    position = PAGES.index(name)
    last = position == len(PAGES) - 1
    assert last or (site / f"{name}.html").parent.joinpath(following["href"]).resolve() == site / f"{PAGES[position + 1]}.html"


def test_the_copyright_is_of_this_year(site):
    assert f"{time.gmtime().tm_year}" in (site / "index.html").read_text(encoding="utf-8").split("Copyright")[1][:60]


def test_the_program_fits_its_listing():
    assert max(map(len, (ROOT / "chapters" / "demos.py").read_text(encoding="utf-8").splitlines())) <= 79


NUMBERS = {
    "chapters/step-size": ["2.189e+00", "5.141e-02", "1.017e+01", "0.99", "0.75", "0.93", "-0.75", "0.918", "-1.05"],
    "chapters/non-convexity": ["39", "56", "-1.4730", "1.3470", "-5.4442", "-2.6186", "0.1260"],
    "chapters/least-squares": [
        "0.4145",
        "2.0151",
        "3.93e-11",
        "5.6466",
        "0.14337",
        "1.8749",
        "2.6350",
        "1.405",
        "0.759",
        "0.660",
    ],
    "exercises/worked-example": ["1.945085", "-10.926272", "116"],
    "exercises/practice-1-springs": ["11.196152", "0.803848", "13.928"],
    "chapters/the-code": ["2.189e+00", "39", "56", "-5.4442", "0.1260", "3.93e-11", "5.6466", "0.14337", "0.660"],
}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_page_shows_the_reference_numbers(site, name):
    text = article(site, name).get_text().replace("−", "-")
    assert [number for number in NUMBERS[name] if number not in text] == []


# The list of claims


LABELS = {claim["label"]: name for name in CHAPTERS for claim in claims.claims(ROOT, name)}
LEDGER = {claim["label"]: claim for name in CHAPTERS for claim in claims.ledger(ROOT, name)}


def written_test(label):
    """The test of a claim as it stands in the file of its chapter, from its first decorator on."""
    text = (ROOT / claims.test_file(LABELS[label])).read_text(encoding="utf-8")
    (test,) = (part for part in ast.parse(text).body if getattr(part, "name", "") == claims.test_name(label))
    first = min(node.lineno for node in (test, *test.decorator_list))
    return "\n".join(text.splitlines()[first - 1 : test.end_lineno])


def listed(label):
    """The page that lists a claim."""
    return claims.list_of(ROOT, LABELS[label])


def listed_page(site, label):
    return article(site, listed(label))


def test_the_list_counts_the_claims(site):
    text = article(site, claims.LISTS[0]).get_text()
    assert f"Every claim in this book is checked: {len(LABELS)} theorems" in text
    for evidence in claims.EVIDENCE:
        counted = sum(claim["evidence"] == evidence for claim in LEDGER.values())
        assert f"{evidence.capitalize()}: {counted}" in text


def test_each_part_has_its_list_which_counts_its_claims_and_leads_to_the_other(site):
    assert [name for part in claims.lists(ROOT).values() for name in part] == CHAPTERS
    for name, other in (claims.LISTS, claims.LISTS[::-1]):
        page, own = article(site, name), [label for label in LABELS if listed(label) == name]
        assert f"the {len(own)} claims of the" in " ".join(page.get_text().split())
        assert [mark["id"] for mark in page.find_all(id=re.compile("^test-"))] == [f"test-{label}" for label in own]
        assert page.select(f'a[href^="{other.split("/")[1]}.html"]')


@pytest.mark.parametrize("label", LABELS)
def test_a_claim_and_its_test_lead_to_each_other(site, label):
    claims_page = listed_page(site, label)
    assert claims_page.find("a", href=f"../{LABELS[label]}.html#{label}")
    mark = article(site, LABELS[label]).find(id=label).select_one(".admonition-title a.tested")
    assert mark["href"] == f"../{listed(label)}.html#test-{label}"
    listing = claims_page.find(id=f"test-{label}").find_next("pre").get_text()
    assert listing.strip().endswith(written_test(label)), "first the helpers, then the test"


@pytest.mark.parametrize("label", LABELS)
def test_a_claim_shows_its_evidence_on_its_page_and_in_the_table(site, label):
    claims_page = listed_page(site, label)
    evidence, tightness = LEDGER[label]["evidence"], LEDGER[label]["tightness"]
    mark = article(site, LABELS[label]).find(id=label).select_one(".admonition-title a.tested")
    assert mark.get_text() == evidence
    assert mark["title"] == f"{evidence.capitalize()}: {claims.EVIDENCE[evidence]}. To the test"
    row = claims_page.select_one(f'.ledger a[href="../{LABELS[label]}.html#{label}"]').find_parent("tr")
    assert [cell.get_text() for cell in row.find_all("td")][1:] == [evidence, tightness, "test"]
    assert row.find_all("a")[-1]["href"] == f"#test-{label}"


@pytest.mark.parametrize("label", [label for label, claim in LEDGER.items() if claim["evidence"] == "proved"])
def test_a_proof_by_machine_stands_under_the_test_of_its_claim(site, label):
    test, proof = listed_page(site, label).find(id=f"test-{label}").find_all_next("details", limit=2)
    assert "Its test" in test.summary.get_text()
    assert "Its proof by machine" in proof.summary.get_text()
    assert f"def {claims.test_name(label)}():" in proof.find("pre").get_text()
    assert "On paper:" in proof.find("pre").get_text()


@pytest.mark.parametrize("label", claims.certificates(ROOT))
def test_worst_cases_stand_under_the_tests_of_their_claim(site, label):
    shown = listed_page(site, label).find(id=f"test-{label}").find_all_next("details", limit=3)
    (cases,) = (part for part in shown if "Its worst cases" in part.summary.get_text())
    lines = [claims.worst_case(case) for case in claims.certificates(ROOT)[label]]
    assert cases.find("pre").get_text().strip().splitlines()[-len(lines) :] == lines


def test_the_list_for_machines_is_that_of_the_page(site):
    records = json.loads((site / "claims.json").read_text(encoding="utf-8"))
    assert [record["label"] for record in records] == list(LABELS)
    assert {tuple(record) for record in records} == {("label", "kind", "page", "evidence", "tightness", "test")}
    for record in records:
        label, page = record["label"], record["page"]
        assert record == record | {key: LEDGER[label][key] for key in ("kind", "evidence", "tightness")}
        assert page == LABELS[label]
        assert record["test"] == f"tests/claims/test_{page.split('/')[1].replace('-', '_')}.py::{claims.test_name(label)}"


def test_the_list_shows_the_files_that_its_tests_draw_from(site):
    shown = [listing.get_text().strip() for listing in article(site, claims.LISTS[0]).find_all("pre")]
    for name in ("strategies.py", "page_code.py", "sharpening.py", "proving.py"):
        assert (ROOT / "tests" / name).read_text(encoding="utf-8").strip() in shown


def test_a_claim_without_a_test_is_named():
    found = [{"label": "step-bound"}, {"label": "steps-that-add-up"}]
    claims.check("chapters/step-size", found[:1], "def test_step_bound(): pass")
    where = r"write test_steps_that_add_up in tests/claims/test_step_size\.py"
    with pytest.raises(ExtensionError, match=rf"chapters/step-size.md: .* steps-that-add-up .* {where}"):
        claims.check("chapters/step-size", found, "def test_step_bound(): pass")


# The build


def test_after_an_edit_of_gdtools_no_stale_page_survives(small_book):
    page = build(small_book) / "index.html"
    assert "answer 0.5" in page.read_text()
    built = page.stat().st_mtime_ns
    build(small_book)
    assert page.stat().st_mtime_ns == built, "an unchanged page was built again"
    theory = small_book / "gdtools" / "theory.py"
    theory.write_text(theory.read_text().replace("return 2 / _curvatures(H)[-1]", "return 3 / _curvatures(H)[-1]"))
    assert "answer 0.75" in (build(small_book) / "index.html").read_text()


def test_a_page_tells_what_it_is_about_and_goes_from_the_site_when_it_is_left_out(small_book):
    (small_book / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: other\n")
    (small_book / "other.md").write_text("# Another page\n")
    with pytest.raises(AssertionError, match="other.md: expected a description"):
        build(small_book)
    (small_book / "other.md").write_text("---\nmyst:\n  html_meta:\n    description: Nothing.\n---\n\n# Another page\n")
    out = build(small_book)
    assert (out / "other.html").is_file()
    (small_book / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (out / "_images").mkdir(exist_ok=True)
    (out / "_images" / "other.svg").touch()
    build(small_book)
    assert not [*out.rglob("other.*")]


def test_the_search_knows_the_words_of_pages_that_a_build_does_not_write(small_book):
    (small_book / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: other\n")
    described = "---\nmyst:\n  html_meta:\n    description: Nothing.\n---\n\n"
    (small_book / "other.md").write_text(f"{described}# Another page\n\n```{{index}} uncommon words\n```\n")
    build(small_book)
    for _ in range(2):
        with (small_book / "index.md").open("a") as page:
            page.write("\nMore.\n")
        assert "uncommon words" in (build(small_book) / "searchindex.js").read_text()
    (small_book / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    assert "uncommon words" not in (build(small_book) / "searchindex.js").read_text()


def test_what_a_cell_prints_is_one_text_however_its_kernel_sends_it(small_book):
    code = "for part in ('one line', ' and', '\\nanother'):\n    print(part, end='', flush=True)"
    with (small_book / "index.md").open("a") as page:
        page.write(f"\n```{{code-cell}} ipython3\n{code}\n```\n")
    assert "<span></span>one line and\nanother\n</pre>" in (build(small_book) / "index.html").read_text()


@pytest.mark.parametrize("fault", ["```{code-cell} ipython3\n1 / 0\n```", "{ref}`nowhere`", "$\\nosuchcommand$"])
def test_a_fault_on_a_page_fails_the_build(small_book, fault):
    with (small_book / "index.md").open("a") as page:
        page.write(f"\n{fault}\n")
    for _ in range(2):  # and does so again
        with pytest.raises(AssertionError, match="ZeroDivisionError|nowhere|nosuchcommand"):
            build(small_book)
