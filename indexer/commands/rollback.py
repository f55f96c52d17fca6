"""`indexer rollback`: back to the generation before."""

from __future__ import annotations

import click

from indexer.command_line import REFUSED, Context, command
from indexer.new_generation import gated, tell_relevance, tell_veto
from indexer.read_generations import readable_in
from indexer.relevance_gate import RelevanceVeto, generations_in
from search.errors import IndexDamaged, IndexUnavailable
from search.index.curation import NO_CURATION


@click.command("rollback")
@command
@gated
def rollback_command(context: Context, *, force: bool) -> int:
    """Make the previous generation the live one."""
    # Where nothing can be served, anything is better; and what was added by hand comes with the generation.
    generations = generations_in(
        context.index,
        context.settings,
        context.cluster,
        force=force or not _is_served(context),
        curation=NO_CURATION,
    )
    with generations.writing("indexer rollback"):
        name = generations.previous()
        problems = generations.problems(name)
        if problems:
            raise IndexDamaged(f"generation {name} cannot take over: {'; '.join(problems)}")
        try:
            generations.ask(name)
        except RelevanceVeto as veto:
            return tell_veto(context, veto)
        generations.publish(name)
    report = generations.report
    if report is not None:
        tell_relevance(report)
    values = {"generation": name, "relevance": report.to_dict() if report else None}
    context.print(values, f"generation {name} is live")
    return 0 if report is None or report.passed else REFUSED


def _is_served(context: Context) -> bool:
    """Whether there is a live generation that can be read."""
    try:
        generations = readable_in(context.index, context.settings, context.cluster)
        return not generations.problems(generations.live())
    except IndexUnavailable:
        return False
