"""`indexer rollback`: back to the generation before."""

from __future__ import annotations

import click

from indexer.command_line import Context, command
from search.errors import IndexDamaged
from search.index.generations import Generations
from search.index.verify import index_problems


@click.command("rollback")
@command
def rollback_command(context: Context) -> None:
    """Make the previous generation the live one."""
    generations = Generations(context.index)
    with generations.writing("indexer rollback"):
        name = generations.previous()
        problems = index_problems(generations, name)
        if problems:
            raise IndexDamaged(f"generation {name} cannot take over: {'; '.join(problems)}")
        generations.publish(name)
    context.print({"generation": name}, f"generation {name} is live")
