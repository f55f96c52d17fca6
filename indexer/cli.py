"""The admin's command line: `indexer COMMAND`. What all commands share is in `command_line.py`.

A command is imported when it is asked for: `status` need not wait for what only `build` uses.
"""

from __future__ import annotations

from collections import UserDict
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from indexer.command_line import INTERRUPTED, LOCKED, REFUSED, STORAGE, UNREADABLE, WRONG_USE
from indexer.show.plain import printable

__all__ = ["INTERRUPTED", "LOCKED", "REFUSED", "STORAGE", "UNREADABLE", "WRONG_USE", "main"]

#: Each is the function `NAME_command` of the module `indexer.commands.NAME`.
COMMANDS = (
    "build",
    "update",
    "delete",
    "status",
    "check",
    "search",
    "analyze",
    "evaluate",
    "dump",
    "restore",
    "rollback",
    "gc",
    "watch",
    "report",
    "doctor",
)


class _Commands(UserDict[str, "click.Command | None"]):
    """The commands by name, each imported when it is first looked up."""

    def __getitem__(self, name: str) -> click.Command:
        command = self.data[name]
        if command is None:
            command = getattr(import_module(f"indexer.commands.{name}"), f"{name}_command")
            assert isinstance(command, click.Command)
            self.data[name] = command
        return command


class _Admin(click.Group):
    """Wrong use is told without what could drive the terminal: `indexer build *` may meet any file name."""

    def make_context(self, *arguments: Any, **more: Any) -> click.Context:
        with _escaped_messages():
            return super().make_context(*arguments, **more)

    def invoke(self, ctx: click.Context) -> Any:
        with _escaped_messages():
            return super().invoke(ctx)


@contextmanager
def _escaped_messages() -> Iterator[None]:
    try:
        yield
    except click.UsageError as error:
        told = printable(error.message)
        if told == error.message:
            raise
        raise click.UsageError(told, error.ctx) from None


@click.group(
    cls=_Admin,
    commands=_Commands(dict.fromkeys(COMMANDS)),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="multilingual-search", prog_name="indexer")
def main() -> None:
    """Index documents in any languages and ask the index."""
