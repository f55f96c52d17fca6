"""`indexer search`: the answer of the HTTP endpoint in the terminal."""

from __future__ import annotations

from typing import Any

import click

from indexer.command_line import Context, command
from indexer.show.answer import results
from search.errors import ConfigurationError
from search.request import SearchRequest, parse_filter_value
from search.searcher import Searcher


@click.command("search")
@click.argument("query")
@click.option("--page", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--per-page", type=click.IntRange(1, 100), default=10, show_default=True)
@click.option("--sort", default="relevance", show_default=True)
@click.option("--lang", default="", help="Preferred languages, comma separated.")
@click.option("--filter", "filters", multiple=True, metavar="FACET=VALUE", help="Repeat for several.")
@click.option("--exact", is_flag=True, help="Literal words only, no second try.")
@click.option("--explain", is_flag=True, help="Show the parts of each score.")
@command
def search_command(
    context: Context,
    query: str,
    page: int,
    per_page: int,
    sort: str,
    lang: str,
    filters: tuple[str, ...],
    exact: bool,
    explain: bool,
) -> None:
    """Ask the index, as the HTTP endpoint does."""
    chosen: dict[str, list[Any]] = {}
    for one in filters:
        name, equals, value = one.partition("=")
        if not equals:
            raise ConfigurationError(f"--filter {one!r}: expected FACET=VALUE")
        facet = context.settings.facet(name)
        numeric = facet is not None and facet.kind == "number"
        chosen.setdefault(name, []).append(parse_filter_value(value) if numeric else value)
    request = SearchRequest(
        q=query,
        page=page,
        per_page=per_page,
        sort=sort,
        exact=exact,
        explain=explain,
        languages=tuple(filter(None, (code.strip() for code in lang.split(",")))),
        languages_stated=bool(lang),
        filters={name: tuple(values) for name, values in chosen.items()},
    )
    found = Searcher.open(context.index, context.settings, cluster=context.cluster).search(request)
    context.print(found.to_dict(), results(found))
