"""`indexer build --redetect`: which languages would be decided differently today?"""

from __future__ import annotations

import json

import click

from indexer.command_line import REFUSED, Context
from indexer.new_generation import feed_of, finished
from indexer.redetect import (
    Change,
    Redetection,
    preview_kept,
    preview_sources,
    rebuild_from_kept,
    rebuild_from_sources,
)
from indexer.show.plain import printable_json
from indexer.show.redetection import change, redetection


class _Changes:
    """Changes of language on standard output as they are found; in JSON one growing list, because
    there may be more of them than should be held."""

    def __init__(self, context: Context) -> None:
        self._json = context.json
        self._opened = False
        self.found = Redetection(self.tell)

    def tell(self, one: Change) -> None:
        if not self._json:
            click.echo(change(one))
            return
        click.echo(",\n  " if self._opened else '{"changes": [\n  ', nl=False)
        click.echo(printable_json(one.to_dict()), nl=False)
        self._opened = True

    def finish(self) -> None:
        """The counts; in JSON, the value of the key `build` is to follow, and a brace."""
        if not self._json:
            click.echo(redetection(self.found))
            return
        click.echo("\n" if self._opened else '{"changes": [', nl=False)
        click.echo(f'],\n{json.dumps(self.found.to_dict())[1:-1]},\n"build": ', nl=False)


def redetected(context: Context, sources: tuple[str, ...], *, dry_run: bool, force: bool) -> int:
    index, settings, progress = context.index, context.settings, context.progress()
    cluster, changes = context.cluster, _Changes(context)
    found = changes.found
    feed = feed_of(context, sources) if sources else None
    if not dry_run:
        status = finished(
            context,
            lambda: (
                rebuild_from_kept(
                    found, index=index, settings=settings, progress=progress, force=force, cluster=cluster
                )
                if feed is None
                else rebuild_from_sources(
                    found, feed, index=index, settings=settings, force=force, cluster=cluster
                )
            ),
            before_result=changes.finish,
        )
        click.echo("}" if context.json else "", nl=context.json)
        return status
    if feed is None:
        preview_kept(found, index=index, settings=settings, progress=progress, cluster=cluster)
    else:
        preview_sources(found, feed, index=index, settings=settings, cluster=cluster)
    changes.finish()
    click.echo("null}" if context.json else "", nl=context.json)
    return REFUSED if feed is not None and feed.refused else 0
