"""Markdown, HTML and plain text: title, facts and text, and nothing of the furniture."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from extraction import extracted

from indexer.document import Document
from indexer.extract.file_title import title_from_name
from indexer.extract.html import record_of_html
from indexer.extract.markdown import plain_text_of
from indexer.extract.plain_text import record_of_text

PAGE = """<!doctype html><html lang="it"><head><meta charset="utf-8"><title>Il faro – CineSito</title>
<meta property="og:site_name" content="CineSito"><meta name="description" content="Breve storia di un faro.">
<link rel="canonical" href="https://example.org/faro"><style>p{}</style>
<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "CineSito"},
{"@type": "Movie", "name": "Il faro",
"alternateName": "The Lighthouse Keeper", "datePublished": "2013-11-27T00:00", "genre": ["Dramma"],
"duration": "PT1H10M", "inLanguage": "it",
"director": {"@type": "Person", "name": "Ada Holm"}, "actor": [{"name": "Ivo Brandt"}],
"aggregateRating": {"ratingValue": "7.1", "ratingCount": 12}}]}</script></head>
<body class="has-sidebar"><header><a href="/">CineSito</a></header>
<nav><ul><li><a href="/f">Menu dei film</a></li></ul></nav>
<div class="cookie-banner">Usiamo i biscotti</div><main><h1>Il faro</h1>
<p>Una storia <b>lunga</b> &amp; bella che parla del mare e di un guardiano
che non dorme mai, solo con le sue lettere.</p>
<script>tracking()</script><form><input value="x">Vota ora</form>
<h2>Film simili</h2><ul><li><a href="/1">La tempesta</a></li><li><a href="/2">Il molo</a></li></ul></main>
<aside>Pubblicità qui</aside><footer>Note legali</footer></body></html>"""


def test_a_film_page(tmp_path: Path) -> None:
    (film,), refused = extracted(tmp_path, "faro.html", PAGE)
    assert refused == []
    assert (film.id, film.title, film.language, film.date) == ("faro.html", "Il faro", "it", "2013-11-27")
    assert film.url == "https://example.org/faro"
    assert [(one.name, one.role) for one in film.people] == [("Ivo Brandt", "cast"), ("Ada Holm", "director")]
    assert [one.title for one in film.also_known_as] == ["The Lighthouse Keeper"]
    assert {key: film.extra[key] for key in ("genre", "runtime", "rating", "votes")} == {
        "genre": ["Drama"],
        "runtime": 70,
        "rating": 7.1,
        "votes": 12,
    }
    assert "Una storia lunga & bella che parla del mare" in film.text
    assert "Breve storia di un faro." in film.text
    for word in (
        "Menu dei film",
        "biscotti",
        "Vota",
        "tracking",
        "Pubblicità",
        "Note legali",
        "La tempesta",
        "Il molo",
    ):
        assert word not in film.text
    assert film.extra["related"] == ["La tempesta", "Il molo"]


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("<title>A | Site</title><h1>A</h1><p>x", "A"),
        ("<title>Site - A</title><h1>A</h1><p>x", "A"),
        ("<title>The Long Road - Site</title><p>x", "The Long Road"),
        ("<meta property='og:title' content='Og'><h1>H</h1><p>x", "Og"),
        ("<h1> A <i>b</i>\n c</h1><p>x", "A b c"),
        ("<p>Hello", "name"),
        ("just text", "name"),
        (
            "<meta property='og:title' content='A – B – Site'>"
            "<meta property='og:site_name' content='Site'><p>x",
            "A – B",
        ),
        ("<title>One title only</title><p>x", "One title only"),
    ],
)
def test_titles_of_pages(markup: str, title: str) -> None:
    assert record_of_html(markup, "name")["title"] == title


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Hello", "Hello"),
        ("<div>a<div>b</div>c</div>", "a\nb\nc"),
        ("<ul><li><a href=x>only</a><li><a href=y>links</a></ul>", "only\nlinks"),
        ("<p>a<script>b</script>c<!-- d -->e</p>", "ace"),
        ("<p>one<br>two</p>", "one\ntwo"),
        ("<p>x&nbsp;y &lt;b&gt;</p>", "x y <b>"),
        ("<div class='sidebar-left'>no</div><p>yes</p>", "yes"),
        ("<div hidden>no</div><p>yes</p>", "yes"),
        ("<div role=navigation>no</div><p>yes</p>", "yes"),
        ("<p>before<script>unclosed ", "before"),
        ("<table><tr><td>a<td>b</table>", "a\nb"),
    ],
)
def test_text_of_pages(markup: str, text: str) -> None:
    assert record_of_html(markup, "name")["text"] == text


def test_the_page_declares_its_encoding(tmp_path: Path) -> None:
    markup = "<meta charset='windows-1251'><title>Берег</title><p>Море"
    (film,), _ = extracted(tmp_path, "a.html", markup.encode("cp1251"))
    assert (film.title, film.text) == ("Берег", "Море")


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 200_000 + "deep text" + "</div>" * 200_000 + "<p>after",
        "<table><tr><td>" * 60_000 + "deep text after",
        "<table><tr><td>cell</td></tr></table>" * 60_000 + "deep text after",
        "<b>" * 100_000 + "deep text after",
        "<p>deep text after" + "<script>" * 50_000,
        "deep text after" + "<" * 300_000,
        "deep text after" + "<!--" * 100_000,
        "deep text after" + "<a href='" * 50_000,
        "deep text after" + "&" * 300_000,
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
        "<p>deep text after &a;&b;</p>",
    ],
    ids=[
        "nested",
        "nested tables",
        "tables",
        "nested inline",
        "scripts",
        "angles",
        "comments",
        "attributes",
        "ampersands",
        "entities",
    ],
)
def test_hostile_markup_neither_hangs_nor_loses_text(tmp_path: Path, markup: str) -> None:
    started = time.monotonic()
    (page,), _ = extracted(tmp_path, "a.html", markup)
    assert time.monotonic() - started < 10
    assert "deep text" in page.text
    assert "after" in page.text
    assert "root:" not in page.text


def test_front_matter(tmp_path: Path) -> None:
    text = (
        "---\nid: faro\ntitle: Il faro\nlanguage: no\nyear: 2013\ngenres: [Dramma, Mare]\n"
        "people:\n  - {name: Ada Holm, role: director}\n---\n\nUn *guardiano*.\n"
    )
    (film,), _ = extracted(tmp_path, "a.md", text)
    assert (film.id, film.title, film.language, film.year, film.text) == (
        "faro",
        "Il faro",
        "no",
        2013,
        "Un guardiano.",
    )
    assert film.extra == {"genre": ["Drama", "Mare"]}
    assert film.people[0].role == "director"


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("# Il *faro*\n\nUno.\n\n## Due\n\nTre", "Il faro", "Uno.\n\nDue\n\nTre"),
        ("Solo testo", "My film", "Solo testo"),
        ("---\n\n# A\n\nafter a rule", "A", "after a rule"),
        ("# Solo titolo", "Solo titolo", ""),
        ("---\ntitle: A\n---\n# B\n\nc", "A", "B\n\nc"),
    ],
)
def test_markdown_titles(tmp_path: Path, text: str, title: str, body: str) -> None:
    (film,), _ = extracted(tmp_path, "my-film.md", text)
    assert (film.title, film.text) == (title, body)


@pytest.mark.parametrize(
    ("front", "reason"),
    [
        ("a: &x [1]\nb: *x", "anchors, aliases or tags"),
        ("a: !!python/object/apply:os.system [x]", "anchors, aliases or tags"),
        ("a: " + "[" * 500, "nested deeper"),
        ("a: b: c", "not valid YAML in line 2"),
        ("- 1", "not a list of keys"),
        ("date: 2013-02-30", "'2013-02-30' is not a date"),
        ('title: "\\ud800"', "surrogate"),
        ("x: |\n" + "  long line\n" * 10_000, "longer than 64 KiB"),
        ("title: [a]", "title must be text"),
    ],
)
def test_front_matter_that_is_refused(tmp_path: Path, front: str, reason: str) -> None:
    documents, refused = extracted(tmp_path, "a.md", f"---\n{front}\n---\n\ntext\n")
    assert documents == []
    assert reason in refused[0].reason


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000 + "word",
        "*a" * 50_000 + " word",
        "> " * 2_000 + "word",
        "".join("  " * depth + "- word\n" for depth in range(800)),
        "a\n\n" * 100_000 + "word",
        "<" * 200_000 + "word",
    ],
    ids=["brackets", "stars", "quotes", "lists", "paragraphs", "angles"],
)
def test_hostile_markdown(text: str) -> None:
    started = time.monotonic()
    assert "word" in plain_text_of(text)[1]
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("The Long Road\n\nIt began in May.", "The Long Road", "It began in May."),
        (
            "The Long Road\nIt began in May and nobody knew where it would end.",
            "The Long Road",
            "It began in May and nobody knew where it would end.",
        ),
        (
            "A sentence that is wrapped\nin the middle of it.",
            "name",
            "A sentence that is wrapped\nin the middle of it.",
        ),
        ("One line only", "name", "One line only"),
        ("x" * 121 + "\n\nb", "name", "x" * 121 + "\n\nb"),
        ("Dear Anna,\n\nhello", "name", "Dear Anna,\n\nhello"),
    ],
)
def test_titles_of_plain_text(text: str, title: str, body: str) -> None:
    assert record_of_text(text, "name") == {"title": title, "text": body}


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("a/il_treno-va-a-mosca.txt.gz", "Il treno va a mosca"),
        ("Spider-Man 2.md", "Spider-Man 2"),
        (".txt", ".txt"),
        ("x", "X"),
    ],
)
def test_titles_out_of_names(name: str, title: str) -> None:
    assert title_from_name(name) == title


def test_a_large_text_is_no_page(tmp_path: Path) -> None:
    started = time.monotonic()
    (book,), _ = extracted(tmp_path, "book.txt", "Overview\nDirector: X\nRuntime: 10 min\n" * 250_000)
    assert isinstance(book, Document)
    assert time.monotonic() - started < 5
