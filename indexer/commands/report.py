"""`indexer report queries`: what do visitors ask, and what do they not find?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from indexer.command_line import Context, command
from indexer.report import report_queries
from indexer.show.queries import query_report
from search.errors import ConfigurationError


@click.group("report")
def report_command() -> None:
    """Sum up what the server noted, if it was told to."""


@report_command.command("queries")
@click.option(
    "--log",
    type=click.Path(path_type=Path),
    envvar="SEARCH_QUERY_LOG",
    help="Folder of the query log (environment: SEARCH_QUERY_LOG).",
)
@click.option(
    "--days", type=click.IntRange(1, 3660), default=30, show_default=True, help="Up to today (UTC)."
)
@click.option("--language", help="Only queries in this language.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=10, show_default=True, help="Queries in each list."
)
@click.option(
    "--least",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="List only what was asked so many times.",
)
@command
def queries_command(
    context: Context, *, log: Path | None, days: int, language: str | None, limit: int, least: int
) -> None:
    """Top, unanswered and weakly answered queries by language and script."""
    if log is None:
        raise ConfigurationError("--log: the folder of the query log is needed (or SEARCH_QUERY_LOG)")
    today = datetime.now(UTC).date()
    found = report_queries(log, today=today, days=days, language=language, limit=limit, least=least)
    context.print(found.to_dict(), query_report(found))
