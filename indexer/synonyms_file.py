"""Which words mean the same? The admin's `synonyms.txt`, line by line.

    # what follows holds in all languages
    sci-fi, science fiction
    nyc => new york city

    [de]
    Handy, Mobiltelefon

Words with commas between them mean the same: a query for one finds all. Before `=>` stands what is
typed, after it what it also finds, and not the other way. `[de]` begins the lines of a language, `[*]`
those of all. A comma in a word is written `\\,`. The format is that of Solr's and Elasticsearch's
synonym files, with languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from search.analysis.languages import canonical_code, is_known
from search.analysis.tokenizers import tokenize
from search.errors import ConfigurationError
from search.index.curation import SynonymSet

#: Words of one synonym, synonyms of one set, sets of one file: what a query can be asked to pay for.
MOST_WORDS, MOST_SYNONYMS, MOST_SETS = 8, 50, 100_000
_SECTION = re.compile(r"\[([^\[\]]*)\]")
_COMMA = re.compile(r"(?<!\\)[,、،，]")
_ARROW = re.compile("=>|⇒")


def read_synonyms(path: Path) -> tuple[SynonymSet, ...]:
    """The sets of a file, in order. Raises `ConfigurationError` naming file, line and reason."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: there is no such file of synonyms") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{path}:{line}: not UTF-8") from None
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from None
    return tuple(_sets(path, text))


def _sets(path: Path, text: str) -> Iterator[SynonymSet]:
    language, count = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        place = f"{path}:{number}"
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        section = _SECTION.fullmatch(line)
        if section is not None:
            language = _language(section[1].strip(), place)
            continue
        count += 1
        if count > MOST_SETS:
            raise ConfigurationError(f"{place}: more than {MOST_SETS} sets of synonyms")
        yield _set(line, language, place)


def _language(code: str, place: str) -> str:
    if code == "*":
        return ""
    if not is_known(code):
        raise ConfigurationError(f"{place}: [{code}]: not in the language table (docs/languages.md)")
    return canonical_code(code)


def _set(line: str, language: str, place: str) -> SynonymSet:
    sides = _ARROW.split(line)
    if len(sides) > 2:
        raise ConfigurationError(f"{place}: more than one =>")
    of = _synonyms(sides[0], place)
    mean = _synonyms(sides[1], place) if len(sides) == 2 else of
    if len(sides) == 1 and len(of) < 2:
        raise ConfigurationError(f"{place}: {of[0]!r} stands alone: synonyms are separated by commas")
    if len(sides) == 2 and not set(mean) - set(of):
        raise ConfigurationError(f"{place}: after => stands nothing but what is before it")
    return SynonymSet(of, mean, language)


def _synonyms(side: str, place: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in _COMMA.split(side):
        synonym = " ".join(one.replace("\\,", ",").split())
        words = tokenize(synonym)
        if not words:
            told = f"{synonym!r} has no letters or digits" if synonym else "a synonym is empty"
            raise ConfigurationError(f"{place}: {told}")
        if len({word.position for word in words if not word.is_gram}) > MOST_WORDS:
            raise ConfigurationError(f"{place}: {synonym!r} has more than {MOST_WORDS} words")
        found[synonym] = None
    if len(found) > MOST_SYNONYMS:
        raise ConfigurationError(f"{place}: more than {MOST_SYNONYMS} synonyms in one set")
    return tuple(found)
