"""What does each answer of the API look like? Models for its description, and for tests that hold it true.

Answers are written by `search.results` and not by these models, which would cost every request more than
its JSON. Nothing but what stands here may be in an answer: that is tested with real ones.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Direction = Literal["ltr", "rtl"]
#: Everything of the document that is no markup of ours is escaped.
Html = Annotated[str, Field(description="HTML, all escaped but <mark>.")]
Count = Annotated[int, Field(ge=0)]


class Answer(BaseModel):
    """Nothing but what is named, and all of it."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Interpretation(Answer):
    """A second try: the query that was answered instead of, or besides, the typed one."""

    kind: Literal["spelling", "keyboard", "transliteration", "split", "join"]
    query: str


class QueryEcho(Answer):
    """How the query was understood."""

    q: str
    languages: list[str]
    corrected: str | None = Field(description="The spelling used instead.")
    interpretations: list[Interpretation]


class MatchedTitle(Answer):
    """The other title that shows why the document was found."""

    text: str
    html: Html
    language: str
    dir: Direction


class Hit(Answer):
    """One document that was found."""

    id: str
    title: str
    language: str
    title_language: str
    dir: Direction
    score: float
    url: str | None
    snippet: Html | None
    title_html: Html | None
    matched_title: MatchedTitle | None
    matched_by: list[
        Literal["exact", "stem", "folded", "romanized", "alias", "prefix", "typo", "keyboard"] | str
    ] = Field(
        description="In which ways the hit met the query: exact, stem, folded, romanized, alias, prefix, …"
    )
    fields: dict[str, Any] = Field(description="The keys of the document that the configuration shows.")
    pinned: Literal[True] | None = Field(
        None, description="There, and true, if the admin put the hit in its place for this query."
    )
    explanation: dict[str, Any] | None = Field(
        None, description="The parts of the score, with explain=1 only."
    )


class FacetValue(Answer):
    """One value of a facet, and how many matching documents have it."""

    value: str | int | float
    label: str
    count: Count
    selected: bool


class SearchResults(Answer):
    """A page of hits with its counts."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "query": {
                        "q": "treni mosca",
                        "languages": ["it"],
                        "corrected": None,
                        "interpretations": [],
                    },
                    "total": 1,
                    "page": 1,
                    "per_page": 10,
                    "pages": 1,
                    "took_ms": 1.3,
                    "hits": [
                        {
                            "id": "il-treno-va-a-mosca",
                            "title": "Il treno va a Mosca",
                            "language": "it",
                            "title_language": "it",
                            "dir": "ltr",
                            "score": 12.9,
                            "url": None,
                            "snippet": "… il <mark>treno</mark> …",
                            "title_html": "Il <mark>treno</mark> va a <mark>Mosca</mark>",
                            "matched_title": None,
                            "matched_by": ["stem"],
                            "fields": {"year": 2013, "genre": ["Documentary"]},
                        }
                    ],
                    "facets": {
                        "language": [{"value": "it", "label": "Italian", "count": 1, "selected": False}]
                    },
                }
            ]
        }
    )

    query: QueryEcho
    total: Count = Field(description="Documents that match.")
    page: int
    per_page: int
    pages: Count
    took_ms: float = Field(ge=0)
    hits: list[Hit]
    facets: dict[str, list[FacetValue]] = Field(
        description="Exact counts; a facet's own filter does not reduce its own counts."
    )


class MultiResults(Answer):
    """The answers to several searches, in their order."""

    results: list[SearchResults]


class Suggestion(Answer):
    """One completion; `id` names the document it leads to."""

    text: str
    id: str
    language: str
    kind: str


class Suggestions(Answer):
    """Completions, the best first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "suggestions": [
                        {
                            "text": "Il treno va a Mosca",
                            "id": "il-treno-va-a-mosca",
                            "language": "it",
                            "kind": "title",
                        }
                    ]
                }
            ]
        }
    )

    suggestions: list[Suggestion]


class Document(Answer):
    """One document as the index keeps it."""

    id: str
    title: str
    language: str
    title_language: str
    dir: Direction
    language_reason: str = Field(description="How the language was decided: declared, or detected and why.")
    text: str
    url: str | None
    fields: dict[str, Any]


class Similar(Answer):
    """Documents like the one with this id."""

    id: str
    hits: list[Hit]


class FacetValues(Answer):
    """The values of one facet."""

    name: str
    values: list[FacetValue]


class Language(Answer):
    """A language known to the analysis."""

    code: str
    name: str
    native_name: str
    dir: Direction
    documents: Count


class Languages(Answer):
    """The languages known, and how many documents each has."""

    languages: list[Language]


class Problem(Answer):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "/api/docs#bad-parameter",
                    "title": "A parameter is wrong",
                    "status": 400,
                    "detail": "perpage: unknown parameter; did you mean 'per_page'?",
                    "errors": {"perpage": "unknown parameter; did you mean 'per_page'?"},
                }
            ]
        }
    )

    type: str = Field(
        description="Address of the problem's documentation; stable.",
        json_schema_extra={"format": "uri-reference"},
    )
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    errors: dict[str, str] | None = Field(None, description="Each bad parameter and what to do about it.")


class Alive(Answer):
    """The process answers."""

    status: Literal["alive"]


class Ready(Answer):
    """The index is open and answers."""

    status: Literal["ready"]
    generation: str
    documents: Count
    warning: str | None = Field(None, description="The live generation cannot be used; an older one answers.")


#: Every model of an answer. What stands here is described by name.
ANSWERS: tuple[type[Answer], ...] = (
    SearchResults,
    MultiResults,
    Suggestions,
    Document,
    Similar,
    FacetValues,
    Languages,
    Alive,
    Ready,
    Problem,
)
