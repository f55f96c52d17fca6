"""`indexer update`: only what changed."""

from __future__ import annotations

import click

from indexer.command_line import Context, command
from indexer.new_generation import feed_of, finished, gated
from indexer.update import update


@click.command("update")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@command
@gated
def update_command(context: Context, sources: tuple[str, ...], *, force: bool) -> int:
    """Add new, replace changed and remove vanished documents."""
    feed = feed_of(context, sources)
    return finished(
        context, lambda: update(feed, index=context.index, settings=context.settings, force=force)
    )
