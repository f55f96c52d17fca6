"""What do all commands of the admin share? The options, the exit statuses, how results are printed.

Progress goes to standard error, results to standard output. Exit status: 0 done; 1 done, but
some input was refused or a check failed; 2 wrong use or configuration; 3 another writer holds
the index; 4 index damaged or absent; 5 storage failed.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from indexer import show
from indexer.document import Refusal
from indexer.feed import Feed
from indexer.progress import Progress, progress_for
from indexer.relevance_gate import RelevanceReport
from search.configuration import Relevance, Settings, load_settings
from search.errors import (
    ConfigurationError,
    IndexLocked,
    IndexUnavailable,
    RequestError,
    SearchServiceError,
    StorageError,
)

DEFAULT_INDEX = "var/index"
DEFAULT_CONFIG = "search.toml"

REFUSED, WRONG_USE, LOCKED, UNREADABLE, STORAGE = 1, 2, 3, 4, 5
#: What shells report for a program that Ctrl-C ended.
INTERRUPTED = 130
_EXIT: tuple[tuple[type[Exception], int], ...] = (
    (ConfigurationError, WRONG_USE),
    (RequestError, WRONG_USE),
    (IndexLocked, LOCKED),
    (IndexUnavailable, UNREADABLE),
    (StorageError, STORAGE),
    (SearchServiceError, REFUSED),
    (OSError, STORAGE),
)


@dataclass(frozen=True, slots=True)
class Context:
    """What every command needs."""

    index: Path
    settings: Settings
    quiet: bool
    json: bool

    def print(self, values: dict[str, Any], text: str) -> None:
        """The result: JSON when asked for, else text."""
        if self.json:
            click.echo(json.dumps(values, ensure_ascii=False, indent=2))
        elif text:
            click.echo(text)

    def tell(self, refusal: Refusal) -> None:
        """A refusal, at once, on standard error."""
        click.echo(f"refused: {show.printable(str(refusal))}", err=True)

    def tell_unmet(self, report: RelevanceReport) -> None:
        """What is not answered as a relevance file says, on standard error."""
        for line in show.unmet(report):
            click.echo(line, err=True)

    def progress(self) -> Progress:
        return progress_for(quiet=self.quiet)

    def feed(self, sources: tuple[str, ...]) -> Feed:
        return Feed(sources, self.settings, self.progress(), self.tell)


def command(function: Callable[..., int | None]) -> Callable[..., None]:
    """Options common to all commands; errors become messages and exit statuses."""

    @click.option(
        "--index",
        type=click.Path(path_type=Path),
        envvar="SEARCH_INDEX",
        default=DEFAULT_INDEX,
        show_default=True,
        help="Directory of the index (environment: SEARCH_INDEX).",
    )
    @click.option(
        "--config",
        type=click.Path(path_type=Path),
        envvar="SEARCH_CONFIG",
        help=f"Configuration file [default: {DEFAULT_CONFIG} if present].",
    )
    @click.option(
        "--engine",
        type=click.Choice(["whoosh", "opensearch"]),
        default="whoosh",
        show_default=True,
        help="What holds the index.",
    )
    @click.option("--engine-url", help="Address of the OpenSearch cluster.")
    @click.option("--quiet", is_flag=True, help="No progress.")
    @click.option("--json", "as_json", is_flag=True, help="Results as JSON.")
    @functools.wraps(function)
    def run(
        index: Path,
        config: Path | None,
        engine: str,
        engine_url: str | None,
        quiet: bool,
        as_json: bool,
        **arguments: Any,
    ) -> None:
        try:
            if engine != "whoosh":
                raise ConfigurationError("--engine opensearch: this version has only the whoosh engine")
            if config is None and Path(DEFAULT_CONFIG).is_file():
                config = Path(DEFAULT_CONFIG)
            context = Context(index, load_settings(config), quiet, as_json)
            status = function(context, **arguments)
        except (SearchServiceError, OSError) as error:
            click.echo(f"indexer: {show.printable(_message(error, index))}", err=True)
            sys.exit(next(code for kind, code in _EXIT if isinstance(error, kind)))
        except KeyboardInterrupt:
            # click's own answer is status 1, which here means that the work was done.
            click.echo("indexer: interrupted", err=True)
            sys.exit(INTERRUPTED)
        sys.exit(status or 0)

    return run


def _message(error: Exception, index: Path) -> str:
    if isinstance(error, OSError):
        # A failed write does not say of which file; all that is written belongs to the index.
        return f"{error.filename or index}: {error.strerror or error}"
    return str(error)


def gated(function: Callable[..., int | None]) -> Callable[..., int | None]:
    """Options of the commands that ask a relevance file before a new index takes over."""

    @click.option(
        "--relevance",
        type=click.Path(path_type=Path),
        help="Queries with the documents they must find (query, id, within; TSV or JSON Lines).",
    )
    @click.option("--no-relevance", is_flag=True, help="Do not ask the relevance file of the configuration.")
    @click.option("--force", is_flag=True, help="Publish even if the relevance file says no.")
    @functools.wraps(function)
    def run(context: Context, *, relevance: Path | None, no_relevance: bool, **arguments: Any) -> int | None:
        if relevance is not None and no_relevance:
            raise ConfigurationError("--relevance and --no-relevance: one or the other")
        settings = context.settings
        if no_relevance:
            settings = replace(settings, relevance=None)
        elif relevance is not None:
            require = settings.relevance.require if settings.relevance else 1.0
            settings = replace(settings, relevance=Relevance(str(relevance), require))
        return function(replace(context, settings=settings), **arguments)

    return run
