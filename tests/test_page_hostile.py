"""Two hundred pieces of markup in every field and parameter, in a real Chromium: nothing runs.

Each tries to call `alert`. What the policy of the page would stop is found as well: the browser
complains about it. Skips without Chromium, but fails in CI.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest
from browser_site import BOX, OPTIONS, browser_command, complaints, serving
from small_index import indexed

from benchmarks.chromium import Browser, Page, running_browser
from indexer.document import Refusal

#: What would call `alert` in one place of a page or another.
BARE = (
    "<script>alert(1)</script>",
    "<script src=data:,alert(1)></script>",
    "<script>alert(1)//",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<svg><script>alert(1)</script></svg>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)//",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a href=javascript:alert(1)><text y=9>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)></svg>#x'/>",
    "<math href=javascript:alert(1)>x</math>",
    "<img src=x onerror=alert(1)>",
    "<img/src/onerror=alert(1)>",
    "<img src=x onerror=&#97;lert(1)>",
    "<IMG SRC=x OnErRoR=alert(1)>",
    "<img src=x:alert(1) onerror=eval(src)>",
    "<image src=x onerror=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<audio src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    "<iframe src=javascript:alert(1)>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<style>@import 'javascript:alert(1)';</style>",
    "<style onload=alert(1)></style>",
    "<link rel=stylesheet href=data:text/css,x onload=alert(1)>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=javascript:alert(1)//>",
    "<form><button formaction=javascript:alert(1)>x</button></form>",
    "<a href=javascript:alert(1)>x</a>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea></textarea><script>alert(1)</script>",
    "<mark onmouseover=alert(1)>x</mark>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "{{constructor.constructor('alert(1)')()}}",
    "{% print(1) %}${alert(1)}<%= alert(1) %>",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "＜script＞alert(1)＜/script＞",
    "<script\u2028>alert(1)</script\u2029>",
    "<ſcript>alert(1)</ſcript>",
)  # fmt: skip
#: What ends the place where it stands: text, an attribute in either quotes, a title or script.
BEFORE = {
    "text": "{}",
    "double-quotes": '"><x title="{}',
    "single-quotes": "'><x title='{}",
    "script": "</title></script></style>{}<!--",
}
PAYLOADS = tuple(wrapped.format(bare) if "{}" in wrapped else bare for wrapped in BEFORE.values()
                 for bare in (one.replace("{", "{{").replace("}", "}}") for one in BARE))  # fmt: skip
#: Every parameter of the page.
PARAMETERS = (
    "q", "page", "per_page", "sort", "lang", "facets", "facet_limit", "exact", "highlight", "explain",
    "language", "genre", "year", "year.from", "year.to", "country", "type", "people", "prefix",
)  # fmt: skip


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


def document(number: int, payload: str) -> dict[str, object]:
    """A document that is nothing but `payload`."""
    return {
        "id": identifier(number, payload), "title": payload, "original_title": f"{payload} original",
        "also_known_as": [{"title": f"{payload} alias", "language": "en"}], "language": "en",
        "text": f"{payload} text {payload}", "genre": [payload], "country": [payload], "type": payload,
        "people": [{"name": payload, "role": payload}], "url": payload, "tagline": payload,
        "keywords": [payload], "festival": [payload], "related": [payload, PAYLOADS[0]],
        "another key": payload, "year": 1900 + number % 100,
    }  # fmt: skip


def identifier(number: int, payload: str) -> str:
    """An id may hold anything but line breaks."""
    return f"{number}{''.join(payload.splitlines())}"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.tab() as tab:
        tab.watch()
        yield tab


def nothing_ran(page: Page) -> None:
    assert page.told("Page.javascriptDialogOpening") == []
    # What is not found is no page; the browser says so of each.
    assert [one for one in complaints(page) if "status of 4" not in one] == []
    assert (
        page.evaluate(
            "document.querySelectorAll('x, [onerror], [onload], [href^=javascript], iframe').length"
        )
        == 0
    )


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
