"""What is answered: frozen values that travel from the searcher to the front ends.

`to_dict` methods give exactly the JSON of the HTTP API and of `indexer search --json`,
so that there is one shape and one place where it is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A second try: the query that was answered instead of, or besides, the typed one.

    `kind` is one of `spelling`, `keyboard`, `transliteration`, `split`, `join`.
    """

    kind: str
    query: str

    def to_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "query": self.query}


@dataclass(frozen=True, slots=True)
class QueryEcho:
    """How the query was understood."""

    q: str
    languages: tuple[str, ...] = ()
    corrected: str | None = None
    interpretations: tuple[Interpretation, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "q": self.q,
            "languages": list(self.languages),
            "corrected": self.corrected,
            "interpretations": [one.to_dict() for one in self.interpretations],
        }


@dataclass(frozen=True, slots=True)
class MatchedTitle:
    """Another title of a hit, by which it was found. `html` is the escaped text with `<mark>`;
    `language` is `und` where nobody knows it, `direction` that of the title itself."""

    text: str
    html: str
    language: str
    direction: str

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text, "html": self.html, "language": self.language, "dir": self.direction}


@dataclass(frozen=True, slots=True)
class Hit:
    """One matched document as the reader sees it.

    `snippet` and `title_html` are HTML: everything escaped but `<mark>`. `fields` holds the
    stored keys other than id, title, language and url. `direction` is `ltr` or `rtl`, that
    of `language`. `title_language` is that of the title, which need not be that of the text.
    `matched_title` is the other title that shows why the document was found, where the shown
    one does not. `pinned`: the admin put it in its place for this query.
    """

    id: str
    title: str
    language: str
    direction: str
    score: float
    url: str | None = None
    snippet: str | None = None
    title_html: str | None = None
    matched_by: tuple[str, ...] = ()
    fields: dict[str, Any] = field(default_factory=dict)
    explanation: dict[str, Any] | None = None
    title_language: str = ""
    matched_title: MatchedTitle | None = None
    pinned: bool = False

    def to_dict(self) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "id": self.id,
            "title": self.title,
            "language": self.language,
            "title_language": self.title_language or self.language,
            "dir": self.direction,
            "score": round(self.score, 4),
            "url": self.url,
            "snippet": self.snippet,
            "title_html": self.title_html,
            "matched_title": self.matched_title.to_dict() if self.matched_title else None,
            "matched_by": list(self.matched_by),
            "fields": self.fields,
        }
        if self.pinned:
            answer["pinned"] = True
        if self.explanation is not None:
            answer["explanation"] = self.explanation
        return answer


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet with the number of matching documents that have it."""

    value: str | int | float
    label: str
    count: int
    selected: bool = False

    def to_dict(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "label": self.label,
            "count": self.count,
            "selected": self.selected,
        }


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page of hits with its counts. `generation` names the index that answered; `complete` is false
    when no document has all the words."""

    query: QueryEcho
    total: int
    page: int
    per_page: int
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[FacetValue, ...]]
    took_ms: float
    generation: str = ""
    complete: bool = True

    @property
    def pages(self) -> int:
        return -(-self.total // self.per_page)

    def to_dict(self) -> dict[str, Any]:
        return {
            "query": self.query.to_dict(),
            "total": self.total,
            "page": self.page,
            "per_page": self.per_page,
            "pages": self.pages,
            "took_ms": round(self.took_ms, 2),
            "hits": [hit.to_dict() for hit in self.hits],
            # Most values of an answer are these: written out, not asked one by one.
            "facets": {
                name: [
                    {"value": one.value, "label": one.label, "count": one.count, "selected": one.selected}
                    for one in values
                ]
                for name, values in self.facets.items()
            },
        }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One completion. `kind` is `title` or `alias`; `id` names the document it leads to."""

    text: str
    id: str
    language: str
    kind: str = "title"

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text, "id": self.id, "language": self.language, "kind": self.kind}


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """One document as the index keeps it.

    `fields` holds every key but id, title, text, language and url; `language_reason` is a
    sentence such as "declared" or "script: kana".
    """

    id: str
    title: str
    language: str
    direction: str
    text: str = ""
    url: str | None = None
    language_reason: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    title_language: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "language": self.language,
            "title_language": self.title_language or self.language,
            "dir": self.direction,
            "language_reason": self.language_reason,
            "text": self.text,
            "url": self.url,
            "fields": self.fields,
        }


@dataclass(frozen=True, slots=True)
class LanguageCount:
    """A language known to the analysis and the number of documents that have it."""

    code: str
    name: str
    native_name: str
    direction: str
    documents: int

    def to_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "name": self.name,
            "native_name": self.native_name,
            "dir": self.direction,
            "documents": self.documents,
        }
