"""What each extension does by itself, the order in which they are loaded, and the rules for finished pages."""

import io
import pickle
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import html_rules
import numpy as np
import pytest
import yaml
from address import find, from_remote, remote
from book import PARTS
from building import REPOSITORY, build
from buttons import binder as launch_link
from buttons import doors, letters
from claims import depend
from copyright_year import set_copyright
from docutils import nodes
from downloads import sources
from html_rules import Rule, finish
from mathml import RULES as FORMULA_RULES
from mathml import attach_marks, formulas
from pages import CHAPTERS, ROOT
from pictures import few_colours, shorten
from PIL import Image
from spaces import join
from sphinx.errors import ConfigError, ExtensionError
from stylesheet import RULES as SHEET_RULES
from wheels import requirement

# Their order


def test_every_part_is_loaded_and_says_what_it_is_for():
    assert sorted(PARTS) == sorted({path.stem for path in (ROOT / "_ext").glob("*.py")} - {"book", "smaller"})
    assert [part for part in PARTS if not import_module(part).__doc__] == []


def test_the_settings_name_one_extension_and_it_comes_last():
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"]
    assert settings["local_extensions"] == {"book": "_ext"}
    assert "html_rules_must_match" not in settings["config"], "this book is held to its rules"
    assert settings["config"]["extensions"][-1] == "book", "it works on what the others leave"


@pytest.mark.parametrize(("first", "second"), [
    ("turns", "execution"), ("execution", "live"), ("html_rules", "mathml"), ("spaces", "mathml"), ("leftovers", "pictures"),
    ("pictures", "stylesheet"), ("html_rules", "downloads"), ("host_files", "downloads"), ("wheels", "notebooks"),
    ("notebooks", "downloads"), ("downloads", "rebuilding"),
])  # fmt: skip
def test_a_part_comes_before_the_one_that_needs_it(first, second):
    assert PARTS.index(first) < PARTS.index(second)


def test_a_fixed_space_goes_with_the_formula_before_it_because_spaces_come_first():
    text = nodes.paragraph("", "", nodes.math("", "x = "), nodes.Text(" 3 apples"))
    for listener in sorted((attach_marks, join), key=lambda listener: PARTS.index(listener.__module__)):
        listener(None, text, "")
    assert (text[0]["mark"], text[1]) == ("\N{NO-BREAK SPACE}", "3 apples")


# Two builds at once

# A build that is at work until a file called "go" is there, and fails where another one is at work.
AT_WORK = """
import sys, time
from pathlib import Path
sys.path.insert(0, {ext!r})
extensions = ["turns"]
def wait(app):
    busy = Path(app.srcdir, "busy")
    busy.touch(exist_ok=False)
    print("at work", flush=True)
    while not Path(app.srcdir, "go").exists():
        time.sleep(0.05)
    busy.unlink()
def setup(app):
    app.connect("builder-inited", wait)
"""


