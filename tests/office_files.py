"""Small DOCX, EPUB and PDF files, made by hand so that each part of them can be made wrong."""

from __future__ import annotations

import io
import zipfile

PDF_TEXT = "The lighthouse keeper never sleeps."


def zipped(members: dict[str, bytes | str], *, stored: bool = False) -> bytes:
    """A ZIP file of these members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(*paragraphs: str, before: str = "", **more: bytes | str) -> bytes:
    """A Word file with these paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in paragraphs)
    document = f"<?xml version='1.0'?>{before}<w:document {_W}><w:body>{body}</w:body></w:document>"
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document, **more})


def epub(
    pages: dict[str, str], spine: list[str], *, package: str = "OEBPS/content.opf", before: str = ""
) -> bytes:
    """A book: pages by the name they have beside the package, and the order they are read in."""
    items = "".join(
        f'<item id="{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(spine)
    )
    order = "".join(f'<itemref idref="{n}"/>' for n in range(len(spine)))
    opf = (
        f"<?xml version='1.0'?>{before}<package xmlns='http://www.idpf.org/2007/opf' "
        "xmlns:dc='http://purl.org/dc/elements/1.1/'><metadata><dc:title>The Tide</dc:title>"
        "<dc:language>en</dc:language><dc:creator>Ada Holm</dc:creator>"
        "<dc:date>1999-05-01</dc:date></metadata>"
        f"<manifest>{items}</manifest><spine>{order}</spine></package>"
    )
    container = f"<container><rootfiles><rootfile full-path='{package}'/></rootfiles></container>"
    written = {f"OEBPS/{name}": f"<html><body>{body}</body></html>" for name, body in pages.items()}
    head = {"mimetype": "application/epub+zip", "META-INF/container.xml": container}
    return zipped({**head, "OEBPS/content.opf": opf, **written})


def pdf(*objects: str, text: str = PDF_TEXT) -> bytes:
    """A PDF of one page with a text; `objects` are added to it or replace those of the same number."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"
    parts = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        4: f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    for one in objects:
        number, _, rest = one.partition(" ")
        parts[int(number)] = rest
    out = bytearray(b"%PDF-1.4\n")
    places: list[int] = []
    for number, part in sorted(parts.items()):
        places.append(len(out))
        out += f"{number} 0 obj\n{part}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
