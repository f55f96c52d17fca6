"""The Python client over the real application, and over answers that no server of ours gives."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from web_fake import FILMS, FakeSearcher, fake_client

from search.results import MatchedTitle, StoredDocument

httpx = pytest.importorskip("httpx", reason="the client needs httpx")

from search import client  # noqa: E402
from search.client import (  # noqa: E402
    AsyncClient,
    BadParameter,
    Client,
    ClientError,
    NotFound,
    Problem,
    Range,
    SearchRequest,
    TimedOut,
    TooManyRequests,
    Unavailable,
    UnexpectedAnswer,
    Unreachable,
    answers,
    calls,
    clients,
    exchange,
)

ROOT = Path(__file__).parent.parent
ADDRESS = "https://films.example"

Answer = Callable[[Any], Any]


def over(flask: FlaskClient, seen: list[Any] | None = None) -> Any:
    """A transport that asks the application in this process."""

    def answer(request: Any) -> Any:
        if seen is not None:
            seen.append(request)
        got = flask.open(
            request.url.raw_path.decode("ascii"),
            method=request.method,
            headers=dict(request.headers),
            data=request.content,
        )
        return httpx.Response(got.status_code, headers=list(got.headers), content=got.data)

    return httpx.MockTransport(answer)


def replies(*answers: Any) -> Any:
    """A transport that gives these answers in turn."""
    turn = iter(answers)
    return httpx.MockTransport(lambda _request: next(turn))


@pytest.fixture
def films() -> Iterator[Client]:
    with Client(ADDRESS, transport=over(fake_client())) as opened:
        yield opened


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that a client waited, in place of waiting."""
    waited: list[float] = []
    monkeypatch.setattr(clients.time, "sleep", waited.append)

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(clients.asyncio, "sleep", sleep)
    return waited


def problem(status: int, **headers: str) -> Any:
    body = {"type": "/api/docs#deadline", "title": "Busy", "status": status, "detail": "Later."}
    return httpx.Response(
        status, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


EMPTY = {"query": {"q": ""}, "total": 0, "page": 1, "per_page": 10, "hits": []}


# Questions and answers


def test_search_gives_what_the_searcher_gives(films: Client) -> None:
    found = films.search("treno", languages=["it"], facets=["language"], explain=True)
    assert (found.total, found.pages, found.query.languages) == (1, 1, ("it",))
    (hit,) = found.hits
    assert hit.title_html == "Il <mark>treno</mark> va a Mosca"
    assert (hit.direction, hit.matched_by, hit.explanation) == ("ltr", ("exact",), {"exact": 1.0})
    assert [(one.value, one.label, one.count) for one in found.facets["language"]] == [("it", "Italian", 1)]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        pytest.param({"language": "it"}, {"treno-mosca"}, id="one value"),
        pytest.param({"language": ["it", "tr"]}, {"treno-mosca", "kis"}, id="several"),
        pytest.param({"year": Range(2014, 2014)}, {"kis"}, id="range"),
        pytest.param({"year": 2014}, {"kis"}, id="number"),
        pytest.param({"year": "2014.."}, {"kis"}, id="range as text"),
        pytest.param({"year": Range(low=2013.5), "genre": ("Drama",)}, {"kis"}, id="open range and value"),
    ],
)
def test_filters(films: Client, filters: Any, ids: set[str]) -> None:
    assert {hit.id for hit in films.search(filters=filters).hits} >= ids
    found = {hit.id for hit in films.search(filters=filters, per_page=100).hits}
    assert found & {"treno-mosca", "kis", "brick"} == ids


def test_second_tries_are_told(films: Client) -> None:
    echo = films.search("fantmas").query
    assert (echo.corrected, echo.interpretations[0].kind) == ("fantômas", "spelling")


def test_what_is_at_its_default_is_not_sent() -> None:
    assert calls.search(SearchRequest()).path == "/api/v1/search"
    assert calls.search(SearchRequest("a b", page=2, exact=True, highlight=False, facets=())).path == (
        "/api/v1/search?q=a+b&page=2&exact=1&highlight=0&facets="
    )


