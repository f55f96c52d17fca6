"""Which language is a text in, how sure is that, and why?

The order of evidence: declared → catalogue prior → script → letters → statistics. Every decision
carries its reason, and may be `und` (undetermined). The statistics are those of langdetect, in two
ways: `fast` sums its n-gram tables over the first 300 characters, restricted to the languages of
the text's script, and adds what letters, words and other installed detectors say; `alone` is the
same without the other detectors; `exact` calls langdetect itself. This is the one module that
imports langdetect.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException
from langdetect.utils.ngram import NGram

from search.analysis.alphabets import in_serbian_letters
from search.analysis.evidence import Evidence, Prepared
from search.analysis.languages import UNDETERMINED, canonical_code, stated_code
from search.analysis.priors import LEAST_FOR_RARE as LEAST_FOR_RARE
from search.analysis.priors import (
    PRIOR_ODDS_OF_BODY,
    PRIOR_ODDS_OF_TITLE,
    SHORT,
    UNSURE,
    Priors,
    Seen,
)
from search.analysis.profiles import compile_profiles, without_marks
from search.analysis.script_evidence import (
    LONGEST_TEXT,
    NO_LETTERS,
    SHARED_CHARACTERS,
    cleaned_beginning,
    prepare,
    relative_in,
)
from search.analysis.script_evidence import LanguageDecision as LanguageDecision
from search.analysis.scripts import scripts_in
from search.analysis.second_opinions import NO_OPINION, Opinion, second_opinion, voters

FAST, ALONE, EXACT = "fast", "alone", "exact"

#: A body with so many letters is judged without its title.
LONG_BODY = 60
SURE = 0.9
#: A text is first cut here, and the beginning decides if it is so sure and in one script: so are 98 % of
#: films and 60 to 97 % of other paragraphs, of 8,000 in 113 languages some 40 otherwise than by 300
#: characters, 3 rightly and 4 wrongly. From 80 to 150 characters these figures hardly change.
BEGINNING, DECISIVE = 120, 0.99
#: What characters that China and Japan share say to a caller who knows what is collected.
_EVEN = 0.5


_statistics_lock, _factory_lock = threading.Lock(), threading.Lock()
_statistics: Evidence | None = None
_unmarked: Evidence | None = None
_factory: DetectorFactory | None = None


@dataclass(frozen=True, slots=True)
class Clues:
    """What a document's language is told by; all may be any strings.

    `declared` is believed if it is the code of a language, whether the table has it or not. `prior`
    is a hint from the catalogue (the film's original language): it decides only where the text is short or
    the statistics are unsure, its script fits, and the statistics do not speak strongly against it.
    """

    title: str = ""
    text: str = ""
    declared: str | None = None
    prior: str | None = None


def decide_language(
    *,
    title: str = "",
    text: str = "",
    declared: str | None = None,
    prior: str | None = None,
    mode: str = FAST,
) -> LanguageDecision:
    """The language of a document, by such clues as `Clues` describes.

    The body outweighs the title: a foreign title does not change the language of its text. Any
    string is accepted.

    >>> decide_language(title="Il treno va a Mosca").code
    'it'
    """
    return decide_languages([Clues(title, text, declared, prior)], mode=mode)[0]


def decide_languages(documents: Sequence[Clues], *, mode: str = FAST) -> list[LanguageDecision]:
    """`decide_language` of each document. All at once is several times faster than one by one."""
    decisions: dict[int, LanguageDecision] = {}
    for place, one in enumerate(documents):
        code = stated_code(one.declared or "")
        if code != UNDETERMINED:
            decisions[place] = LanguageDecision(code, 1.0, "declared")
    undeclared = [place for place in range(len(documents)) if place not in decisions]
    bodies = detect_many([documents[place].text for place in undeclared], mode=mode)
    bare = []
    for place, guess in zip(undeclared, bodies, strict=True):
        if guess is NO_LETTERS:
            bare.append(place)
        else:
            decisions[place] = _of_body(documents[place], guess, mode)
    titles = detect_many([documents[place].title for place in bare], mode=mode)
    for place, guess in zip(bare, titles, strict=True):
        decisions[place] = of_bare_title(documents[place].title, guess, documents[place].prior)
    return [decisions[place] for place in range(len(documents))]


def _letters_in(text: str) -> int:
    """How many letters a text has, counted only where it is cut that long."""
    return sum(scripts_in(text[:LONGEST_TEXT]).values())


def _of_body(document: Clues, decision: LanguageDecision, mode: str) -> LanguageDecision:
    """The decision on a body with letters, with what its title and the prior say."""
    if decision.confidence >= SURE and not document.prior:
        return decision
    letters = _letters_in(document.text)
    if letters < LONG_BODY and decision.confidence < SURE and _letters_in(document.title):
        together = detect(f"{document.text}\n{document.title}", mode=mode)
        # The title may settle what the body leaves open, not bring in a language of its own.
        if together.code in (decision.code, decision.second):
            decision = together
    if letters < SHORT or decision.confidence < UNSURE:
        seen = Seen.of(document.text)
        return _priors().weighed(seen, decision, document.prior, odds=PRIOR_ODDS_OF_BODY)
    return decision


def of_bare_title(title: str, guess: LanguageDecision, prior: str | None) -> LanguageDecision:
    """The language of a document that is nothing but a title, or of a title by itself, of which
    `detect` says `guess`."""
    seen = Seen.of(title)
    priors = _priors()
    unforced = priors.unless_far_fetched(seen, guess, prior)
    return priors.weighed(seen, unforced, prior, odds=PRIOR_ODDS_OF_TITLE)


def of_title_itself(title: str, guess: LanguageDecision, prior: str) -> LanguageDecision:
    """As `of_bare_title`, before the prior is weighed, which can only turn it to the prior's language."""
    return _priors().unless_far_fetched(Seen.of(title), guess, prior)


def is_rare(code: str) -> bool:
    """Whether little enough is written in a language that one word is no sign of it."""
    return _load_statistics().is_rare(code)


def is_more_than_a_guess(decision: LanguageDecision, letters: int) -> bool:
    """Whether a decision about a bare title of so many letters can be relied on."""
    return _priors().is_more_than_a_guess(decision, letters)


def _priors() -> Priors:
    return Priors(_load_statistics(), detect)


def detect(text: str, *, mode: str = FAST, among: Collection[str] | None = None) -> LanguageDecision:
    """The language of one text, told nothing else. Never raises on any string.

    `among` restricts the answer to these codes. Raises ValueError for an unknown `mode`.

    >>> detect("1984").code
    'und'
    """
    return detect_many([text], mode=mode, among=among)[0]


def detect_many(
    texts: Sequence[str], *, mode: str = FAST, among: Collection[str] | None = None
) -> list[LanguageDecision]:
    """`detect` of each text. What costs most of the time of a short text is done for all at once."""
    if mode == EXACT:
        return [_detect_exactly(text, among) for text in texts]
    asked = _asked(mode)
    statistics = _load_statistics()
    decisions: dict[int, LanguageDecision] = {}
    if mode == ALONE or not voters():
        # Other detectors are to hear all of a text.
        beginnings = {
            place: prepare(_beginning_of(text), among, asked, statistics)
            for place, text in enumerate(texts)
            if len(text) > BEGINNING
        }
        pure = {place: one for place, one in beginnings.items() if isinstance(one, Prepared) and one.pure}
        decisions = {place: one for place, one in _decided(pure, among) if one.confidence >= DECISIVE}
    whole = {
        place: prepare(text, among, asked, statistics)
        for place, text in enumerate(texts)
        if place not in decisions
    }
    undecided: dict[int, Prepared] = {}
    for place, one in whole.items():
        if isinstance(one, Prepared):
            undecided[place] = one
        else:
            decisions[place] = one
    decisions.update(_decided(undecided, among))
    return [decisions[place] for place in range(len(texts))]


def _beginning_of(text: str) -> str:
    return text[:BEGINNING].rpartition(" ")[0] or text[:BEGINNING]


def rank_languages(
    text: str, *, mode: str = FAST, among: Collection[str] | None = None
) -> tuple[tuple[str, float], ...]:
    """(code, share of the evidence from 0 to 1) of every language a text may be in, likeliest first;
    empty where `detect` says `und`. For callers that know more than the text: nothing is presumed
    of how much is written in a language, so shares may be multiplied by what they expect. Raises
    ValueError for an unknown `mode` and for `exact`.

    >>> rank_languages("東京物語", among={"ja", "zh"})
    (('zh', 0.5), ('ja', 0.5))
    """
    prepared = prepare(text, among, _asked(mode), _load_statistics())
    if isinstance(prepared, Prepared):
        # Who types a query may leave the marks out; who writes a text does not.
        unmarked = prepared.script == "Latn" and prepared.text.isascii()
        evidence = _load_unmarked() if unmarked else _load_statistics()
        ranked = evidence.weigh([prepared], among=among, base_rates=False).ranked(0)
        return tuple((_as_asked(code, among), share) for code, share in ranked)
    if prepared.code == UNDETERMINED:
        return ()
    if prepared.second is None or (among is not None and prepared.second not in among):
        return ((prepared.code, prepared.confidence),)
    # That characters of both are rather Chinese depends on what is collected, which the caller knows.
    share = _EVEN if prepared.confidence == SHARED_CHARACTERS else prepared.confidence
    return (prepared.code, share), (prepared.second, 1 - share)


def _asked(mode: str) -> Callable[[str], Opinion]:
    """Whom a mode asks for a second opinion."""
    if mode == FAST:
        return second_opinion
    if mode == ALONE:
        return lambda _: NO_OPINION
    raise ValueError(f"mode: {mode!r} is unknown; use {FAST!r}, {ALONE!r} or {EXACT!r}")


# --- statistics ---------------------------------------------------------------------------------


def _as_asked(code: str, among: Collection[str] | None) -> str:
    """The code, or that of its family that was asked for."""
    return code if among is None or code in among else relative_in(code, among) or code


def _decided(
    texts: Mapping[int, Prepared], among: Collection[str] | None
) -> Iterator[tuple[int, LanguageDecision]]:
    """The decision on each text, by all evidence; by script, not in order."""
    of_script: dict[str, list[int]] = {}
    for place, one in texts.items():
        of_script.setdefault(one.script, []).append(place)
    for places in of_script.values():
        weighed = _load_statistics().weigh([texts[place] for place in places], among=among)
        for place, (code, share, second) in zip(places, weighed.leading(), strict=True):
            if code is None:
                reason = f"undetermined: {texts[place].script} letters say nothing"
                yield place, LanguageDecision(UNDETERMINED, 0.0, reason)
            elif second is None and among is None:
                yield place, LanguageDecision(code, 0.99, f"script: {texts[place].script}")
            else:
                yield place, _by_statistics(texts[place], code, share, second, among)


def _by_statistics(
    text: Prepared, code: str, share: float, second: str | None, among: Collection[str] | None
) -> LanguageDecision:
    code = _as_asked(code, among)
    reason = f"statistics: {code} {share:.2f}"
    if text.opinion:
        reason = f"{reason}; {text.opinion}"
    return LanguageDecision(code, share, reason, None if second is None else _as_asked(second, among))


def load() -> None:
    """Read all tables and the installed detectors now (0.2 s of processor time; with the extra 1.3 s), so
    that the first text does not wait for them. Calling it again costs nothing."""
    _load_statistics()
    _load_unmarked()
    voters()


def _load_statistics() -> Evidence:
    """The tables, read once (0.1 s, 3 MB), whichever thread asks first."""
    global _statistics
    if _statistics is None:
        with _statistics_lock:
            if _statistics is None:
                _statistics = Evidence(compile_profiles(_tables(), same_ideographs=NGram.CJK_MAP))
    return _statistics


def _load_unmarked() -> Evidence:
    """The tables for queries typed without marks, read once."""
    global _unmarked
    if _unmarked is None:
        with _statistics_lock:
            if _unmarked is None:
                profiles = compile_profiles(without_marks(_tables()), same_ideographs=NGram.CJK_MAP)
                _unmarked = Evidence(profiles, unmarked=True)
    return _unmarked


def _tables() -> Iterator[Mapping[str, Any]]:
    """langdetect's tables in a fixed order, and one for Serbian in Cyrillic letters made from the
    Croatian one: the languages are close, and langdetect has no Serbian."""
    for path in sorted(Path(PROFILES_DIRECTORY).iterdir()):
        if path.name.startswith(".") or not path.is_file():
            continue
        table = json.loads(path.read_bytes())
        yield table
        if table["name"] == "hr":
            yield _serbian(table)


def _serbian(table: Mapping[str, Any]) -> Mapping[str, Any]:
    frequencies: dict[str, int] = {}
    for gram, count in table["freq"].items():
        cyrillic = in_serbian_letters(gram)
        frequencies[cyrillic] = frequencies.get(cyrillic, 0) + count
    return {"name": "sr", "freq": frequencies, "n_words": table["n_words"]}


# --- exact mode ---------------------------------------------------------------------------------


def _detect_exactly(text: str, among: Collection[str] | None) -> LanguageDecision:
    """langdetect's own answer, always the same for the same text."""
    try:
        detector = _load_factory().create()
        detector.append(cleaned_beginning(text))
        ranked = detector.get_probabilities()
    except LangDetectException:
        return NO_LETTERS
    found: dict[str, float] = {}
    for one in ranked:
        code = canonical_code(one.lang)
        if among is None or code in among:
            found[code] = found.get(code, 0.0) + one.prob
    if not found:
        return LanguageDecision(UNDETERMINED, 0.0, "undetermined: langdetect is not sure of any language")
    codes = sorted(found, key=lambda code: -found[code])[:2]
    confidence = min(found[codes[0]], 1.0)
    return LanguageDecision(codes[0], confidence, f"langdetect: {codes[0]} {confidence:.2f}", *codes[1:])


def _load_factory() -> DetectorFactory:
    """A factory of our own: langdetect's global one is not safe when several threads ask first."""
    global _factory
    if _factory is None:
        with _factory_lock:
            if _factory is None:
                factory = DetectorFactory()
                factory.set_seed(0)
                factory.load_profile(PROFILES_DIRECTORY)
                _factory = factory
    return _factory
