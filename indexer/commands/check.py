"""`indexer check`: is the index on the disk the index that was written?"""

from __future__ import annotations

import click

from indexer.command_line import REFUSED, Context, command
from indexer.show.plain import printable
from search.index.generations import Generations
from search.index.verify import index_problems


@click.command("check")
@command
def check_command(context: Context) -> int:
    """Verify every file of the index against its checksum and its invariants."""
    problems = index_problems(Generations(context.index))
    context.print({"problems": problems}, "\n".join(map(printable, problems)) or "no problem found")
    return REFUSED if problems else 0