def test_a_single_name_need_not_be_a_list(films: Client) -> None:
    found = films.search(languages="it", facets="genre")
    assert (found.query.languages, list(found.facets)) == (("it",), ["genre"])
    assert films.suggest("bri", languages="it")


def test_what_cannot_be_asked_is_an_error_not_another_answer(films: Client) -> None:
    with pytest.raises(TypeError, match="per_page"):
        films.search(SearchRequest("x"), per_page=3)
    with pytest.raises(TypeError, match="genre; facets go in filters"):
        films.search("x", genre="Drama")  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="every_word"):
        films.search(SearchRequest("x", every_word=True))


def test_long_queries_go_as_a_post() -> None:
    seen: list[Any] = []
    with Client(ADDRESS, transport=over(fake_client(), seen)) as films:
        found = films.search("東" * 2000, filters={"year": Range(1900, 2000)}, exact=True)
    assert found.total == 0
    assert [one.method for one in seen] == ["POST"]


def test_multi_search_in_order(films: Client) -> None:
    found = films.multi_search(["brick", SearchRequest("treno", per_page=1), "nothing-here"])
    assert [one.total for one in found] == [1, 1, 0]
    assert found[1].per_page == 1


def test_pages_and_hits_come_to_an_end(films: Client) -> None:
    pages = list(films.pages(per_page=3))
    assert [one.page for one in pages] == list(range(1, pages[0].pages + 1))
    ids = [hit.id for hit in films.hits(per_page=3)]
    assert len(ids) == len(set(ids)) == len(FILMS) == pages[0].total
    assert next(films.pages(SearchRequest(page=2, per_page=3))).page == 2
    assert list(films.hits("nothing-here")) == []


def test_pages_end_at_the_window() -> None:
    asked = SearchRequest(page=100, per_page=100)
    page = client.SearchResults(client.QueryEcho(""), 50_000, 100, 100, (), {}, 1.0)
    assert not calls.has_next(asked, page)
    assert calls.has_next(SearchRequest(page=99, per_page=100), page)


def test_the_other_routes(films: Client) -> None:
    assert [one.id for one in films.suggest("bri", limit=1)] == ["brick"]
    assert films.document("vals").direction == "rtl"
    assert films.document("vals").language_reason == "script: Hebrew"
    assert len(films.similar("vals", limit=3)) == 3
    assert [one.value for one in films.facet_values("language", prefix="ital")] == ["it"]
    assert {one.value for one in films.facet_values("genre", filters={"year": Range(2014, 2014)})} == {
        "Drama"
    }
    assert next(one.native_name for one in films.languages() if one.code == "it")


@pytest.mark.parametrize("identity", ["a/b c?d", "/x", "..", ".", "%2e", "ё#&+", "a\nb", "a;b", "\u202e"])
def test_any_id_reaches_its_document(identity: str) -> None:
    flask = fake_client(FakeSearcher((StoredDocument(identity, "Title", "en", "ltr"),)))
    with Client(ADDRESS, transport=over(flask)) as films:
        assert films.document(identity).id == identity
        assert films.similar(identity) == ()


def test_half_characters_are_no_crash(films: Client) -> None:
    assert films.search("\ud800x").total == 0
    with pytest.raises(NotFound):
        films.document("\ud800")


def test_a_service_below_a_path() -> None:
    seen: list[Any] = []

    def answer(request: Any) -> Any:
        seen.append(str(request.url))
        return httpx.Response(200, json={"suggestions": []})

    for address in ("https://example.org/films", "https://example.org/films/"):
        with Client(address, transport=httpx.MockTransport(answer)) as films:
            films.suggest("x")
    assert set(seen) == {"https://example.org/films/api/v1/suggest?q=x&limit=10"}


def test_every_method_of_one_is_a_method_of_the_other() -> None:
    public = [{name for name in vars(kind) if not name.startswith("_")} for kind in (Client, AsyncClient)]
    assert public[0] == public[1]


