"""S1: markup and marks of direction in documents and addresses, in what `test_page_hostile.py` does not open:
feeds, data for machines, error pages, every language of the interface.

Two hundred pieces of markup in every field; a real Chromium; nothing may run, and no text may turn the order
of what stands beside it. Skips without Chromium, but fails in CI.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from browser_site import browser_command, serving
from fault_figures import begin, is_long, record
from hostile_markup import BARE, PARAMETERS, PAYLOADS, document, identifier, nothing_ran
from lxml import etree
from small_index import SETTINGS, indexed
from wsgi_calls import call

from benchmarks.chromium import Browser, Page, running_browser
from search.searcher import Searcher
from web import WebSettings, create_app
from web.feed import ATOM, OPENSEARCH
from web.interface import languages

#: Overrides, embeddings and isolates that are opened and not closed, or closed and not opened.
TURNED = (
    "abc \u202edef ghi",
    "\u202bJKL mno",
    "\u2067pqr stu",
    "vwx\u2069\u202c\u2069 yza",
    "\u202d\u2066\u2068bcd \u200fefg\u061c",
    "אבג \u202edef",
)
#: The letters of a line that do not follow each other from left to right, outside of what is isolated. The
#: page is in English.
DISORDER = """(() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    const apart = parent.closest('bdi, script, style, template, option, [dir=auto], [dir=rtl]');
    // A block of its own may be in any order within.
    const alone = getComputedStyle(parent).display !== 'inline' && parent.textContent === node.data;
    const turns = /[\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]/.test(node.data);
    if (apart || (alone && turns) || !parent.checkVisibility()) continue;
    const range = document.createRange();
    let last = null;
    for (let place = 0; place < node.length; place++) {
      range.setStart(node, place);
      range.setEnd(node, place + 1);
      const box = range.getBoundingClientRect();
      if (!box.width) continue;
      if (last && Math.abs(box.top - last.top) < 2 && box.left < last.left - 0.5) {
        found.push(node.data);
        break;
      }
      last = box;
    }
  }
  return found;
})()"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("markup")
    rows = [document(number, payload) for number, payload in enumerate(PAYLOADS)]
    for number, text in enumerate(TURNED):
        row = document(number, text)
        row |= {
            "id": f"turned-{number}",
            "title": f"Turned {text}",
            "tagline": f"turned {text}",
            "related": [text],
        }
        rows.append(row)
    indexed(made, rows)
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser(browser_command()) as running:
        yield running


@pytest.fixture(scope="module")
def site(browser: Browser, folder: Path) -> Iterator[str]:
    with serving(folder) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.tab() as tab:
        tab.watch()
        yield tab


