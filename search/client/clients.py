"""The two clients: one question a method, connections kept open between them.

Both do the same in the same words, one with `await`. What is asked is in `calls`, when it is asked
again in `exchange`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from typing import Unpack

import httpx

from search.client import calls
from search.client.calls import Answer, Call, Filters, Search, request_of
from search.client.exchange import Exchange, Patience, TagCache
from search.client.problems import ClientError, TimedOut, Unreachable
from search.request import SearchRequest
from search.results import FacetValue, Hit, LanguageCount, SearchResults, StoredDocument, Suggestion


class Client:
    """Asks the service at `address`; close it, or use it in a `with`.

    `timeout` seconds for connecting, and again for each wait for data. Questions that the service puts
    off (429, 503 with `Retry-After`) are asked again up to `retries` times, if it asks for
    `longest_wait` seconds at most. `cache` answers are kept and asked for with `If-None-Match`: they
    are those of the live index, without the work. `headers` go with every request, `transport` is
    httpx's, for proxies and tests. One client may be used by several threads.

    Every method raises a `ClientError`: `BadParameter`, `NotFound`, `TooManyRequests`, `Unavailable`
    or another `Problem` in the service's words, `Unreachable` or `TimedOut` without any.
    """

    def __init__(
        self,
        address: str,
        *,
        timeout: float = 5.0,
        retries: int = 2,
        longest_wait: float = 10.0,
        cache: int = 0,
        headers: Mapping[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._patience = Patience(retries, longest_wait)
        self._cache = TagCache(cache)
        self._http = httpx.Client(
            base_url=_checked(address),
            timeout=timeout,
            headers=_headers(headers),
            transport=transport,
            follow_redirects=True,
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def search(self, q: str | SearchRequest = "", **search: Unpack[Search]) -> SearchResults:
        """A page of ranked hits with facet counts."""
        return self._ask(calls.search(request_of(q, **search)))

    def multi_search(self, searches: Iterable[str | SearchRequest]) -> tuple[SearchResults, ...]:
        """Several searches in one request (at most 20), answered in order."""
        return self._ask(calls.multi_search(map(request_of, searches)))

    def pages(self, q: str | SearchRequest = "", **search: Unpack[Search]) -> Iterator[SearchResults]:
        """The pages of a search, from the one asked for to the last that the service gives out
        (10,000 hits). An index that changes meanwhile may move hits between pages."""
        request = request_of(q, **search)
        while True:
            results = self.search(request)
            yield results
            if not calls.has_next(request, results):
                return
            request = replace(request, page=request.page + 1)

    def hits(self, q: str | SearchRequest = "", **search: Unpack[Search]) -> Iterator[Hit]:
        """All hits of a search one by one, `per_page` a request."""
        for page in self.pages(q, **search):
            yield from page.hits

    def suggest(
        self, q: str, *, limit: int = 10, languages: str | Iterable[str] = ()
    ) -> tuple[Suggestion, ...]:
        """Completions of what was typed so far."""
        return self._ask(calls.suggest(q, limit=limit, languages=languages))

    def document(self, document_id: str) -> StoredDocument:
        """One document. Raises `NotFound`."""
        return self._ask(calls.document(document_id))

    def similar(self, document_id: str, *, limit: int = 10) -> tuple[Hit, ...]:
        """Documents like this one, best first. Raises `NotFound`."""
        return self._ask(calls.similar(document_id, limit=limit))

    def facet_values(
        self, name: str, *, q: str = "", prefix: str = "", limit: int = 20, filters: Filters | None = None
    ) -> tuple[FacetValue, ...]:
        """Values of one facet that begin with `prefix`, in any script, among the hits of `q`."""
        return self._ask(calls.facet_values(name, q=q, prefix=prefix, limit=limit, filters=filters))

    def languages(self) -> tuple[LanguageCount, ...]:
        """The languages known, most documents first."""
        return self._ask(calls.languages())

    def _ask(self, call: Call[Answer]) -> Answer:
        exchange = Exchange(call, self._patience, self._cache)
        while True:
            try:
                response = self._http.request(
                    call.method, call.path, json=call.body, headers=exchange.headers()
                )
            except httpx.HTTPError as error:
                raise _unheard(error) from error
            wait = exchange.heard(response.status_code, response.headers, response.content)
            if wait is None:
                return exchange.answer
            time.sleep(wait)


class AsyncClient:
    """Asks the service at `address` from asyncio; close it, or use it in an `async with`.

    `timeout` seconds for connecting, and again for each wait for data. Questions that the service puts
    off (429, 503 with `Retry-After`) are asked again up to `retries` times, if it asks for
    `longest_wait` seconds at most. `cache` answers are kept and asked for with `If-None-Match`: they
    are those of the live index, without the work. `headers` go with every request, `transport` is
    httpx's, for proxies and tests. One client belongs to one event loop.

    Every method raises a `ClientError`: `BadParameter`, `NotFound`, `TooManyRequests`, `Unavailable`
    or another `Problem` in the service's words, `Unreachable` or `TimedOut` without any.
    """

    def __init__(
        self,
        address: str,
        *,
        timeout: float = 5.0,
        retries: int = 2,
        longest_wait: float = 10.0,
        cache: int = 0,
        headers: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._patience = Patience(retries, longest_wait)
        self._cache = TagCache(cache)
        self._http = httpx.AsyncClient(
            base_url=_checked(address),
            timeout=timeout,
            headers=_headers(headers),
            transport=transport,
            follow_redirects=True,
        )

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def search(self, q: str | SearchRequest = "", **search: Unpack[Search]) -> SearchResults:
        """A page of ranked hits with facet counts."""
        return await self._ask(calls.search(request_of(q, **search)))

    async def multi_search(self, searches: Iterable[str | SearchRequest]) -> tuple[SearchResults, ...]:
        """Several searches in one request (at most 20), answered in order."""
        return await self._ask(calls.multi_search(map(request_of, searches)))

    async def pages(
        self, q: str | SearchRequest = "", **search: Unpack[Search]
    ) -> AsyncIterator[SearchResults]:
        """The pages of a search, from the one asked for to the last that the service gives out
        (10,000 hits). An index that changes meanwhile may move hits between pages."""
        request = request_of(q, **search)
        while True:
            results = await self.search(request)
            yield results
            if not calls.has_next(request, results):
                return
            request = replace(request, page=request.page + 1)

    async def hits(self, q: str | SearchRequest = "", **search: Unpack[Search]) -> AsyncIterator[Hit]:
        """All hits of a search one by one, `per_page` a request."""
        async for page in self.pages(q, **search):
            for hit in page.hits:
                yield hit

    async def suggest(
        self, q: str, *, limit: int = 10, languages: str | Iterable[str] = ()
    ) -> tuple[Suggestion, ...]:
        """Completions of what was typed so far."""
        return await self._ask(calls.suggest(q, limit=limit, languages=languages))

    async def document(self, document_id: str) -> StoredDocument:
        """One document. Raises `NotFound`."""
        return await self._ask(calls.document(document_id))

    async def similar(self, document_id: str, *, limit: int = 10) -> tuple[Hit, ...]:
        """Documents like this one, best first. Raises `NotFound`."""
        return await self._ask(calls.similar(document_id, limit=limit))

    async def facet_values(
        self, name: str, *, q: str = "", prefix: str = "", limit: int = 20, filters: Filters | None = None
    ) -> tuple[FacetValue, ...]:
        """Values of one facet that begin with `prefix`, in any script, among the hits of `q`."""
        return await self._ask(calls.facet_values(name, q=q, prefix=prefix, limit=limit, filters=filters))

    async def languages(self) -> tuple[LanguageCount, ...]:
        """The languages known, most documents first."""
        return await self._ask(calls.languages())

    async def _ask(self, call: Call[Answer]) -> Answer:
        exchange = Exchange(call, self._patience, self._cache)
        while True:
            try:
                response = await self._http.request(
                    call.method, call.path, json=call.body, headers=exchange.headers()
                )
            except httpx.HTTPError as error:
                raise _unheard(error) from error
            wait = exchange.heard(response.status_code, response.headers, response.content)
            if wait is None:
                return exchange.answer
            await asyncio.sleep(wait)


def _checked(address: str) -> str:
    if not address.startswith(("http://", "https://")):
        raise ValueError(f"the address of a service begins with http:// or https://, not {address!r}")
    return address


def _headers(given: Mapping[str, str] | None) -> dict[str, str]:
    try:
        own = version("multilingual-search")
    except PackageNotFoundError:
        own = "source"
    return {"Accept": "application/json", "User-Agent": f"multilingual-search/{own}", **(given or {})}


def _unheard(error: httpx.HTTPError) -> ClientError:
    where = f"{error.request.url.scheme}://{error.request.url.netloc.decode('ascii')}"
    if isinstance(error, httpx.TimeoutException):
        return TimedOut(f"{where}: no answer in time ({type(error).__name__})")
    return Unreachable(f"{where}: {error or type(error).__name__}")
