"""Makes `kanji_readings.txt` from the Unicode Character Database.

    python -m search.analysis.romanization.kanji_table Unihan_Readings.txt > kanji_readings.txt

Takes the Sino-Japanese and native readings (kJapaneseOn, kJapaneseKun) of the characters of
JIS X 0208: those that titles use. Run again for a new version of Unicode; the result is committed.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator

NOTICE = """\
# Readings of the characters of JIS X 0208, from Unihan_Readings.txt (kJapaneseOn | kJapaneseKun),
# Unicode Character Database {version}. Copyright (c) Unicode, Inc. Unicode and the Unicode Logo are
# registered trademarks of Unicode, Inc. Distributed under the Unicode License v3,
# https://www.unicode.org/license.txt (SPDX: Unicode-3.0). Made by kanji_table.py."""

_FIELDS = ("kJapaneseOn", "kJapaneseKun")


def table_lines(unihan: Iterable[str]) -> Iterator[str]:
    """The lines of the table: character, Sino-Japanese readings, `|`, native readings."""
    version = "of unknown version"
    readings: dict[str, dict[str, str]] = defaultdict(dict)
    for line in unihan:
        if line.startswith("# Unicode version:"):
            version = line.rpartition(":")[2].strip()
        parts = line.rstrip("\n").split("\t")
        if len(parts) == 3 and parts[1] in _FIELDS:
            readings[chr(int(parts[0][2:], 16))][parts[1]] = parts[2].lower()
    yield NOTICE.format(version=version)
    for character in sorted(readings):
        if _is_in_jis(character):
            yield (
                f"{character} " + " | ".join(readings[character].get(field, "") for field in _FIELDS).strip()
            )


def _is_in_jis(character: str) -> bool:
    try:
        return len(character.encode("euc_jp")) == 2
    except UnicodeEncodeError:
        return False


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        for row in table_lines(file):
            print(row)
