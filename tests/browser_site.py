"""A site for a real Chromium to visit, and what tests of several files do with it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from small_index import SETTINGS

from benchmarks.chromium import BrowserFailed, Page, find_browser
from benchmarks.server import HOST, served
from indexer.build import build
from indexer.feed import Feed
from indexer.progress import NoProgress

PROJECT = Path(__file__).resolve().parent.parent
#: One address for each kind of page.
PAGES = {
    "start": "/",
    "results": "/?q=film",
    "document": "/document/il-treno-va-a-mosca",
    "no-result": "/?q=xqzvw+qqjxk",
}
BOX = "document.activeElement.id === 'q'"
TYPED = "document.getElementById('q').value"
OPTIONS = "[...document.querySelectorAll('#completions:not([hidden]) [role=option]')]"
HITS = "[...document.querySelectorAll('.hits > .hit .title')].map((title) => title.innerText)"


def browser_command() -> str:
    """The browser to start. Skips the test without one; fails it in CI, which installs one."""
    try:
        return find_browser()
    except BrowserFailed as error:
        return missing(f"needs Chromium: {error}")


def axe_source() -> str:
    """The script of axe-core: the file that the environment variable `AXE` names, or the one that the
    set-up of the tests has fetched from npm. Skips without it; fails in CI."""
    path = Path(
        os.environ.get("AXE") or PROJECT / ".venv" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
    )
    if not path.is_file():
        return missing(f"needs axe-core: {path} is not there (npm install --prefix .venv/axe axe-core)")
    return path.read_text(encoding="utf-8")


def missing(why: str) -> str:
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have it: {why}")
    pytest.skip(why)


def index_sample_documents(folder: Path) -> None:
    """The sample documents as an index in `folder`."""
    feed = Feed((str(PROJECT / "sample_docs"),), SETTINGS, NoProgress(), lambda refusal: None)
    build(feed, sources=["sample documents"], index=folder / "index", settings=SETTINGS)


@contextlib.contextmanager
def serving(folder: Path, application: str = "web.wsgi:app") -> Iterator[str]:
    """The address of the index in `folder`, served as in production."""
    environment = {"SEARCH_INDEX": str(folder / "index"), "WEB_CONCURRENCY": "1", "SEARCH_RATE_LIMIT": "0"}
    log = folder / f"{application.partition(':')[0]}.log"
    with served(application, ready="/readyz", log=log, environment=environment) as port:
        yield f"http://{HOST}:{port}"


def submit(page: Page) -> None:
    """Enter, and the page it leads to."""
    with page.navigation():
        page.press("Enter")


def type_for_completions(page: Page, text: str) -> list[str]:
    """The options that open below the box, which has the focus."""
    page.wait_for(BOX)
    page.type(text)
    page.wait_for(f"{OPTIONS}.length")
    options: list[str] = page.evaluate(f"{OPTIONS}.map((one) => one.querySelector('bdi').innerText)")
    return options


def total(page: Page) -> int:
    """How many documents the heading of the results counts."""
    return int(page.evaluate("document.querySelector('.total').firstChild.textContent.replace(/\\D/g, '')"))


def parameters(page: Page, name: str) -> list[str]:
    """The values of one parameter in the address of the page."""
    found: list[str] = page.evaluate(f"new URLSearchParams(location.search).getAll('{name}')")
    return found


def hosts(page: Page) -> set[str]:
    """Whom the pages seen so far have asked for anything."""
    return {urlsplit(one["request"]["url"]).netloc for one in page.told("Network.requestWillBeSent")}


def complaints(page: Page) -> list[str]:
    """Whatever the browser holds against the pages seen so far."""
    return [
        *(one["entry"]["text"] for one in page.told("Log.entryAdded") if one["entry"]["level"] == "error"),
        *(str(one["args"]) for one in page.told("Runtime.consoleAPICalled") if one["type"] == "error"),
        *(one["exceptionDetails"]["text"] for one in page.told("Runtime.exceptionThrown")),
        *(str(one["issue"]["details"]) for one in page.told("Audits.issueAdded")),
    ]
