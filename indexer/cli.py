"""The admin's command line: `indexer COMMAND`.

Progress goes to standard error, results to standard output. Exit status: 0 done; 1 done, but
some input was refused or a check failed; 2 wrong use or configuration; 3 another writer holds
the index; 4 index damaged or absent; 5 storage failed.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from indexer import show
from indexer.build import BuildReport, build
from indexer.document import Refusal
from indexer.dump import DumpFeed, dump
from indexer.evaluate import evaluate, read_judgements, read_queries
from indexer.feed import Feed
from indexer.progress import progress_for
from indexer.update import delete, update
from search.analysis.languages import is_known
from search.configuration import Settings, load_settings
from search.errors import (
    ConfigurationError,
    IndexDamaged,
    IndexLocked,
    IndexUnavailable,
    RequestError,
    SearchServiceError,
    StorageError,
)
from search.index.generations import Generations
from search.index.manifest import read_manifest
from search.index.verify import index_problems
from search.request import SearchRequest, parse_filter_value
from search.searcher import Searcher

DEFAULT_INDEX = "var/index"
DEFAULT_CONFIG = "search.toml"

REFUSED, WRONG_USE, LOCKED, UNREADABLE, STORAGE = 1, 2, 3, 4, 5
#: What shells report for a program that Ctrl-C ended.
INTERRUPTED = 130
_EXIT: tuple[tuple[type[Exception], int], ...] = (
    (ConfigurationError, WRONG_USE),
    (RequestError, WRONG_USE),
    (IndexLocked, LOCKED),
    (IndexUnavailable, UNREADABLE),
    (StorageError, STORAGE),
    (SearchServiceError, REFUSED),
    (OSError, STORAGE),
)


@dataclass(frozen=True, slots=True)
class Context:
    """What every command needs."""

    index: Path
    settings: Settings
    quiet: bool
    json: bool

    def print(self, values: dict[str, Any], text: str) -> None:
        """The result: JSON when asked for, else text."""
        if self.json:
            click.echo(json.dumps(values, ensure_ascii=False, indent=2))
        elif text:
            click.echo(text)

    def tell(self, refusal: Refusal) -> None:
        """A refusal, at once, on standard error."""
        click.echo(f"refused: {show.printable(str(refusal))}", err=True)

    def feed(self, sources: tuple[str, ...]) -> Feed:
        return Feed(sources, self.settings, progress_for(quiet=self.quiet), self.tell)


def command(function: Callable[..., int | None]) -> Callable[..., None]:
    """Options common to all commands; errors become messages and exit statuses."""

    @click.option(
        "--index",
        type=click.Path(path_type=Path),
        envvar="SEARCH_INDEX",
        default=DEFAULT_INDEX,
        show_default=True,
        help="Directory of the index (environment: SEARCH_INDEX).",
    )
    @click.option(
        "--config",
        type=click.Path(path_type=Path),
        envvar="SEARCH_CONFIG",
        help=f"Configuration file [default: {DEFAULT_CONFIG} if present].",
    )
    @click.option(
        "--engine",
        type=click.Choice(["whoosh", "opensearch"]),
        default="whoosh",
        show_default=True,
        help="What holds the index.",
    )
    @click.option("--engine-url", help="Address of the OpenSearch cluster.")
    @click.option("--quiet", is_flag=True, help="No progress.")
    @click.option("--json", "as_json", is_flag=True, help="Results as JSON.")
    @functools.wraps(function)
    def run(
        index: Path,
        config: Path | None,
        engine: str,
        engine_url: str | None,
        quiet: bool,
        as_json: bool,
        **arguments: Any,
    ) -> None:
        try:
            if engine != "whoosh":
                raise ConfigurationError("--engine opensearch: this version has only the whoosh engine")
            if config is None and Path(DEFAULT_CONFIG).is_file():
                config = Path(DEFAULT_CONFIG)
            context = Context(index, load_settings(config), quiet, as_json)
            status = function(context, **arguments)
        except (SearchServiceError, OSError) as error:
            click.echo(f"indexer: {show.printable(_message(error, index))}", err=True)
            sys.exit(next(code for kind, code in _EXIT if isinstance(error, kind)))
        except KeyboardInterrupt:
            # click's own answer is status 1, which here means that the work was done.
            click.echo("indexer: interrupted", err=True)
            sys.exit(INTERRUPTED)
        sys.exit(status or 0)

    return run


def _message(error: Exception, index: Path) -> str:
    if isinstance(error, OSError):
        # A failed write does not say of which file; all that is written belongs to the index.
        return f"{error.filename or index}: {error.strerror or error}"
    return str(error)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="multilingual-search", prog_name="indexer")
def main() -> None:
    """Index documents in any languages and ask the index."""


_sources = click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")


def _finished(context: Context, report: BuildReport) -> int:
    context.print(report.to_dict(), show.build_report(report))
    return REFUSED if report.refused else 0


@main.command("build")
@_sources
@command
def build_command(context: Context, sources: tuple[str, ...]) -> int:
    """Rebuild the whole index from files, folders or - (JSON Lines on standard input)."""
    return _finished(
        context, build(context.feed(sources), sources=sources, index=context.index, settings=context.settings)
    )


@main.command("update")
@_sources
@command
def update_command(context: Context, sources: tuple[str, ...]) -> int:
    """Add new, replace changed and remove vanished documents."""
    return _finished(context, update(context.feed(sources), index=context.index, settings=context.settings))


@main.command("delete")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@command
def delete_command(context: Context, ids: tuple[str, ...]) -> int:
    """Remove documents by id."""
    report, unknown = delete(ids, index=context.index)
    for one in unknown:
        click.echo(f"refused: no document has the id {show.printable(one)!r}", err=True)
    context.print({**report.to_dict(), "unknown": unknown}, show.build_report(report))
    return REFUSED if unknown else 0


@main.command("status")
@command
def status_command(context: Context) -> None:
    """Show the live generation: documents, languages, size, when built, from what."""
    generations = Generations(context.index)
    manifest = read_manifest(generations.path(generations.live()))
    values = show.status_values(manifest, generations.finished())
    context.print(values, show.status(values))


@main.command("check")
@command
def check_command(context: Context) -> int:
    """Verify every file of the index against its checksum and its invariants."""
    problems = index_problems(Generations(context.index))
    context.print({"problems": problems}, "\n".join(problems) or "no problem found")
    return REFUSED if problems else 0


@main.command("search")
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
    results = Searcher.open(context.index, context.settings).search(request)
    context.print(results.to_dict(), show.results(results))


@main.command("analyze")
@click.argument("text")
@click.option("--language", help="Take this language instead of deciding.")
@command
def analyze_command(context: Context, text: str, language: str | None) -> None:
    """Show the language decision with its reason, and the tokens of every field."""
    if language and not is_known(language):
        raise ConfigurationError(f"--language {language}: not in the language table (docs/languages.md)")
    values = show.analysis(text, language)
    context.print(values, show.analysis_text(values))


@main.command("evaluate")
@click.option(
    "--queries", type=click.Path(path_type=Path), required=True, help="qid, lang, query (TSV or JSON Lines)."
)
@click.option("--qrels", type=click.Path(path_type=Path), required=True, help="TREC judgements.")
@command
def evaluate_command(context: Context, queries: Path, qrels: Path) -> None:
    """MRR@10, nDCG@10 and recall@10 per language for judged queries; the language is not told."""
    searcher = Searcher.open(context.index, context.settings)

    def answer(query: str) -> list[str]:
        results = searcher.search(SearchRequest(q=query, facets=(), highlight=False))
        return [hit.id for hit in results.hits]

    figures = evaluate(read_queries(queries), read_judgements(qrels), answer)
    values = {language: one.mean() for language, one in sorted(figures.items())}
    context.print(values, show.figures(values))


@main.command("dump")
@click.argument("target", type=click.Path(path_type=Path))
@command
def dump_command(context: Context, target: Path) -> None:
    """Write the whole collection to one portable file."""
    documents = dump(context.index, target)
    context.print({"documents": documents, "file": str(target)}, f"{documents} documents written to {target}")


@main.command("restore")
@click.argument("source", type=click.Path(path_type=Path))
@command
def restore_command(context: Context, source: Path) -> int:
    """Rebuild the index from a dump."""
    feed = DumpFeed(source, context.tell)
    return _finished(
        context, build(feed, sources=(str(source),), index=context.index, settings=context.settings)
    )


@main.command("rollback")
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


@main.command("gc")
@click.option(
    "--keep", type=click.IntRange(min=0), default=0, show_default=True, help="Older generations to keep."
)
@command
def gc_command(context: Context, keep: int) -> None:
    """Remove generations and litter that are no longer needed."""
    generations = Generations(context.index)
    generations.live()
    with generations.writing("indexer gc"):
        removed = generations.collect(keep)
    context.print({"removed": removed}, f"{len(removed)} generations removed")
