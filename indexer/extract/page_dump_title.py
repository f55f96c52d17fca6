"""What is the title on a film page, and what may stand for it where there is none?

Candidates are the short lines above the text; how they stand (year behind them, facts below them,
repeated, mentioned in the text) decides. A page without any title gets one out of its own
overview: the name that the text itself gives the work, else a quoted phrase, else the beginning.
"""

from __future__ import annotations

import re
from collections import Counter

from indexer.dates import PLAUSIBLE_YEARS
from indexer.extract.page_dump_furniture import TITLE_BEGINNINGS, TITLE_ENDINGS
from indexer.extract.page_dump_lines import MENU, Kind, Line, fold, is_sentence
from indexer.extract.title_verbs import ARTICLES, SMALL_WORDS, TITLE_VERBS

_YEAR_AT_END = re.compile(r"(?:(?<!\s)\s+)?[(（\[]\s*+(\d{4})(?:\s*+[-–]\s*+(?:\d{4})?)?\s*+[)）\]]\s*")
_QUOTES = ("«»", "“”", "„“", "「」", "『』", "《》", "〈〉", '""', "‹›")
_SITE_SEPARATOR = re.compile(r"(?<!\s)\s+[|｜•·»›>–—-]\s+|(?:(?<!\s)\s+)?[|｜]\s*|\s::\s")
_BREADCRUMB = re.compile(r"(?:(?<!\s)\s+)?[>›»→]\s*")
# What stands below a title: a role may stand below a name as well.
_WORTH_OF_FOLLOWING = {Kind.FACTS: 3, Kind.FACT: 3, Kind.PROSE: 3, Kind.SECTION: 3, Kind.ROLE: 2}
_LONGEST = 120
_LONGEST_DERIVED = 80
_BEGINNINGS = sorted((fold(one) for one in TITLE_BEGINNINGS), key=len, reverse=True)
_ENDINGS = sorted((fold(one) for one in TITLE_ENDINGS), key=len, reverse=True)
_WORD = re.compile(r"[^\W\d_][\w'’\-]*|\d+")
_QUOTED = re.compile(r"[“«„「『《\"]([^“”«»„「」『』《》\"]{2,60})[”»“」』》\"]")
_SENTENCE = re.compile(r".+?[.!?…。！？।؟](?=\s|$|[^\s.!?…])", re.DOTALL)


def labelled_title(value: str | None) -> tuple[str, int | None] | None:
    """The title that a label names, and the year behind it."""
    return cleaned_title(value) if value else None


def cleaned_title(text: str) -> tuple[str, int | None]:
    """A title without the year behind it and without quotation marks around it, and the year.

    >>> cleaned_title("『東京の灯』（1961）")
    ('東京の灯', 1961)
    """
    year: int | None = None
    found = _YEAR_AT_END.search(text)
    if found and int(found[1]) in PLAUSIBLE_YEARS and found.start() > 0:
        year = int(found[1])
        # What follows the year is the site speaking ("… (2013) - Watch online").
        text = text[: found.start()]
    text = text.strip(" \t-–—|•·:")
    for quotes in _QUOTES:
        opening, closing = quotes[0], quotes[1]
        is_quoted = text.startswith(opening) and text.endswith(closing) and len(text) > 2
        if is_quoted and opening not in text[1:-1]:
            text = text[1:-1].strip()
    return text, year


def title_among(head: list[tuple[Line, Line | None]], body: list[str]) -> tuple[str, int | None] | None:
    """The best of the short lines above the text, each given with the line that follows it."""
    best: tuple[float, str, int | None] | None = None
    everything = fold(" ".join(body)[:20_000])
    plain = [_undecorated(line.text, [fold(other.text) for other, _ in head]) for line, _ in head]
    seen = Counter(fold(title) for title, _ in plain)
    year_of = {fold(title): year for title, year in plain if year}
    for position, ((line, following), (title, year)) in enumerate(zip(head, plain, strict=True)):
        folded = fold(title)
        if not folded or folded in MENU or len(title) > _LONGEST:
            continue
        score = _score(line, following, title, year) - position * 0.01
        score += 2 * (seen[folded] > 1) + 2 * (len(folded) > 3 and folded in everything)
        if best is None or score > best[0]:
            best = score, title, year or year_of.get(folded)
    return (best[1], best[2]) if best is not None and best[0] > 0 else None


def _score(line: Line, following: Line | None, title: str, year: int | None) -> float:
    score = 4.0 if year else 0.0
    score += _WORTH_OF_FOLLOWING.get(following.kind, 0) if following is not None else 0
    if is_sentence(line.text) and not line.text.endswith(("!", "?")):
        score -= 3
    if len(title) < 2 or _BREADCRUMB.search(line.text):
        score -= 2
    return score + 0.5


