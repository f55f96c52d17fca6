"""The admin's command line: `indexer COMMAND`. What all commands share is in `command_line.py`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from indexer import show
from indexer.build import LEAST_MEMORY, BuildReport, build
from indexer.command_line import (
    INTERRUPTED,
    LOCKED,
    REFUSED,
    STORAGE,
    UNREADABLE,
    WRONG_USE,
    Context,
    command,
    gated,
)
from indexer.compare import ROUNDS, compare
from indexer.dump import DumpFeed, dump
from indexer.evaluate import ask, figures_of, read_judgements, read_queries
from indexer.redetect import (
    Change,
    Redetection,
    preview_kept,
    preview_sources,
    rebuild_from_kept,
    rebuild_from_sources,
)
from indexer.relevance_gate import RelevanceVeto
from indexer.saved_run import SavedRun, about_run, read_run, save_run
from indexer.update import delete, update
from search.analysis.languages import is_known
from search.errors import ConfigurationError, IndexDamaged
from search.index.generations import Generations
from search.index.manifest import read_manifest
from search.index.verify import index_problems
from search.request import SearchRequest, parse_filter_value
from search.searcher import Searcher

__all__ = ["INTERRUPTED", "LOCKED", "REFUSED", "STORAGE", "UNREADABLE", "WRONG_USE", "main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="multilingual-search", prog_name="indexer")
def main() -> None:
    """Index documents in any languages and ask the index."""


_sources = click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")


def _finished(
    context: Context, run: Callable[[], BuildReport], *, before_result: Callable[[], None] = lambda: None
) -> int:
    """Run what makes a new index and tell what came of it."""
    try:
        report = run()
    except RelevanceVeto as veto:
        before_result()
        context.tell_unmet(veto.report)
        click.echo(f"indexer: {show.printable(str(veto))}", err=True)
        context.print({"generation": "", "relevance": veto.report.to_dict()}, "")
        return REFUSED
    before_result()
    for one in report.repeated:
        click.echo(f"duplicate: {show.printable(one)}", err=True)
    if report.duplicates > len(report.repeated):
        click.echo(f"duplicate: {report.duplicates - len(report.repeated)} more", err=True)
    if report.relevance is not None:
        context.tell_unmet(report.relevance)
        click.echo(show.relevance(report.relevance), err=True)
    context.print(report.to_dict(), show.build_report(report))
    return REFUSED if report.refused or _failed(report) else 0


def _failed(report: BuildReport) -> bool:
    """Whether a generation was published although its relevance file says no."""
    return report.relevance is not None and not report.relevance.passed


@main.command("build")
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
        return _redetected(context, sources, dry_run=dry_run, force=force)
    if dry_run:
        raise ConfigurationError("--dry-run: only with --redetect")
    if not sources:
        raise ConfigurationError("Missing argument 'SOURCE...' (only --redetect goes without)")
    feed = context.feed(sources)
    return _finished(
        context,
        lambda: build(
            feed,
            sources=sources,
            index=context.index,
            settings=context.settings,
            force=force,
            jobs=jobs,
            memory=memory,
        ),
    )


class _Changes:
    """Changes of language on standard output as they are found; in JSON one growing list, because
    there may be more of them than should be held."""

    def __init__(self, context: Context) -> None:
        self._json = context.json
        self._opened = False
        self.found = Redetection(self.tell)

    def tell(self, one: Change) -> None:
        if not self._json:
            click.echo(show.change(one))
            return
        click.echo(",\n  " if self._opened else '{"changes": [\n  ', nl=False)
        click.echo(json.dumps(one.to_dict(), ensure_ascii=False), nl=False)
        self._opened = True

    def finish(self) -> None:
        """The counts; in JSON, the value of the key `build` is to follow, and a brace."""
        if not self._json:
            click.echo(show.redetection(self.found))
            return
        click.echo("\n" if self._opened else '{"changes": [', nl=False)
        click.echo(f'],\n{json.dumps(self.found.to_dict())[1:-1]},\n"build": ', nl=False)


def _redetected(context: Context, sources: tuple[str, ...], *, dry_run: bool, force: bool) -> int:
    index, settings, progress = context.index, context.settings, context.progress()
    changes = _Changes(context)
    found = changes.found
    feed = context.feed(sources) if sources else None
    if not dry_run:
        status = _finished(
            context,
            lambda: (
                rebuild_from_kept(found, index=index, settings=settings, progress=progress, force=force)
                if feed is None
                else rebuild_from_sources(found, feed, index=index, settings=settings, force=force)
            ),
            before_result=changes.finish,
        )
        click.echo("}" if context.json else "", nl=context.json)
        return status
    if feed is None:
        preview_kept(found, index=index, settings=settings, progress=progress)
    else:
        preview_sources(found, feed, index=index, settings=settings)
    changes.finish()
    click.echo("null}" if context.json else "", nl=context.json)
    return REFUSED if feed is not None and feed.refused else 0


@main.command("update")
@_sources
@command
@gated
def update_command(context: Context, sources: tuple[str, ...], *, force: bool) -> int:
    """Add new, replace changed and remove vanished documents."""
    feed = context.feed(sources)
    return _finished(
        context, lambda: update(feed, index=context.index, settings=context.settings, force=force)
    )


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
    values = show.status_values(manifest, generations.finished(), context.settings.analysis.left_out)
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
@click.argument("run", required=False, type=click.Path(path_type=Path))
@click.option("--queries", type=click.Path(path_type=Path), help="qid, lang, query (TSV or JSON Lines).")
@click.option("--qrels", type=click.Path(path_type=Path), help="TREC judgements.")
@click.option("--save", type=click.Path(path_type=Path), help="Keep the run in this file.")
@click.option(
    "--compare",
    "earlier",
    type=click.Path(path_type=Path),
    help="Compare this saved run with the one just made, or with RUN.",
)
@click.option(
    "--rounds",
    type=click.IntRange(100, 1_000_000),
    default=ROUNDS,
    show_default=True,
    help="Rounds of the randomisation test.",
)
@click.option(
    "--changed",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="Show so many of the queries that changed most.",
)
@command
def evaluate_command(
    context: Context,
    run: Path | None,
    *,
    queries: Path | None,
    qrels: Path | None,
    save: Path | None,
    earlier: Path | None,
    rounds: int,
    changed: int,
) -> None:
    """MRR@10, nDCG@10 and recall@10 per language for judged queries; the language is not told."""
    before = None if earlier is None else read_run(earlier)
    if run is not None:
        if before is None or queries or qrels or save:
            raise ConfigurationError("RUN goes with --compare FILE only: two saved runs, no index")
        after = read_run(run)
    elif queries is None or qrels is None:
        raise ConfigurationError("--queries and --qrels are needed, or --compare FILE RUN")
    else:
        after = _evaluated(context, queries, qrels)
        if save is not None:
            save_run(save, after)
    if before is not None:
        comparison = compare(before, after, rounds=rounds)
        context.print(comparison.to_dict(changed), show.comparison(comparison, changed))
    else:
        values = {language: one.mean() for language, one in sorted(figures_of(after.results).items())}
        context.print(values, show.figures(values))


def _evaluated(context: Context, queries: Path, qrels: Path) -> SavedRun:
    judged, judgements = read_queries(queries), read_judgements(qrels)
    searcher = Searcher.open(context.index, context.settings)

    def answer(query: str) -> list[str]:
        results = searcher.search(SearchRequest(q=query, facets=(), highlight=False))
        return [hit.id for hit in results.hits]

    about = about_run(searcher.engine().manifest, queries=[queries], judgements=[qrels])
    return SavedRun("this run", about, tuple(ask(judged, judgements, answer)))


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
@gated
def restore_command(context: Context, source: Path, *, force: bool) -> int:
    """Rebuild the index from a dump."""
    feed = DumpFeed(source, context.tell)
    return _finished(
        context,
        lambda: build(
            feed, sources=(str(source),), index=context.index, settings=context.settings, force=force
        ),
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
