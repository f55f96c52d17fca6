"""The pages in a real Chromium: typed into, clicked, measured, on a desk and on a phone.

What the HTML says is tested in test_web_pages.py; here is only what needs a browser to be seen.
Skips without Chromium, but fails in CI, which installs one.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote_plus, urlsplit

import pytest
from browser_site import (
    BOX,
    HITS,
    OPTIONS,
    PAGES,
    TYPED,
    browser_command,
    complaints,
    hosts,
    index_sample_documents,
    parameters,
    serving,
    submit,
    total,
    type_for_completions,
)
from small_index import indexed

from benchmarks.chromium import Browser, Page, running_browser

#: Right to left: what is searched for, and the document it finds.
RIGHT_TO_LEFT = {"arabic": ("باب الحديد", "bab-el-hadid"), "hebrew": ("ואלס עם באשיר", "vals-im-bashir")}
HOSTILE = "<img src=x onerror=alert(1)>"
FIRST_SCREEN_BYTES = 50_000
PHONE_WIDTHS = (320, 390)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser(browser_command()) as running:
        yield running


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the sample documents, served as in production."""
    folder = tmp_path_factory.mktemp("site")
    index_sample_documents(folder)
    with serving(folder) as address:
        yield address


@pytest.fixture(scope="module")
def hostile_site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of documents whose every part is markup that calls `alert`."""
    folder = tmp_path_factory.mktemp("hostile")
    row = {
        "id": "hostile", "title": HOSTILE, "original_title": HOSTILE, "also_known_as": [HOSTILE],
        "text": f"{HOSTILE} <script>alert(2)</script> </script><script>alert(3)</script>",
        "language": "en", "genre": [HOSTILE], "people": [{"name": HOSTILE, "role": HOSTILE}],
        "url": "javascript:alert(4)",
    }  # fmt: skip
    indexed(folder, [row, {"id": "other", "title": "Harmless", "text": "Nothing to see", "language": "en"}])
    with serving(folder) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab with an empty cache, in a window as on a desk."""
    with browser.tab() as tab:
        tab.watch()
        tab.resize(1280, 800, scale=1.0, phone=False)
        yield tab


# --- searching -----------------------------------------------------------------------------------------


def test_typing_and_enter_finds_the_film_and_marks_the_words(page: Page, site: str) -> None:
    page.open(site)
    page.wait_for(BOX)
    page.type("treni mosca")
    submit(page)
    assert page.evaluate("location.search") == "?q=treni+mosca"
    assert page.evaluate(HITS)[0] == "Il treno va a Mosca"
    marked = "[...document.querySelectorAll('.hit:first-child .title mark')].map((mark) => mark.innerText)"
    assert page.evaluate(marked) == ["treno", "Mosca"]
    assert page.evaluate(TYPED) == "treni mosca"


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_the_browser_has_nothing_to_complain_about(page: Page, site: str, path: str) -> None:
    page.open(site + path)
    page.evaluate("document.fonts.ready.then(() => true)")
    assert complaints(page) == []
    statuses = {
        one["response"]["url"]: one["response"]["status"] for one in page.told("Network.responseReceived")
    }
    assert set(statuses.values()) == {200}, statuses


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_only_our_own_host_is_asked(page: Page, site: str, path: str) -> None:
    page.open(site + path)
    assert len(page.told("Network.requestWillBeSent")) >= 3, "page, style sheet, script"
    assert hosts(page) == {urlsplit(site).netloc}


def test_a_broken_policy_would_be_noticed(page: Page, site: str) -> None:
    page.open(site)
    page.evaluate(
        "document.head.append(Object.assign(document.createElement('script'), {textContent: 'void 0'}))"
    )
    page.wait_for("true")
    assert complaints(page)


def test_the_first_screen_is_small(page: Page, site: str) -> None:
    page.open(site)
    received = [one["encodedDataLength"] for one in page.told("Network.loadingFinished")]
    assert len(received) >= 3
    assert sum(received) < FIRST_SCREEN_BYTES


# --- completions ---------------------------------------------------------------------------------------


def test_the_box_is_a_closed_combobox_at_first(page: Page, site: str) -> None:
    page.open(site)
    attributes = page.evaluate(
        "Object.fromEntries([...document.getElementById('q').attributes].map((one) => [one.name, one.value]))"
    )
    assert attributes["role"] == "combobox"
    assert attributes["aria-expanded"] == "false"
    assert attributes["aria-autocomplete"] == "list"
    assert page.evaluate(f"document.getElementById('{attributes['aria-controls']}').role") == "listbox"


@pytest.mark.parametrize(
    ("typed", "title", "language"),
    [("kafarn", "كفرناحوم", "ar"), ("ил тр", "Il treno va a Mosca", "it")],
    ids=["latin-to-arabic", "cyrillic-to-latin"],
)
def test_completions_open_across_scripts(
    page: Page, site: str, typed: str, title: str, language: str
) -> None:
    page.open(site)
    assert title in type_for_completions(page, typed)
    assert page.evaluate("document.getElementById('q').ariaExpanded") == "true"
    assert language in page.evaluate(f"{OPTIONS}.map((one) => one.querySelector('bdi').lang)")
    assert page.evaluate("document.querySelector('#search [role=status]').innerText"), "it is announced"


