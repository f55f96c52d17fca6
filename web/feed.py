"""Search results as an Atom feed (RFC 4287), with the counts of OpenSearch 1.1 for programs that page."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from search.configuration import Settings
from search.results import Hit, SearchResults
from web.wording import Wording

ATOM = "http://www.w3.org/2005/Atom"
OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: What XML 1.0 cannot hold, escaped or not.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARK = re.compile(r"</?mark>")
_ISO_DATE = re.compile(r"(\d{4})(-\d\d-\d\d)?")
_LONG_AGO = "1970-01-01T00:00:00Z"

_atom = ElementMaker(namespace=ATOM, nsmap={None: ATOM, "opensearch": OPENSEARCH})
_opensearch = ElementMaker(namespace=OPENSEARCH)


def feed(
    results: SearchResults,
    settings: Settings,
    words: Wording,
    *,
    address: str,
    page: str,
    address_of: Callable[[str], str],
) -> bytes:
    """The feed as XML. `address` is its own, `page` that of the same results for people, `address_of`
    gives that of a document; all absolute."""
    name = words.named("site", "name", settings.site_name)
    query = results.query.q
    title = words("title.results", query=query, site=name) if query else name
    root = _atom.feed(
        {_XML_LANG: words.language},
        _atom.id(address),
        _atom.title(_text(html.unescape(str(title)) if query else name)),
        _atom.updated(max((_updated(hit) for hit in results.hits), default=_LONG_AGO)),
        _atom.author(_atom.name(_text(name))),
        _atom.link(rel="self", type="application/atom+xml", href=_text(address)),
        _atom.link(rel="alternate", type="text/html", href=_text(page)),
        _opensearch.totalResults(str(results.total)),
        _opensearch.startIndex(str((results.page - 1) * results.per_page + 1)),
        _opensearch.itemsPerPage(str(results.per_page)),
        *(_entry(hit, address_of(hit.id)) for hit in results.hits),
    )
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


def _entry(hit: Hit, address: str) -> Any:
    entry = _atom.entry(
        _atom.id(_text(address)),
        _atom.title({_XML_LANG: _language(hit.title_language or hit.language)}, _text(hit.title)),
        _atom.updated(_updated(hit)),
        _atom.link(rel="alternate", type="text/html", href=_text(address)),
    )
    if hit.snippet:
        plain = html.unescape(_MARK.sub("", hit.snippet))
        entry.append(_atom.summary({_XML_LANG: _language(hit.language)}, _text(plain)))
    return entry


def _updated(hit: Hit) -> str:
    """A document's date as a time of RFC 3339; its year's first day when that is all there is."""
    stated = _ISO_DATE.fullmatch(str(hit.fields.get("date") or hit.fields.get("year") or ""))
    return f"{stated[1]}{stated[2] or '-01-01'}T00:00:00Z" if stated else _LONG_AGO


def _language(code: str) -> str:
    return code if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", code) else "und"


def _text(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
