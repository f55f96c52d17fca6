"""Markup that would run if a page let it, documents made of it, and whether any of it ran."""

from __future__ import annotations

from browser_site import complaints

from benchmarks.chromium import Page

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
