"""How is XML read that a stranger wrote? Without entities, other files, or the network."""

from __future__ import annotations

from lxml import etree

from indexer.extract.reading import UnusableSource


def parse_xml(data: bytes, name: str) -> etree._Element:
    """The root element; `name` is for messages. Raises `UnusableSource`."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnusableSource(f"its part {name[:100]!r} is not valid XML: {error}") from None
    if root is None:
        raise UnusableSource(f"its part {name[:100]!r} is empty")
    return root


def text_of(root: etree._Element, path: str) -> str:
    """The text of the first element at a path that has any, with single spaces; else empty."""
    for element in root.iterfind(path):
        text = " ".join("".join(element.itertext()).split())
        if text:
            return text
    return ""
