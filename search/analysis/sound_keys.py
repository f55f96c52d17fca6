"""Which words sound alike, however their language is written in Latin letters?

Two keys. `skeleton` keeps the order of sounds and blurs what systems of romanisation differ in;
it makes potemkin, potyomkin and Potjomkin meet. `consonant_key` leaves vowels out altogether, for
languages that do not write them. Both are for names, weigh little, and are no spelling.
"""

from __future__ import annotations

import re


def _table(pairs: str) -> dict[str, str]:
    """`letters=sound` pairs with spaces between."""
    return dict(pair.split("=", 1) for pair in pairs.split())


# Tried at each place in this order. A soft c (ц in many systems) is the same as ch.
_SOUND_OF = _table(
    "schtsch=s chtch=s shch=s stsch=s tsch=c dsch=j dzh=j tch=c sch=s sh=s sz=s cz=c ch=c zh=z kh=h gh=g "
    "ph=f th=t dh=d bh=b ck=k ts=c tz=c dj=j dz=z q=k x=ks w=v"
)
_SOUND = re.compile("|".join(_SOUND_OF))
_ENDINGS = re.compile("(?<=..in)e$|(?<=..[oe])ff$")
# j at the beginning is a consonant in more languages than it is a glide.
_GLIDE = re.compile("(?<![aeiouy])(?:(?<=[a-z])[yji]|^[yi]j?)+(?=[aeiou])")
_DOUBLED = re.compile(r"([b-df-hj-np-tvz])\1+")
_VOWELS = re.compile("[aeiouy]+|(?<=[aeiou])j(?![aeiou])")
_LETTERS = re.compile("[^a-z0-9]+")


def skeleton(latin: str) -> str:
    """The sound key of a folded Latin or romanised word; digits stay, other signs are dropped.

    >>> {skeleton(name) for name in ("tchaikovsky", "chaykovskiy", "tschaikowski")}
    {'cakavska'}
    """
    word = _ENDINGS.sub(lambda match: "v" if match[0] == "ff" else "", _LETTERS.sub("", latin))
    word = _SOUND.sub(lambda match: _SOUND_OF[match[0]], word)
    word = _GLIDE.sub("", word)
    word = _VOWELS.sub("a", word)
    return re.sub("a+", "a", _DOUBLED.sub(r"\1", word))


_CLASSES = _table(
    "b=بבڤװ t=تثطٹתט j=جژ h=حخچهہھחה d=دذضڈד r=رڑר s=زسشصظסשצץז k=قكگغکקכךג l=لל m=مמם n=نںנן p=فپפף"
)
_CLASS_OF = {letter: key for key, letters in _CLASSES.items() for letter in letters}
_SILENT = frozenset("اأإآٱءؤئوىيیعةےۀەאויעױײ")
_SILENT_AT_END = frozenset("ةهہۀەה")
_WAW = frozenset("وו")
_PERSIAN_LETTERS = frozenset("پچژگ")
_LATIN_CLASS_OF = _table(
    "tch=h sch=s sh=s ch=h kh=h gh=k zh=j dh=d th=t ph=p ts=s tz=s ck=k dj=j ce=s ci=s cy=s b=b v=b t=t j=j "
    "h=h d=d r=r s=s z=s k=k q=k c=k g=k x=ks l=l m=m n=n f=p p=p"
)
_LATIN_CLASS = re.compile("|".join(_LATIN_CLASS_OF))
_DOUBLED_LETTER = re.compile(r"([a-z])\1+")
_ARTICLE = "ال"
_LATIN_ARTICLE = re.compile("^[ae]l(?=[b-df-hj-np-tv-z]..)")


def consonant_key(word: str) -> str:
    """The consonants of a word in Arabic or Hebrew script, or of a folded Latin word typed for one.

    Letters that romanisations confuse share a class; vowels, w and y are left out, and so is h
    at the end. Empty for other scripts. A w or v at the beginning counts as b, as ב and v do.
    """
    if word.isascii():
        return _latin_consonants(word)
    if not any(letter in _CLASS_OF or letter in _SILENT for letter in word):
        return ""
    letters = word[len(_ARTICLE) :] if word.startswith(_ARTICLE) and len(word) > 4 else word
    key = "b" if letters[0] in _WAW else ""
    if letters[-1] in _SILENT_AT_END:
        letters = letters[:-1]
    is_persian = not _PERSIAN_LETTERS.isdisjoint(word)
    for letter in letters:
        if is_persian and letter in "ذض":
            key += "s"
        elif letter in _CLASS_OF:
            key += _CLASS_OF[letter]
    return key


def _latin_consonants(word: str) -> str:
    letters = _DOUBLED_LETTER.sub(r"\1", _LATIN_ARTICLE.sub("", word))
    key = "b" if letters[:1] == "w" else ""
    return key + "".join(_LATIN_CLASS_OF[sound] for sound in _LATIN_CLASS.findall(letters.rstrip("h")))
