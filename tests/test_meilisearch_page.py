"""An InstantSearch page, as a site might have it already, asks the service: in a real Chromium.

The page (tests/meilisearch_clients/page.mjs) is bundled with each pinned version of
instant-meilisearch and served from another address than the service. Skips without Chromium,
Node.js or the packages, but fails in CI, which installs them.
"""

from __future__ import annotations

import contextlib
import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_site import browser_command, complaints
from meilisearch_site import films, installed_clients, run, serving
from small_index import indexed

from benchmarks.chromium import Browser, Page, running_browser

#: The maintained client with pages of numbers and with endless ones, and the one that npm calls the latest.
KINDS: dict[str, tuple[str, bool]] = {
    "maintained": ("@meilisearch/instant-meilisearch", True),
    "endless": ("@meilisearch/instant-meilisearch", False),
    "called-latest": ("instant-meilisearch-1", True),
}
KEY = "of-the-page"
IDS = "[...document.querySelectorAll('#hits article')].map((one) => one.dataset.id)"
STATS = "document.querySelector('#stats').innerText"
NEWEST = [row["id"] for row in sorted(films(), key=lambda row: -row["year"])]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def site_of(folder: Path) -> Iterator[str]:
    """The address at which the files of `folder` are served."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser(browser_command()) as running:
        yield running


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("service")
    indexed(folder, films())
    with serving(folder, SEARCH_MEILISEARCH_KEYS=KEY, SEARCH_CORS_ORIGINS="*") as address:
        yield address


@pytest.fixture(scope="module", params=KINDS)
def site(
    request: pytest.FixtureRequest, host: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of the page, bundled with one of the clients."""
    package, finite = KINDS[request.param]
    folder = installed_clients(tmp_path_factory.mktemp("page"))
    command = ["node_modules/.bin/esbuild", "page.mjs", "--bundle", "--format=iife", "--outfile=bundle.js"]
    run([*command, f"--alias:instant-meilisearch={package}", "--log-level=error"], folder)
    settings = json.dumps({"host": host, "apiKey": KEY, "finite": finite})
    (folder / "settings.js").write_text(f"window.settings = {settings};", encoding="utf-8")
    with site_of(folder) as address:
        yield f"{address}/page.html"


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    with browser.tab() as tab:
        tab.watch()
        tab.resize(1000, 2000, scale=1.0, phone=False)
        tab.open(site)
        tab.wait_for(f"{IDS}.length === 4")
        yield tab
        # The markup of the widgets is not ours.
        assert [one for one in complaints(tab) if "genericIssueDetails" not in one] == []
        assert tab.evaluate("document.body.dataset.error ?? null") is None


def shows(page: Page, *expected: str) -> None:
    """Wait until the page lists these documents in this order."""
    page.wait_for(
        f"JSON.stringify({IDS}) === {json.dumps(json.dumps(list(expected), separators=(',', ':')))}"
    )


def values(page: Page, facet: str) -> dict[str, int]:
    """The values that a facet offers, with their counts."""
    rows = (
        f"Object.fromEntries([...document.querySelectorAll('#{facet} .ais-RefinementList-item')].map("
        "(one) => [one.querySelector('.ais-RefinementList-labelText').innerText,"
        " Number(one.querySelector('.ais-RefinementList-count').innerText)]))"
    )
    found: dict[str, int] = page.evaluate(rows)
    return found


def choose(page: Page, facet: str, value: str) -> None:
    page.click(f'#{facet} input[value="{value}"]')


def type_query(page: Page, text: str) -> None:
    page.click("#box input")
    page.type(text)


def sort_by(page: Page, value: str) -> None:
    page.evaluate(
        "(() => { const menu = document.querySelector('#sort select');"
        f" menu.value = {json.dumps(value)};"
        " menu.dispatchEvent(new Event('change', {bubbles: true})); })()"
    )


