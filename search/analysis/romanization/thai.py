"""How is a run of Thai written in Latin letters?

The Royal Thai General System without a dictionary: vowels that are written before their consonant
are put after it, silenced letters are dropped, consonants at the end of a syllable take their
final sound. Where a vowel is not written, the rule of thumb is o between two consonants.
"""

from __future__ import annotations

import re

from search.analysis.romanization.scheme import rules

#: Stands for จ until its two spellings are written.
_CHO = "C"
_INITIAL_SOUNDS = rules(
    "ก=k ขฃคฅฆ=kh ง=ng จ=C ฉชฌ=ch ซศษส=s ญย=y ฎด=d ฏต=t ฐฑฒถทธ=th ณน=n บ=b ป=p ผพภ=ph ฝฟ=f ม=m ร=r ลฬ=l "
    "ว=w หฮ=h อ="
)
_FINAL_SOUNDS = rules("กขคฆ=k ง=ng จฉชฌซศษสฎดฏตฐฑฒถทธ=t ญณนรลฬ=n บปผพภฝฟ=p ม=m ย=i ว=o")
_INITIAL = {letter: sound for letters, sound in _INITIAL_SOUNDS.items() for letter in letters}
_FINAL = {letter: sound for letters, sound in _FINAL_SOUNDS.items() for letter in letters}

# As the words that Thai borrows are written elsewhere: no aspiration, finals as in their letters.
_BY_LETTER = {
    letter: sound
    for letters, sound in rules(
        "กขฃคฅฆ=k ง=ng จ=j ฉชฌ=ch ซศษส=s ญย=y ฎด=d ฏตฐฑฒถทธ=t ณน=n บ=b ปผพภ=p ฝฟ=f ม=m ร=r ลฬ=l ว=w หฮ=h อ="
    ).items()
    for letter in letters
}

# ฤ and ฦ stand between the consonants of the alphabet but are syllables by themselves.
_SYLLABLE_LETTERS = {"ฤ": "rue", "ฦ": "lue"}
_C = "[ก-รลว-ฮ]"
_CLUSTER = "(?:[กขคปพผต][รลว]|ทร|สร|จร|ศร|ห[งญนมยรลว]|" + _C + ")"
# Syllables by their pattern and vowel: C the opening consonants, F the closing one if there is one.
# The first that fits is taken.
_VOWELS = (
    "เCียะ=ia เCียF=ia เCือะ=uea เCือF=uea เCาะ=o เCา=ao เCอะ=oe เCอF=oe เCิF=oe เCย=oei เC็F=e "
    "เCะ=e เCF=e แCะ=ae แC็F=ae แCF=ae โCะ=o โCF=o [ใไ]C(?:ย(?![ะ-ู]))?=ai Cัวะ=ua Cัว=ua Cัย=ai "
    "CัF=a Cะ=a Cํา=am CาF=a CิF=i CีF=i CึF=ue Cือ=ue CืF=ue CุF=u CูF=u C็อF=o Cอ(?![ะ-ู])F=o "
    "Cรร(?=[ก-ฮ](?![ะ-ู]))F=a Cรร=an Cว(?=[ก-ฮ](?![ะ-ู]))F=ua"
)
_OPENING, _CLOSING = f"(?P<open>{_CLUSTER})", f"(?P<close>{_C}(?![ะ-ฺูๅ็]))?"
_SYLLABLES = tuple(
    (re.compile(pattern.replace("C", _OPENING).replace("F", _CLOSING)), vowel)
    for pattern, _, vowel in (pair.rpartition("=") for pair in _VOWELS.split())
)
_SILENT = re.compile(f"{_C}[ิุ]?์")
_TONES = re.compile("[่-๋ๆฯ]")
_TWO_CONSONANTS = re.compile(f"(?P<open>{_CLUSTER})(?P<close>{_C}(?![ะ-ฺูๅ็]))")


def romanize_thai(word: str) -> tuple[str, ...]:
    """Spellings of a run of Thai: จ as the royal system has it, letter by letter, จ as j; none if it
    holds anything else."""
    letters = _TONES.sub("", _SILENT.sub("", word))
    royal = _spelling(letters, _INITIAL, _FINAL)
    by_letter = _spelling(letters, _BY_LETTER, _BY_LETTER)
    spellings = (royal.replace(_CHO, "ch"), by_letter, royal.replace(_CHO, "j"))
    return tuple(dict.fromkeys(filter(None, spellings)))


def _spelling(letters: str, initial: dict[str, str], final: dict[str, str]) -> str:
    sounds: list[str] = []
    place = 0
    while place < len(letters):
        match, vowel = _syllable(letters, place)
        if match is None:
            if letters[place] in initial:
                sounds.append(initial[letters[place]] + "a")
            elif letters[place] in _SYLLABLE_LETTERS:
                sounds.append(_SYLLABLE_LETTERS[letters[place]])
            else:
                return ""
            place += 1
            continue
        close = match.groupdict().get("close") or ""
        sounds.append(_opening(match["open"], initial) + vowel + final.get(close, ""))
        place = match.end()
    return "".join(sounds)


def _syllable(letters: str, place: int) -> tuple[re.Match[str] | None, str]:
    for pattern, vowel in _SYLLABLES:
        if match := pattern.match(letters, place):
            return match, vowel
    return _TWO_CONSONANTS.match(letters, place), "o"


def _opening(consonants: str, initial: dict[str, str]) -> str:
    if len(consonants) == 2 and consonants[0] == "ห":
        consonants = consonants[1]
    if consonants in ("ทร", "สร", "ศร"):
        return "s"
    return "".join(initial[consonant] for consonant in consonants)
