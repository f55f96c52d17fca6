"""What do the pages look like, on a desk and on a phone, from left to right and from right to left?

    python -m benchmarks.screenshots [--documents FOLDER] [--output FOLDER] [--languages en,ar,ja]

Indexes the sample documents into a temporary folder, serves them as production does, and writes one
PNG per page, window and interface language into var/screenshots. What is searched for comes from the
documents themselves: words of the first title in each direction of writing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

from benchmarks.chromium import BrowserFailed, Page, browser_page, find_browser
from benchmarks.server import HOST, ServerFailed, served
from indexer.build import build
from indexer.document import Refusal
from indexer.feed import Feed
from indexer.progress import NoProgress
from search.configuration import Settings
from search.request import MAX_PER_PAGE, SearchRequest
from search.results import Hit
from search.searcher import Searcher

_PROJECT = Path(__file__).resolve().parent.parent
NO_SUCH_WORDS = "xqzvw qqjxk"


@dataclass(frozen=True, slots=True)
class Window:
    """A size in CSS pixels, and device pixels for each of them."""

    name: str
    width: int
    height: int
    scale: float
    phone: bool


WINDOWS = (
    Window("desktop-1280", 1280, 800, 1.0, phone=False),
    Window("phone-390", 390, 844, 2.0, phone=True),
)


#: Interface languages: Latin letters, from right to left, without spaces between words.
LANGUAGES = ("en", "ar", "ja")


class NothingToShow(ValueError):
    """The documents do not hold what a page needs."""


def take_screenshots(
    documents: Path, output: Path, browser: str, languages: Sequence[str] = LANGUAGES
) -> list[Path]:
    """Write all pictures and return their paths.

    Raises `NothingToShow`, `ServerFailed`, `BrowserFailed`, `OSError`.
    """
    with tempfile.TemporaryDirectory(prefix="screenshots-") as folder:
        index = Path(folder) / "index"
        settings = Settings()
        feed = Feed([str(documents)], settings, NoProgress(), _tell)
        report = build(feed, sources=["sample documents"], index=index, settings=settings)
        if not report.documents:
            raise NothingToShow(f"{documents}: no document in there could be indexed")
        pages = pages_of(Searcher.open(index, settings))
        log = Path(folder) / "server.log"
        environment = {"SEARCH_INDEX": str(index), "WEB_CONCURRENCY": "1", "SEARCH_RATE_LIMIT": "0"}
        with (
            served("web.wsgi:app", ready="/readyz", log=log, environment=environment) as port,
            browser_page(browser) as page,
        ):
            output.mkdir(parents=True, exist_ok=True)
            return [
                _take(
                    page,
                    f"http://{HOST}:{port}{_in_language(path, language)}",
                    window,
                    output / f"{name}-{language}-{window.name}.png",
                )
                for window in WINDOWS
                for language in languages
                for name, path in pages.items()
            ]


def _tell(refusal: Refusal) -> None:
    print(f"refused: {refusal}", file=sys.stderr)


def pages_of(searcher: Searcher) -> dict[str, str]:
    """Name of each picture → path on the server. Raises `NothingToShow`."""
    hits = searcher.search(SearchRequest(per_page=MAX_PER_PAGE, facets=(), highlight=False)).hits
    pages = {"start": "/"}
    for direction in ("ltr", "rtl"):
        hit = next((one for one in hits if one.direction == direction and one.title), None)
        if hit is None:
            raise NothingToShow(f"none of the first {MAX_PER_PAGE} documents is written {direction}")
        pages[f"results-{direction}"] = f"/?q={quote_plus(_words(hit))}"
        pages[f"document-{direction}"] = f"/document/{quote(hit.id, safe='')}"
    pages["browse"] = "/?page=1"
    pages["facet"] = "/facets/country"
    pages["error"] = f"/document/{quote(NO_SUCH_WORDS)}"
    pages["no-result"] = f"/?q={quote_plus(NO_SUCH_WORDS)}"
    return pages


def _in_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}ui={language}"


def _words(hit: Hit) -> str:
    """The longest word of a title: short ones find everything."""
    return max(hit.title.split(), key=len)


def _take(page: Page, url: str, window: Window, path: Path) -> Path:
    page.resize(window.width, window.height, scale=window.scale, phone=window.phone)
    page.open(url)
    path.write_bytes(page.picture(whole=True))
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point. Exit status: 0 done, 1 no picture possible."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.screenshots",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--documents", type=Path, default=_PROJECT / "sample_docs", help="default: sample_docs"
    )
    parser.add_argument(
        "--output", type=Path, default=_PROJECT / "var" / "screenshots", help="default: var/screenshots"
    )
    parser.add_argument("--browser", help="the browser's command (default: the first Chromium found)")
    parser.add_argument(
        "--languages",
        default=",".join(LANGUAGES),
        help="interface languages, with commas between (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    try:
        written = take_screenshots(
            options.documents,
            options.output,
            options.browser or find_browser(),
            options.languages.split(","),
        )
    except (NothingToShow, ServerFailed, BrowserFailed, OSError) as error:
        print(f"screenshots: {error}", file=sys.stderr)
        return 1
    for path in written:
        print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