def test_arrows_move_through_the_options_and_back_to_the_text(page: Page, site: str) -> None:
    page.open(site)
    count = len(type_for_completions(page, "the"))
    assert count > 1
    seen = []
    for _ in range(count + 1):
        page.press("ArrowDown")
        seen.append(page.evaluate("document.getElementById('q').getAttribute('aria-activedescendant')"))
        selected = "[...document.querySelectorAll('[aria-selected=true]')].map((one) => one.id)"
        assert page.evaluate(selected) == [one for one in seen[-1:] if one]
    assert len(set(seen)) == count + 1
    assert seen[-1] is None
    assert page.evaluate(BOX), "the focus stays in the box"
    page.press("ArrowUp")
    assert page.evaluate("document.getElementById('q').getAttribute('aria-activedescendant')") == seen[-2]


def test_escape_closes_then_clears(page: Page, site: str) -> None:
    page.open(site)
    type_for_completions(page, "kafarn")
    page.press("ArrowDown")
    page.press("Escape")
    assert page.evaluate(f"{OPTIONS}.length") == 0
    assert page.evaluate("document.getElementById('q').ariaExpanded") == "false"
    assert page.evaluate("document.getElementById('q').hasAttribute('aria-activedescendant')") is False
    assert page.evaluate(TYPED) == "kafarn"
    page.press("Escape")
    assert page.evaluate(TYPED) == "", "the second time clears"


def test_enter_goes_to_the_chosen_option(page: Page, site: str) -> None:
    page.open(site)
    title = type_for_completions(page, "kafarn")[0]
    page.press("ArrowDown")
    submit(page)
    assert page.evaluate(TYPED) == title
    assert page.evaluate(HITS)[0] == title


def test_a_click_goes_to_the_option(page: Page, site: str) -> None:
    page.open(site)
    title = type_for_completions(page, "kafarn")[0]
    with page.navigation():
        page.click("#completions [role=option]")
    assert page.evaluate(HITS)[0] == title


def test_enter_never_takes_an_option_of_an_older_text(page: Page, site: str) -> None:
    page.open(site)
    type_for_completions(page, "the")
    page.press("ArrowDown")
    page.type("r")
    submit(page)
    assert parameters(page, "q") == ["ther"]


def test_an_input_method_keeps_enter_and_arrows_for_itself(page: Page, site: str) -> None:
    page.open(site)
    type_for_completions(page, "the")
    page.compose("せ")
    page.compose("せん")
    page.press_into_composition("ArrowDown")
    assert page.evaluate("document.getElementById('q').hasAttribute('aria-activedescendant')") is False
    page.press_into_composition("Enter")
    assert page.evaluate(TYPED) == "theせん"
    page.insert("千")
    assert page.evaluate(TYPED) == "the千"
    assert page.evaluate("location.search") == "", "nothing was submitted"
    assert len(page.told("Page.loadEventFired")) == 1
    submit(page)
    assert parameters(page, "q") == ["the千"]


def test_hangul_is_completed_while_it_is_composed(page: Page, site: str) -> None:
    page.open(site)
    page.wait_for(BOX)
    for composed in ("ㄱ", "기"):
        page.compose(composed)
    page.wait_for(f"{OPTIONS}.some((one) => one.innerText.includes('기생충'))")
    assert page.evaluate("location.search") == ""


# --- without scripts -----------------------------------------------------------------------------------


def test_without_scripts_search_filters_and_pages_work(page: Page, site: str) -> None:
    page.switch_scripts_off()
    page.open(site)
    assert not page.evaluate("document.getElementById('completions')"), "scripts are off"
    page.click("#q")
    page.type("film")
    with page.navigation():
        page.click("#search button")
    found = total(page)
    first = page.evaluate(HITS)
    assert len(first) == 10

    with page.navigation():
        page.click(".pages a[rel=next]")
    second = page.evaluate(HITS)
    assert total(page) == found
    assert second
    assert not set(first) & set(second)

    with page.navigation():
        page.click(".pages a[rel=prev]")
    assert page.evaluate(HITS) == first
    page.click(".choices input[name=genre]")
    with page.navigation():
        page.click(".side .apply")
    assert 0 < total(page) < found
    assert page.evaluate("document.querySelectorAll('.chips li:not(.clear)').length") == 1
    with page.navigation():
        page.click(".chips a")
    assert total(page) == found


