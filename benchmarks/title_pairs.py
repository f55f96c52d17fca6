"""Which titles of a work are one name in two scripts?

Only such pairs can be found across scripts: a translated title shares no sound with the original.
Pairs are chosen without the service's own tables, by one of three rules, named with each pair:

- `declared`: the list says so. `x-jat`, `x-zht` and `x-kot` are romanised Japanese, Chinese and
  Korean; the main title of a work is the romanised form of its official native title.
- `syllables`: the other form consists of the syllables of that language (romaji, or pinyin with
  as many syllables as there are characters) and belongs to a film of that language.
- `sounds`: for English, romanised and own-language titles. The consonants of both, in anyascii's
  letters, reduced to six classes (labials, velars, dentals, sibilants, liquids, nasals), are alike:
  at least three consonants and a `difflib` ratio of `ALIKE` or more. The service uses neither these
  classes nor that comparison.

A Latin form that shares a word with the native title is left out: that word alone would find it.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path
from typing import Any

from anyascii import anyascii

from benchmarks.corpus import CorpusError
from search.analysis.folding import fold, normalize
from search.analysis.scripts import main_script, script_of

#: Two titles whose consonant classes are this much alike are one name (difflib's ratio).
ALIKE = 0.8
FEWEST_CONSONANTS = 3

#: Language → what its pair is called, for the languages paired by sound.
BY_SOUND = {
    "ru": "ru", "uk": "uk", "bg": "bg", "sr": "sr", "mn": "mn", "el": "el", "ar": "ar", "fa": "fa",
    "he": "he", "th": "th", "ko": "ko", "hi": "indic", "ta": "indic", "te": "indic", "kn": "indic",
    "ml": "indic", "bn": "indic",
}  # fmt: skip
_DECLARED = {"x-jat": ("ja",), "x-zht": ("zh-Hans", "zh-Hant", "zh"), "x-kot": ("ko",)}
_ROMANIZED = {"ja": "x-jat", "zh": "x-zht"}
# In a related language a translation may sound alike (Квадратът, Kvadrat): only these, and the
# native title's own language, are asked for.
_NAMES_KEPT = ("en", "x-jat", "x-zht", "x-kot", "und")
_SCRIPTS = {"ja": ("Hani", "Hira", "Kana"), "zh": ("Hani",), "ko": ("Hang",)}
_KANA = frozenset(("Hira", "Kana"))
_SAME_LANGUAGE = {"cn": "zh", "zh-Hans": "zh", "zh-Hant": "zh", "yue": "zh"}

_SYLLABLE_OF = {
    "ja": re.compile(
        "(?:(?:kk|ss|tt|pp|[kgsztdnhbpmrwyfjv]|[kgnhbpmr]y|s?sh|t?ch|cch|t?ts)?[aiueo]|n|m(?=[bmp]))"
    ),
    "zh": re.compile(
        "(?:[zcs]h?|[bpmfdtnlgkhjqxryw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en"
        "|in|un|ia|ie|iu|ua|ue|ui|uo|er|a|e|i|o|u|v)"
    ),
}
_WORD = re.compile("[^\\W_]+")
# Coarse on purpose: what any two systems of romanisation agree on.
_CLASSES = re.compile(
    "(?P<s>s[cz]?h|t?ch|[csz]z|zh|t[sz]|[jszx]|c(?=[eiy]))|(?P<t>[dt]h?)|(?P<p>ph|[bfpvw])|(?P<k>[cgkq]h?)"
    "|(?P<r>[lr])|(?P<n>[mn])"
)


@dataclass(frozen=True, slots=True)
class Title:
    """A title of a work in one language; `code` is the document's language."""

    work: str
    code: str
    text: str

    @property
    def id(self) -> str:
        return f"{self.work}/{self.code}"


@dataclass(frozen=True, slots=True)
class Pair:
    """A native title and the Latin form of the same name; `kind` names the row of the table."""

    kind: str
    native: Title
    latin: Title
    rule: str


def read_works(shared: Path) -> list[dict[str, Any]]:
    """Anime works as they are and films in the same form: id and titles. Raises `CorpusError`."""
    folder = shared / "data" / "films"
    works = list(_rows(folder / "anime_titles.jsonl.gz"))
    return works + [_as_work(film) for film in _rows(folder / "films.jsonl.gz")]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        raise CorpusError(f"{path}: no such file; --shared names the folder that holds data/")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _as_work(film: dict[str, Any]) -> dict[str, Any]:
    language = film["original_language"] or ""
    titles = [{"title": film["title"], "lang": "en", "type": "main"}]
    if film["original_title"] and film["original_title"] != film["title"]:
        titles.append({"title": film["original_title"], "lang": language, "type": "official"})
    titles += [
        {"title": one["title"], "lang": one["lang"] or "", "type": "syn"} for one in film["also_known_as"]
    ]
    return {"id": film["id"], "titles": titles, "language": language}


