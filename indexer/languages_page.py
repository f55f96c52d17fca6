"""What does the analysis know of each language? Prints docs/languages.md.

    python -m indexer.languages_page > docs/languages.md        (make languages)

Every cell is asked of the analysis itself, so the page says what happens and not what was meant
to; a test compares the page in docs/ with what is printed here.
"""

from __future__ import annotations

from collections.abc import Iterator

from search.analysis.folding import normalize
from search.analysis.keyboards import LAYOUTS
from search.analysis.language import Language
from search.analysis.languages import LANGUAGES, UNDETERMINED
from search.analysis.romanize import romanize
from search.analysis.stop_words import stop_words
from search.analysis.tokenizers import has_unspaced_script

#: Spellings of a language's own name that are shown.
SPELLINGS = 2
NOTHING = "–"

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

What the table cannot say is which languages are *detected* without being declared: character statistics
exist for the languages of langdetect; others are recognised by a script or letters of their own, or must
be declared. Chinese characters are shown as Mandarin reads them; there is no dictionary of Japanese words.
The particles that Hebrew writes together with the next word are not cut off.

| Code | Language | Native name | Scripts | Direction | Inflection | Stop words | Wrong keyboard | Romanised |
|---|---|---|---|---|---|---|---|---|
"""


def page() -> str:
    """The whole Markdown page, languages in order of their English names."""
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
    )
    return introduction + "".join(f"| {' | '.join(cells(row))} |\n" for row in rows)


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


if __name__ == "__main__":
    print(page(), end="")
