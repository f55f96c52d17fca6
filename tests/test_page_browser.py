"""Filters, histogram, accessibility and appearance of the pages in a real Chromium.

Searching and completions are in test_browser.py. Skips without Chromium or axe-core, but fails in
CI, which installs both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from browser_site import (
    BOX,
    HITS,
    OPTIONS,
    PAGES,
    TYPED,
    axe_source,
    browser_command,
    complaints,
    index_sample_documents,
    parameters,
    serving,
    total,
    type_for_completions,
)

from benchmarks.chromium import Browser, Page, running_browser

#: Everything that looks different from all the others.
LOOKS = {
    **PAGES,
    "filtered": "/?q=film&genre=Drama&year=1950..1999",
    "second-try": "/?q=cnfkrth",
    "facet": "/facets/country",
    "none-with-filters": "/?q=mosca&genre=Comedy&language=ja",
    "arabic": "/document/bab-el-hadid",
    "api": "/api/docs",
    "error": "/document/nobody",
}
SYSTEMS = {
    "light": {"prefers_color_scheme": "light"},
    "dark": {"prefers_color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
}
#: CSS pixels. 640 is a window of 1280 at 200 %.
WIDTHS = (320, 390, 640, 1280, 2560, 3840)
FIND_COUNTRY = "form.find[action='/facets/country'] input[type=search]"
FOUND = "[...document.querySelectorAll('.found:not([hidden]) li')]"
BARS = "[...document.querySelectorAll('#filters .bars a')]"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser(browser_command()) as running:
        yield running


@pytest.fixture(scope="module")
def sites(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Addresses of the sample documents, by the direction of the interface."""
    folder = tmp_path_factory.mktemp("site")
    index_sample_documents(folder)
    with serving(folder) as ltr, serving(folder, "tests.mirrored_site:app") as rtl:
        yield {"ltr": ltr, "rtl": rtl}


@pytest.fixture
def site(sites: dict[str, str]) -> str:
    return sites["ltr"]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.tab() as tab:
        tab.watch()
        tab.resize(1280, 1000, scale=1.0, phone=False)
        yield tab


# --- accessibility -------------------------------------------------------------------------------------


