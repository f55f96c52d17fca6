"""`indexer delete`: documents by id."""

from __future__ import annotations

import click

from indexer.command_line import REFUSED, Context, command
from indexer.show.outcome import build_report
from indexer.show.plain import printable
from indexer.update import delete


@click.command("delete")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@command
def delete_command(context: Context, ids: tuple[str, ...]) -> int:
    """Remove documents by id."""
    report, unknown = delete(ids, index=context.index)
    for one in unknown:
        click.echo(f"refused: no document has the id {printable(one)!r}", err=True)
    context.print({**report.to_dict(), "unknown": unknown}, build_report(report))
    return REFUSED if unknown else 0