def test_async_client_answers_alike(films: Client) -> None:
    async def ask() -> tuple[Any, ...]:
        async with AsyncClient(ADDRESS, transport=over(fake_client())) as other:
            return (
                (await other.search("treno")).hits,
                [hit.id async for hit in other.hits(per_page=3)],
                await other.multi_search(["brick"]),
                await other.suggest("bri"),
                await other.document("vals"),
                await other.similar("vals"),
                await other.facet_values("genre"),
                await other.languages(),
            )

    assert asyncio.run(ask()) == (
        films.search("treno").hits,
        [hit.id for hit in films.hits(per_page=3)],
        films.multi_search(["brick"]),
        films.suggest("bri"),
        films.document("vals"),
        films.similar("vals"),
        films.facet_values("genre"),
        films.languages(),
    )


def without_defaults(value: Any) -> Any:
    """`value`, when it says something in every field: one that nobody thought of would be at its default."""
    for one in fields(value):
        default = one.default_factory() if callable(one.default_factory) else one.default
        assert getattr(value, one.name) != default, f"say something in {type(value).__name__}.{one.name}"
    return value


def test_every_field_of_an_answer_arrives() -> None:
    """A field that is new in `search/results.py` must be read by the client too, or named here."""
    matched = without_defaults(MatchedTitle("Aa", "<mark>Aa</mark>", "fa", "rtl"))
    hit = without_defaults(
        client.Hit(
            id="a",
            title="A",
            language="ar",
            direction="rtl",
            score=1.5,
            url="https://films.example/a",
            snippet="…",
            title_html="<mark>A</mark>",
            matched_by=("exact",),
            fields={"year": 1},
            explanation={"exact": 1.5},
            title_language="fa",
            matched_title=matched,
            pinned=True,
        )
    )
    echo = without_defaults(client.QueryEcho("q", ("ar",), "p", (client.Interpretation("spelling", "p"),)))
    facets = {"year": (without_defaults(client.FacetValue(1990, "1990", 3, True)),)}
    told_by_the_api_are_all_but = {"generation", "complete"}
    results = client.SearchResults(echo, 7, 2, 5, (hit,), facets, 1.25)
    for one in fields(results):
        default = None if one.default is MISSING else one.default
        assert (getattr(results, one.name) != default) != (one.name in told_by_the_api_are_all_but), one.name
    assert answers.search_results(results.to_dict()) == results
    document = without_defaults(
        StoredDocument(
            "a", "A", "ar", "rtl", "Text", "https://films.example/a", "declared", {"year": 1}, "fa"
        )
    )
    assert answers.document(document.to_dict()) == document
    suggestion = without_defaults(client.Suggestion("A", "a", "ar", "alias"))
    assert answers.suggestions({"suggestions": [suggestion.to_dict()]}) == (suggestion,)
    language = without_defaults(client.LanguageCount("ar", "Arabic", "العربية", "rtl", 3))
    assert answers.languages({"languages": [language.to_dict()]}) == (language,)


# Servers of other versions


def test_unknown_and_missing_keys_are_tolerated() -> None:
    hit = {"id": "a", "title": "A", "language": "en", "score": 1, "moons": 4}
    body = EMPTY | {"total": 1, "hits": [hit], "planet": {"name": "Mars"}, "query": {"q": "", "mood": 1}}
    with Client(ADDRESS, transport=replies(httpx.Response(200, json=body))) as films:
        found = films.search()
    assert (found.hits[0].direction, found.hits[0].fields, found.facets, found.took_ms) == (
        "ltr",
        {},
        {},
        0.0,
    )


