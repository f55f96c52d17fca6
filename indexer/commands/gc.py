"""`indexer gc`: away with what is no longer needed."""

from __future__ import annotations

import click

from indexer.command_line import Context, command
from indexer.where import held_in


@click.command("gc")
@click.option(
    "--keep", type=click.IntRange(min=0), default=0, show_default=True, help="Older generations to keep."
)
@command
def gc_command(context: Context, keep: int) -> None:
    """Remove generations and litter that are no longer needed."""
    generations = held_in(context.index, context.settings, context.cluster)
    generations.live()
    with generations.writing("indexer gc"):
        removed = generations.collect(keep)
    context.print({"removed": removed}, f"{len(removed)} generations removed")
