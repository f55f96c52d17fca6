"""`indexer restore`: an index from a dump."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.build import LEAST_MEMORY, BuildReport, build
from indexer.command_line import Context, command
from indexer.curation import restored_curation, write_curation_files
from indexer.dump import DumpFeed, read_head
from indexer.new_generation import finished, gated
from indexer.show.plain import printable
from search.index.curation import Curation


@click.command("restore")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--redetect", is_flag=True, help="Decide languages anew instead of keeping what was decided.")
@click.option("--salvage", is_flag=True, help="Of a damaged dump, take what can be read.")
@click.option(
    "--curation",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Write the dump's synonyms and pins there, as files of the configuration.",
)
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
def restore_command(
    context: Context,
    source: Path,
    *,
    redetect: bool,
    salvage: bool,
    folder: Path | None,
    jobs: int,
    memory: int | None,
    force: bool,
) -> int:
    """Rebuild the index from a dump."""
    dumped = read_head(source).curation
    curation = restored_curation(context.settings, dumped)
    feed = DumpFeed(source, context.tell, keep_decisions=not redetect, salvage=salvage)

    def run() -> BuildReport:
        return build(
            feed,
            sources=(str(source),),
            index=context.index,
            settings=context.settings,
            force=force,
            jobs=jobs,
            memory=memory,
            curation=curation,
            cluster=context.cluster,
        )

    def tell() -> None:
        written = [] if folder is None else write_curation_files(dumped, folder)
        for path in written:
            click.echo(f"written: {printable(str(path))}", err=True)
        _tell_curation(context, dumped, curation)

    return finished(context, run, before_result=tell)


def _tell_curation(context: Context, dumped: Curation, used: Curation) -> None:
    """What becomes of synonyms and pins at the next update, where that is not what the dump says."""
    for name, kind, held, taken in (
        ("synonyms", "sets of synonyms", dumped.synonyms, used.synonyms),
        ("pinned", "pins", dumped.pins, used.pins),
    ):
        if not held:
            continue
        if getattr(context.settings, name) is None:
            click.echo(
                f"{name}: {len(held)} {kind} come from the dump; the configuration names no file of them, "
                "so the next build or update drops them (--curation FOLDER writes them as files)",
                err=True,
            )
        elif held != taken:
            click.echo(f"{name}: those of the configuration are used, the dump holds others", err=True)