def native_titles(works: Iterable[dict[str, Any]]) -> list[Title]:
    """One title per work and language in another script than Latin, the official one first."""
    found: dict[str, Title] = {}
    for work in works:
        for row in _official_first(work["titles"]):
            code = _SAME_LANGUAGE.get(row["lang"], row["lang"])
            script = main_script(row["title"])
            if script in (None, "Latn") or script not in _SCRIPTS.get(code, (script,)):
                continue
            title = Title(work["id"], code or "und", row["title"])
            found.setdefault(title.id, title)
    return list(found.values())


def latin_titles(works: Iterable[dict[str, Any]]) -> list[Title]:
    """The Latin titles of each work that differ in more than case, in the order of the list."""
    found: dict[tuple[str, str], Title] = {}
    for work in works:
        for row in sorted(work["titles"], key=lambda row: row["type"] not in ("main", "official")):
            if main_script(row["title"]) == "Latn" and row["type"] != "short":
                title = Title(work["id"], row["lang"] or "und", row["title"])
                found.setdefault((work["id"], fold(normalize(row["title"]))), title)
    return list(found.values())


def _official_first(titles: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    order = {"official": 0, "main": 1}
    return sorted(titles, key=lambda row: order.get(row["type"], 2))


def title_pairs(works: list[dict[str, Any]]) -> list[Pair]:
    """Every pair, by the rules of the module, in the order of the works."""
    latin: dict[str, list[Title]] = {}
    for title in latin_titles(works):
        latin.setdefault(title.work, []).append(title)
    languages = {work["id"]: work.get("language", "") for work in works}
    mains = {work["id"]: row for work in works for row in work["titles"] if row["type"] == "main"}
    pairs: list[Pair] = []
    for native in native_titles(works):
        others = [one for one in latin.get(native.work, ()) if not _shares_a_word(native.text, one.text)]
        main = mains.get(native.work, {"lang": "", "title": ""})
        declared = [one for one in others if one.text == main["title"] and native.code in _base(main["lang"])]
        if declared:
            pairs.append(Pair(_kind(native, main["lang"]), native, declared[0], "declared"))
        elif native.code in _SYLLABLE_OF and _is_of(languages[native.work], native.code):
            kind = _kind(native, _ROMANIZED[native.code])
            spelt = (one for one in others if _is_spelt_in(native, one.text))
            pairs += [Pair(kind, native, one, "syllables") for one in islice(spelt, 1)]
        if _is_kana(native.text):
            loan_words = [one for one in others if one.code in ("en", native.code)]
            pairs += _by_sound("ja-kana←en", native, loan_words)
        elif native.code in BY_SOUND and not declared:
            names = [one for one in others if one.code in (*_NAMES_KEPT, native.code)]
            pairs += _by_sound(f"{BY_SOUND[native.code]}←latin", native, names)
    return pairs


def _by_sound(kind: str, native: Title, others: Sequence[Title]) -> Iterator[Pair]:
    """The Latin title that sounds most like the native one, if it sounds enough like it."""
    scores = [likeness(native.text, one.text) for one in others]
    if max(scores, default=0.0) >= ALIKE:
        yield Pair(kind, native, others[scores.index(max(scores))], "sounds")


def _base(declared: str) -> tuple[str, ...]:
    return tuple(_SAME_LANGUAGE.get(code, code) for code in _DECLARED.get(declared, ()))


def _kind(native: Title, declared: str) -> str:
    return f"ja-kana←{declared}" if _is_kana(native.text) else f"{native.code}←{declared}"


def _is_of(language: str, code: str) -> bool:
    return _SAME_LANGUAGE.get(language, language) == code


def _is_kana(text: str) -> bool:
    scripts = {script_of(character) for character in text} - {"Zyyy", "Zinh", "Zzzz"}
    return bool(scripts) and scripts <= _KANA


def words(text: str) -> list[str]:
    """The words of a title without case and marks."""
    return [fold(normalize(word)) for word in _WORD.findall(text)]


def _shares_a_word(native: str, latin: str) -> bool:
    ascii_words = {word for word in words(re.sub("[^ -~]+", " ", native)) if word.isascii()}
    return not ascii_words.isdisjoint(words(latin))


def _is_spelt_in(native: Title, latin: str) -> bool:
    syllable = _SYLLABLE_OF[native.code]
    spelt = [word for word in words(latin) if not word.isdigit()]
    counted = [syllable.findall(word) for word in spelt]
    if not spelt or any("".join(found) != word for found, word in zip(counted, spelt, strict=True)):
        return False
    characters = sum(script_of(character) == "Hani" for character in native.text)
    return native.code == "ja" or sum(map(len, counted)) == characters


def _consonants(text: str) -> str:
    return "".join(match.lastgroup or "" for match in _CLASSES.finditer(anyascii(text).lower()))


def likeness(native: str, latin: str) -> float:
    """0 to 1: how much alike the consonants of two titles are, whatever their scripts."""
    first, second = _consonants(native), _consonants(latin)
    if min(len(first), len(second)) < FEWEST_CONSONANTS:
        return 0.0
    return SequenceMatcher(None, first, second, autojunk=False).ratio()
