"""What does the analysis know of each language? Prints docs/languages.md.

    python -m indexer.languages_page [--figures DIR] > docs/languages.md        (make languages)

Every cell is asked of the analysis itself, so the page says what happens and not what was meant
to; what was measured is read from the recorded benchmark runs. A test compares the page in docs/
with what is printed here.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.analysis.alphabets import ALPHABETS
from search.analysis.detection import detect
from search.analysis.folding import normalize
from search.analysis.keyboards import LAYOUTS
from search.analysis.language import Language
from search.analysis.languages import LANGUAGES, UNDETERMINED
from search.analysis.romanize import romanize
from search.analysis.stop_words import stop_words
from search.analysis.tokenizers import has_unspaced_script
from search.errors import ConfigurationError

#: Recorded runs, a folder for each day; in them, what is read here.
RUNS = Path(__file__).resolve().parent.parent / "benchmarks" / "runs"
DETECTION, RELEVANCE = "detection.json", "relevance.json"
#: What the share of right decisions is measured on, in the order of the columns.
KINDS = ("title", "sentence", "paragraph")
#: Spellings of a language's own name that are shown.
SPELLINGS = 2
NOTHING = "–"

#: A few words, for a language whose own name is not written as its texts are.
_SAMPLES = {"ja": "日本語のことば"}

_INTRODUCTION = """\
<!-- Written by `make languages`; edit the table in search/analysis/languages_*.py instead. -->

# Languages

{rows} languages have a row in the one table of the analysis. {stemmed} of them have a Snowball stemmer,
{ruled} more have rules for their endings, {unspaced} are written without spaces and are indexed as
character n-grams; the other {plain} are found as written, with or without their marks, by the beginning
of a word and, ranked lower, by n-grams. `indexer status` names the languages of an index that have no
stemmer.

- **Scripts**: ISO 15924 codes, the usual script first.
- **Inflection**: the Snowball algorithm; `rules`: endings from `search/analysis/suffixes.py`;
  `n-grams`: there are no spaces to find words by.
- **Stop words**: whether there is a list; `as hr`: that of another language. Stop words are indexed and
  stay findable.
- **Wrong keyboard**: the layout the visitor may have forgotten to switch to; `by script`: another layout
  of its script; `us`: what was typed on a layout of another script is read as if typed on a US keyboard.
- **Romanised**: how the language's own name may be typed in Latin letters (the first {spellings}
  spellings); `–`: it is written in Latin letters.
- **Detected**: what tells a text in this language from others when nothing is declared: `statistics`
  of its characters, `letters` no other language of its script has, its `script`; `as hr`: a text is
  taken for that one; `declared`: must be declared, or be the original language of the title.
- **Title, Sentence, Paragraph**: how many of 100 such texts are given this language, nothing declared.
- **MRR@10**: mean reciprocal rank of judged questions in a mixed index that is not told the language,
  with the question set and the number of questions.

The last four columns are measured{recorded}; empty: nobody has measured it yet.

Chinese characters are shown as Mandarin reads them; Japanese readings come from a table of characters, not of
words (docs/adr/0008).

| Code | Language | Native name | Scripts | Direction | Inflection | Stop words | Wrong keyboard | Romanised \
| Detected | Title | Sentence | Paragraph | MRR@10 |
|---|---|---|---|---|---|---|---|---|---|---:|---:|---:|---|
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """Recorded figures: language → kind → share of right decisions (0 to 1), and language → question
    set → figures. `sources` are the files they come from."""

    detection: Mapping[str, Mapping[str, float]]
    relevance: Mapping[str, Mapping[str, Mapping[str, float]]]
    sources: tuple[Path, ...] = ()


def measured(folder: Path | None = None, runs: Path = RUNS) -> Measured:
    """The figures of one run; without a folder, of the newest of `runs` that hold such files.

    What was not recorded is empty. Raises `ConfigurationError` for a file of another form.
    """
    paths = [folder / name if folder else _newest(runs, name) for name in (DETECTION, RELEVANCE)]
    found = [path if path is not None and path.is_file() else None for path in paths]
    detection, relevance = (_languages(path) if path else {} for path in found)
    return Measured(detection, relevance, tuple(path for path in found if path))


def _newest(runs: Path, name: str) -> Path | None:
    """Runs are named by date; the second of a day ends in `-2`."""

    def age(path: Path) -> tuple[list[int], str]:
        return [int(part) for part in path.parent.name.split("-") if part.isdigit()], path.parent.name

    return max(runs.glob(f"*/{name}"), key=age, default=None)


