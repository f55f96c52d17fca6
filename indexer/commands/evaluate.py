"""`indexer evaluate`: how good are the answers; are they better than those of another run?"""

from __future__ import annotations

from pathlib import Path

import click

from indexer.command_line import Context, command
from indexer.compare import ROUNDS, compare
from indexer.evaluate import ask, figures_of, read_judgements, read_queries
from indexer.saved_run import SavedRun, about_run, read_run, save_run
from indexer.show import figures as tables
from search.errors import ConfigurationError
from search.request import SearchRequest
from search.searcher import Searcher


@click.command("evaluate")
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
        context.print(comparison.to_dict(changed), tables.comparison(comparison, changed))
    else:
        values = {language: one.mean() for language, one in sorted(figures_of(after.results).items())}
        context.print(values, tables.figures(values))


def _evaluated(context: Context, queries: Path, qrels: Path) -> SavedRun:
    judged, judgements = read_queries(queries), read_judgements(qrels)
    searcher = Searcher.open(context.index, context.settings, cluster=context.cluster)

    def answer(query: str) -> list[str]:
        results = searcher.search(SearchRequest(q=query, facets=(), highlight=False))
        return [hit.id for hit in results.hits]

    about = about_run(searcher.engine().manifest, queries=[queries], judgements=[qrels])
    return SavedRun("this run", about, tuple(ask(judged, judgements, answer)))
