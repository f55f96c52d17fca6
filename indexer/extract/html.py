"""HTML: title, language, address, main text, and what the page says about its work.

Trusted in this order: structured data, the page's own meta elements, what its text says if it reads
like a film page. Menus, notices and lists of other works stay out of the text.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from indexer.default_id import default_id
from indexer.document import Document, Refusal
from indexer.encoding import decode
from indexer.extract.file_title import title_from_name
from indexer.extract.html_text import blocks_of, content_lines, main_region, stripped_text
from indexer.extract.page_dump import parse_page_dump
from indexer.extract.page_dump_lines import fold, is_related_heading
from indexer.extract.page_dump_title import cleaned_title
from indexer.extract.reading import MEBIBYTE, UnusableSource, read_whole
from indexer.extract.structured_data import work_described
from indexer.language_codes import canonical_language
from indexer.mapping import InvalidRecord, mapper_for
from indexer.sources import SourceFile, printable
from search.configuration import Settings

HTML_LIMIT = 16 * MEBIBYTE
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s{0,20}=[\s"']{0,20}([\w.:-]{2,40})""", re.IGNORECASE)
_SITE_SEPARATOR = re.compile(r"(?<!\s)\s+[|·•»–—-]\s+|(?:(?<!\s)\s+)?\|\s*|\s::\s")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_MOST_RELATED = 40
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def extract_html(source: SourceFile, settings: Settings) -> Iterator[Document | Refusal]:
    """The one document of an `.html` file. Raises `UnusableSource`."""
    data = read_whole(source, HTML_LIMIT)
    declared = _DECLARED.search(data[:4096])
    markup, _ = decode(data, declared[1].decode("ascii") if declared else None)
    path = printable(source.path)
    record = record_of_html(markup, title_from_name(source.relative))
    try:
        yield mapper_for(settings).document(record, default_id=default_id(source.relative), origin=path)
    except InvalidRecord as error:
        yield Refusal(path, None, str(error))


def record_of_html(markup: str, name: str) -> dict[str, Any]:
    """The record of a page; `name` is the title of a page that has none.

    Raises `UnusableSource` for a page without any text.
    """
    root, complete = _parsed(_NOT_XML.sub(" ", markup))
    if root is None:
        raise UnusableSource("contains no HTML elements and no text")
    scripts = root.iterfind(".//script[@type='application/ld+json']")
    work = work_described([script.text or "" for script in scripts])
    lines = _lines(root) if complete else entities.unescape(stripped_text(markup)).split("\n")
    title = work.get("title") or _title(root)
    record: dict[str, Any] = {"title": title or name, "language": _language(root), "url": _address(root)}
    record |= _text_and_facts(lines, title)
    record |= {key: value for key, value in work.items() if key not in ("title", "description")}
    description = work.get("description") or _meta(root, "description", "og:description")
    if description and _told_apart(description, record.get("text", "")):
        record["text"] = f"{description}\n\n{record.get('text', '')}".strip()
    if not title and not record.get("text"):
        raise UnusableSource("has neither a title nor a text")
    return {key: value for key, value in record.items() if value not in (None, "", [])}


def _parsed(markup: str) -> tuple[etree._Element | None, bool]:
    """The tree, and whether it holds everything: beyond a depth of 2,048 the parser gives up."""
    parser = etree.HTMLParser(huge_tree=True, encoding="utf-8", no_network=True, remove_pis=True)
    try:
        root = etree.fromstring(markup.encode("utf-8"), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None, True
    if any(error.type == etree.ErrorTypes.ERR_NO_MEMORY for error in parser.error_log):
        raise MemoryError  # the parser goes on with what it has
    complete = not any("Excessive depth" in error.message for error in parser.error_log)
    return root, complete


def _lines(root: etree._Element) -> list[str]:
    region = main_region(root)
    return content_lines(blocks_of(region), marked=region is not root)


def _text_and_facts(lines: list[str], title: str) -> dict[str, Any]:
    """The body, and the facts if the lines read like a film page."""
    dump = parse_page_dump("\n".join([title, *lines] if title else lines))
    if dump is not None:
        dump.pop("title_from", None)
        if title:
            own, year = cleaned_title(title)
            dump["title"] = own
            if year and "date" not in dump:
                dump["date"] = str(year)
        return dump
    kept, related = _without_related([line for line in lines if line != title])
    return {"text": "\n".join(kept), "related": related}


def _without_related(lines: list[str]) -> tuple[list[str], list[str]]:
    """An article may end in "Read also" with the titles of others; they are not its text."""
    length = sum(map(len, lines))
    for position in range(max(0, len(lines) - _MOST_RELATED - 1), len(lines) - 2):
        line, rest = lines[position], lines[position + 1 :]
        is_tail = sum(map(len, rest)) * 2 <= length and all(len(other) <= 150 for other in rest)
        if len(line) <= 60 and is_tail and is_related_heading(fold(line)):
            return lines[:position], rest
    return lines, []


def _title(root: etree._Element) -> str:
    site = _meta(root, "og:site_name")
    headings = [" ".join("".join(heading.itertext()).split()) for heading in root.iterfind(".//h1")]
    headings = [heading for heading in headings if heading]
    element = root.find(".//title")
    page_title = " ".join("".join(element.itertext()).split()) if element is not None else ""
    for candidate in (_meta(root, "og:title"), headings[0] if headings else "", page_title):
        if candidate:
            return _without_site(candidate, site, headings[:1], is_page_title=candidate == page_title)
    return ""


def _without_site(title: str, site: str, headings: list[str], *, is_page_title: bool) -> str:
    """The title without the site's name before or behind it.

    Known by `og:site_name` or because the rest is the page's heading; of a mere `<title>` the last
    part is taken for the site's name.
    """
    parts = _SITE_SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    for heading in headings:
        if any(fold(part) == fold(heading) for part in parts):
            return heading
    if site:
        for position in (-1, 0):
            if fold(parts[position]) == fold(site):
                other = title.removesuffix(parts[-1]) if position else title.removeprefix(parts[0])
                return other.strip(" |·•»–—-:")
    if is_page_title and not headings:
        return title[: title.rindex(parts[-1])].strip(" |·•»–—-:") or title
    return title


def _meta(root: etree._Element, *names: str) -> str:
    for name in names:
        for attribute in ("name", "property"):
            for element in root.iterfind(f".//meta[@{attribute}='{name}']"):
                content = " ".join((element.get("content") or "").split())
                if content:
                    return content
    return ""


def _language(root: etree._Element) -> str | None:
    element = root if root.tag == "html" else root.find(".//html")
    declared = None if element is None else element.get("lang") or element.get(_XML_LANG)
    return canonical_language(declared) if declared else None


def _address(root: etree._Element) -> str | None:
    for element in root.iterfind(".//link[@rel='canonical']"):
        address = element.get("href") or ""
        if address.startswith(("http://", "https://")):
            return str(address)
    address = _meta(root, "og:url")
    return address if address.startswith(("http://", "https://")) else None


def _told_apart(description: str, text: str) -> bool:
    """Whether a description says more than the text, of which it is mostly the shortened beginning."""
    return fold(description)[:60] not in fold(text[:50_000])
