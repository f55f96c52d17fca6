"""How is Korean written in Latin letters, and by which keys is it typed?

Revised Romanization with the sound changes between syllables (국물 → gungmul), the same letter by
letter (gukmul), McCune-Reischauer without its marks, and the way names are written in English
(우 → oo, 어 → u). Besides: the initial consonants and the letters of a word in typing order.
"""

from __future__ import annotations

from search.analysis.romanization.scheme import NOTHING, rules

_FIRST, _LAST = 0xAC00, 0xD7A3
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
# Finals and vowels that are typed with two keys.
_TYPED = rules(
    "ㄳ=ㄱㅅ ㄵ=ㄴㅈ ㄶ=ㄴㅎ ㄺ=ㄹㄱ ㄻ=ㄹㅁ ㄼ=ㄹㅂ ㄽ=ㄹㅅ ㄾ=ㄹㅌ ㄿ=ㄹㅍ ㅀ=ㄹㅎ ㅄ=ㅂㅅ ㅘ=ㅗㅏ "
    "ㅙ=ㅗㅐ ㅚ=ㅗㅣ ㅝ=ㅜㅓ ㅞ=ㅜㅔ ㅟ=ㅜㅣ ㅢ=ㅡㅣ"
)


def _aligned(letters: str, spellings: str) -> dict[str, str]:
    latin = ("" if spelling == NOTHING else spelling for spelling in spellings.split())
    return dict(zip(letters, latin, strict=True))


_INITIAL_LETTERS = _aligned(_INITIALS, "g kk n d tt r m b pp s ss - j jj ch k t p h")
_VOWEL_LETTERS = _aligned(_VOWELS, "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i")
_FINAL_LETTERS = _aligned(_FINALS, "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t")
# A final before a vowel is spoken with the next syllable: what stays, what moves on.
_LINKED = {
    final: tuple("" if part == NOTHING else part for part in parts.split())
    for final, parts in rules(
        "ㄱ=-/g ㄲ=-/kk ㄳ=k/s ㄴ=-/n ㄵ=n/j ㄶ=-/n ㄷ=-/d ㄹ=-/r ㄺ=l/g ㄻ=l/m ㄼ=l/b ㄽ=l/s "
        "ㄾ=l/t ㄿ=l/p ㅀ=-/r ㅁ=-/m ㅂ=-/b ㅄ=p/s ㅅ=-/s ㅆ=-/ss ㅇ=ng/- ㅈ=-/j ㅊ=-/ch ㅋ=-/k "
        "ㅌ=-/t ㅍ=-/p ㅎ=-/-"
    ).items()
}
_NASAL = {"k": "ng", "t": "n", "p": "m"}
_ASPIRATED = {"ㄱ": "k", "ㄷ": "t", "ㅂ": "p", "ㅈ": "ch"}
# McCune-Reischauer: voiceless at the beginning; ŏ and ŭ lose their marks.
_MR_START = {"g": "k", "d": "t", "b": "p", "j": "ch"}
_MR_VOWELS = {"eo": "o", "yeo": "yo", "eu": "u"}
_ENGLISH_VOWELS = {"eo": "u", "yeo": "you", "u": "oo", "eu": "u", "ui": "ee"}

Syllable = tuple[str, str, str]


def syllables(word: str) -> list[Syllable] | None:
    """(initial, vowel, final or blank) of each syllable; None if something is no whole syllable."""
    found = []
    for character in word:
        codepoint = ord(character)
        if not _FIRST <= codepoint <= _LAST:
            return None
        rest, final = divmod(codepoint - _FIRST, len(_FINALS))
        initial, vowel = divmod(rest, len(_VOWELS))
        found.append((_INITIALS[initial], _VOWELS[vowel], _FINALS[final]))
    return found


def initial_consonants_of(word: str) -> str:
    """올드보이 → ㅇㄷㅂㅇ; empty unless all is Hangul syllables."""
    return "".join(initial for initial, _, _ in syllables(word) or ())


