"""What is each line of a page's text: a label, a fact, a heading, furniture, prose or a short line?

The words are in the tables `page_dump_*.py`; this file knows only the forms in which labels and
values stand. What the lines mean together is the question of `page_dump.py`.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from indexer.dates import find_date, is_date
from indexer.durations import find_duration, is_duration
from indexer.extract.page_dump_furniture import COUNTED, FOOTER_FRAGMENTS, MENU_WORDS
from indexer.extract.page_dump_genres import GENRES
from indexer.extract.page_dump_labels import FACT_LABELS
from indexer.extract.page_dump_roles import ROLE_LABELS
from indexer.extract.page_dump_sections import (
    RELATED_BEGINNINGS,
    RELATED_CORE,
    RELATED_FILLERS,
    RELATED_FRAGMENTS,
    RELATED_PHRASES,
    SECTION_LABELS,
)


class Kind(enum.Enum):
    """What a line is."""

    FACT = "a labelled fact"
    ROLE = "a labelled role"
    SECTION = "the heading of a section"
    RELATED = "the heading of a list of other works"
    FACTS = "unlabelled facts in a row"
    PROSE = "running text"
    MENU = "an entry of a menu"
    FURNITURE = "the site speaking"
    SHORT = "anything short"


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `name` is the fact, section or roles (by commas), `value` what follows the label.

    `colon` tells "Genre:" from "Genre", which may be an entry of a menu. `gap` counts the empty
    lines before it.
    """

    kind: Kind
    text: str
    name: str = ""
    value: str = ""
    colon: bool = False
    gap: int = 0


# Spaces before a sign are walked through once, from where they begin.
_ROLE_SEPARATOR = re.compile(r"(?:(?<!\s)\s+)?[,/&+]\s*")
_COUNT = re.compile(r"(?:(?<!\s)\s+)?[(\[]\d[\d.,]*[)\]]\s*$")
_ACCENTS = re.compile("[\u0300-\u036f\u064b-\u0652]")
_SPACES = re.compile(r"\s+")
_COLON = re.compile(r"(?:(?<!\s)\s+)?[:：]\s*")
_COLUMNS = re.compile(r"\t+|\s{3,}")
_STRONG_SEPARATOR = re.compile(r"(?:(?<!\s)\s+)?[•·|∙‧●▪｜]\s*|(?<!\s)\s+[/–—-]\s+")
_DOMAIN = re.compile(r"(?:https?://|www\.)\S+|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,8}(?:/\S*)?")
_QUALITY = re.compile(
    r"(?:\d{3,4}p|4k|uhd|hd|hdrip|web-?dl|web-?rip|blu-?ray|dvd-?rip|cam|hdcam|ts|sd|full hd|"
    r"s\d+\s?e\d+|pg|pg-13|nc-17|tv-\w+|\d{1,2}\+|fsk\s?\d+|nr|not rated|\d{1,3}\s?%|eps?\.?\s?\d+)",
    re.IGNORECASE,
)
_RATING = re.compile(r"[★⭐☆✩\s]*(\d{1,2}(?:[.,]\d{1,3})?)(?:\s*(?:/\s*(10|5|100)|(%)))?[★⭐☆✩\s]*")
_RATED = re.compile(
    r"(?:(?P<rating>[★⭐\s]*(?:\d{1,2}[.,]\d{1,3}(?:\s*/\s*10)?|\d{1,2}\s*/\s*10))(?:\s+|\s*[(|·•]\s*))?"
    r"\(?(?P<votes>\d[\d.,\s]*)(?P<label>[^\d()\s][^\d()]*?)\)?"
)
_SPACELESS = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_SENTENCE_END = re.compile(r"[.!?…。！？؟।」』”\"»)]$")

# Words that are labels before a colon only; alone on a line they are rather something else.
_NEEDS_COLON = frozenset(
    {
        "de",
        "con",
        "mit",
        "with",
        "avec",
        "cu",
        "by",
        "an",
        "start",
        "film",
        "фильм",
        "time",
        "stars",
        "titel",
        "title",
        "land",
        "rating",
        "age",
        "format",
        "buch",
        "image",
        "foto",
        "studio",
        "autor",
        "author",
        "mare",
        "時間",
        "年",
        "国",
        "年代",
        "देश",
        "साल",
    }
)
_LONGEST_LABEL = 45
_MOST_LABELS = 12
_LONGEST_SHORT = 120


