"""Which lines of an HTML page are its text, and which are menus, notices and decoration?

Walks the parsed tree once, with iterators of the parser instead of recursion. Dropped are elements
that are never content, regions by role and name, and blocks that consist of links.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

NEVER_TEXT = frozenset(
    {
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "iframe",
        "form",
        "button",
        "select",
        "option",
        "textarea",
        "input",
        "object",
        "embed",
        "canvas",
        "audio",
        "video",
        "nav",
        "footer",
        "aside",
        "dialog",
        "head",
        "math",
        "map",
        "frameset",
        "noframes",
    }
)
ROLES_WITHOUT_TEXT = frozenset(
    {
        "navigation",
        "banner",
        "contentinfo",
        "search",
        "dialog",
        "alertdialog",
        "complementary",
        "menu",
        "menubar",
        "alert",
    }
)
# Words of class and id that mark regions of the site.
_FURNITURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|breadcrumbs?|sidebar|menu|navbar|nav|footer|share|sharing|social|newsletter|popup|modal|"
    r"advert(?:isement)?|ads?|banner|comments?|pagination|login|signup|skip-link|"
    r"toolbar|promo)(?:$|[\s_-])",
    re.IGNORECASE,
)
BLOCKS = frozenset(
    {
        "p",
        "div",
        "section",
        "article",
        "main",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "table",
        "tr",
        "td",
        "th",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "header",
        "br",
        "hr",
        "body",
        "address",
        "details",
        "summary",
        "center",
        "caption",
    }
)
# Left out without ending the sentence around them.
_INLINE = frozenset(
    {
        "script",
        "style",
        "template",
        "noscript",
        "svg",
        "math",
        "input",
        "button",
        "object",
        "embed",
        "span",
        "a",
    }
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_KEPT_WHOLE = frozenset({"html", "body", "main", "article"})
_MAIN_REGIONS = (
    "//main",
    "//*[@role='main']",
    "//article",
    "//*[@itemprop='articleBody']",
    "//*[@id='content' or @id='main']",
)
_LEAST_MAIN = 80


@dataclass(slots=True)
class Block:
    """One block of text. `linked` counts the characters inside links."""

    text: str
    heading: bool
    linked: int

    @property
    def is_links(self) -> bool:
        """Whether the block is mostly links, as menus and lists of teasers are."""
        return self.linked * 2 > len(self.text)


def main_region(root: etree._Element) -> etree._Element:
    """The element that the page itself marks as its content, else the whole."""
    for path in _MAIN_REGIONS:
        found = root.xpath(path)[:200]
        if found:
            best = max(found, key=_text_length)
            length = _text_length(best)
            if length >= _LEAST_MAIN or (len(found) == 1 and length * 2 >= _text_length(root)):
                return best
    return root


def blocks_of(region: etree._Element) -> list[Block]:
    """The blocks of text of a region in their order, without what is never content."""
    blocks: list[Block] = []
    pieces: list[str] = []
    linked = links = 0
    heading = False
    in_article = region.tag in ("main", "article")
    skipped: etree._Element | None = None

    def close() -> None:
        nonlocal linked
        text = " ".join("".join(pieces).split())
        pieces.clear()
        if text:
            blocks.append(Block(text, heading, linked))
        linked = 0

    for event, element in etree.iterwalk(region, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if skipped is not None:
            if event == "end" and element is skipped:
                skipped = None
                if element is not region:
                    pieces.append(element.tail or "")
            continue
        if event == "start":
            if element is not region and is_furniture(element, tag, in_article):
                if tag not in _INLINE:
                    close()
                skipped = element
                continue
            if tag in BLOCKS:
                close()
                heading = tag in _HEADINGS
            links += tag == "a"
            text = element.text or ""
        else:
            if event == "end":
                if tag in BLOCKS:
                    close()
                    heading = False
                links -= tag == "a"
            text = (element.tail or "") if element is not region else ""
        if text:
            pieces.append(text)
            linked += len(text.strip()) if links > 0 else 0
    close()
    return blocks


def is_furniture(element: etree._Element, tag: str, in_article: bool) -> bool:
    """Whether an element is a region of the site and not of the page's content."""
    if tag in NEVER_TEXT:
        return True
    if tag == "header":
        outer = (one.tag for one in element.iterancestors())
        return not in_article and not any(name in ("article", "main", "section") for name in outer)
    if not element.attrib or tag in _KEPT_WHOLE:
        return False
    attributes = element.attrib
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    if attributes.get("role") in ROLES_WITHOUT_TEXT:
        return True
    name = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    return len(name) > 1 and len(name) < 500 and _FURNITURE_NAME.search(name) is not None


def content_lines(blocks: list[Block], *, marked: bool) -> list[str]:
    """The lines of the text. Outside a marked main region, blocks of links are dropped as well."""
    kept = [block for block in blocks if marked or not block.is_links or block.heading]
    if not any(not block.heading for block in kept):
        kept = blocks
    return [block.text for block in kept]


def stripped_text(markup: str) -> str:
    """The text of markup too deep to be parsed: tags out, nothing else judged. Linear."""
    if _scripts_closed(markup):
        markup = re.sub(r"(?is)<(script|style)\b[^<>]{0,2000}>.*?</\1\s*>", " ", markup)
    text = re.sub(r"<[^<>]{0,10000}>", "\n", markup)
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def _scripts_closed(markup: str) -> bool:
    """An unclosed script per position would make the search for its end quadratic."""
    lowered = markup.lower()
    return all(lowered.count(f"<{name}") <= lowered.count(f"</{name}") for name in ("script", "style"))


def _text_length(element: etree._Element) -> int:
    return sum(len(text.strip()) for text in element.itertext())
