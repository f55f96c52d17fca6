"""EPUB: what the package says of the book, and its chapters in reading order as one text.

An EPUB file is a ZIP file of XHTML pages. Its container names the package, the package names the
pages (manifest) and their order (spine). Each page is read once, however often it is named.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from lxml import etree

from indexer.dates import find_date
from indexer.default_id import default_id
from indexer.document import Document, Refusal
from indexer.extract.file_title import title_from_name
from indexer.extract.formats import TEXT_LIMIT
from indexer.extract.html_text import blocks_of
from indexer.extract.reading import MEBIBYTE, UnusableSource, read_whole
from indexer.extract.xml_text import parse_xml, text_of
from indexer.extract.zipped import Archive
from indexer.language_codes import canonical_language
from indexer.mapping import InvalidRecord, mapper_for
from indexer.sources import SourceFile, printable
from search.configuration import Settings

EPUB_LIMIT = 128 * MEBIBYTE
_CONTAINER = "META-INF/container.xml"
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/xml", "text/xml"})
# Files of the two common locks; fonts are often encrypted without one, which does no harm.
_RIGHTS = ("META-INF/rights.xml", "META-INF/license.lcpl")


def extract_epub(source: SourceFile, settings: Settings) -> Iterator[Document | Refusal]:
    """The one document of an `.epub` file. Raises `UnusableSource`."""
    archive = Archive(read_whole(source, EPUB_LIMIT))
    if any(name in archive for name in _RIGHTS):
        raise UnusableSource("is encrypted (it has a file of rights)")
    container = parse_xml(archive.read(_CONTAINER), _CONTAINER)
    name = next((one.get("full-path") or "" for one in container.iterfind(".//{*}rootfile")), "")
    package = parse_xml(archive.read(name), name)
    record = _facts(package)
    text = _text(archive, _pages(package, posixpath.dirname(name)))
    if not text and not record["title"]:
        raise UnusableSource("has neither a title nor a text")
    record |= {"title": record["title"] or title_from_name(source.relative), "text": text}
    path = printable(source.path)
    try:
        yield mapper_for(settings).document(record, default_id=default_id(source.relative), origin=path)
    except InvalidRecord as error:
        yield Refusal(path, None, str(error))


def _facts(package: etree._Element) -> dict[str, Any]:
    language = text_of(package, f".//{_DUBLIN_CORE}language")
    authors = [
        " ".join("".join(one.itertext()).split()) for one in package.iterfind(f".//{_DUBLIN_CORE}creator")
    ]
    return {
        "title": text_of(package, f".//{_DUBLIN_CORE}title"),
        "language": canonical_language(language) if language else None,
        "author": [one for one in authors if one],
        "date": find_date(text_of(package, f".//{_DUBLIN_CORE}date")),
    }


def _pages(package: etree._Element, folder: str) -> list[str]:
    """The names of the pages in reading order, each once."""
    manifest = {
        one.get("id"): one.get("href") or ""
        for one in package.iterfind(".//{*}manifest/{*}item")
        if (one.get("media-type") or "").lower() in _PAGES
    }
    spine = [manifest.get(one.get("idref"), "") for one in package.iterfind(".//{*}spine/{*}itemref")]
    names = [
        posixpath.normpath(posixpath.join(folder, unquote(one.partition("#")[0]))) for one in spine if one
    ]
    return list(dict.fromkeys(names))


def _text(archive: Archive, pages: list[str]) -> str:
    """The text of all pages. Raises `UnusableSource` when it is longer than a document may be."""
    chapters: list[str] = []
    length = 0
    for name in pages:
        parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_pis=True)
        try:
            root = etree.fromstring(archive.read(name), parser)
        except (etree.ParserError, etree.XMLSyntaxError):
            continue
        if root is None:
            continue
        chapter = "\n".join(block.text for block in blocks_of(root))
        length += len(chapter)
        if length > TEXT_LIMIT:
            raise UnusableSource(f"has a text of more than {TEXT_LIMIT:,} characters")
        if chapter:
            chapters.append(chapter)
    return "\n\n".join(chapters)