def fold(text: str) -> str:
    """The form in which labels are compared: no case, accents, ornaments, or counts in parentheses."""
    text = unicodedata.normalize("NFKC", _COUNT.sub("", text)).replace("’", "'").replace("`", "'")
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i").replace("\u200c", ""))
    # Marks are dropped where they are accents; in Indic and Thai writing they are letters.
    kept = _ACCENTS.sub("", decomposed)
    return _ORNAMENT_OF_LABELS.sub("", _SPACES.sub(" ", kept)).strip()


# \W would also take the vowel signs that end words in Hindi or Thai.
_ORNAMENT_OF_LABELS = re.compile(
    r"^(?:[^\w\u0900-\u0dff\u0e00-\u0e7f]|_)+"
    # Begins where a run of signs begins: else each sign of a long one is tried in turn.
    r"|(?<![^\w\u0900-\u0dff\u0e00-\u0e7f\u3099\u309a]|_)"
    r"(?:[^\w\u0900-\u0dff\u0e00-\u0e7f\u3099\u309a]|_)+$"
)


def _table(rows: dict[str, dict[str, str]]) -> dict[str, str]:
    table: dict[str, str] = {}
    for name, languages in rows.items():
        for words in languages.values():
            for word in words.split(","):
                table.setdefault(fold(word), name)
    return table


def _words(rows: dict[str, str], separator: str | None = ",") -> frozenset[str]:
    return frozenset(fold(word) for words in rows.values() for word in words.split(separator))


FACTS = _table(FACT_LABELS)
ROLES = _table(ROLE_LABELS)
SECTIONS = _table(SECTION_LABELS)
GENRE_WORDS = _words(GENRES)
MENU = _words(MENU_WORDS)
_PHRASES = _words(RELATED_PHRASES)
_CORE = {language: frozenset(map(fold, words.split())) for language, words in RELATED_CORE.items()}
_FILLERS = {language: frozenset(map(fold, words.split())) for language, words in RELATED_FILLERS.items()}
_FRAGMENTS = tuple(map(fold, RELATED_FRAGMENTS))
_BEGINNINGS = tuple(fold(beginning) + " " for beginning in RELATED_BEGINNINGS)
_FOOTERS = tuple(fragment.casefold() for fragment in FOOTER_FRAGMENTS)
_COUNTED = "|".join(map(re.escape, COUNTED))
_COUNTER = re.compile(rf"\+?\d[\d.,\s]*\+?\s*(?:{_COUNTED})\b.{{0,25}}", re.IGNORECASE)


def classify(text: str) -> list[Line]:
    """The lines of a text that are not empty, each with its kind."""
    lines: list[Line] = []
    gap = 0
    for raw in text.split("\n"):
        stripped = raw.strip()
        if not stripped:
            gap += 1
            continue
        for line in _classified(stripped):
            lines.append(replace(line, gap=gap))
            gap = 0
    return lines


def is_related_heading(folded: str) -> bool:
    """Whether a folded short line heads a list of other works, in any language of the tables."""
    if folded in _PHRASES:
        return True
    if folded.startswith(_BEGINNINGS):
        return True
    if len(folded) <= 24 and any(fragment in folded for fragment in _FRAGMENTS):
        return True
    words = [word.strip("'\"-&/") for word in folded.replace("-", " ").split()]
    words = [word for word in words if word]
    if not 1 <= len(words) <= 7:
        return False
    return any(
        not core.isdisjoint(words) and all(word in core or word in _FILLERS[language] for word in words)
        for language, core in _CORE.items()
    )


def is_sentence(text: str) -> bool:
    """Whether a line that is not long reads as a sentence all the same."""
    if _SPACELESS.search(text):
        return len(text) >= 10 and text[-1] in "。！？"
    return len(text.split()) >= 4 and text[-1] in ".!?…؟।" and not text.isupper()


def is_prose(text: str) -> bool:
    """Whether a line is running text by its length and punctuation."""
    if len(_SPACELESS.findall(text)) * 3 > len(text):
        return len(text) >= 36 or (len(text) >= 24 and text[-1] in "。！？")
    words = len(text.split())
    if words >= 16 and len(text) >= 90:
        return True
    return words >= 9 and len(text) >= 50 and _SENTENCE_END.search(text) is not None


def parse_rating(text: str) -> float | None:
    """A rating from 0 to 10; fifths, hundredths and percents are converted."""
    found = _RATING.fullmatch(text.strip()) or _RATING.match(text.strip())
    if not found:
        return None
    value = float(found[1].replace(",", "."))
    scale = 100 if found[3] else int(found[2] or 10)
    value = value * 10 / scale
    return round(value, 3) if 0 <= value <= 10 else None


