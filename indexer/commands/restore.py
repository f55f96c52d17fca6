"""`indexer restore`: an index from a dump."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.build import build
from indexer.command_line import Context, command
from indexer.dump import DumpFeed
from indexer.new_generation import finished, gated


@click.command("restore")
@click.argument("source", type=click.Path(path_type=Path))
@command
@gated
def restore_command(context: Context, source: Path, *, force: bool) -> int:
    """Rebuild the index from a dump."""
    feed = DumpFeed(source, context.tell)
    return finished(
        context,
        lambda: build(
            feed, sources=(str(source),), index=context.index, settings=context.settings, force=force
        ),
    )
