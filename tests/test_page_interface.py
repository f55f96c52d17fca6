"""The pages in three interface languages, one of them from right to left, in a real Chromium.

With scripts and without.
What does not depend on the language is in test_browser.py and test_page_browser.py. Skips without
Chromium or axe-core, but fails in CI, which installs both.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser_site import (
    HITS,
    OPTIONS,
    axe_source,
    browser_command,
    complaints,
    index_sample_documents,
    parameters,
    serving,
    submit,
    type_for_completions,
)

from benchmarks.chromium import Browser, Page, running_browser
from web.interface import wording_for

LANGUAGES = ("en", "ar", "ja")
LOOKS = {
    "start": "/?page=",
    "results": "/?q=film&sort=-year",
    "filtered": "/?q=film&genre=Drama&year=1950..2020",
    "second-try": "/?q=cnfkrth",
    "no-result": "/?q=xqzvw+qqjxk&genre=Drama",
    "facet": "/facets/country?q=film",
    "document": "/document/bab-el-hadid?",
    "error": "/document/nobody?",
}
THEME = "document.documentElement.dataset.theme ?? ''"
LIGHTNESS = (
    "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0)"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser(browser_command()) as running:
        yield running


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    index_sample_documents(folder)
    with serving(folder) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.tab() as tab:
        tab.watch()
        tab.resize(1280, 1000, scale=1.0, phone=False)
        yield tab


def address(site: str, look: str, language: str) -> str:
    return f"{site}{LOOKS[look]}&ui={language}".replace("?&", "?").replace("page=&", "")


def says(page: Page) -> str:
    """All text of the page that somebody sees or hears."""
    return str(page.evaluate("document.body.innerText.normalize('NFC')"))


def text(language: str, key: str, **values: object) -> str:
    return str(wording_for(language, "film", "films")(key, **values))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    page: Page, site: str, look: str, language: str
) -> None:
    page.open(address(site, look, language))
    page.evaluate(f"{axe_source()}; true")
    found = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then((result) => result.violations.map("
        "(one) => one.id + ': ' + one.nodes.map((node) => node.target + ' ' + node.failureSummary)))"
    )
    assert list(found) == []
    # A small phone; a window of 1280 at 200 %.
    for width in (320, 640):
        page.resize(width, 800, scale=1.0, phone=width < 500)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
    assert [one for one in complaints(page) if "404" not in one] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_search_stays_in_the_chosen_language(
    page: Page, site: str, language: str, has_scripts: bool
) -> None:
    if not has_scripts:
        page.switch_scripts_off()
    page.open(site)
    with page.navigation():
        page.click(f".languages button[value={language}]")
    assert parameters(page, "ui") == [language]
    page.click("#q")
    page.type("film")
    submit(page)
    assert (parameters(page, "ui"), parameters(page, "q")) == ([language], ["film"])
    assert page.evaluate("document.documentElement.lang") == language
    assert text(language, "filters.heading") in says(page)
    titles = page.evaluate(HITS)
    with page.navigation():
        page.click("#filters input[name=genre][value=Drama]")
        if not has_scripts:
            page.click("#filters .apply-bar button")
    assert (parameters(page, "ui"), parameters(page, "genre")) == ([language], ["Drama"])
    assert wording_for(language, "film", "films").value("genre", "Drama") in says(page)
    with page.navigation():
        page.click(".chips li:not(.clear) a")
    assert page.evaluate(HITS) == titles
    with page.navigation():
        page.click(".hit .title a")
    assert parameters(page, "ui") == [language]
    assert text(language, "document.facts") in says(page)


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
def test_changing_the_language_changes_nothing_else(page: Page, site: str, has_scripts: bool) -> None:
    if not has_scripts:
        page.switch_scripts_off()
    page.open(f"{site}/?q=film&genre=Drama&year=1950..2020&sort=-year")
    titles = page.evaluate(HITS)
    for language in ("ar", "ja", "en"):
        with page.navigation():
            page.click(f".languages button[value={language}]")
        assert page.evaluate(HITS) == titles
        assert page.evaluate("document.querySelector('.languages [aria-current]').value") == language
        assert page.evaluate("document.querySelector('#sort').value") == "-year"
        assert parameters(page, "year") == ["1950..2020"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_completions_are_counted_and_named_in_the_language_of_the_page(
    page: Page, site: str, language: str
) -> None:
    page.open(f"{site}/?ui={language}")
    number = len(type_for_completions(page, "tokyo"))
    said = page.evaluate("document.querySelector('#search [role=status]').textContent")
    assert said == text(language, "search.count", count=number)
    named = {"en": "English", "ar": "الإنجليزية", "ja": "英語"}[language]
    assert named in page.evaluate(f"{OPTIONS}.map((one) => one.querySelector('small')?.innerText)")


@pytest.mark.parametrize(("language", "is_mirrored"), [("en", False), ("ar", True), ("ja", False)])
def test_the_page_runs_as_its_language_does(page: Page, site: str, language: str, is_mirrored: bool) -> None:
    page.open(f"{site}/?q=film&ui={language}")
    place = "document.querySelector('{}').getBoundingClientRect().left"
    filters, heading = (page.evaluate(place.format(one)) for one in ("#filters", ".total"))
    assert (filters < heading) == is_mirrored
    page.open(f"{site}/document/bab-el-hadid?ui={language}")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"


def test_a_theme_is_kept_and_there_from_the_first_frame(page: Page, site: str) -> None:
    page.prefer(prefers_color_scheme="light")
    page.open(site)
    light = page.evaluate(LIGHTNESS)
    page.click(".themes button[value=dark]")
    assert page.evaluate(LIGHTNESS) < 100 < 700 < light
    page.open(f"{site}/?q=film&ui=ar")
    assert (page.evaluate(THEME), page.evaluate(LIGHTNESS) < 100) == ("dark", True)
    script = "document.querySelector('script[src*=theme]')"
    is_early = f"{script}.async === false && {script}.defer === false && document.head.contains({script})"
    assert page.evaluate(is_early), "a theme that comes late is a flash"
    assert page.evaluate("document.querySelector('.themes [aria-pressed=true]').value") == "dark"
    page.prefer(prefers_color_scheme="dark")
    page.click(".themes button[value=light]")
    assert page.evaluate(LIGHTNESS) == light
    page.click(".themes button[value='']")
    assert page.evaluate(LIGHTNESS) < 100, "as the device"
    assert page.evaluate("localStorage.length") == 0
    assert complaints(page) == []


def test_without_scripts_no_theme_is_offered(page: Page, site: str) -> None:
    page.switch_scripts_off()
    page.open(site)
    assert page.evaluate("getComputedStyle(document.querySelector('.themes')).display") == "none"


def test_paper_has_no_switches(page: Page, site: str) -> None:
    page.print_media()
    page.open(f"{site}/?q=film&ui=ar")
    assert page.evaluate("document.querySelector('.languages').offsetParent === null")
