"""`indexer status`: what is live?"""

from __future__ import annotations

import click

from indexer.command_line import Context, command
from indexer.show.status import status, status_values
from indexer.where import held_in
from search.index.curation import read_curation
from search.index.manifest import read_manifest


@click.command("status")
@command
def status_command(context: Context) -> None:
    """Show the live generation: documents, languages, size, when built, from what."""
    generations = held_in(context.index, context.settings, context.cluster)
    directory = generations.path(generations.live())
    values = status_values(
        read_manifest(directory),
        generations.finished(),
        context.settings.analysis.left_out,
        read_curation(directory),
        generations.state(directory),
    )
    context.print(values, status(values))
