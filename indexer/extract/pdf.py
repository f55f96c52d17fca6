"""PDF: the text of its pages, if the optional library that reads them is there.

PDFium, the reader of Chrome, is wrapped by pypdfium2 (`pip install 'multilingual-search[documents]'`). It
is written in C++ and meets hostile files, hence it only ever runs in the process that may be killed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType

from indexer.default_id import default_id
from indexer.document import Document, Refusal
from indexer.extract.file_title import title_from_name
from indexer.extract.formats import TEXT_LIMIT
from indexer.extract.plain_text import record_of_text
from indexer.extract.reading import MEBIBYTE, UnusableSource, read_whole
from indexer.mapping import InvalidRecord, mapper_for
from indexer.sources import SourceFile, printable
from search.configuration import Settings

PDF_LIMIT = 128 * MEBIBYTE
MOST_PAGES = 10_000
HOW_TO_GET = "PDF needs another package: pip install 'multilingual-search[documents]'"

# What PDFium writes where a line ends within a word.
_HYPHEN_AT_LINE_END = re.compile("[\x02\ufffe\u00ad]\r?\n?")
# What programs write as title without being asked: the name of a file.
_NO_TITLE = re.compile(
    r"(?i)^(?:microsoft \w+ -|untitled|.*\.(?:docx?|rtf|odt|indd|tex|dvi|pptx?|xlsx?|pdf|qxd)$)"
)


def extract_pdf(source: SourceFile, settings: Settings) -> Iterator[Document | Refusal]:
    """The one document of a `.pdf` file. Raises `UnusableSource`, with the command without the library."""
    library = _library()
    if library is None:
        raise UnusableSource(HOW_TO_GET)
    title, text = _read(library, read_whole(source, PDF_LIMIT))
    if not text:
        raise UnusableSource("has no text; are its pages pictures?")
    record = (
        {"title": title, "text": text} if title else record_of_text(text, title_from_name(source.relative))
    )
    path = printable(source.path)
    try:
        yield mapper_for(settings).document(record, default_id=default_id(source.relative), origin=path)
    except InvalidRecord as error:
        yield Refusal(path, None, str(error))


@cache
def _library() -> ModuleType | None:
    try:
        return import_module("pypdfium2")
    except ImportError:
        return None


def _read(library: ModuleType, data: bytes) -> tuple[str, str]:
    """Title and text. Raises `UnusableSource`."""
    try:
        document = library.PdfDocument(data)
    except library.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnusableSource("is encrypted and needs a password") from None
        raise UnusableSource(f"is not a valid PDF file: {error}") from None
    if len(document) > MOST_PAGES:
        raise UnusableSource(f"has more than {MOST_PAGES:,} pages")
    pages: list[str] = []
    length = 0
    for number in range(len(document)):
        try:
            page = document[number]
            text = page.get_textpage().get_text_bounded()
            page.close()
        except library.PdfiumError:
            continue  # a damaged page; the others count
        pages.append(_HYPHEN_AT_LINE_END.sub("", text).replace("\r\n", "\n").strip())
        length += len(text)
        if length > TEXT_LIMIT:
            raise UnusableSource(f"has a text of more than {TEXT_LIMIT:,} characters")
    title = " ".join(document.get_metadata_value("Title").split())
    return "" if _NO_TITLE.match(title) else title, "\n\n".join(page for page in pages if page)
