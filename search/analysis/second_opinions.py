"""What do other language detectors say of a text, where they are installed?

pycld2, py3langid and the word lists of wordfreq are the optional extra `detect`; any may be absent.
The first two know languages langdetect has no statistics for, the lists tell near relatives apart; each
is right where others are wrong, so what they say is evidence among other evidence (`evidence.py`),
never the answer. They change accuracy, not correctness: absent, or failing on a text, they say nothing.
"""

from __future__ import annotations

import importlib
import math
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

from search.analysis.languages import UNDETERMINED, canonical_code
from search.analysis.word_lists import WordLists

#: How many natural-log points a voter's full conviction is worth. Chosen on every other title and
#: sentence.
POINTS: Mapping[str, float] = {"pycld2": 10.0, "py3langid": 22.0, "wordfreq": 25.0}
#: n-grams and words say more the longer a text is, and so must a voter. Voter → letters from which on
#: its points grow, and the exponent they grow by; with 150 letters pycld2 has 156, py3langid 66. Without
#: it paragraphs of all languages fall from 87 to 70 %. Word lists do not know half of those languages: what
#: they say of paragraphs is to matter less.
GROWTH: Mapping[str, tuple[float, float]] = {
    "pycld2": (50.0, 2.5),
    "py3langid": (50.0, 1.0),
    "wordfreq": (50.0, 0.0),
}
#: Detectors that name the same language first are worth so many times as much. Word lists are no party
#: to it: of a language they do not have they must name another.
AGREEMENT = 2.0
_NO_PARTY = frozenset(("wordfreq",))
#: Convictions below this are not worth hearing.
_LEAST_SHARE = 0.05
#: Codes of theirs that mean a language of our table.
_OTHER_CODES = {"arz": "ar", "ary": "ar", "uzs": "uz", "gug": "gn", "fuv": "ff", "hbo": "he", "iw": "he"}
# pycld2 raises on most control characters and on what is no valid UTF-8.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

#: Language code → conviction, 0 to 1.
Shares = Mapping[str, float]
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Voter:
    """A detector: how to ask it, and the codes of the languages it can name."""

    ask: Callable[[str], Shares]
    knows: frozenset[str]


@dataclass(frozen=True, slots=True)
class Voice:
    """What one voter says: code → points (natural logarithms), and the languages it knows: its
    silence says nothing about others."""

    voter: str
    points: Mapping[str, float]
    knows: frozenset[str]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What all voters say. As text: voter and the language it names first, for a decision's reason."""

    voices: tuple[Voice, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.voices)

    def __str__(self) -> str:
        return ", ".join(f"{voice.voter} {next(iter(voice.points))}" for voice in self.voices)

    def first_choices(self) -> tuple[str, ...]:
        """The languages voters name first, without repetition."""
        return tuple(dict.fromkeys(next(iter(voice.points)) for voice in self.voices))

    def points_for(self, code: str) -> float:
        """The points all voters together give a language."""
        return sum(voice.points.get(code, 0.0) for voice in self.voices)


NO_OPINION = Opinion()


def voters() -> tuple[str, ...]:
    """Names of the detectors that are installed and load, always in the same order."""
    return tuple(_loaded())


def second_opinion(text: str) -> Opinion:
    """What the installed detectors say of a text. Never raises; `NO_OPINION` if they say nothing."""
    heard: list[tuple[str, Shares, frozenset[str]]] = []
    for name, voter in _loaded().items():
        try:
            shares = _in_our_codes(voter.ask(text))
        except Exception:  # Code we do not own must not stop an indexing run: it has said nothing.
            continue
        if shares:
            heard.append((name, shares, voter.knows))
    if not heard:
        return NO_OPINION
    named = [next(iter(shares)) for name, shares, _ in heard if name not in _NO_PARTY]
    agreement = AGREEMENT if len(named) > 1 and len(set(named)) == 1 else 1.0
    return Opinion(
        tuple(
            Voice(name, _in_points(shares, factor * _worth(name, len(text))), knows)
            for name, shares, knows in heard
            for factor in (1.0 if name in _NO_PARTY else agreement,)
        )
    )


def _worth(name: str, letters: int) -> float:
    """The points of a voter's full conviction on a text of so many letters."""
    since, exponent = GROWTH[name]
    return POINTS[name] * math.pow(max(1.0, letters / since), exponent)


def _in_points(shares: Shares, worth: float) -> Mapping[str, float]:
    return {code: worth * share for code, share in shares.items()}


def _in_our_codes(shares: Shares) -> Shares:
    ours: dict[str, float] = {}
    for code, share in sorted(shares.items(), key=lambda item: -item[1]):
        code = _our_code(code)
        if share >= _LEAST_SHARE and code != UNDETERMINED:
            ours[code] = min(ours.get(code, 0.0) + share, 1.0)
    return ours


def _our_code(code: str) -> str:
    return canonical_code(_OTHER_CODES.get(code, code))


def _loaded() -> Mapping[str, Voter]:
    with _lock:
        return _load()


@lru_cache(maxsize=1)
def _load() -> Mapping[str, Voter]:
    """The detectors that can be loaded, once a process (py3langid: 0.8 s, 90 MB)."""
    found = {}
    for name, load in _LOADERS.items():
        try:
            voter = load()
            voter.ask("loaded")
        except Exception:  # Absent, or another version than ours: the extra is then not in use.
            continue
        found[name] = voter
    return found


def _load_pycld2() -> Voter:
    module = importlib.import_module("pycld2")
    code_of = dict(module.LANGUAGES)

    def ask(text: str) -> Shares:
        text = _UNPRINTABLE.sub(" ", text)
        _, _, details = module.detect(text.encode("utf-8"), isPlainText=True, bestEffort=True)
        return {code: percent / 100 for _, code, percent, _ in details if code != "un"}

    known = (code_of[name] for name in module.DETECTED_LANGUAGES if name in code_of)
    return Voter(ask, frozenset(map(_our_code, known)))


def _load_py3langid() -> Voter:
    module = importlib.import_module("py3langid.langid")
    identifier = module.LanguageIdentifier.from_model_file(module.MODEL_FILE, norm_probs=True)

    def ask(text: str) -> Shares:
        return {code: float(share) for code, share in identifier.rank(text)[:3]}

    return Voter(ask, frozenset(map(_our_code, identifier.labels)))


def _load_wordfreq() -> Voter:
    module = importlib.import_module("wordfreq")
    # The small lists: the large ones are those of half as many languages, and were less often right.
    paths = module.available_languages("small")
    lists = WordLists({code: partial(module.read_cBpack, path) for code, path in paths.items()})
    return Voter(lists.shares, lists.codes)


#: In the order their voices are heard.
_LOADERS: Mapping[str, Callable[[], Voter]] = {
    "pycld2": _load_pycld2,
    "py3langid": _load_py3langid,
    "wordfreq": _load_wordfreq,
}