def test_typing_finds_and_marks(page: Page) -> None:
    type_query(page, "lantern")
    shows(page, "lantern", "harbour")
    title = "document.querySelector('#hits article h2').innerHTML"
    assert page.evaluate(title).lower().count("<mark") == 1
    assert page.evaluate("document.querySelector('#hits mark').innerText") == "Lantern"
    assert page.evaluate(STATS).startswith("2 results")


def test_snippets_are_cut_and_escaped(page: Page) -> None:
    type_query(page, "narrator")
    shows(page, "salt")
    snippet = "document.querySelector('#hits article p')"
    assert page.evaluate(f"{snippet}.querySelectorAll('b').length") == 0
    assert page.evaluate(f"{snippet}.querySelector('mark').innerText") == "narrator"
    assert page.evaluate(f"{snippet}.innerText").startswith("…")


def test_a_misspelling_in_another_script(page: Page) -> None:
    type_query(page, "sneg nad rekoj")
    shows(page, "snow")
    assert page.evaluate("document.querySelector('#hits h2 mark').innerText").startswith("Снег")


def test_values_are_joined_by_or_and_keep_their_counts(page: Page) -> None:
    drama = sum("Drama" in row["genre"] for row in films())
    comedy = sum("Comedy" in row["genre"] for row in films())
    assert values(page, "genre")["Drama"] == drama
    choose(page, "genre", "Comedy")
    page.wait_for(f"{STATS}.startsWith('{comedy} results')")
    # What else could be chosen is counted without this choice; other facets are counted with it.
    assert values(page, "genre")["Drama"] == drama
    assert values(page, "country") == {"FR": 2, "IT": 1, "US": 1}
    choose(page, "genre", "Drama")
    page.wait_for(f"{STATS}.startsWith('{comedy + drama} results')")


def test_values_of_another_facet_are_joined_by_and(page: Page) -> None:
    choose(page, "country", "GB")
    page.wait_for(f"{STATS}.startsWith('4 results')")
    assert values(page, "country") == {"GB": 4, "FR": 1, "US": 1}
    choose(page, "country", "US")
    shows(page, "comet")


def test_a_facet_is_searched(page: Page) -> None:
    page.click("#genre .ais-SearchBox-input")
    page.type("roma")
    page.wait_for("document.querySelectorAll('#genre .ais-RefinementList-item').length === 1")
    assert values(page, "genre") == {"Romance": 2}
    page.click("#genre .ais-RefinementList-checkbox")
    page.wait_for(f"{STATS}.startsWith('2 results')")


def test_a_range_is_typed(page: Page) -> None:
    assert page.evaluate("document.querySelector('#year .ais-RangeInput-input--min').min") == "1931"
    assert page.evaluate("document.querySelector('#year .ais-RangeInput-input--max').max") == "2019"
    page.click("#year .ais-RangeInput-input--min")
    page.type("1970")
    page.click("#year .ais-RangeInput-input--max")
    page.type("1990")
    page.click("#year .ais-RangeInput-submit")
    page.wait_for(f"{STATS}.startsWith('3 results')")
    assert set(page.evaluate(IDS)) == {"orchard", "piazza", "kiosk"}


def test_another_order(page: Page) -> None:
    sort_by(page, "films:year:desc")
    shows(page, *NEWEST[:4])
    type_query(page, "ferry")
    shows(page, "ferry")


def test_another_page(page: Page) -> None:
    sort_by(page, "films:year:desc")
    shows(page, *NEWEST[:4])
    page.click('#pages [aria-label="Page 2"], #pages .ais-Pagination-item--nextPage a')
    shows(page, *NEWEST[4:8])


def test_choices_are_taken_back(page: Page) -> None:
    choose(page, "genre", "War")
    shows(page, "snow")
    page.click("#clear button")
    page.wait_for(f"{IDS}.length === 4")
    assert page.evaluate("document.querySelectorAll('#genre input:checked').length") == 0


def test_nothing_is_found(page: Page) -> None:
    type_query(page, "qqxxzz")
    page.wait_for(f"{IDS}.length === 0")
    assert "No results" in page.evaluate("document.querySelector('#hits').innerText")