def chosen(payloads: tuple[str, ...]) -> list[tuple[int, str]]:
    """All of them in the long form, a tenth in the short one."""
    every = list(enumerate(payloads))
    return every if is_long() else every[:: max(1, len(every) // 12)]


def test_s1_feeds_hold_nothing_but_their_own_elements(folder: Path) -> None:
    begin("S1 feeds")
    app = create_app(WebSettings(index=folder / "index", collection=SETTINGS), Searcher.open)
    entries = 0
    payloads = ["", *(payload for _, payload in chosen(PAYLOADS)), *TURNED]
    for payload in payloads:
        answer = call(
            app,
            "/feed.atom",
            urlencode({"q": payload, "per_page": 100, "genre": payload} if payload else {"per_page": 100}),
        )
        assert answer.status == 200
        assert answer.headers["content-type"].startswith("application/atom+xml")
        root = etree.fromstring(answer.body)
        names = {etree.QName(one).namespace for one in root.iter()}
        assert names <= {ATOM, OPENSEARCH}
        for link in root.iter(f"{{{ATOM}}}link"):
            assert link.get("href").startswith("http://127.0.0.1")
        entries += len(root.findall(f"{{{ATOM}}}entry"))
    for number in range(1, 4):
        root = etree.fromstring(call(app, "/feed.atom", f"per_page=100&page={number}").body)
        entries += len(root.findall(f"{{{ATOM}}}entry"))
    record("S1", "0 elements of other languages in feeds", f"{len(payloads)} feeds, {entries:,} entries, 0")
    assert entries >= len(PAYLOADS)


def test_s1_nothing_runs_in_feeds(page: Page, site: str) -> None:
    for number in range(1, 4):
        page.open(f"{site}/feed.atom?per_page=100&page={number}")
        assert page.told("Page.javascriptDialogOpening") == []
    for _, payload in chosen(BARE):
        page.open(f"{site}/feed.atom?{urlencode({'q': payload, 'genre': payload, 'ui': payload})}")
        assert page.told("Page.javascriptDialogOpening") == []


def test_s1_data_for_machines_stay_data(page: Page, site: str) -> None:
    for number, payload in chosen(PAYLOADS):
        page.open(f"{site}/document/{quote(identifier(number, payload), safe='')}")
        kinds = page.evaluate("[...document.scripts].map((one) => one.type + ' ' + one.src)")
        data = page.evaluate(
            "[...document.querySelectorAll('script[type$=\"ld+json\"]')].map((one) => one.textContent)"
        )
        assert data, payload
        for one in data:
            assert json.loads(one)["@context"] == "https://schema.org"
        assert all("ld+json" in kind or f"{site}/static/" in kind for kind in kinds), kinds
        nothing_ran(page)


ERRORS = (
    "/document/{}", "/{}", "/facets/{}", "/static/{}", "/sitemap-{}.xml", "/api/v1/documents/{}",
    "/api/v1/facets/{}",
    "/api/v1/search?{}=1", "/api/v1/search?page={}", "/api/v1/search?sort={}&genre={}&year={}", "/api/v1/{}",
    "/indexes/{}/search?q=a", "/api/v1/suggest?format={}", "/api/v1/multi-search?{}",
)  # fmt: skip


def test_s1_nothing_runs_in_error_pages(page: Page, site: str) -> None:
    for _, payload in chosen(BARE) if is_long() else chosen(BARE)[::5]:
        written = quote(payload, safe="")
        for path in ERRORS:
            page.open(site + path.replace("{}", written))
            nothing_ran(page)


def test_s1_nothing_runs_in_any_language_of_the_interface(page: Page, site: str) -> None:
    tags = languages() if is_long() else ("ar", "ja", "de")
    for tag in tags:
        for number, payload in chosen(PAYLOADS)[::4]:
            page.open(f"{site}/?{urlencode({**dict.fromkeys(PARAMETERS, payload), 'page': '1', 'ui': tag})}")
            nothing_ran(page)
            page.open(f"{site}/document/{quote(identifier(number, payload), safe='')}?ui={tag}")
            nothing_ran(page)
        page.open(f"{site}/?ui={tag}&per_page=100")
        nothing_ran(page)
    record(
        "S1", "0 dialogs, 0 CSP violations", f"nothing ran: {len(PAYLOADS)} payloads, {len(tags)} languages"
    )


def test_s1_marks_of_direction_turn_nothing_beside_them(page: Page, site: str) -> None:
    begin("S1 direction")
    looked_at = 0
    for number, text in enumerate(TURNED):
        for address in (
            f"/document/turned-{number}",
            f"/?{urlencode({'q': text})}",
            f"/?{urlencode({'q': 'turned', 'per_page': 50})}",
            f"/?{urlencode({'q': 'turned', 'genre': text, 'people': text})}",
            f"/facets/genre?{urlencode({'prefix': text})}",
            f"/facets/people?{urlencode({'q': 'turned'})}",
        ):
            page.open(f"{site}{address}")
            assert page.evaluate(DISORDER) == [], (ascii(text), address)
            looked_at += 1
    record("S1", "0 texts turned by their neighbours", f"{looked_at} pages, 0 lines out of order")


def test_s1_the_look_at_order_sees_disorder(page: Page, site: str) -> None:
    page.open(site)
    page.evaluate("document.querySelector('main').append('12 ' + '\\u202e' + 'abc def'), 0")
    assert len(page.evaluate(DISORDER)) == 1
