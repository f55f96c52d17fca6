"""What do all commands of the admin share? The options, the exit statuses, how results are printed.

Progress goes to standard error, results to standard output. Exit status: 0 done; 1 done, but
some input was refused or a check failed; 2 wrong use or configuration; 3 another writer holds
the index; 4 index damaged or absent; 5 storage failed.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from indexer.document import Refusal
from indexer.progress import Progress, progress_for
from indexer.show.plain import printable, printable_json, printable_lines
from search.cluster_access import ENGINE, ENGINES, URL, ClusterAccess
from search.configuration import Settings, load_settings
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
    """What every command needs. `cluster`: what holds the index; None is Whoosh."""

    index: Path
    settings: Settings
    quiet: bool
    json: bool
    cluster: ClusterAccess | None = None

    def print(self, values: dict[str, Any], text: str) -> None:
        """The result: JSON when asked for, else text. Neither can drive the terminal; what must not make
        lines of its own in `text` is for the caller to escape."""
        if self.json:
            click.echo(printable_json(values, indent=2))
        elif text:
            click.echo(printable_lines(text))

    def tell(self, refusal: Refusal) -> None:
        """A refusal, at once, on standard error."""
        click.echo(f"refused: {printable(str(refusal))}", err=True)

    def progress(self) -> Progress:
        return progress_for(quiet=self.quiet)


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
        type=click.Choice(ENGINES),
        envvar=ENGINE,
        default=ENGINES[0],
        show_default=True,
        help=f"What holds the index (environment: {ENGINE}).",
    )
    @click.option(
        "--engine-url",
        envvar=URL,
        help=f"Addresses of the OpenSearch cluster's nodes, comma separated (environment: {URL}).",
    )
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
            cluster = ClusterAccess.from_environment(os.environ, engine=engine, url=engine_url)
            if config is None and Path(DEFAULT_CONFIG).is_file():
                config = Path(DEFAULT_CONFIG)
            context = Context(index, load_settings(config), quiet, as_json, cluster)
            status = function(context, **arguments)
        except (SearchServiceError, OSError) as error:
            click.echo(f"indexer: {printable(_message(error, index))}", err=True)
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