def violations(page: Page) -> list[str]:
    """What axe finds, every rule it has switched on by default."""
    page.evaluate(f"{axe_source()}; true")
    found = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then((result) => result.violations.map("
        "(one) => one.id + ': ' + one.nodes.map((node) => node.target + ' ' + node.failureSummary)))"
    )
    return list(found)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(page: Page, site: str, look: str, system: str) -> None:
    page.prefer(**SYSTEMS[system])
    page.open(site + LOOKS[look])
    assert violations(page) == []


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_from_right_to_left_on_a_phone(
    page: Page, sites: dict[str, str], look: str
) -> None:
    page.resize(390, 844, scale=2.0, phone=True)
    page.open(sites["rtl"] + LOOKS[look])
    assert violations(page) == []


def test_axe_finds_nothing_in_open_completions(page: Page, site: str) -> None:
    page.open(site)
    type_for_completions(page, "the")
    page.press("ArrowDown")
    assert violations(page) == []


def test_axe_finds_nothing_in_found_values(page: Page, site: str) -> None:
    page.open(f"{site}/?page=1")
    page.click(FIND_COUNTRY)
    page.type("ja")
    page.wait_for(f"{FOUND}.length")
    assert violations(page) == []


def test_axe_finds_nothing_in_the_sheet_of_filters(page: Page, site: str) -> None:
    page.resize(390, 844, scale=2.0, phone=True)
    page.open(f"{site}/?q=film#filters")
    assert violations(page) == []


def test_axe_would_notice(page: Page, site: str) -> None:
    page.open(site)
    page.evaluate(
        "document.getElementById('q').previousElementSibling; document.querySelector('label').remove()"
    )
    page.evaluate("document.getElementById('q').removeAttribute('placeholder')")
    assert violations(page)


# --- loading -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("look", LOOKS)
def test_nothing_moves_while_a_page_loads(page: Page, site: str, look: str, width: int) -> None:
    page.resize(width, 900, scale=1.0, phone=width < 500)
    page.open(site + LOOKS[look])
    shift = page.evaluate(
        "new Promise((done) => { let sum = 0; new PerformanceObserver((list) => {"
        " for (const one of list.getEntries()) sum += one.value; })"
        ".observe({type: 'layout-shift', buffered: true});"
        " setTimeout(() => done(sum), 150); })"
    )
    assert shift == 0


def test_the_answer_is_in_one_request(page: Page, site: str) -> None:
    page.open(f"{site}/?q=film")
    kinds = [one["type"] for one in page.told("Network.requestWillBeSent")]
    assert kinds.count("Document") == 1
    assert not {"Fetch", "XHR", "Font", "Image"} & (set(kinds) - {"Image"})
    assert set(kinds) <= {"Document", "Stylesheet", "Script", "Other", "Image"}


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("look", LOOKS)
def test_nothing_scrolls_sideways_at_any_width(
    page: Page, sites: dict[str, str], look: str, direction: str
) -> None:
    for width in WIDTHS:
        page.resize(width, 800, scale=1.0, phone=width < 500)
        page.open(sites[direction] + LOOKS[look])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_is_complained_about(page: Page, site: str, look: str) -> None:
    page.open(site + LOOKS[look])
    assert [one for one in complaints(page) if "404" not in one] == []


# --- completions ---------------------------------------------------------------------------------------


def test_late_answers_are_discarded(page: Page, site: str) -> None:
    page.open(site)
    page.evaluate(
        "(() => { const real = window.fetch; window.fetch = (address) => new Promise((done, fail) => {"
        " const wait = address.includes('q=t&') ? 600 : 0;"
        " setTimeout(() => real(address).then(done, fail), wait); }); })()"
    )
    page.wait_for(BOX)
    page.type("t")
    page.evaluate("new Promise((done) => setTimeout(done, 200))")
    page.type("okyo")
    page.wait_for(f"{OPTIONS}.length")
    before = page.evaluate(f"{OPTIONS}.map((one) => one.dataset.text)")
    page.evaluate("new Promise((done) => setTimeout(done, 700))")
    assert page.evaluate(f"{OPTIONS}.map((one) => one.dataset.text)") == before


def test_counts_are_announced(page: Page, site: str) -> None:
    page.open(site)
    count = len(type_for_completions(page, "the"))
    said = "document.querySelector('#search [role=status]').textContent"
    assert page.evaluate(said) == f"{count} completions"
    page.type("qqqzzz")
    page.wait_for(f"{said} === 'No completions'")
    assert page.evaluate("document.getElementById('q').ariaExpanded") == "false"


def test_home_and_end_move_in_the_text(page: Page, site: str) -> None:
    page.open(site)
    type_for_completions(page, "the")
    page.press("ArrowDown")
    page.press("Home")
    assert page.evaluate("document.getElementById('q').selectionStart") == 0
    assert page.evaluate("document.getElementById('q').hasAttribute('aria-activedescendant')") is False
    page.press("End")
    assert page.evaluate("document.getElementById('q').selectionStart") == 3


def test_alt_and_arrows_open_and_close_the_list(page: Page, site: str) -> None:
    page.open(site)
    type_for_completions(page, "the")
    page.press("ArrowUp", alt=True)
    assert page.evaluate(f"{OPTIONS}.length") == 0
    page.press("ArrowDown", alt=True)
    assert page.evaluate(f"{OPTIONS}.length") > 0
    assert page.evaluate("document.getElementById('q').hasAttribute('aria-activedescendant')") is False


def test_a_finger_chooses_a_completion(page: Page, site: str) -> None:
    page.resize(390, 844, scale=2.0, phone=True)
    page.open(site)
    page.click("#q")
    title = type_for_completions(page, "kafarn")[0]
    with page.navigation():
        page.tap("#completions [role=option]")
    assert page.evaluate(HITS)[0] == title


def test_every_option_says_its_language(page: Page, site: str) -> None:
    page.open(site)
    type_for_completions(page, "kafarn")
    option = page.evaluate(f"{OPTIONS}.map((one) => [one.querySelector('bdi').lang, one.innerText])[0]")
    assert option[0] == "ar"
    assert option[1].endswith("Arabic")


# --- searching in a facet ------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["japan", "日本", "япо", "اليابان"])
def test_a_value_is_found_in_any_language_and_applied(page: Page, site: str, typed: str) -> None:
    page.open(f"{site}/?page=1")
    page.click(FIND_COUNTRY)
    page.type(typed)
    page.wait_for(f"{FOUND}.length === 1")
    assert page.evaluate(f"{FOUND}[0].innerText").startswith("Japan")
    with page.navigation():
        page.click(".found input")
    assert parameters(page, "country") == ["JP"]
    assert total(page) > 0


def test_found_values_give_way_to_the_usual_ones(page: Page, site: str) -> None:
    page.open(f"{site}/?page=1&country=FR")
    page.click(FIND_COUNTRY)
    page.type("zzz")
    page.wait_for("document.querySelector('.answer:not(.hidden)') !== null")
    page.press("Escape")
    assert page.evaluate(f"{FOUND}.length") == 0
    assert page.evaluate("document.querySelector('.choices:not([hidden]) input[value=FR]').checked")


def test_values_found_on_a_phone_are_kept_until_applied(page: Page, site: str) -> None:
    page.resize(390, 844, scale=2.0, phone=True)
    page.open(f"{site}/?page=1#filters")
    for typed in ("日本", "egyp"):
        page.click(FIND_COUNTRY)
        page.evaluate(f'document.querySelector("{FIND_COUNTRY}").select()')
        page.type(typed)
        page.wait_for(f"{FOUND}.length === 1 && !document.querySelector('.found input').checked")
        page.click(".found input")
    with page.navigation():
        page.click(".side .apply")
    assert sorted(parameters(page, "country")) == ["EG", "JP"]


def test_without_scripts_a_facet_has_a_page(page: Page, site: str) -> None:
    page.switch_scripts_off()
    page.open(f"{site}/?q=film&genre=Drama")
    page.click(FIND_COUNTRY)
    page.type("日本")
    with page.navigation():
        page.press("Enter")
    assert page.evaluate("location.pathname") == "/facets/country"
    page.open(f"{site}/facets/country?genre=Drama&prefix=%E6%97%A5%E6%9C%AC")
    page.click(".choices input[value=JP]")
    with page.navigation():
        page.click(".primary")
    assert (parameters(page, "country"), parameters(page, "genre")) == (["JP"], ["Drama"])
    assert total(page) > 0


# --- the histogram -------------------------------------------------------------------------------------


def drag_over(page: Page, first: int, last: int) -> None:
    """With the mouse from one bar to another, counted from the earliest."""
    page.evaluate("document.querySelector('#filters .bars').scrollIntoView({block: 'center'})")
    middle = "(bar) => { const box = bar.querySelector('.room').getBoundingClientRect();"
    middle += " return [box.x + box.width / 2, box.y + box.height * 0.6]; }"
    points = page.evaluate(f"{BARS}.map({middle})")
    page.drag(points[first], points[last])


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_range_is_dragged(page: Page, sites: dict[str, str], direction: str) -> None:
    page.open(f"{sites[direction]}/?page=1")
    ends = page.evaluate(f"{BARS}.map((bar) => [...bar.dataset.range.split('..')])")
    with page.navigation():
        drag_over(page, 2, 5)
    assert parameters(page, "year.from") == [ends[2][0]]
    assert parameters(page, "year.to") == [ends[5][1]]
    assert page.evaluate("document.querySelectorAll('.bars .chosen').length") == 4
    assert page.evaluate("document.querySelectorAll('.chips li:not(.clear)').length") == 1
    assert total(page) > 0


def test_an_end_of_the_range_is_dragged_further(page: Page, site: str) -> None:
    page.open(f"{site}/?page=1")
    with page.navigation():
        drag_over(page, 2, 5)
    low = page.evaluate("document.querySelector('#filters [type=number]').value")
    with page.navigation():
        drag_over(page, 5, 8)
    assert parameters(page, "year.from") == [low]
    assert page.evaluate("document.querySelectorAll('.bars .chosen').length") == 7


def test_a_bar_is_clicked(page: Page, site: str) -> None:
    page.open(f"{site}/?page=1")
    found = total(page)
    with page.navigation():
        drag_over(page, 4, 4)
    assert 0 < total(page) < found
    assert page.evaluate("document.querySelectorAll('.bars .chosen').length") == 1


def test_a_range_is_typed(page: Page, site: str) -> None:
    page.open(f"{site}/?page=1")
    page.click("#filters [type=number]")
    page.type("1960")
    page.press("Tab")
    page.type("1969")
    with page.navigation():
        page.press("Enter")
    assert page.evaluate("document.querySelector('.chips bdi').innerText") == "1960–1969"
    assert parameters(page, "year.to") == ["1969"]


def test_without_scripts_a_bar_is_a_link(page: Page, site: str) -> None:
    page.switch_scripts_off()
    page.open(f"{site}/?q=film")
    with page.navigation():
        page.click("#filters .bars a:last-of-type")
    assert parameters(page, "year")
    assert total(page) > 0


# --- coming back, keys only ----------------------------------------------------------------------------


def test_the_focus_stays_on_the_filter_that_was_chosen(page: Page, site: str) -> None:
    page.open(f"{site}/?page=1")
    page.evaluate("document.querySelector('.choices input[name=genre]').focus()")
    with page.navigation():
        page.press("Space")
    page.wait_for("document.activeElement.name === 'genre' && document.activeElement.checked")


def test_a_menu_operated_by_keys_waits_for_its_button(page: Page, site: str) -> None:
    page.open(f"{site}/?q=film")
    assert page.evaluate("getComputedStyle(document.querySelector('.sort .apply')).display") == "none"
    page.evaluate("document.getElementById('sort').focus()")
    page.press("ArrowDown")
    page.wait_for("getComputedStyle(document.querySelector('.sort .apply')).display !== 'none'")
    page.press("Tab")
    with page.navigation():
        page.press("Enter")
    assert parameters(page, "sort") == ["title"]


def test_second_tries_are_said_and_can_be_undone(page: Page, site: str) -> None:
    page.open(f"{site}/?q=cnfkrth")
    assert "сталкер" in page.evaluate("document.querySelector('.notice').innerText")
    with page.navigation():
        page.click(".notice a")
    assert (parameters(page, "exact"), page.evaluate(TYPED)) == (["1"], "cnfkrth")


# --- appearance ----------------------------------------------------------------------------------------


def test_dark_is_dark_and_light_is_light(page: Page, site: str) -> None:
    lightness = {}
    for system in ("light", "dark"):
        page.prefer(**SYSTEMS[system])
        page.open(site)
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3)")
        lightness[system] = sum(map(int, colour))
    assert lightness["light"] > 700 > 100 > lightness["dark"]


def test_the_page_is_mirrored(page: Page, sites: dict[str, str]) -> None:
    edges = {}
    for direction in ("ltr", "rtl"):
        page.open(f"{sites[direction]}/?q=film")
        edges[direction] = page.evaluate(
            "['.brand', '.box button', '#filters', '.total', '.bars a:first-child .room'].map((selector) => {"
            " const box = document.querySelector(selector).getBoundingClientRect();"
            " return (box.left + box.right) / 2 - innerWidth / 2; })"
        )
    for one, other in zip(edges["ltr"], edges["rtl"], strict=True):
        assert one * other < 0, json.dumps(edges)


def test_print_leaves_out_what_cannot_be_used_on_paper(page: Page, site: str) -> None:
    page.print_media()
    page.open(f"{site}/?q=film")
    for selector in (".search", ".side", ".pages"):
        shown = page.evaluate(
            f"[...document.querySelectorAll('{selector}')].some((one) => one.offsetParent !== null)"
        )
        assert not shown, selector
    assert page.evaluate("document.querySelector('.hit').offsetParent !== null")