def test_of_two_builds_into_one_folder_the_later_one_says_so_and_waits(tmp_path):
    (tmp_path / "conf.py").write_text(AT_WORK.format(ext=str(ROOT / "_ext")))
    (tmp_path / "index.rst").write_text("A page\n======\n")
    kept = ["-d", tmp_path / "_build" / ".doctrees"]  # as jupyter-book does
    build = [sys.executable, "-u", "-m", "sphinx", "-W", "-b", "dummy", *kept, tmp_path, tmp_path / "_build" / "html"]
    start = lambda: subprocess.Popen(build, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # noqa: E731
    at_work = lambda build: next(line for line in build.stdout if "at work" in line)  # noqa: E731
    first = start()
    at_work(first)
    second = start()
    told = at_work(second)
    with pytest.raises(subprocess.TimeoutExpired):
        second.wait(1)
    (tmp_path / "go").touch()
    said = [build.communicate()[0] for build in (first, second)]
    assert f"Another build is at work in {tmp_path / '_build'}: waiting until it is done." in told
    assert (first.returncode, second.returncode) == (0, 0), said
    assert "Another build" not in said[0]


# The list of claims


def test_what_shows_claims_depends_on_files_that_exist():
    """Else it would be read anew by every build, and the search would forget the terms of the pages that are not."""
    noted = []
    for page in CHAPTERS:
        depend(SimpleNamespace(srcdir=ROOT, note_dependency=noted.append), page)
    assert [file for file in noted if not Path(file).is_file()] == []
    assert {f"{page}.md" for page in CHAPTERS} < {str(Path(file).relative_to(ROOT)) for file in noted}


# Pictures


@pytest.mark.parametrize(("path", "short"), [
    ("M 0 472.08 \nL 400.08 472.08 \nL 400.08 0 \nz\n", "m0 472.08l400.08 0 0-472.08z"),
    ("M 1 2 \nL 1.004 2.996 \nz\nM 4 4 \nM 5 4.5 \n", "m1 2l0 1zm3 2m1 .5"),
    ("M 10 10 \nQ 11 12 13 14 \nQ 13 15 9.5 14 \nL 0 0 \n", "m10 10q1 2 3 4 0 1-3.5 0l-9.5-14"),
    ("M 0.1 0.2 \nC 1 1 2 2 3 3.3333333 \n", "m.1 .2c.9 .8 1.9 1.8 2.9 3.13"),
])  # fmt: skip
def test_a_path_tells_each_place_from_the_one_before(path, short):
    assert shorten(f'<path d="{path}"/>') == f'<path d="{short}"/>'
    assert shorten(f'<path d="{short}"/>') == f'<path d="{short}"/>', "an incremental build meets it again"


@pytest.mark.parametrize("colours", [3, 256, 300])
def test_an_image_of_few_colours_keeps_each_pixel(colours):
    file, ramp = io.BytesIO(), np.arange(90_000).reshape(300, 300) % colours
    image = np.stack([ramp % 256, ramp // 256, 7 * ramp % 256, 255 - ramp % 2], axis=-1).astype(np.uint8)
    Image.fromarray(image).save(file, "PNG", compress_level=0)
    packed = few_colours(file.getvalue())
    assert (len(packed) < len(file.getvalue()) / 3) == (colours <= 256)
    assert (np.asarray(Image.open(io.BytesIO(packed)).convert("RGBA")) == image).all()


def test_a_live_figure_s_still_is_a_file_of_the_page(site):
    found = re.findall(r'<div class="live-figure"[^>]*>\s*<img ([^>]*)>', (site / "index.html").read_text(encoding="utf-8"))
    assert len(found) == 2
    for still in found:
        assert 'loading="lazy"' in still
        assert (site / re.search('src="([^"]*)"', still)[1]).is_file()


def test_what_a_page_is_made_of_is_older_than_the_page(site):
    """Else the next build reads the page again, and Sphinx loses terms of the glossary from the search index."""
    env = pickle.loads((site.parent / ".doctrees" / "environment.pickle").read_bytes())
    made_of = [(page, ROOT / file, env.all_docs[page] / 1e6) for page in env.all_docs for file in env.dependencies[page]]
    assert len(made_of) > 30
    assert not [(page, file.name) for page, file, read in made_of if not file.is_file() or file.stat().st_mtime > read]


# Rules for finished pages

DOUBLE = Rule("doubled letters", re.compile("a"), "aa")  # which would show if it were applied twice
ELSEWHERE = Rule("what stands elsewhere", re.compile("nowhere"), "")


@pytest.fixture
def finished(tmp_path, monkeypatch):
    """A build of these pages by these rules, up to the pages on disk and the purposes of the rules that warned."""
    folders = {"outdir": tmp_path / "html", "doctreedir": tmp_path}
    builder, config = SimpleNamespace(format="html", name="html"), SimpleNamespace(html_rules_must_match=True)

    def build_pages(written, *rules):
        warned = []
        monkeypatch.setattr(html_rules, "warn", lambda rule: warned.append(rule.purpose))
        for name, text in written.items():
            (folders["outdir"] / name).parent.mkdir(parents=True, exist_ok=True)
            (folders["outdir"] / name).write_text(text)
        emit = {"html-rules": [rules], "html-rewritten": []}
        finish(SimpleNamespace(**folders, builder=builder, config=config, emit=lambda event, *given: emit[event]), None)
        return html_rules.read_site(folders["outdir"]), warned

    return build_pages


def test_a_rule_that_finds_nothing_anywhere_warns(finished):
    pages, warned = finished({"one.html": "a", "two.html": "b"}, DOUBLE, ELSEWHERE)
    assert pages == {"one.html": "aa", "two.html": "b"}
    assert warned == [ELSEWHERE.purpose]


def test_what_a_rule_finds_in_the_theme_s_own_templates_does_not_count(finished):
    assert finished({"one.html": "b", "_static/macros.html": "a"}, DOUBLE)[1] == [DOUBLE.purpose]


def test_a_page_that_a_rule_spares_stays_as_it_is(finished):
    spared = DOUBLE._replace(spared=("search.html",))
    assert finished({"search.html": "a"}, spared) == ({"search.html": "a"}, [DOUBLE.purpose])


def test_a_later_build_remembers_what_rules_found_on_the_pages_that_it_does_not_write(finished):
    finished({"one.html": "a", "two.html": "a"}, DOUBLE)
    assert finished({"two.html": "ab"}, DOUBLE) == ({"one.html": "aa", "two.html": "aab"}, [])
    assert finished({}, DOUBLE) == ({"one.html": "aa", "two.html": "aab"}, [])
    assert finished({"one.html": "b", "two.html": "b"}, DOUBLE)[1] == [DOUBLE.purpose]


def test_a_book_is_held_to_the_rules_and_a_renamed_class_is_named(small_book):
    settings, part = small_book / "_config.yml", small_book / "_ext" / "highlighting.py"
    settings.write_text(re.sub(".*html_rules_must_match.*\n", "", settings.read_text()))
    part.write_text(part.read_text().replace("(?:n|p|w)", "(?:name|comma|space)"))
    with pytest.raises(AssertionError, match="“plain words of programs in no span” looks for .*name.comma.space") as failure:
        build(small_book)
    assert "“no script that draws the icons”" not in str(failure.value), "this one matches"


def test_two_rules_of_one_purpose_are_told_apart_by_nobody(finished):
    with pytest.raises(ExtensionError, match="two rules .* “doubled letters”"):
        finished({"one.html": "a"}, DOUBLE, DOUBLE)


def test_a_style_sheet_that_nobody_has_named_stops_the_build():
    with pytest.raises(ValueError, match="SHEETS of _ext/stylesheet.py lacks 'new.css', to which a page links"):
        change('<link rel="stylesheet" href="../_static/new.css" />', SHEET_RULES)


def change(html, rules):
    return html_rules.rewrite("page.html", html, rules).html


LOW, HIGH = "<msqrt><mi>β</mi></msqrt>", "<msqrt><mfrac></mfrac></msqrt>"


def test_low_roots_are_told_by_what_is_under_them_and_by_the_room_around_the_formula():
    low = [rule for rule in FORMULA_RULES if rule.purpose.startswith("low roots")]
    marked = LOW.replace("<msqrt>", '<msqrt class="low">')
    assert change(f"<math>{LOW}{HIGH}</math>", low) == f"<math>{marked}{HIGH}</math>"
    assert change(f'<math display="block">{LOW}</math>', low) == f'<math display="block">{LOW}</math>'
    assert change(LOW, low) == LOW, "this is no formula"


# Text and mathematics


def test_a_mark_goes_to_the_formula_before_it_and_no_other():
    text = nodes.paragraph("", "", nodes.literal("", "gdtools"), nodes.Text("."), nodes.math("", "x"), nodes.Text("."))
    attach_marks(None, text, "")
    assert [child.astext() for child in text] == ["gdtools", ".", "x", ""]
    assert text[2]["mark"] == "."


def test_a_fixed_space_goes_to_the_formula_before_it():
    attach_marks(None, text := nodes.paragraph("", "", nodes.math("", "x ="), nodes.Text("\xa03 m")), "")
    assert (text[0]["mark"], text[1]) == ("\xa0", "3 m")


@pytest.mark.parametrize(("before", "words", "joined"), [
    (None, "36 000 points, 45 %", "36\xa0000 points, 45\xa0%"), (None, " % of the way", "\xa0% of the way"),
    ("x = ", " 3 apples", "\xa03 apples"), ("x", " 3", " 3"),
])  # fmt: skip
def test_numbers_keep_together(before, words, joined):
    text = nodes.paragraph("", "", *([nodes.math("", before)] if before else []), nodes.Text(words))
    join(None, text, "")
    assert text[-1] == joined


@pytest.mark.parametrize(("latex", "parts"), [
    ("a", ["a"]), (r"a, \qquad b", ["a, ", " b"]), (r"{a \qquad b}", [r"{a \qquad b}"]),
    (r"\begin{cases} a \qquad b \end{cases} \qquad c", [r"\begin{cases} a \qquad b \end{cases} ", " c"]),
])  # fmt: skip
def test_formulas_side_by_side_are_told_apart(latex, parts):
    assert formulas(latex) == parts


# The year


def test_the_year_of_the_copyright_follows_the_commit(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "946684799")  # the last second of 1999
    set_copyright(None, config := SimpleNamespace(author="Somebody"))
    assert config.copyright == "1999 Somebody"


# Addresses


@pytest.mark.parametrize(("given", "found"), [
    ("https://github.com/owner/book.git", "https://github.com/owner/book"),
    ("https://github.com/owner/book", "https://github.com/owner/book"),
    ("https://name:secret@github.com/owner/book.git", "https://github.com/owner/book"),
    ("git@github.com:owner/a.book.git", "https://github.com/owner/a.book"),
    ("ssh://git@gitlab.com/owner/book.git", "https://gitlab.com/owner/book"),
    ("https://github.com.example.org/owner/book", ""),
    ("https://example.org/github.com/book", ""),
    ("/a/folder/book", ""),
    ("file:///a/folder/github.com/owner/book", ""),
    ("", ""),
])  # fmt: skip
def test_the_repository_is_read_from_the_remote(given, found):
    assert from_remote(given) == found


def test_the_remote_of_a_clone_is_found(tmp_path):
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    assert remote(tmp_path) == ""
    subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", f"{REPOSITORY}.git"], check=True)
    assert remote(tmp_path) == f"{REPOSITORY}.git"


@pytest.mark.parametrize(("name", "value"), [
    ("BOOK_REPOSITORY", "owner/book"), ("BOOK_REPOSITORY", "https://example.org/owner/book"), ("BOOK_URL", "book.example"),
])  # fmt: skip
def test_a_wrong_address_is_named(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=f"{name} is '{value}'; expected .*https://"):
        find(SimpleNamespace(srcdir=ROOT), SimpleNamespace())


# Buttons


def test_on_gitlab_the_links_are_gitlabs():
    (issue,) = letters("https://gitlab.com/owner/book", "Step size", "chapters/step-size.md")
    assert unquote(issue["url"]).startswith("https://gitlab.com/owner/book/-/issues/new?issue[title]=Step size")
    assert launch_link("https://gitlab.com/owner/book", "x").startswith("https://mybinder.org/v2/gl/owner%2Fbook/notebooks?")
    (binder,) = doors("https://gitlab.com/owner/book", "index")["buttons"]
    assert binder["text"] == "Binder", "Colab reads no repository there"


@pytest.mark.parametrize(("site", "repository", "expected"), [
    ("https://book.example/", REPOSITORY, "gradient-descent-tested[notebooks] @ https://book.example/x.whl"),
    ("", REPOSITORY, f"gradient-descent-tested[notebooks] @ {REPOSITORY}/raw/notebooks/x.whl"),
    ("", "https://gitlab.com/o/b", "gradient-descent-tested[notebooks] @ https://gitlab.com/o/b/-/raw/notebooks/x.whl"),
    ("", "", "PATH/x.whl[notebooks]"),
])  # fmt: skip
def test_what_to_install_is_fetched_from_the_site_or_else_from_the_repository(site, repository, expected):
    assert requirement(site, repository, "x.whl") == expected


# To take home


@pytest.mark.parametrize("left", ["build/lib/gdtools/descent.py", "gdtools.egg-info/PKG-INFO"])
def test_what_an_installation_leaves_behind_is_no_source(tmp_path, left):
    (tmp_path / ".gitignore").write_text((ROOT / ".gitignore").read_text(encoding="utf-8"))
    for name in (left, "gdtools/descent.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [path.as_posix() for path in sources(tmp_path)] == [".gitignore", "gdtools/descent.py"]