def parse_count(text: str) -> int | None:
    """A number of votes: `1,234`, `1.234`, `1 234`, `12K`."""
    found = re.search(r"(\d[\d.,\s]*)([kKmM]\b)?", text.strip())
    if not found:
        return None
    if found[2]:
        return int(float(found[1].strip().replace(",", ".")) * (1000 if found[2] in "kK" else 1_000_000))
    digits = re.sub(r"\D", "", found[1])
    return int(digits) if len(digits) <= 12 else None


def fact_parts(text: str) -> dict[str, list[str]]:
    """The parts of a line of unlabelled facts by kind: date, runtime, genre, rating, other.

    >>> fact_parts("27/11/2013•Documentary•1h 10m")
    {'date': ['27/11/2013'], 'genre': ['Documentary'], 'runtime': ['1h 10m']}
    """
    parts: dict[str, list[str]] = {}
    together = _facts_without_separators(text)
    if together:
        return together
    for part in filter(None, _STRONG_SEPARATOR.split(text)):
        if is_duration(part) or is_date(part) or is_genre(part):
            _add_part(parts, part)
        else:
            for piece in re.split(r"(?:(?<!\s)\s+)?[,،、]\s*|(?<!\s)\s+/\s+", part):
                if piece.strip():
                    _add_part(parts, piece.strip())
    return parts


def _facts_without_separators(text: str) -> dict[str, list[str]]:
    """ "PG-13 06/09/2006 (US) Drama, Romance 1h 58m": only what can be told by its form."""
    if _STRONG_SEPARATOR.search(text) or not (find_duration(text) and find_date(text)):
        return {}
    genres = [word for word in re.split(r"[\s,/()]+", text) if is_genre(word)]
    return {"date": [text], "runtime": [text]} | ({"genre": genres} if genres else {})


def is_genre(text: str) -> bool:
    """Whether a text names a genre: one of the table, or several in one ("Dramat obyczajowy")."""
    folded = fold(text)
    if folded in GENRE_WORDS:
        return True
    words = folded.split()
    return 1 < len(words) <= 3 and all(word in GENRE_WORDS for word in words)


def _add_part(parts: dict[str, list[str]], part: str) -> None:
    parts.setdefault(_part_kind(part), []).append(part)


def _part_kind(part: str) -> str:
    if is_duration(part):
        return "runtime"
    if is_date(part):
        return "date"
    if is_genre(part):
        return "genre"
    if _RATING.fullmatch(part) and re.search(r"[★⭐/.,]", part):
        return "rating"
    return "quality" if _QUALITY.fullmatch(part) else "other"


def _classified(raw: str) -> list[Line]:
    text = _SPACES.sub(" ", raw)
    if len(text) > _LONGEST_SHORT * 3:
        return [_long_line(text)]
    several = _several_labels(text)
    if several:
        return several
    return [_label_line(raw, text) or _plain_line(text)]


def _long_line(text: str) -> Line:
    """A label may stand before a long text as well ("Sinopsis: …")."""
    parts = _COLON.split(text, maxsplit=1)
    if len(parts) == 2 and len(parts[0]) <= _LONGEST_LABEL:
        labelled = _labelled(text, parts[0], parts[1], colon=True)
        if labelled:
            return labelled
    return Line(Kind.FURNITURE if _is_footer(text) and len(text) < 1000 else Kind.PROSE, text)


def _several_labels(text: str) -> list[Line]:
    """ "Year: 2013 | Country: Italy Runtime: 70 min" as one line per label."""
    starts: list[tuple[int, int]] = []
    if not 2 <= len(_COLON.findall(text)) <= _MOST_LABELS:
        return []
    for colon in _COLON.finditer(text):
        before = text[: colon.start()]
        for words in (4, 3, 2, 1):
            one = r"[^\s|•·;:]{1,40}"
            found = re.search(rf"(?:^|(?<=[\s|•·,;/]))(?:{one}\s{{1,9}}){{{words - 1}}}{one}$", before)
            if found and _label_name(fold(found[0])):
                starts.append((found.start(), colon.end()))
                break
    if len(starts) < 2 or starts[0][0] > 2:
        return []
    lines: list[Line] = []
    for position, (start, end) in enumerate(starts):
        stop = starts[position + 1][0] if position + 1 < len(starts) else len(text)
        value = text[end:stop].strip(" |•·;/,") if stop > end else ""
        label = re.split(r"[:：]", text[start:end])[0]
        line = _labelled(f"{label}: {value}", label, value, colon=True)
        if line:
            lines.append(line)
    return lines


