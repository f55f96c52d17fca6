"""`indexer dump`: the whole collection in one portable file."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.command_line import Context, command
from indexer.dump import dump
from indexer.show.plain import printable


@click.command("dump")
@click.argument("target", type=click.Path(path_type=Path))
@command
def dump_command(context: Context, target: Path) -> None:
    """Write the whole collection to one portable file."""
    documents = dump(context.index, target, settings=context.settings, cluster=context.cluster)
    context.print(
        {"documents": documents, "file": str(target)},
        f"{documents} documents written to {printable(str(target))}",
    )
