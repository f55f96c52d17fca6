"""Keep the figures of the tests of faults, and show them: `python -m benchmarks.faults merge FILE...`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.faults.figures import FILE, merged, read_lines, without, write_lines
from benchmarks.faults.identities import IDS
from benchmarks.faults.page import PAGE, page


def main(arguments: Sequence[str] | None = None, *, file: Path = FILE, shown: Path = PAGE) -> int:
    """Do what was asked; returns the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        lines = read_lines(file) if file.exists() else []
        if asked.command == "merge":
            for path in asked.files:
                lines = merged(lines, read_lines(path))
        elif asked.command == "forget":
            lines = without(lines, asked.ids)
        write_lines(file, lines)
    except (OSError, ValueError) as error:
        print(f"benchmarks.faults: {error}", file=sys.stderr)
        return 2
    shown.write_text(page(lines), encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    merge = commands.add_parser("merge", help="add what runs wrote into FAULTS_FIGURES, and write the page")
    merge.add_argument("files", nargs="+", type=Path, metavar="FILE")
    forget = commands.add_parser("forget", help="drop the figures of ids, and write the page")
    forget.add_argument("ids", nargs="+", choices=IDS, metavar="ID")
    commands.add_parser("render", help="write the page")
    return parser


if __name__ == "__main__":
    sys.exit(main())