def typed_letters(word: str) -> str:
    """The keys that type a word: 올드보이 → ㅇㅗㄹㄷㅡㅂㅗㅇㅣ, so that 올드ㅂ is a prefix of it, and
    a final that will become the next initial (옫 on the way to 오드) is no obstacle. Letters on
    their own are taken as typed; empty if there is anything but Hangul."""
    keys = []
    for character in word:
        whole = syllables(character)
        if whole is None:
            if not "\u3131" <= character <= "\u318e":
                return ""
            keys.append(_TYPED.get(character, character))
        else:
            keys.extend(_TYPED.get(letter, letter) for letter in whole[0] if letter != " ")
    return "".join(keys)


def romanize_hangul(word: str) -> tuple[str, ...]:
    """Spellings of a word of whole syllables; none for anything else."""
    parts = syllables(word)
    if not parts:
        return ()
    spoken = _spoken(parts)
    revised = "".join(onset + vowel + coda for onset, vowel, coda in spoken)
    by_letter = "".join(
        _INITIAL_LETTERS[initial] + _VOWEL_LETTERS[vowel] + _FINAL_LETTERS[final]
        for initial, vowel, final in parts
    )
    return tuple(
        dict.fromkeys(
            (
                revised,
                by_letter,
                _changed(spoken, _MR_VOWELS, start=_MR_START),
                _changed(_by_letter(parts), _ENGLISH_VOWELS).replace("si", "shi"),
                _changed(_by_letter(parts), {"eo": "u", "yeo": "yu", "eu": "u"}),
                _changed(_by_letter(parts), {"eo": "u", "yeo": "yu", "eu": "u"}, start=_MR_START),
                _changed(_by_letter(parts), {"eo": "o", "yeo": "yo", "eu": "e"}),
                _changed(spoken, {}, start=_MR_START),
                _changed(_by_letter(parts), {"i": "ee", "u": "oo", "eo": "u", "yeo": "yu"}),
            )
        )
    )


def _by_letter(parts: list[Syllable]) -> list[Syllable]:
    return [(_INITIAL_LETTERS[one], _VOWEL_LETTERS[two], _FINAL_LETTERS[three]) for one, two, three in parts]


def _changed(parts: list[Syllable], vowels: dict[str, str], start: dict[str, str] | None = None) -> str:
    written = "".join(onset + vowels.get(vowel, vowel) + coda for onset, vowel, coda in parts)
    onset = parts[0][0]
    if start and onset in start:
        written = start[onset] + written[len(onset) :]
    return written


def _spoken(parts: list[Syllable]) -> list[Syllable]:
    """Latin onset, vowel and coda of each syllable after the changes at their borders."""
    spoken = []
    onset = _INITIAL_LETTERS[parts[0][0]]
    for place, (_, vowel, final) in enumerate(parts):
        following = parts[place + 1] if place + 1 < len(parts) else None
        coda, next_onset = _border(final, following)
        spoken.append((onset, _VOWEL_LETTERS[vowel], coda))
        onset = next_onset
    return spoken


def _border(final: str, following: Syllable | None) -> tuple[str, str]:
    """How a final and the next initial sound together: (coda, next onset)."""
    coda = _FINAL_LETTERS[final]
    if following is None:
        return coda, ""
    initial, vowel, _ = following
    onset = _INITIAL_LETTERS[initial]
    if final == " ":
        return "", onset
    if initial == "ㅇ":
        stays, moves = _LINKED[final]
        if vowel == "ㅣ" and final in "ㄷㅌㄾ":
            moves = "j" if final == "ㄷ" else "ch"
        return stays, moves
    if final in "ㅎㄶㅀ" and initial in _ASPIRATED:
        return {"ㅎ": "", "ㄶ": "n", "ㅀ": "l"}[final], _ASPIRATED[initial]
    if initial in "ㄴㅁ" and coda in _NASAL:
        return _NASAL[coda], onset
    if initial == "ㄹ":
        if coda in ("l", "n"):
            return "l", "l"
        return _NASAL.get(coda, coda), "n"
    if initial == "ㄴ" and coda == "l":
        return "l", "l"
    return coda, onset