def test_the_title_by_which_it_was_found() -> None:
    matched = {"text": "Godzilla", "html": "<mark>Godzilla</mark>", "language": "en", "dir": "ltr"}
    hit = {"id": "a", "title": "ゴジラ", "language": "ja", "score": 1.5, "matched_title": matched}
    with Client(ADDRESS, transport=replies(httpx.Response(200, json=EMPTY | {"hits": [hit]}))) as films:
        assert films.search().hits[0].matched_title == MatchedTitle(*matched.values())


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(httpx.Response(200, text="<html>Welcome"), id="a page"),
        pytest.param(httpx.Response(200, json=[1]), id="a list"),
        pytest.param(httpx.Response(200, json={"hits": 3}), id="other keys"),
        pytest.param(httpx.Response(200, json=EMPTY | {"hits": 3}), id="other types"),
        pytest.param(httpx.Response(200, content=b"\xff\xfe\xff"), id="bytes"),
        pytest.param(httpx.Response(204), id="no content"),
        pytest.param(httpx.Response(304), id="not asked for"),
    ],
)
def test_other_programs_are_told_apart(answer: Any) -> None:
    with Client(ADDRESS, transport=replies(answer)) as films, pytest.raises(UnexpectedAnswer):
        films.search()


# What goes wrong


def test_bad_parameters_are_named_with_the_nearest(films: Client) -> None:
    with pytest.raises(BadParameter) as caught:
        films.search(per_page=500, sort="yeer", filters={"gener": "Drama"})
    assert caught.value.errors.keys() == {"per_page", "sort", "gener"}
    assert caught.value.nearest == {"gener": "genre"}
    assert (caught.value.status, caught.value.kind) == (400, "bad-parameter")
    assert len(caught.value.request_id) >= 8
    with pytest.raises(BadParameter) as caught:
        films.facet_values("contry")
    assert caught.value.nearest == {"name": "country"}
    with pytest.raises(BadParameter) as caught:
        films.multi_search(["x", SearchRequest(page=0)])
    assert list(caught.value.errors) == ["searches[1].page"]


def test_unknown_document(films: Client) -> None:
    for ask in (films.document, films.similar):
        with pytest.raises(NotFound) as caught:
            ask("no-such-film")
        assert caught.value.kind == "unknown-document"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadParameter),
        (404, NotFound),
        (429, TooManyRequests),
        (503, Unavailable),
        (500, Problem),
        (502, Problem),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>bad gateway", b"[]", b'{"errors": 3, "type": null}'])
def test_a_status_is_its_exception_whatever_the_body(status: int, kind: type[Problem], body: bytes) -> None:
    transport = replies(httpx.Response(status, content=body))
    with Client(ADDRESS, transport=transport) as films, pytest.raises(kind) as caught:
        films.languages()
    assert caught.value.status == status
    assert isinstance(caught.value, ClientError)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError("refused"), Unreachable),
        (httpx.RemoteProtocolError("cut"), Unreachable),
        (httpx.ReadTimeout("slow"), TimedOut),
        (httpx.PoolTimeout("full"), TimedOut),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_no_answer(error: Exception, kind: type[ClientError]) -> None:
    def fail(request: Any) -> Any:
        raise error

    with Client(ADDRESS, transport=httpx.MockTransport(fail)) as films, pytest.raises(kind) as caught:
        films.search("x")
    assert "films.example" in str(caught.value)

    async def ask() -> None:
        async with AsyncClient(ADDRESS, transport=httpx.MockTransport(fail)) as films:
            await films.search("x")

    with pytest.raises(kind):
        asyncio.run(ask())