def _label_name(folded: str) -> str | None:
    return FACTS.get(folded) or ROLES.get(folded) or SECTIONS.get(folded)


def _label_line(raw: str, text: str) -> Line | None:
    parts = _COLON.split(text, maxsplit=1)
    if len(parts) == 2 and len(parts[0]) <= _LONGEST_LABEL:
        labelled = _labelled(text, parts[0], parts[1], colon=True)
        if labelled:
            return labelled
    columns = _COLUMNS.split(raw, maxsplit=1)
    if len(columns) == 2 and len(columns[0]) <= _LONGEST_LABEL:
        labelled = _labelled(text, columns[0], _SPACES.sub(" ", columns[1]).strip(), colon=True)
        if labelled and labelled.kind is not Kind.SECTION:
            return labelled
    if len(text) <= _LONGEST_LABEL + 20:
        folded = fold(text)
        if folded not in _NEEDS_COLON:
            alone = _labelled(text, text, "", colon=False)
            if alone:
                return alone
        if is_related_heading(folded):
            return Line(Kind.RELATED, text)
        return _unseparated(text)
    return None


def _labelled(text: str, label: str, value: str, *, colon: bool) -> Line | None:
    folded = fold(label)
    value = "" if value.strip() in ("-", "—", "–", "N/A", "?", "n/a") else value.strip()
    if folded in FACTS:
        return Line(Kind.FACT, text, FACTS[folded], value, colon)
    roles = [ROLES.get(fold(part)) for part in _ROLE_SEPARATOR.split(label)] if folded not in ROLES else []
    if folded in ROLES or (roles and all(roles)):
        name = ",".join(filter(None, roles)) or ROLES[folded]
        return Line(Kind.ROLE, text, name, value, colon)
    if folded in SECTIONS:
        # "Photos: a life" is rather a title than a heading with something after it.
        if value and SECTIONS[folded] == "end":
            return None
        return Line(Kind.SECTION, text, SECTIONS[folded], value, colon)
    if not value and colon and is_related_heading(folded):
        return Line(Kind.RELATED, text)
    return None


def _unseparated(text: str) -> Line | None:
    """ "Durée 1h 10min", "Release date 2020-11-28": a label and a value that has a form."""
    words = text.split(" ")
    for count in range(min(4, len(words) - 1), 0, -1):
        name = FACTS.get(fold(" ".join(words[:count])))
        value = " ".join(words[count:])
        if (name in ("date", "year") and is_date(value)) or (name == "runtime" and is_duration(value)):
            return Line(Kind.FACT, text, name or "", value, True)
        if name in ("rating", "votes", "popularity") and re.fullmatch(r"[\d.,\s/%]+[kKmM]?", value):
            return Line(Kind.FACT, text, name or "", value, True)
    return None


def _plain_line(text: str) -> Line:
    folded = fold(text)
    if folded in MENU:
        return Line(Kind.MENU, text)
    if not folded or _is_footer(text) or _COUNTER.fullmatch(text) or _DOMAIN.fullmatch(text):
        return Line(Kind.FURNITURE, text)
    rated = _RATED.fullmatch(text)
    if rated and FACTS.get(fold(rated["label"])) == "votes":
        return Line(Kind.FACT, text, "rated", text, True)
    parts = fact_parts(text) if len(text) <= _LONGEST_SHORT else {}
    if is_fact_line(parts):
        return Line(Kind.FACTS, text)
    if parts.keys() <= {"quality"}:
        return Line(Kind.FURNITURE if parts else Kind.PROSE, text)
    return Line(Kind.PROSE if is_prose(text) else Kind.SHORT, text)


def is_fact_line(parts: dict[str, list[str]]) -> bool:
    """A date or a duration, and little that is neither fact nor genre."""
    facts = sum(len(found) for kind, found in parts.items() if kind != "other")
    has_form = "date" in parts or "runtime" in parts
    others = parts.get("other", [])
    if not others:
        return has_form or ("genre" in parts and len(parts["genre"]) == facts) or parts.keys() == {"rating"}
    return has_form and facts >= len(others) and facts >= 2 and all(len(other) <= 40 for other in others)


def votes_and_rating(text: str) -> tuple[int | None, float | None]:
    """ "7.8 (1,234 votes)" in parts."""
    rated = _RATED.fullmatch(text)
    if not rated:
        return None, None
    return parse_count(rated["votes"]), parse_rating(rated["rating"]) if rated["rating"] else None


@lru_cache(maxsize=2048)
def _is_footer(text: str) -> bool:
    lowered = text.casefold()
    return any(fragment in lowered for fragment in _FOOTERS)
