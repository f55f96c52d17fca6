"""What do script and letters say of a text's language, before any statistics?

Kana is Japanese, Hangul Korean, ў Belarusian. Most texts are only made ready here: cleaned, lower
case, one script. What then decides, and who asks: see `detection.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from search.analysis.alphabets import foreign_letters, is_yiddish, owners_by_letters
from search.analysis.evidence import Evidence, Prepared
from search.analysis.han import han_variety
from search.analysis.languages import UNDETERMINED, language, languages_of_script
from search.analysis.scripts import script_of, scripts_in
from search.analysis.second_opinions import Opinion

#: More text does not help: 150 characters 99.3 %, 1,000 99.4 % (LANGUAGE report, macro, paragraphs).
LONGEST_TEXT = 300
# A guest is more often Latin in another script than the other way round, and one ideograph or
# syllable says as much as several letters.
_SCRIPT_WEIGHTS = {"Hani": 4.0, "Hira": 4.0, "Kana": 4.0, "Hang": 4.0, "Latn": 1.0}
_USUAL_WEIGHT = 1.5
JAPANESE = ("Hani", "Hira", "Kana")
#: Chinese titles use の and ・ as ornaments; Japanese running text has far more kana than this.
_LEAST_KANA = 0.05

#: Confidence in a text of characters that China and Japan share.
SHARED_CHARACTERS = 0.7

# Only from where such a run begins, or a long run without a sign would be walked from every letter of it.
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?<![\w.+-])[\w.+-]++@[\w-]+\.[\w.-]+")
_LATIN_LETTERS = re.compile("[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class LanguageDecision:
    """The language of a text.

    code        BCP 47 language (`it`, `zh`, `no`), or `und`
    confidence  0 to 1. Statistics: the language's share of the softmax of all evidence, tempered
                so that it is about the probability of being right. Script and letters: fixed values
    reason      `declared`, `script: kana`, `letters: ў`, `statistics: it 0.99`, …
    second      the next likely language, where there is one
    """

    code: str
    confidence: float
    reason: str
    second: str | None = None


NO_LETTERS = LanguageDecision(UNDETERMINED, 0.0, "undetermined: no letters")


def cleaned_beginning(text: str) -> str:
    """The beginning of a text without addresses, composed and in lower case: langdetect leaves out
    words in capitals, and its accuracy falls from 98 to 25 % on them."""
    text = text[: 4 * LONGEST_TEXT]
    if "@" in text or "://" in text or "www." in text:
        text = _ADDRESS.sub(" ", text)
    text = text[:LONGEST_TEXT]
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text).replace("İ", "i").lower()


def leading_script(scripts: Mapping[str, int]) -> str:
    """The script that decides, of those a text has so many letters of; empty without letters."""
    if len(scripts) == 1:
        return next(iter(scripts))
    weighted = {
        script: times * _SCRIPT_WEIGHTS.get(script, _USUAL_WEIGHT) for script, times in scripts.items()
    }
    return max(weighted, key=weighted.__getitem__, default="")


def prepare(
    text: str, among: Collection[str] | None, asked: Callable[[str], Opinion], statistics: Evidence
) -> LanguageDecision | Prepared:
    """What script and letters decide, or the text made ready for statistics."""
    cleaned = cleaned_beginning(text)
    scripts = scripts_in(cleaned)
    script = leading_script(scripts)
    if not script:
        return NO_LETTERS
    if script in JAPANESE:
        return _restricted(_by_ideographs(cleaned, scripts), among)
    with_tables = statistics.languages_of_script(script)
    foreign = foreign_letters(cleaned, script)
    usual = with_tables or tuple(row.code for row in languages_of_script(script)[:1])
    if foreign is not None:
        owners = owners_by_letters(foreign, scripts[script], unless=usual)
        owners = tuple(owner for owner in owners if among is None or owner in among)
        if owners:
            opinion = asked(cleaned)
            # A detector may know a language whose letters nobody wrote down (Akan ɛ and ɔ).
            named = [code for code in opinion.first_choices() if script in language(code).scripts]
            owners += tuple(
                code for code in named if code not in foreign.codes and (among is None or code in among)
            )
            owner = statistics.likeliest_by_words(cleaned, script, owners, opinion)
            return LanguageDecision(owner, 0.9, f"letters: {_telling(cleaned, script, usual)}")
    if script == "Hebr" and is_yiddish(cleaned):
        return _restricted(LanguageDecision("yi", 0.9, "letters: pointed alef", "he"), among)
    if statistics.number_of_candidates(script) > 1:
        opinion = asked(cleaned)
        if script != "Latn" and scripts.get("Latn"):
            cleaned = _LATIN_LETTERS.sub(" ", cleaned)
        return Prepared(cleaned, script, len(scripts) == 1, foreign, opinion)
    if not usual:
        return LanguageDecision(UNDETERMINED, 0.0, f"undetermined: no language known in script {script}")
    return _restricted(_by_script(cleaned, script, usual[0], asked), among)


def _by_script(text: str, script: str, usual: str, asked: Callable[[str], Opinion]) -> LanguageDecision:
    """The usual language of a script; another one where a detector names it (Tigrinya, Dzongkha)."""
    others = [row.code for row in languages_of_script(script) if row.code != usual]
    if not others:
        return LanguageDecision(usual, 0.99, f"script: {script}")
    # One that does not know the usual language names the other for want of it.
    opinion = Opinion(tuple(voice for voice in asked(text).voices if usual in voice.knows))
    named = max((usual, *others), key=opinion.points_for)
    if named != usual:
        return LanguageDecision(named, 0.9, f"script: {script}; {opinion}", usual)
    return LanguageDecision(usual, 0.9, f"script: {script}", others[0])


def _telling(text: str, script: str, usual: Collection[str]) -> str:
    """The letters of a text that none of the usual languages of its script has (at most three)."""
    found = []
    for letter in dict.fromkeys(text):
        foreign = foreign_letters(letter, script)
        if foreign is not None and all(
            lacking for code, lacking in zip(foreign.codes, foreign.different, strict=True) if code in usual
        ):
            found.append(letter)
    return " ".join(found[:3]) or "together in no other alphabet"


def _by_ideographs(text: str, scripts: Mapping[str, int]) -> LanguageDecision:
    kana = scripts.get("Hira", 0) + scripts.get("Kana", 0)
    if kana > _LEAST_KANA * (kana + scripts.get("Hani", 0)):
        return LanguageDecision("ja", 0.99, "script: kana")
    variety = han_variety("".join(character for character in text if script_of(character) == "Hani"))
    if variety.certain:
        return LanguageDecision(variety.language, 0.95, f"script: {variety.script}")
    second = "ja" if variety.language == "zh" else "zh"
    # Characters that Japan has too: of 91 such film titles 14 are Japanese, of 590 anime titles 327.
    return LanguageDecision(variety.language, SHARED_CHARACTERS, f"script: {variety.script}", second)


def _restricted(decision: LanguageDecision, among: Collection[str] | None) -> LanguageDecision:
    if among is None or decision.code in among:
        return decision
    if decision.second is not None and decision.second in among:
        return replace(decision, code=decision.second, confidence=1 - decision.confidence, second=None)
    relative = relative_in(decision.code, among)
    if relative is not None:
        return replace(decision, code=relative)
    return LanguageDecision(UNDETERMINED, 0.0, f"undetermined: {decision.reason}, not asked for")


def relative_in(code: str, among: Collection[str]) -> str | None:
    """The first of `among` in the same family (`nb` for `no`), or None."""
    family = family_of(code)
    return next((other for other in sorted(among) if family_of(other) == family), None)


def family_of(code: str) -> str:
    """The code of the language a code is analysed as, itself where the table does not have it."""
    base = language(code).base
    return code if base == UNDETERMINED else base
