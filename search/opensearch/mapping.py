"""What does an index of the cluster hold, and how are its fields called?

One text field per zone and way, in our own terms: the cluster's analyzers only take apart again what
`documents.py` has joined. What is stored, counted, filtered and sorted by are doc values beside them.
Whoever asks the cluster names its fields by the functions here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from search.analysis.collation import tailored_letters
from search.analysis.languages import LANGUAGES
from search.configuration import Settings
from search.index.schema import BODY, FIELDS, LANGUAGE, POSITIONAL, Field

#: Between terms; between those of one place; what stands where no term is.
SEPARATOR, JOINED, EMPTY_PLACE = "\n", "\u0002", "\u0003"
#: Fields that every document has: its number (`facts.py`), the number of its language, what its score is
#: multiplied by for its popularity, the JSON that is given back.
NUMBER, LANGUAGE_NUMBER, BOOST, STORED = "number", "language_number", "boost", "stored"
#: The longest term, in bytes of UTF-8; and the longest run of terms at one place. Nobody can type more.
LONGEST_TERM, LONGEST_PLACE = 1024, 32_000
#: The longest value, in bytes of UTF-8: Lucene takes none of more than 32,766.
LONGEST_VALUE = 32_000
#: Names of the analyzers and of the similarity.
TOKENS, PLACES, FREQUENCY = "tokens", "places", "frequency"
#: More fields than any collection has; the default would refuse one of many facets.
_MOST_FIELDS = 5000
#: Hits that may be asked for at once: `search.request.MAX_WINDOW`, and what pins move.
_WINDOW = 20_000
_PLAIN = re.compile(r"[^A-Za-z0-9_-]")


def text_field(one: Field) -> str:
    """The terms of a zone in a way."""
    return one.name


def length_field(one: Field) -> str:
    """How long the zone is in that way; a document that has nothing there has no such value."""
    return f"len_{one.name}"


def value_field(name: str) -> str:
    """The values of a facet of texts, or of `language`."""
    return f"v_{_escaped(name)}"


def number_field(name: str) -> str:
    """The number of a facet or sort key."""
    return f"n_{_escaped(name)}"


def title_order_field(code: str = "") -> str:
    """By what titles are put in order; of a language, by what its own order puts elsewhere: only the
    documents have it whose title stands elsewhere in that language."""
    return f"order_{_escaped(code)}" if code else "order"


def order_languages(*, skip_articles: bool) -> tuple[str, ...]:
    """The languages in whose order some titles may stand elsewhere."""
    return tuple(
        code for code, row in LANGUAGES.items() if tailored_letters(code) or (skip_articles and row.articles)
    )


def value_names(settings: Settings) -> tuple[str, ...]:
    """The facets of texts, and the language, which every collection has."""
    return tuple(
        dict.fromkeys((LANGUAGE, *(facet.name for facet in settings.facets if facet.kind == "value")))
    )


def index_body(settings: Settings, *, shards: int, number_names: Iterable[str]) -> dict[str, Any]:
    """Settings and mappings of a new index. `number_names` are the columns of numbers that segments
    have. While it is filled nothing is refreshed and nothing copied to replicas."""
    return {
        "settings": {"index": _index_settings(shards)},
        "mappings": {
            "dynamic": "strict",
            "_source": {"includes": [STORED]},
            "properties": properties(settings, number_names),
        },
    }


def _index_settings(shards: int) -> dict[str, Any]:
    tokenizer = {"type": "char_group", "tokenize_on_chars": [SEPARATOR], "max_token_length": LONGEST_PLACE}
    return {
        "number_of_shards": shards,
        "number_of_replicas": 0,
        "refresh_interval": "-1",
        "max_result_window": _WINDOW,
        "mapping.total_fields.limit": _MOST_FIELDS,
        "similarity": {
            # Scores are worked out by scripts; what they need of a term is how often it occurs.
            FREQUENCY: {"type": "scripted", "script": {"source": "return query.boost * doc.freq;"}}
        },
        "analysis": {
            "tokenizer": {"lines": tokenizer},
            "filter": {
                "one_place": {
                    "type": "pattern_capture",
                    "preserve_original": False,
                    "patterns": [f"([^{JOINED}]+)"],
                },
                "no_empty_places": {"type": "stop", "stopwords": [EMPTY_PLACE]},
            },
            "analyzer": {
                TOKENS: {"type": "custom", "tokenizer": "lines"},
                PLACES: {
                    "type": "custom",
                    "tokenizer": "lines",
                    "filter": ["one_place", "no_empty_places"],
                },
            },
        },
    }


def properties(settings: Settings, number_names: Iterable[str]) -> dict[str, Any]:
    """The mapping of each field."""
    only_sorted = {"type": "keyword", "index": False}
    return {
        STORED: {"type": "object", "enabled": False},
        NUMBER: {"type": "long"},
        LANGUAGE_NUMBER: {"type": "integer"},
        BOOST: {"type": "float", "index": False},
        **{text_field(one): _text(one) for one in FIELDS},
        **{length_field(one): {"type": "integer", "index": False} for one in FIELDS},
        **{value_field(name): {"type": "keyword"} for name in value_names(settings)},
        **{number_field(name): {"type": "double"} for name in number_names},
        title_order_field(): only_sorted,
        **{
            title_order_field(code): only_sorted
            for code in order_languages(skip_articles=settings.skip_articles)
        },
    }


def _text(one: Field) -> dict[str, Any]:
    positional = one.way in POSITIONAL
    return {
        "type": "text",
        "analyzer": PLACES if positional else TOKENS,
        "norms": False,
        "similarity": FREQUENCY,
        "index_options": "positions" if positional else "freqs" if one.zone == BODY else "docs",
    }


def indexable(term: str) -> bool:
    """Whether the cluster can hold the term. It holds none with half a surrogate pair or with a sign
    that joins terms, which nobody can type either, and none that is longer than a word may be."""
    try:
        encoded = term.encode()
    except UnicodeEncodeError:
        return False
    return is_indexable(encoded)


def is_indexable(term: bytes) -> bool:
    """The same of a term in UTF-8 as lexicons hold it."""
    return 0 < len(term) <= LONGEST_TERM and UNHELD.search(term) is None


#: Signs that join terms, control characters that have no meaning in a text, halves of surrogate pairs.
UNHELD = re.compile(rb"[\x00-\x1f\x7f]|\xed[\xa0-\xbf]")


def _escaped(name: str) -> str:
    """A name as part of a field's: a dot in it would be a path to the cluster."""
    return _PLAIN.sub(lambda sign: f"~{ord(sign.group()):x}~", name)
