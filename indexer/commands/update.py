"""`indexer update`: only what changed."""

from __future__ import annotations

import click

from indexer.command_line import Context, command
from indexer.new_generation import feed_of, finished, gated
from indexer.update import update


@click.command("update")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--keep-empty", is_flag=True, help="Remove nothing for a SOURCE that holds no file at all.")
@command
@gated
def update_command(context: Context, sources: tuple[str, ...], *, keep_empty: bool, force: bool) -> int:
    """Add new, replace changed and remove vanished documents."""
    feed = feed_of(context, sources)
    return finished(
        context,
        lambda: update(
            feed,
            index=context.index,
            settings=context.settings,
            force=force,
            keep_empty=keep_empty,
            cluster=context.cluster,
        ),
    )
