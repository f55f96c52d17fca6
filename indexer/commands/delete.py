"""`indexer delete`: documents by id."""

from __future__ import annotations

import click

from indexer.build import BuildReport
from indexer.command_line import REFUSED, Context, command
from indexer.new_generation import finished, gated
from indexer.show.plain import printable
from indexer.update import delete


@click.command("delete")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@command
@gated
def delete_command(context: Context, ids: tuple[str, ...], *, force: bool) -> int:
    """Remove documents by id."""
    unknown: list[str] = []

    def run() -> BuildReport:
        report, strangers = delete(
            ids, index=context.index, settings=context.settings, force=force, cluster=context.cluster
        )
        unknown.extend(strangers)
        return report

    def tell_unknown() -> None:
        for one in unknown:
            click.echo(f"refused: no document has the id {printable(one)!r}", err=True)

    status = finished(context, run, before_result=tell_unknown, more={"unknown": unknown})
    return REFUSED if unknown else status
