"""How is a Cyrillic word written in Latin letters, by the custom of each country?

Per language the schemes in the order in which people use them: English (BGN/PCGN), passports
(ICAO), plain keyboards, scholars (ISO 9 without its accents), German, French. ISO 9 and the
national tables are simplified to what is typed: no accents, no apostrophes for ь and ъ.
"""

from __future__ import annotations

from search.analysis.romanization.scheme import Scheme, interleave, rules

_VOWELS = "аеёиоуыэюяіїєьъ"


def _letters(letters: str, spellings: str) -> dict[str, str]:
    return dict(zip(letters.split(), spellings.split(), strict=True))


def _without(letters: str, table: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in table.items() if not set(key) & set(letters)}


_COMMON = _letters(
    "а б в г д е ж з и й к л м н о п р с т у ф х ц ч ш ь ю я",
    "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh - yu ya",
)
_RUSSIAN = _COMMON | _letters("щ ъ ы э", "shch - y e") | rules("ё=yo/e ий$=iy/y/i ый$=yy/y/iy")
_SOFT_O = rules("жё=zho/zhe чё=cho/che шё=sho/she щё=shcho/shche")
_SCHOLAR = _letters("ж й х ц ч ш ю я", "z j h c c s ju ja") | rules("щ=sc/s ё=e/jo ий$=ij/i ый$=yj/y")
_GERMAN = rules(
    "в=w ж=sch/sh з=s/z й=i/j х=ch ц=z ч=tsch ш=sch щ=schtsch ю=ju я=ja ё=jo ^е=je/e +е=je/e ^э=e "
    "чё=tscho щё=schtscho шё=scho жё=scho ий$=i/y/ij ый$=y/i кс=x/ks"
)
_FRENCH = rules(
    "у=ou ж=j й=i х=kh ц=ts ч=tch ш=ch щ=chtch ю=iou я=ia ё=io/e чё=tche щё=chtche шё=che жё=je "
    "ий$=i/y ый$=y/i ге=gue ги=gui ин$=ine/in кс=x/ks"
)
_SCHEMES_OF_RUSSIAN = (
    _RUSSIAN | _SOFT_O,
    _RUSSIAN | rules("й=i ё=e ю=iu я=ia ий$=ii/y/i ый$=yi/y кс=x/ks х=kh/h"),
    _RUSSIAN | _FRENCH,
    _RUSSIAN | _GERMAN,
    _RUSSIAN | rules("й=j/y х=h ц=c/ts щ=sch ё=jo/e ю=ju я=ja ий$=ij/i"),
    _RUSSIAN | _SCHOLAR,
    _RUSSIAN | _SOFT_O | rules("^е=ye +е=ye х=h кс=x дж=j"),
)

_UKRAINIAN = _COMMON | rules(
    "г=h ґ=g и=y і=i ї=i/yi ^ї=yi є=ie/ye ^є=ye ^й=y й=i/y ю=iu/yu ^ю=yu я=ia/ya ^я=ya щ=shch "
    "зг=zgh/zh ий$=yi/yy/y/iy"
)
_SCHEMES_OF_UKRAINIAN = (
    _UKRAINIAN,
    _UKRAINIAN | rules("є=ye ї=yi/i й=y ю=yu я=ya ий$=yy/y"),
    _UKRAINIAN | rules("г=g и=i й=y ю=yu я=ya є=e/ye ий$=iy/y ї=i"),
    _UKRAINIAN
    | _without("ёы", _SCHOLAR)
    | rules("ї=ji/i ^ї=ji є=je ^є=je ^й=j ^ю=ju ^я=ja х=ch щ=sc ий$=yj/y"),
    _UKRAINIAN | _without("ёыэе", _GERMAN) | rules("є=je ^є=je ї=ji ^ї=ji ^я=ja ^ю=ju ^й=j ий$=yj/y"),
)

_BELARUSIAN = _COMMON | rules("г=h/g і=i ў=u/w ы=y э=e ё=io/yo ^ё=yo/io е=e/ie ^е=ye/e ц=ts/c й=i/y")
_SCHEMES_OF_BELARUSIAN = (
    _BELARUSIAN | rules("ю=iu/yu я=ia/ya ^ю=yu ^я=ya"),
    _BELARUSIAN | _without("щ", _SCHOLAR) | rules("ё=jo ^ё=jo ^е=je ў=u х=ch"),
)

