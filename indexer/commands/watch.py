"""`indexer watch`: update whenever the source changes."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click

from indexer.command_line import DEFAULT_CONFIG, REFUSED, WRONG_USE, Context, command
from indexer.new_generation import gated
from indexer.show.plain import printable, printable_json
from indexer.sources import STANDARD_INPUT, walk
from indexer.update_process import UpdateProcess
from indexer.watch import POLL, SETTLE, Outcome, Watch
from search.errors import ConfigurationError, IndexUnavailable
from search.index.generations import Generations

_COUNTS = ("added", "changed", "deleted", "duplicates", "refused")


@click.command("watch")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--poll",
    type=click.FloatRange(0.1, 86_400),
    default=POLL,
    show_default=True,
    metavar="SECONDS",
    help="Look at the sources so often.",
)
@click.option(
    "--settle",
    type=click.FloatRange(0, 3_600),
    default=SETTLE,
    show_default=True,
    metavar="SECONDS",
    help="Update when they have kept still for so long.",
)
@command
@gated
def watch_command(
    context: Context, *, sources: tuple[str, ...], poll: float, settle: float, force: bool
) -> None:
    """Update whenever the sources change, until SIGTERM or Ctrl-C."""
    if STANDARD_INPUT in sources:
        raise ConfigurationError("standard input cannot be watched")
    # A mistyped path is told now; one that vanishes later is waited for.
    walk(sources)
    updating = _Updating(context, UpdateProcess(_options_of_update(force=force)))
    with _ending(updating.process) as ending:
        Watch(
            sources,
            updating.run,
            tell=_tell,
            wait=ending.wait,
            besides=_besides(context),
            poll=poll,
            settle=settle,
        ).run()


class _Updating:
    """Runs updates and tells of each new generation in a line."""

    def __init__(self, context: Context, process: UpdateProcess) -> None:
        self._context, self.process = context, process
        self._generation = ""
        # Where there is no index yet, the first update builds it.
        with suppress(IndexUnavailable):
            self._generation = Generations(context.index).live()

    def run(self, sources: tuple[str, ...]) -> Outcome:
        try:
            ended = self.process.run(sources)
        except OSError as error:
            _tell(f"no process could be started: {error.strerror}")
            return Outcome.LATER
        generation = ended.report.get("generation")
        if ended.status in (0, REFUSED) and generation:
            if generation != self._generation:
                self._generation = generation
                _tell_generation(self._context, ended.report)
            return Outcome.DONE
        if ended.status in (REFUSED, WRONG_USE):
            return Outcome.REFUSED
        if ended.status < 0:
            _tell(f"the update was ended by signal {-ended.status}")
        return Outcome.LATER


def _options_of_update(*, force: bool) -> list[str]:
    """The options this command was given that an update takes too."""
    given = click.get_current_context().params
    options = ["--keep-empty", "--index", str(given["index"])]
    for name in ("config", "relevance", "engine", "engine_url"):
        if given[name] is not None:
            options += [f"--{name.replace('_', '-')}", str(given[name])]
    if given["no_relevance"]:
        options.append("--no-relevance")
    if force:
        options.append("--force")
    return options


def _besides(context: Context) -> list[Path]:
    """Files that an update reads besides the sources."""
    settings = context.settings
    relevance = settings.relevance.file if settings.relevance else None
    config = click.get_current_context().params["config"] or DEFAULT_CONFIG
    return [Path(one) for one in (config, settings.synonyms, settings.pinned, relevance) if one]


@contextmanager
def _ending(process: UpdateProcess) -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set; an update that runs is interrupted."""
    ending = threading.Event()

    def end(_number: int, _frame: Any) -> None:
        ending.set()
        process.interrupt()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield ending
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(sentence: str) -> None:
    click.echo(f"watch: {printable(sentence)}", err=True)


def _tell_generation(context: Context, report: dict[str, Any]) -> None:
    """One line on standard output, at once."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    if context.json:
        told = {"time": now} | {
            name: report.get(name) for name in ("generation", "documents", *_COUNTS, "seconds")
        }
        click.echo(printable_json(told))
        return
    counts = ", ".join(f"{report[name]} {name}" for name in _COUNTS if report.get(name))
    click.echo(
        f"{now} generation {report['generation']}: {report.get('documents')} documents; "
        f"{counts or 'synonyms or pins changed'}; {report.get('seconds')} s"
    )
