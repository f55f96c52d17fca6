"""Which documents are put in their places by hand? The admin's `pinned.toml`.

[[pinned]]
query = "christmas"                  # or queries = ["christmas", "Weihnachten"]
documents = ["id-1", "id-2"]         # first and second; or { id = "id-3", position = 5 }
match = "words"                      # these words among others; "exact" (default): the whole query
language = "de"                      # only for visitors who prefer it; default: for all
"""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Any

from search.analysis.languages import canonical_code, is_known
from search.analysis.tokenizers import tokenize
from search.errors import ConfigurationError
from search.index.curation import WHOLE, WORDS, Pin, Pinned

#: Pins of a file, documents of a pin, and the last place one can be put at.
MOST_PINS, MOST_DOCUMENTS, LAST_POSITION = 100_000, 50, 100
_KEYS = ("query", "queries", "documents", "match", "language")
_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*pinned[ \t]*\]\]", re.MULTILINE)


def read_pins(path: Path) -> tuple[Pin, ...]:
    """The pins of a file, in order. Raises `ConfigurationError` naming file, line and reason."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        values = tomllib.loads(text)
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: there is no such file of pinned results") from None
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}") from None
    strangers = values.keys() - {"pinned"}
    if strangers:
        raise ConfigurationError(f"{path}: unknown key {min(strangers)!r}; each pin begins with [[pinned]]")
    rows = values.get("pinned", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ConfigurationError(f"{path}: each pin begins with [[pinned]]")
    if len(rows) > MOST_PINS:
        raise ConfigurationError(f"{path}: more than {MOST_PINS} pins")
    lines = [text.count("\n", 0, header.start() + 1) + 1 for header in _HEADER.finditer(text)]
    if len(lines) != len(rows):
        # Pins may also be written as one list: then they are told by number.
        return tuple(_pin(row, f"{path}: pinned[{number}]") for number, row in enumerate(rows, 1))
    return tuple(_pin(row, f"{path}:{line}") for row, line in zip(rows, lines, strict=True))


def _pin(row: dict[str, Any], place: str) -> Pin:
    for key in row:
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(_KEYS)}"
            raise ConfigurationError(f"{place}: unknown key {key!r}; {hint}")
    match = row.get("match", WHOLE)
    if match not in (WHOLE, WORDS):
        raise ConfigurationError(f"{place}: match must be {WHOLE!r} or {WORDS!r}")
    language = row.get("language", "")
    if language and not (isinstance(language, str) and is_known(language)):
        raise ConfigurationError(f"{place}: language {language!r}: not in the language table")
    return Pin(
        _queries(row, place),
        _documents(row.get("documents"), place),
        match,
        canonical_code(language) if language else "",
    )


def _queries(row: dict[str, Any], place: str) -> tuple[str, ...]:
    if ("query" in row) == ("queries" in row):
        raise ConfigurationError(f"{place}: either query or queries is needed")
    queries = [row["query"]] if "query" in row else row["queries"]
    if not isinstance(queries, list) or not queries or not all(isinstance(one, str) for one in queries):
        raise ConfigurationError(f"{place}: query must be a text, queries a list of texts")
    for query in queries:
        if not tokenize(query):
            raise ConfigurationError(f"{place}: the query {query!r} has no letters or digits")
    return tuple(dict.fromkeys(queries))


def _documents(rows: Any, place: str) -> tuple[Pinned, ...]:
    if not isinstance(rows, list) or not rows:
        raise ConfigurationError(f"{place}: documents must be a list of ids")
    if len(rows) > MOST_DOCUMENTS:
        raise ConfigurationError(f"{place}: more than {MOST_DOCUMENTS} documents")
    placed: dict[int, str] = {}
    unplaced: list[str] = []
    for row in rows:
        if isinstance(row, dict) and row.keys() <= {"id", "position"}:
            document_id, position = row.get("id"), row.get("position")
        else:
            document_id, position = row, None
        if not isinstance(document_id, str) or not document_id:
            raise ConfigurationError(f"{place}: a document is an id or {{ id = …, position = … }}")
        if document_id in unplaced or document_id in placed.values():
            raise ConfigurationError(f"{place}: the document {document_id!r} is pinned twice")
        if position is None:
            unplaced.append(document_id)
        else:
            placed[_free_position(position, placed, place)] = document_id
    # The others take the first places that are left.
    free = (position for position in range(1, LAST_POSITION + 1) if position not in placed)
    for document_id, position in zip(unplaced, [next(free) for _ in unplaced], strict=True):
        placed[position] = document_id
    return tuple(Pinned(document_id, position) for position, document_id in sorted(placed.items()))


def _free_position(position: Any, placed: dict[int, str], place: str) -> int:
    if not isinstance(position, int) or isinstance(position, bool) or not 1 <= position <= LAST_POSITION:
        raise ConfigurationError(f"{place}: position must be a number from 1 to {LAST_POSITION}")
    if position in placed:
        raise ConfigurationError(f"{place}: two documents at position {position}")
    return position
