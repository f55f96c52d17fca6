"""`indexer rollback`: back to the generation before."""

from __future__ import annotations

import click

from indexer.command_line import REFUSED, Context, command
from indexer.new_generation import gated, tell_relevance, tell_veto
from indexer.relevance_gate import GatedGenerations, RelevanceVeto
from search.errors import IndexDamaged, IndexUnavailable
from search.index.curation import NO_CURATION
from search.index.generations import Generations
from search.index.verify import index_problems


@click.command("rollback")
@command
@gated
def rollback_command(context: Context, *, force: bool) -> int:
    """Make the previous generation the live one."""
    # Where nothing can be served, anything is better; and what was added by hand comes with the generation.
    generations = GatedGenerations(
        context.index, context.settings, force=force or not _is_served(context), curation=NO_CURATION
    )
    with generations.writing("indexer rollback"):
        name = generations.previous()
        problems = index_problems(generations, name)
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
    generations = Generations(context.index)
    try:
        return not index_problems(generations)
    except IndexUnavailable:
        return False
