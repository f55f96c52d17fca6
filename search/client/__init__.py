"""Ask a running service from Python: `Client`, and `AsyncClient` for asyncio.

    from search.client import Client

    with Client("http://127.0.0.1:8000") as films:
        for hit in films.search("treni mosca").hits:
            print(hit.title)

Answers are the values of `search.results`, questions those of `search.request`: what is written for
the service also works on a `Searcher` in the same process. Needs `httpx` (the extra `client`), and
nothing of the index: neither NumPy nor Whoosh is imported.
"""

from __future__ import annotations

try:
    import httpx  # noqa: F401  -- said here, once and in words
except ImportError as error:
    raise ImportError("search.client needs httpx: pip install 'multilingual-search[client]'") from error

from search.client.calls import Search
from search.client.clients import AsyncClient, Client
from search.client.problems import (
    BadParameter,
    ClientError,
    NotFound,
    Problem,
    TimedOut,
    TooManyRequests,
    Unavailable,
    UnexpectedAnswer,
    Unreachable,
)
from search.request import Range, SearchRequest
from search.results import (
    FacetValue,
    Hit,
    Interpretation,
    LanguageCount,
    MatchedTitle,
    QueryEcho,
    SearchResults,
    StoredDocument,
    Suggestion,
)

__all__ = [
    "AsyncClient",
    "BadParameter",
    "Client",
    "ClientError",
    "FacetValue",
    "Hit",
    "Interpretation",
    "LanguageCount",
    "MatchedTitle",
    "NotFound",
    "Problem",
    "QueryEcho",
    "Range",
    "Search",
    "SearchRequest",
    "SearchResults",
    "StoredDocument",
    "Suggestion",
    "TimedOut",
    "TooManyRequests",
    "Unavailable",
    "UnexpectedAnswer",
    "Unreachable",
]
