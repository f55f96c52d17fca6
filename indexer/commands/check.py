"""`indexer check`: is the index on the disk the index that was written?"""

from __future__ import annotations

import click

from indexer.command_line import REFUSED, Context, command
from indexer.read_generations import readable_in
from indexer.show.plain import printable


@click.command("check")
@command
def check_command(context: Context) -> int:
    """Verify every file of the index against its checksum and its invariants."""
    problems = readable_in(context.index, context.settings, context.cluster).problems()
    context.print({"problems": problems}, "\n".join(map(printable, problems)) or "no problem found")
    return REFUSED if problems else 0
