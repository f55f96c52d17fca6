"""Markdown: front matter, first heading, plain text.

The front matter is YAML in a narrow sense: no aliases, no tags, no surprises of YAML 1.1 (`no` is
Norwegian, not false; dates stay text). The body is parsed as CommonMark with tables and read out
without marks.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any, ClassVar

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from indexer.default_id import default_id
from indexer.document import Document, Refusal
from indexer.encoding import decode
from indexer.extract.file_title import title_from_name
from indexer.extract.reading import MEBIBYTE, UnusableSource, read_whole
from indexer.mapping import InvalidRecord, mapper_for
from indexer.sources import SourceFile, printable
from search.configuration import Settings

MARKDOWN_LIMIT = 16 * MEBIBYTE
FRONT_MATTER_LIMIT = 64 * 1024
# The parser needs up to seven seconds per megabyte; longer texts are taken as they stand.
_PARSED_LIMIT = MEBIBYTE // 2
# Every opening bracket is looked at again for each one before it: 100,000 of them take 3 s.
_MOST_BRACKETS = 20_000
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_DEEPEST_YAML = 20
_DEEPEST_MARKDOWN = 60
_YAML_OPENS = (
    yaml.FlowSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.BlockMappingStartToken,
)
_YAML_CLOSES = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)
_TEXT_KEYS = ("text", "overview", "body")
_TAG = re.compile(r"<[^<>]{0,1000}>|<!--.*?(?:-->|\Z)", re.DOTALL)


class _FrontMatterLoader(yaml.SafeLoader):
    """YAML with only the plain types of its core schema."""

    # PyYAML keeps its resolvers on the class; an own table leaves the loader's untouched.
    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|True|TRUE|false|False|FALSE)$", (*"tTfF",)),
    ("tag:yaml.org,2002:int", r"^[-+]?(?:0|[1-9][0-9]{0,17})$", (*"-+0123456789",)),
    ("tag:yaml.org,2002:float", r"^[-+]?[0-9]{1,17}\.[0-9]{1,17}$", (*"-+0123456789",)),
    ("tag:yaml.org,2002:null", r"^(?:~|null|Null|NULL|)$", ("~", "n", "N", "")),
):
    _FrontMatterLoader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


def extract_markdown(source: SourceFile, settings: Settings) -> Iterator[Document | Refusal]:
    """The one document of a `.md` file. Raises `UnusableSource`."""
    text, _ = decode(read_whole(source, MARKDOWN_LIMIT))
    path = printable(source.path)
    record, body = split_front_matter(text)
    heading, plain = plain_text_of(body)
    if not plain and not heading and not any(record.get(name) for name in ("title", *_TEXT_KEYS)):
        raise UnusableSource("has neither a title nor a text")
    if not record.get("title"):
        record["title"] = heading or title_from_name(source.relative)
    elif heading and heading != record["title"]:
        plain = f"{heading}\n\n{plain}".strip()
    if plain:
        # The mapping joins the texts; `body` is the last of them.
        record["body"] = f"{record['body']}\n\n{plain}" if isinstance(record.get("body"), str) else plain
    try:
        yield mapper_for(settings).document(record, default_id=default_id(source.relative), origin=path)
    except InvalidRecord as error:
        yield Refusal(path, None, str(error))


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The front matter's keys and the text after it. Raises `UnusableSource` if it is no good."""
    if not text.startswith("---"):
        return {}, text
    found = _FRONT_MATTER.match(text[: FRONT_MATTER_LIMIT + 10])
    if found is None:
        if len(text) > FRONT_MATTER_LIMIT and re.match(r"---[ \t]*\n[^\s:][^\n:]*:", text):
            limit = FRONT_MATTER_LIMIT // 1024
            raise UnusableSource(f"its front matter is longer than {limit} KiB or not closed")
        return {}, text  # a thematic break
    record = parse_yaml(found[1])
    return record, text[found.end() :]


def parse_yaml(text: str) -> dict[str, Any]:
    """A mapping in YAML without anchors, aliases and tags. Raises `UnusableSource`."""
    try:
        depth = 0
        for token in yaml.scan(text, Loader=_FrontMatterLoader):
            if isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken):
                raise UnusableSource("its front matter uses anchors, aliases or tags, which are not accepted")
            depth += isinstance(token, _YAML_OPENS) - isinstance(token, _YAML_CLOSES)
            if depth > _DEEPEST_YAML:
                raise UnusableSource(f"its front matter is nested deeper than {_DEEPEST_YAML} levels")
        value = yaml.load(text, Loader=_FrontMatterLoader)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        if isinstance(error, UnusableSource):
            raise
        problem = getattr(error, "problem", None) or str(error).split("\n")[0]
        mark = getattr(error, "problem_mark", None)
        place = f" in line {mark.line + 2}" if mark else ""
        raise UnusableSource(f"its front matter is not valid YAML{place}: {problem}") from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UnusableSource("its front matter is not a list of keys and values")
    return {str(key): one for key, one in value.items()}


def plain_text_of(markdown: str) -> tuple[str | None, str]:
    """The first heading and the text without marks (the first heading left out)."""
    if len(markdown) > _PARSED_LIMIT or markdown.count("[") > _MOST_BRACKETS:
        return None, markdown.strip()
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST_MARKDOWN}).enable("table")
    try:
        tokens = parser.parse(markdown)
    except RecursionError:
        return None, markdown.strip()
    # The parser drops what is nested deeper than allowed; nothing may be lost silently.
    if any(token.level >= _DEEPEST_MARKDOWN - 1 for token in tokens):
        return None, markdown.strip()
    heading: str | None = None
    blocks: list[str] = []
    for position, token in enumerate(tokens):
        text = _block_text(token)
        if not text:
            continue
        in_heading = token.type == "inline" and tokens[position - 1].type == "heading_open"
        if in_heading and heading is None and not blocks:
            heading = " ".join(text.split())
        else:
            blocks.append(text)
    return heading, "\n\n".join(blocks)


def _block_text(token: Token) -> str:
    if token.type == "inline":
        return "".join(map(_inline_text, token.children or ())).strip()
    if token.type in ("fence", "code_block"):
        return token.content.strip()
    if token.type == "html_block":
        return html.unescape(_TAG.sub(" ", token.content)).strip()
    return ""


def _inline_text(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "image":
        return "".join(map(_inline_text, token.children or ()))
    return token.content if token.type in ("text", "code_inline", "text_special") else ""
