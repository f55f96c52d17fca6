"""How are words in Arabic script written in Latin letters, as far as their letters tell?

Short vowels are not written, so a spelling is a guess: long vowels as they stand, and a between
consonants where a syllable needs one. What people really type is met by `consonant_key`, which
leaves the vowels out on both sides. Letters of Persian and Urdu are included.
"""

from __future__ import annotations

from search.analysis.romanization.scheme import Scheme, cheapest, rules

_LETTERS = rules(
    "ا=a آ=a/aa أ=a إ=i/e ٱ=a ء=- ؤ=o/u ئ=e/i ب=b پ=p ت=t ة=a ة$=a/ah ث=th/s ج=j/g چ=ch ح=h خ=kh د=d "
    "ذ=dh/z ر=r ز=z ژ=zh س=s ش=sh/ch ص=s ض=d/z ط=t ظ=z ع=a/- غ=gh/g ف=f ق=q/k ك=k گ=g ل=l م=m ن=n ه=h "
    "ه$=eh/h/e و=u/o/w ^و=w/v +و=w/v ي=i ^ي=y +ي=y/i ى=a ٹ=t ڈ=d ڑ=r ں=n ہ=h ھ=h ے=e ہ$=a/h ۀ=eh ە=e "
    "ۆ=o ۇ=u ې=e ۂ=h ڤ=v ڨ=g ڭ=ng ێ=e ڵ=l ڕ=r"
)
_SCHEME = Scheme(_LETTERS, "اآ")
_VOWELS = frozenset("aeiou")
_ARTICLE = "ال"


def romanize_arabic(word: str) -> tuple[str, ...]:
    """Guesses at the spelling of an exact form; none if it holds letters that are not Arabic."""
    spellings: list[str] = []
    if word.startswith(_ARTICLE) and len(word) > 4:
        stem = _guesses(word[len(_ARTICLE) :])
        spellings += [*("al" + guess for guess in stem[:3]), *stem[:2], *("el" + guess for guess in stem[:1])]
    else:
        spellings += _guesses(word)
    return tuple(dict.fromkeys(filter(None, spellings)))


def _guesses(word: str) -> list[str]:
    choices = _SCHEME.choices(word)
    if choices is None:
        return []
    return [
        *cheapest(vowelled(choices, every=False), 4),
        *cheapest(vowelled(choices, every=True), 2),
        *cheapest(choices, 2),
    ]


def vowelled(choices: list[tuple[str, ...]], *, every: bool) -> list[tuple[str, ...]]:
    """An a after consonants: after every one that another consonant follows (risala → rasala), or
    only where three would meet or a word begins with two (maktab)."""
    filled: list[tuple[str, ...]] = []
    since_vowel = 1
    for place, options in enumerate(choices):
        filled.append(options)
        if not options[0] or options[0][-1] in _VOWELS:
            since_vowel = 0
            continue
        is_last = place + 1 == len(choices)
        follows = "" if is_last else choices[place + 1][0]
        needs_vowel = bool(follows) and follows[0] not in _VOWELS
        after_next = choices[place + 2][0] if place + 2 < len(choices) else ""
        closes = since_vowel == 0 and bool(after_next) and after_next[0] in _VOWELS
        if needs_vowel and (every or not closes):
            filled.append(("a",))
            since_vowel = 0
        else:
            since_vowel += 1
    return filled
