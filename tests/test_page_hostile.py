"""Two hundred pieces of markup in every field and parameter, in a real Chromium: nothing runs.

Each tries to call `alert`. What the policy of the page would stop is found as well: the browser
complains about it. Skips without Chromium, but fails in CI.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest
from browser_site import BOX, OPTIONS, browser_command, serving
from hostile_markup import BARE, PARAMETERS, PAYLOADS, document, identifier, nothing_ran
from small_index import indexed

from benchmarks.chromium import Browser, Page, running_browser
from indexer.document import Refusal


def test_there_are_two_hundred() -> None:
    assert len(set(PAYLOADS)) == 200


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser(browser_command()) as running:
        yield running


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile")
    refused: list[Refusal] = []
    indexed(folder, [document(number, payload) for number, payload in enumerate(PAYLOADS)], refusals=refused)
    assert refused == []
    with serving(folder) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.tab() as tab:
        tab.watch()
        yield tab


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_nothing_runs_in_documents(page: Page, site: str, start: int) -> None:
    for number, payload in list(enumerate(PAYLOADS))[start : start + 50]:
        page.open(f"{site}/document/{quote(identifier(number, payload), safe='')}")
        assert payload.split()[0][:8] in page.evaluate("document.querySelector('h1').innerText"), payload
        nothing_ran(page)


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_nothing_runs_in_parameters(page: Page, site: str, start: int) -> None:
    for payload in PAYLOADS[start : start + 50]:
        page.open(f"{site}/?{urlencode(dict.fromkeys(PARAMETERS, payload))}")
        nothing_ran(page)


@pytest.mark.parametrize(
    "path",
    ["/?page={}&per_page=50", "/facets/genre?page={}", "/facets/people?page={}"],
    ids=["hits", "genre", "people"],
)
def test_nothing_runs_in_lists(page: Page, site: str, path: str) -> None:
    for number in range(1, 5):
        page.open(site + path.format(number))
        nothing_ran(page)


@pytest.mark.parametrize("payload", BARE[::5])
def test_nothing_runs_in_searches_and_their_marks(page: Page, site: str, payload: str) -> None:
    page.open(f"{site}/?{urlencode({'q': payload})}")
    nothing_ran(page)
    page.open(f"{site}/?{urlencode({'q': payload, 'genre': payload, 'exact': 1})}")
    nothing_ran(page)
    page.open(f"{site}/facets/country?{urlencode({'prefix': payload})}")
    nothing_ran(page)


@pytest.mark.parametrize("typed", ["<script", "<img", "javascript", "<svg"])
def test_nothing_runs_in_completions(page: Page, site: str, typed: str) -> None:
    page.open(site)
    page.wait_for(BOX)
    page.type(typed)
    page.wait_for(f"{OPTIONS}.length > 0")
    page.press("ArrowDown")
    nothing_ran(page)


def test_nothing_runs_among_values_that_are_searched(page: Page, site: str) -> None:
    page.open(f"{site}/?page=1")
    page.click("form.find[action='/facets/genre'] input[type=search]")
    page.type("<img")
    page.wait_for("document.querySelectorAll('.found:not([hidden]) li').length > 0")
    nothing_ran(page)