@pytest.mark.parametrize("address", ["films.example", "", "ftp://films.example", "file:///etc/passwd"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(ValueError, match="http"):
        Client(address)


# Asking again


@pytest.mark.parametrize("status", [429, 503])
def test_what_is_put_off_is_asked_again(status: int, waits: list[float]) -> None:
    good = httpx.Response(200, json=EMPTY)
    with Client(
        ADDRESS, transport=replies(problem(status, Retry_After="3"), problem(status, Retry_After="1"), good)
    ) as films:
        assert films.search().total == 0
    assert [round(one) for one in waits] == [3, 1]
    assert all(0 <= waited - asked <= 0.25 for waited, asked in zip(waits, (3, 1), strict=True))


def test_async_waits_too(waits: list[float]) -> None:
    async def ask() -> int:
        answers = replies(problem(503, Retry_After="2"), httpx.Response(200, json=EMPTY))
        async with AsyncClient(ADDRESS, transport=answers) as films:
            return (await films.search()).total

    assert asyncio.run(ask()) == 0
    assert [round(one) for one in waits] == [2]


@pytest.mark.parametrize(
    ("answer", "retry_after"),
    [
        pytest.param(problem(503), None, id="without Retry-After"),
        pytest.param(problem(429, Retry_After="3600"), 3600.0, id="longer than we wait"),
        pytest.param(problem(503, Retry_After="soon"), None, id="unreadable"),
        pytest.param(problem(500, Retry_After="1"), 1.0, id="a defect"),
        pytest.param(problem(400, Retry_After="1"), 1.0, id="our mistake"),
    ],
)
def test_what_is_not_asked_again(answer: Any, retry_after: float | None, waits: list[float]) -> None:
    with Client(ADDRESS, transport=replies(answer)) as films, pytest.raises(Problem) as caught:
        films.search()
    assert (caught.value.retry_after, caught.value.detail, waits) == (retry_after, "Later.", [])


def test_retries_are_bounded(waits: list[float]) -> None:
    asked: list[Any] = []

    def answer(request: Any) -> Any:
        asked.append(request)
        return problem(503, Retry_After="1")

    for retries in (0, 1, 4):
        asked.clear()
        transport = httpx.MockTransport(answer)
        with Client(ADDRESS, retries=retries, transport=transport) as films, pytest.raises(Unavailable):
            films.search()
        assert len(asked) == retries + 1


def test_retry_after_may_be_a_date() -> None:
    in_a_minute = problem(429, Retry_After=formatdate(exchange.time.time() + 60, usegmt=True))
    with Client(ADDRESS, transport=replies(in_a_minute)) as films, pytest.raises(TooManyRequests) as caught:
        films.search()
    assert caught.value.retry_after == pytest.approx(60, abs=3)


# Answers kept


def test_kept_answers_cost_no_search() -> None:
    searcher = FakeSearcher()
    statuses: list[int] = []
    flask = fake_client(searcher)
    transport = over(flask)
    with Client(ADDRESS, cache=10, transport=transport) as films:
        films._http.event_hooks["response"].append(lambda response: statuses.append(response.status_code))
        first, second = films.search("treno"), films.search("treno")
        searcher.generation_id = "g2"
        third = films.search("treno")
    assert first is second
    assert third.hits == first.hits
    assert (statuses, len(searcher.searches)) == ([200, 304, 200], 2)


def test_only_so_many_are_kept() -> None:
    kept = exchange.TagCache(2)
    for path in ("a", "b", "a", "c"):
        kept.find(path) or kept.keep(path, f'"{path}"', path)
    assert [kept.find(path) is not None for path in "abc"] == [True, False, True]
    kept.keep("d", "", "no tag")
    exchange.TagCache(0).keep("a", '"t"', 1)
    assert kept.find("d") is None


# The import


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)


def test_the_client_imports_nothing_of_the_index() -> None:
    code = "import sys, search.client; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = set(run(code).stdout.split())
    assert "httpx" in loaded
    assert not loaded & {
        "numpy",
        "whoosh",
        "flask",
        "pydantic",
        "babel",
        "langdetect",
        "unidecode",
        "web",
        "indexer",
    }
    own = run(
        "import sys, search.client; print(*[name for name in sys.modules if name.startswith('search')])"
    )
    rooms = {name.split(".")[1] for name in own.stdout.split() if "." in name}
    assert rooms >= {"client", "request", "results"}
    assert not rooms & {"analysis", "engines", "query", "searcher"}


def test_without_httpx_the_error_says_what_to_install() -> None:
    ran = run("import sys; sys.modules['httpx'] = None; import search.client")
    assert ran.returncode == 1
    assert "ImportError: search.client needs httpx: pip install 'multilingual-search[client]'" in ran.stderr


def test_type_checkers_of_others_see_the_types() -> None:
    assert (ROOT / "search" / "py.typed").is_file()


def test_the_example_in_the_module_is_what_is_there() -> None:
    assert client.__doc__ is not None
    assert "Client(" in client.__doc__
    assert set(client.__all__) <= set(dir(client))
