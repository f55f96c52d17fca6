"""What do the commands share that make a new generation? The documents, the relevance file, the outcome."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click

from indexer.build import BuildReport
from indexer.command_line import REFUSED, Context
from indexer.feed import Feed
from indexer.relevance_gate import RelevanceReport, RelevanceVeto
from indexer.show.outcome import build_report, unmet
from indexer.show.outcome import relevance as relevance_told
from indexer.show.plain import printable
from search.configuration import Relevance
from search.errors import ConfigurationError

#: Pinned ids without a document that are told one by one.
TOLD = 20


def feed_of(context: Context, sources: tuple[str, ...]) -> Feed:
    """The documents of the sources, refusals told at once."""
    return Feed(sources, context.settings, context.progress(), context.tell)


def finished(
    context: Context,
    run: Callable[[], BuildReport],
    *,
    before_result: Callable[[], None] = lambda: None,
    more: Mapping[str, object] = MappingProxyType({}),
) -> int:
    """Run what makes a new index and tell what came of it; `more` goes into its JSON."""
    try:
        report = run()
    except RelevanceVeto as veto:
        before_result()
        return tell_veto(context, veto)
    before_result()
    for one in report.repeated:
        click.echo(f"duplicate: {printable(one)}", err=True)
    if report.duplicates > len(report.repeated):
        click.echo(f"duplicate: {report.duplicates - len(report.repeated)} more", err=True)
    for one in report.unknown_pinned[:TOLD]:
        click.echo(f"pinned: no document has the id {printable(one)!r}", err=True)
    if len(report.unknown_pinned) > TOLD:
        click.echo(f"pinned: {len(report.unknown_pinned) - TOLD} more that no document has", err=True)
    if report.relevance is not None:
        tell_relevance(report.relevance)
    context.print({**report.to_dict(), **more}, build_report(report))
    return REFUSED if report.refused or _failed(report) else 0


def tell_veto(context: Context, veto: RelevanceVeto) -> int:
    """Tell that nothing was published, and why; returns the exit status."""
    _tell_unmet(veto.report)
    click.echo(f"indexer: {printable(str(veto))}", err=True)
    context.print({"generation": "", "relevance": veto.report.to_dict()}, "")
    return REFUSED


def tell_relevance(report: RelevanceReport) -> None:
    """How many queries of a relevance file are answered as expected, and which are not."""
    _tell_unmet(report)
    click.echo(relevance_told(report), err=True)


def _failed(report: BuildReport) -> bool:
    """Whether a generation was published although its relevance file says no."""
    return report.relevance is not None and not report.relevance.passed


def _tell_unmet(report: RelevanceReport) -> None:
    """What is not answered as a relevance file says, on standard error."""
    for line in unmet(report):
        click.echo(line, err=True)


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
