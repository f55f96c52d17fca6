"""`indexer build`: everything anew."""

from __future__ import annotations

import click

from indexer.build import LEAST_MEMORY, build
from indexer.command_line import Context, command
from indexer.commands.redetection import redetected
from indexer.new_generation import feed_of, finished, gated
from search.errors import ConfigurationError


@click.command("build")
@click.argument("sources", nargs=-1, metavar="[SOURCE...]")
@click.option(
    "--redetect",
    is_flag=True,
    help="Decide languages anew and show which change; without SOURCE of the indexed documents.",
)
@click.option("--dry-run", is_flag=True, help="With --redetect: only show.")
@click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes that share the work."
)
@click.option(
    "--memory",
    type=click.IntRange(min=LEAST_MEMORY),
    metavar="MB",
    help="Write a segment before about so much memory is held  [default: about 1200].",
)
@command
@gated
def build_command(
    context: Context,
    sources: tuple[str, ...],
    *,
    redetect: bool,
    dry_run: bool,
    jobs: int,
    memory: int | None,
    force: bool,
) -> int:
    """Rebuild the whole index from files, folders or - (JSON Lines on standard input)."""
    if redetect:
        return redetected(context, sources, dry_run=dry_run, force=force)
    if dry_run:
        raise ConfigurationError("--dry-run: only with --redetect")
    if not sources:
        raise ConfigurationError("Missing argument 'SOURCE...' (only --redetect goes without)")
    feed = feed_of(context, sources)
    return finished(
        context,
        lambda: build(
            feed,
            sources=sources,
            index=context.index,
            settings=context.settings,
            force=force,
            jobs=jobs,
            memory=memory,
            cluster=context.cluster,
        ),
    )
