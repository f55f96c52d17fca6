"""DOCX, EPUB and PDF: title, facts and text, in the order in which they are read."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from extraction import extracted
from office_files import PDF_TEXT, docx, epub, pdf, zipped

from indexer.extract import pdf as pdf_extractor
from indexer.extract.pdf import HOW_TO_GET, extract_pdf
from indexer.extract.reading import UnusableSource
from indexer.sources import SourceFile
from search.configuration import Settings

NEEDS_PDF = pytest.mark.skipif(
    importlib.util.find_spec("pypdfium2") is None,
    reason="PDF needs the package pypdfium2 (extra 'documents')",
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def paragraphs(*markup: str) -> bytes:
    """A DOCX whose body is this markup."""
    body = "".join(f"<w:p>{one}</w:p>" for one in markup)
    return zipped({"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>"})


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


class TestDocx:
    def test_heading_is_the_title(self, tmp_path: Path) -> None:
        style = "<w:pPr><w:pStyle w:val='Heading1'/></w:pPr>"
        data = paragraphs(style + run("Il faro"), run("Una storia ") + run("lunga."), run("Fine."))
        (document,), refused = extracted(tmp_path, "il_mare.docx", data)
        assert refused == []
        assert (document.id, document.title, document.text) == (
            "il_mare.docx",
            "Il faro",
            "Una storia lunga.\nFine.",
        )

    def test_properties_come_first(self, tmp_path: Path) -> None:
        core = (
            "<p xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>The Tide</dc:title>"
            "<dc:language>de-DE</dc:language></p>"
        )
        (document,), _ = extracted(
            tmp_path, "a.docx", docx("The Tide", "Text.", **{"docProps/core.xml": core})
        )
        assert (document.title, document.language, document.text) == ("The Tide", "de-DE", "Text.")

    def test_without_a_title_the_name_is_it(self, tmp_path: Path) -> None:
        (document,), _ = extracted(tmp_path, "the_long-road.docx", docx("It began in May."))
        assert (document.title, document.text) == ("The long road", "It began in May.")

    def test_what_is_no_text(self, tmp_path: Path) -> None:
        fallback = (
            "<mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
            f"<mc:Choice>{run('once')}</mc:Choice><mc:Fallback>{run('twice')}</mc:Fallback></mc:AlternateContent>"
        )
        deleted = "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        field = "<w:r><w:instrText>HYPERLINK x</w:instrText></w:r>"
        (document,), _ = extracted(
            tmp_path, "a.docx", paragraphs(run("a") + fallback + deleted + field, run("b"))
        )
        assert document.text == "aonce\nb"

    def test_tabs_and_line_breaks(self, tmp_path: Path) -> None:
        markup = "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r>"
        (document,), _ = extracted(tmp_path, "a.docx", paragraphs(markup))
        assert document.text == "a\tb\nc"

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"not a zip file", "not a valid ZIP file"),
            (zipped({"a": "b"}), "holds no file 'word/document.xml'"),
            (zipped({"word/document.xml": "<a"}), "not valid XML"),
            (docx(), "neither a title nor a text"),
        ],
        ids=["no ZIP", "no main part", "no XML", "no text"],
    )
    def test_what_is_refused(self, tmp_path: Path, data: bytes, reason: str) -> None:
        documents, (refused,) = extracted(tmp_path, "a.docx", data)
        assert documents == []
        assert reason in refused.reason


class TestEpub:
    def test_pages_in_reading_order(self, tmp_path: Path) -> None:
        pages = {
            "2.xhtml": "<h1>Two</h1><p>second</p>",
            "1.xhtml": "<p>first</p>",
            "never.xhtml": "<p>never</p>",
        }
        (book,), refused = extracted(tmp_path, "a.epub", epub(pages, ["1.xhtml", "2.xhtml", "1.xhtml"]))
        assert refused == []
        assert (book.title, book.language, book.date) == ("The Tide", "en", "1999-05-01")
        assert [(one.name, one.role) for one in book.people] == [("Ada Holm", "author")]
        assert book.text == "first\n\nTwo\nsecond"

    def test_names_with_spaces(self, tmp_path: Path) -> None:
        data = epub({"chapter one.xhtml": "<p>one</p>"}, ["chapter%20one.xhtml"])
        (book,), _ = extracted(tmp_path, "a.epub", data)
        assert book.text == "one"

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (zipped({"a": "b"}), "META-INF/container.xml"),
            (epub({}, [], package="OEBPS/other.opf"), "holds no file 'OEBPS/other.opf'"),
            (epub({}, ["missing.xhtml"]), "holds no file 'OEBPS/missing.xhtml'"),
        ],
        ids=["no container", "no package", "no page"],
    )
    def test_what_is_refused(self, tmp_path: Path, data: bytes, reason: str) -> None:
        documents, (refused,) = extracted(tmp_path, "a.epub", data)
        assert documents == []
        assert reason in refused.reason


class TestPdf:
    @NEEDS_PDF
    def test_the_text_of_its_pages(self, tmp_path: Path) -> None:
        (document,), refused = extracted(tmp_path, "the_keeper.pdf", pdf())
        assert refused == []
        assert (document.title, document.text) == ("The keeper", PDF_TEXT)

    @NEEDS_PDF
    @pytest.mark.parametrize(
        ("data", "reason"),
        [(b"%PDF-1.4 nothing", "not a valid PDF"), (pdf(text=" "), "has no text")],
        ids=["no PDF", "no text"],
    )
    def test_what_is_refused(self, tmp_path: Path, data: bytes, reason: str) -> None:
        documents, (refused,) = extracted(tmp_path, "a.pdf", data)
        assert documents == []
        assert reason in refused.reason

    def test_without_the_package_the_command_is_told(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(pdf_extractor, "_library", lambda: None)
        with pytest.raises(UnusableSource, match="pip install") as told:
            list(extract_pdf(SourceFile(tmp_path / "a.pdf", "a.pdf", ".pdf"), Settings()))
        assert str(told.value) == HOW_TO_GET