_BULGARIAN = _COMMON | rules("х=h щ=sht ъ=a/u ь=y/- ия$=ia/iya ж=zh/j ц=ts/c/tz")
_SCHEMES_OF_BULGARIAN = (
    _BULGARIAN,
    _BULGARIAN | rules("й=i ъ=u ю=iu я=ia"),
    _BULGARIAN | _without("ёы", _SCHOLAR) | rules("щ=st ъ=a ь=j"),
)

_SERBIAN = _letters(
    "а б в г д ђ е ж з и ј к л љ м н њ о п р с т ћ у ф х ц ч џ ш",
    "a b v g d dj e z z i j k l lj m n nj o p r s t c u f h c c dz s",
)
_SCHEMES_OF_SERBIAN = (
    _SERBIAN | rules("ђ=dj/d"),
    _SERBIAN | rules("ж=zh ј=y/i љ=ly њ=ny ћ=ch ц=ts/c ч=ch џ=dzh/j ш=sh"),
)
_MACEDONIAN = _without("ђћ", _SERBIAN) | rules("ѓ=gj/g ќ=kj/k ѕ=dz")
_SCHEMES_OF_MACEDONIAN = (
    _MACEDONIAN,
    _MACEDONIAN | rules("ж=zh ч=ch џ=dzh/j ш=sh ц=c/ts љ=l/lj"),
)

# Every further letter of the languages of Central Asia, the Caucasus and Siberia, and of old print.
_WIDER = (
    _RUSSIAN
    | _SERBIAN
    | _RUSSIAN
    | rules(
        "і=i ї=yi є=ye ґ=g ў=u/w/o ѓ=gj ќ=kj ѕ=dz ѣ=e ѳ=f ѵ=i ә=a/e ғ=g/gh қ=k/q ң=n/ng ө=o/u ұ=u ү=u һ=h "
        "ҷ=j ҳ=h ҡ=k/q ҙ=z ҫ=s ҝ=g ҹ=j/ch җ=j ӣ=i ӯ=u ӏ=- ѐ=e ѝ=i х=kh/h ж=j/zh ӓ=a ӧ=o ӱ=u ӑ=a ӗ=e ҥ=ng "
        "ӕ=ae"
    )
)

#: Language code → its schemes, the first the most usual in English-speaking catalogues.
SCHEMES: dict[str, tuple[Scheme, ...]] = {
    code: tuple(Scheme(table, _VOWELS) for table in tables)
    for code, tables in {
        "ru": _SCHEMES_OF_RUSSIAN,
        "uk": _SCHEMES_OF_UKRAINIAN,
        "bg": _SCHEMES_OF_BULGARIAN,
        "sr": _SCHEMES_OF_SERBIAN,
        "mk": _SCHEMES_OF_MACEDONIAN,
        "be": _SCHEMES_OF_BELARUSIAN,
        "": (_WIDER, _WIDER | rules("ж=zh қ=q ө=u")),
    }.items()
}
_SAME = {"bs": "sr", "hr": "sr", "sh": "sr", "cnr": "sr", "rue": "uk"}
_PER_SCHEME = 3


def romanize_cyrillic(word: str, language: str | None) -> tuple[str, ...]:
    """Spellings of an exact form, those of its language first (of Russian, if it is not known), then
    what other readers of the alphabet would write."""
    own = _SAME.get(language or "", language or "") or "ru"
    foreign = [_all_spellings(word, schemes, 1) for code, schemes in SCHEMES.items() if code not in (own, "")]
    spellings = dict.fromkeys(_all_spellings(word, SCHEMES.get(own, ()), _PER_SCHEME))
    if own != "ru":
        # Russian names are the ones most often taken for another language (Лобанов for Bulgarian).
        spellings.update(dict.fromkeys(_all_spellings(word, SCHEMES["ru"], 2)))
    spellings.update(dict.fromkeys(interleave(foreign)))
    return tuple(spellings) or _all_spellings(word, SCHEMES[""], _PER_SCHEME)


def _all_spellings(word: str, schemes: tuple[Scheme, ...], limit: int) -> tuple[str, ...]:
    return interleave(scheme.spellings(word, limit) for scheme in schemes)