# --- filters -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("facet", ["language", "genre", "country"])
def test_a_filter_narrows_at_once_and_its_chip_takes_it_back(page: Page, site: str, facet: str) -> None:
    page.open(f"{site}/?q=film")
    found = total(page)
    choice = f".choices input[name={facet}]"
    value = page.evaluate(f"document.querySelector('{choice}').value")
    with page.navigation():
        page.click(choice)
    assert parameters(page, facet) == [value]
    assert 0 < total(page) < found
    assert page.evaluate(f"document.querySelector('{choice}:checked').value") == value
    assert page.evaluate("document.querySelectorAll('.chips li:not(.clear)').length") == 1
    with page.navigation():
        page.click(".chips a")
    assert total(page) == found
    assert page.evaluate("document.querySelector('.chips')") is None


def test_on_a_phone_several_filters_are_chosen_before_they_apply(page: Page, site: str) -> None:
    page.resize(390, 844, scale=2.0, phone=True)
    page.open(f"{site}/?page=1")
    found = total(page)
    page.click(".to-filters a")
    page.wait_for("getComputedStyle(document.getElementById('filters')).position === 'fixed'")
    page.click(".choices input[name=genre]")
    page.click(".choices input[name=language]")
    assert page.evaluate("document.querySelectorAll('.choices input:checked').length") == 2
    with page.navigation():
        page.click(".side .apply")
    assert total(page) < found
    assert page.evaluate("document.querySelectorAll('.chips li:not(.clear)').length") == 2


# --- directions and widths -----------------------------------------------------------------------------


@pytest.mark.parametrize(("query", "identifier"), RIGHT_TO_LEFT.values(), ids=RIGHT_TO_LEFT)
def test_right_to_left_hits_stand_at_the_right(page: Page, site: str, query: str, identifier: str) -> None:
    page.open(f"{site}/?q={quote_plus(query)}")
    measured = page.evaluate(
        f"""(() => {{
          const link = document.querySelector('.hit .title a[href="/document/{identifier}"]');
          const title = link.closest('.title');
          const style = getComputedStyle(title);
          const words = title.querySelector('bdi').getBoundingClientRect();
          const row = title.getBoundingClientRect();
          return {{direction: style.direction, align: style.textAlign,
                  left: words.left - row.left, right: row.right - words.right}};
        }})()"""
    )
    assert measured["direction"] == "rtl"
    assert measured["align"] in ("start", "right")
    assert measured["right"] < 1 < measured["left"]


@pytest.mark.parametrize(
    "path",
    [*PAGES.values(), *(f"/document/{one}" for _, one in RIGHT_TO_LEFT.values()), "/?page=2", "/api/docs"],
    ids=[*PAGES, *RIGHT_TO_LEFT, "browse", "api"],
)
def test_nothing_scrolls_sideways_on_a_phone(page: Page, site: str, path: str) -> None:
    for width in PHONE_WIDTHS:
        page.resize(width, 844, scale=2.0, phone=True)
        page.open(site + path)
        assert page.evaluate("innerWidth") == width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


# --- keyboard only -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["results", "document", "no-result"])
def test_tab_reaches_the_skip_link_first_then_the_box(page: Page, site: str, name: str) -> None:
    page.open(site + PAGES[name])
    page.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.wait_for("document.activeElement.getBoundingClientRect().top >= 0")
    page.press("Tab")
    assert page.evaluate("document.activeElement.className") == "brand"
    page.press("Tab")
    assert page.evaluate(BOX)


def test_on_the_start_page_the_box_has_the_focus_and_the_skip_link_is_before_it(
    page: Page, site: str
) -> None:
    page.open(site)
    page.wait_for(BOX)
    page.press("Tab", shift=True)
    assert page.evaluate("document.activeElement.className") == "skip"


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_the_skip_link_leads_to_the_content(page: Page, site: str, path: str) -> None:
    page.open(site + path)
    page.wait_for("document.readyState === 'complete'")
    page.evaluate("document.querySelector('.skip').focus()")
    page.press("Enter")
    page.wait_for("document.activeElement.id === 'content'")


# --- hostile documents ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/?q=img+onerror", "/document/hostile"], ids=["start", "results", "document"]
)
def test_markup_in_a_document_is_text(page: Page, hostile_site: str, path: str) -> None:
    page.open(hostile_site + path)
    assert HOSTILE in page.evaluate("document.body.innerText")
    assert page.evaluate("document.querySelectorAll('img, [onerror], [href^=javascript]').length") == 0
    assert page.told("Page.javascriptDialogOpening") == []
    assert complaints(page) == []


def test_markup_in_a_completion_is_text(page: Page, hostile_site: str) -> None:
    page.open(hostile_site)
    assert HOSTILE in type_for_completions(page, "<img src")
    page.press("ArrowDown")
    submit(page)
    assert page.evaluate(TYPED) == HOSTILE
    assert page.evaluate(HITS)[0] == HOSTILE
    assert page.evaluate("document.querySelectorAll('img').length") == 0
    assert page.told("Page.javascriptDialogOpening") == []


def test_a_dialog_would_be_noticed(page: Page, site: str) -> None:
    page.open(site)
    page.evaluate("alert('noticed')")
    assert [one["message"] for one in page.told("Page.javascriptDialogOpening")] == ["noticed"]
