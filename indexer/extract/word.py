"""DOCX: title, language, paragraphs.

A DOCX file is a ZIP file of XML; only its main part and its properties are read. Text that is marked
as deleted, and the second form of drawings for old programs, are not text.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from indexer.default_id import default_id
from indexer.document import Document, Refusal
from indexer.extract.file_title import title_from_name
from indexer.extract.reading import MEBIBYTE, UnusableSource, read_whole
from indexer.extract.xml_text import parse_xml, text_of
from indexer.extract.zipped import Archive
from indexer.language_codes import canonical_language
from indexer.mapping import InvalidRecord, mapper_for
from indexer.sources import SourceFile, printable
from search.configuration import Settings

DOCX_LIMIT = 128 * MEBIBYTE
_MAIN, _PROPERTIES = "word/document.xml", "docProps/core.xml"
# The two dialects (transitional and strict) differ in the names of their namespaces only.
_WORD = "{*}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_TITLE_STYLES = frozenset({"title", "heading1"})
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def extract_docx(source: SourceFile, settings: Settings) -> Iterator[Document | Refusal]:
    """The one document of a `.docx` file. Raises `UnusableSource`."""
    archive = Archive(read_whole(source, DOCX_LIMIT))
    root = parse_xml(archive.read(_MAIN), _MAIN)
    heading, paragraphs = _paragraphs(root)
    title, language = _properties(archive)
    title = title or heading
    if paragraphs and paragraphs[0] == title:
        del paragraphs[0]
    text = "\n".join(paragraphs)
    if not title and not text:
        raise UnusableSource("has neither a title nor a text")
    record = {"title": title or title_from_name(source.relative), "text": text, "language": language}
    path = printable(source.path)
    try:
        yield mapper_for(settings).document(record, default_id=default_id(source.relative), origin=path)
    except InvalidRecord as error:
        yield Refusal(path, None, str(error))


def _paragraphs(root: etree._Element) -> tuple[str, list[str]]:
    """The first paragraph that has the style of a title, and all paragraphs with a text."""
    for fallback in list(root.iter(_FALLBACK)):
        fallback.clear()
    title = ""
    paragraphs: list[str] = []
    pieces: list[str] = []
    style = ""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if event == "start":
            if name == "pStyle":
                style = next(iter(element.attrib.values()), "").lower().replace(" ", "")
            elif name == "t":
                pieces.append(element.text or "")
            elif name in _BREAKS:
                pieces.append(_BREAKS[name])
        elif name == "p":
            text = "".join(pieces).strip()
            pieces.clear()
            if text:
                paragraphs.append(text)
                if not title and style in _TITLE_STYLES and len(text) <= 300:
                    title = " ".join(text.split())
            style = ""
    return title, paragraphs


def _properties(archive: Archive) -> tuple[str, str | None]:
    """Title and language, if the properties say any."""
    if _PROPERTIES not in archive:
        return "", None
    root = parse_xml(archive.read(_PROPERTIES), _PROPERTIES)
    language = text_of(root, f".//{_DUBLIN_CORE}language")
    return text_of(root, f".//{_DUBLIN_CORE}title"), canonical_language(language) if language else None