def _undecorated(text: str, others: list[str]) -> tuple[str, int | None]:
    """A title without the site's name and without calls to watch it.

    "Watch" and its kind are cut from the front only where the rest stands alone elsewhere or an
    addition was cut behind as well: a film may be called *Watch the Sky*.
    """
    crumbs = _BREADCRUMB.split(text)
    title, year = cleaned_title(crumbs[-1] if len(crumbs) > 2 else text)
    parts = _SITE_SEPARATOR.split(title)
    if len(parts) > 1:
        known = [part for part in parts if fold(part) in others]
        title = known[0] if known else parts[0] if year is None and _is_addition(parts[-1]) else title
        if year is None:
            title, year = cleaned_title(title)
    shorter, cut = _without_ending(title)
    folded = fold(shorter)
    for beginning in _BEGINNINGS:
        if folded.startswith(beginning + " "):
            rest = " ".join(shorter.split()[len(beginning.split()) :])
            if cut or fold(rest) in others or " " in beginning or (year and len(beginning) > 4):
                return rest, year
    return (shorter if cut and (fold(shorter) in others or year) else title), year


def _without_ending(title: str) -> tuple[str, bool]:
    words = title.split()
    for ending in _ENDINGS:
        count = len(ending.split())
        if len(words) > count and fold(" ".join(words[-count:])) == ending:
            return " ".join(words[:-count]).rstrip(" -–—|:"), True
    return title, False


def _is_addition(part: str) -> bool:
    """Whether the last part of a heading is the site's name rather than a subtitle."""
    words = part.split()
    return len(words) <= 3 or fold(part) in _ENDINGS or any(word in _ENDINGS for word in fold(part).split())


def derived_title(body: list[str]) -> str:
    """A title out of the page's own text, "" without text.

    >>> derived_title(["With old footage, The Long Road tells of a village. The Long Road is quiet."])
    'The Long Road'
    """
    text = " ".join(body)[:20_000].strip()
    beginning = text[:2_000]
    return _named_work(text) or _quoted_phrase(beginning) or _first_words(beginning)


def _named_work(text: str) -> str:
    """The capitalised phrase that the text uses as the name of the work.

    It occurs at least twice, and at least once a verb follows that is said of works; articles and
    small words in it tell it from the name of a person.
    """
    counts: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for phrase, next_word in _capitalised_phrases(text):
        counts[phrase] += 1
        told[phrase] += next_word.casefold() in TITLE_VERBS
    best, best_score = "", 0.0
    for phrase, count in counts.items():
        words = phrase.split()
        if count < 2 or not told[phrase] or len(words) < 2 or len(words) > 9:
            continue
        small = sum(word.casefold() in SMALL_WORDS for word in words)
        score = count + 2 * told[phrase] + (words[0].casefold() in ARTICLES) + min(small, 2)
        if score > best_score and (small or told[phrase] >= 2 or words[0].casefold() in ARTICLES):
            best, best_score = phrase, score
    return best


def _capitalised_phrases(text: str) -> list[tuple[str, str]]:
    """Runs of capitalised words (small words allowed inside), each with the word that follows."""
    found: list[tuple[str, str]] = []
    for clause in re.split(r"[,;:.!?…()\n“”«»\"]+", text):
        words = _WORD.findall(clause)
        run: list[str] = []
        for word in [*words, ""]:
            is_small = word.casefold() in SMALL_WORDS and word.casefold() not in TITLE_VERBS
            if word[:1].isupper() or (run and (word.isdigit() or is_small)):
                run.append(word)
            else:
                while run and run[-1].casefold() in SMALL_WORDS:
                    run.pop()
                if run:
                    found.append((" ".join(run), word))
                run = []
    return found


def _quoted_phrase(text: str) -> str:
    """A phrase in quotation marks in the first two sentences, with the article before it."""
    first = _SENTENCE.match(text)
    second = first and _SENTENCE.match(text, first.end())
    last = second or first
    beginning = text[: last.end() if last else 300]
    for found in _QUOTED.finditer(beginning):
        phrase = found[1].strip(" ,.;")
        if len(phrase.split()) <= 8 and len(phrase) >= 4 and not is_sentence(found[1]):
            before = text[: found.start()].split()
            article = before[-1] if before and before[-1].casefold() in ARTICLES else ""
            title = f"{article} {phrase}".strip()
            return title[:1].upper() + title[1:]
    return ""


def _first_words(text: str) -> str:
    first = _SENTENCE.match(text)
    sentence = (first[0] if first else text).strip().rstrip(".。।")
    if len(sentence) <= _LONGEST_DERIVED:
        return sentence
    clause = re.split(r"[,;:，、；：]\s*", sentence)[0]
    if 15 <= len(clause) <= _LONGEST_DERIVED:
        return clause
    cut = sentence[:_LONGEST_DERIVED]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut) + "…"
