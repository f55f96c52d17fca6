"""`indexer gc`: away with what is no longer needed."""

from __future__ import annotations

import click

from indexer.command_line import Context, command
from search.index.generations import Generations


@click.command("gc")
@click.option(
    "--keep", type=click.IntRange(min=0), default=0, show_default=True, help="Older generations to keep."
)
@command
def gc_command(context: Context, keep: int) -> None:
    """Remove generations and litter that are no longer needed."""
    generations = Generations(context.index)
    generations.live()
    with generations.writing("indexer gc"):
        removed = generations.collect(keep)
    context.print({"removed": removed}, f"{len(removed)} generations removed")