def _languages(path: Path) -> dict[str, Any]:
    try:
        languages = json.loads(path.read_text(encoding="utf-8"))["languages"]
        if not all(isinstance(row, dict) for row in languages.values()):
            raise TypeError("a language's figures must be an object")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"{path}: not recorded figures: {error!r}") from None
    return dict(languages)


def page(figures: Path | None = None) -> str:
    """The whole Markdown page, languages in order of their English names, with the figures of a run
    (None: the newest). Raises `ConfigurationError`."""
    found = measured(figures)
    rows = sorted(
        (row for row in LANGUAGES.values() if row.code != UNDETERMINED), key=lambda row: (row.name, row.code)
    )
    stemmed = sum(1 for row in rows if row.stemmer)
    ruled = sum(1 for row in rows if row.suffix_rules and not row.stemmer)
    unspaced = sum(1 for row in rows if inflection(row) == "n-grams")
    introduction = _INTRODUCTION.format(
        rows=len(rows),
        stemmed=stemmed,
        ruled=ruled,
        unspaced=unspaced,
        plain=len(rows) - stemmed - ruled - unspaced,
        spellings=SPELLINGS,
        recorded=_recorded(found),
    )
    return introduction + "".join(
        f"| {' | '.join([*cells(row), *figures_of(row, found)])} |\n" for row in rows
    )


def _recorded(found: Measured) -> str:
    names = [f"{path.parent.name}/{path.name}" for path in found.sources]
    return f" (benchmarks/runs: {', '.join(names)})" if names else ""


def cells(row: Language) -> Iterator[str]:
    """The cells of one language."""
    yield f"`{row.code}`"
    yield row.name
    yield row.native_name
    yield ", ".join(row.scripts)
    yield row.direction
    yield inflection(row)
    yield stop_word_list(row)
    yield keyboard(row)
    yield ", ".join(romanized(row)) or NOTHING
    yield detected(row)


def figures_of(row: Language, found: Measured) -> Iterator[str]:
    """The measured cells of one language."""
    shares = found.detection.get(row.code, {})
    for kind in KINDS:
        share = shares.get(kind)
        yield "" if share is None else f"{100 * share:.1f}"
    yield ", ".join(
        f"{figures['mrr@10']:.3f} {name} ({figures['queries']})"
        for name, figures in sorted(found.relevance.get(row.code, {}).items())
    )


def detected(row: Language) -> str:
    """By what a text is known to be in this language: its own name and letters are the sample."""
    letters = ALPHABETS.get(row.scripts[0], {}).get(row.code, "")
    sample = _SAMPLES.get(row.code) or f"{row.native_name} {letters}"
    if row.family and detect(sample, among={row.code, row.base}).code != row.code:
        return f"as {row.base}"
    decision = detect(sample, among={row.code})
    evidence = decision.reason.partition(":")[0]
    # A script says a language only where it is not taken for another one's (Assamese for Bengali).
    said = decision.code == row.code and (evidence != "script" or detect(sample).code == row.code)
    return evidence if said else "declared"


def inflection(row: Language) -> str:
    """How inflected forms of a word meet."""
    if row.stemmer:
        return f"{row.stemmer} + rules" if row.suffix_rules else row.stemmer
    if row.suffix_rules:
        return "rules"
    return "n-grams" if has_unspaced_script(row.native_name) else NOTHING


def stop_word_list(row: Language) -> str:
    """Whose stop words a query in this language is without."""
    words = stop_words(row.code)
    if not words:
        return "no"
    return f"as {row.family}" if row.family and words == stop_words(row.family) else "yes"


def keyboard(row: Language) -> str:
    """Which layout is tried for a query that found nothing."""
    own = LAYOUTS.get(row.keyboard or "")
    if own is not None and own.script != "Latn":
        return own.name
    if row.scripts[0] == "Latn":
        return "us"
    shared = any(layout.script in row.scripts for layout in LAYOUTS.values() if layout.script != "Latn")
    return "by script" if shared else "no"


def romanized(row: Language) -> tuple[str, ...]:
    """The first Latin spellings of the first word of the language's own name."""
    if row.scripts[0] == "Latn":
        return ()
    return romanize(normalize(row.native_name.split()[0]), row.code)[:SPELLINGS]


def main() -> None:
    parser = argparse.ArgumentParser(description="Prints docs/languages.md.")
    parser.add_argument("--figures", type=Path, metavar="DIR", help="folder of the run to take figures from")
    print(page(parser.parse_args().figures), end="")


if __name__ == "__main__":
    main()
