"""Which words sound alike, however their language is written in Latin letters?

Two keys. `skeleton` keeps the order of sounds and blurs what systems of romanisation differ in;
it makes potemkin, potyomkin and Potjomkin meet. `consonant_key` leaves vowels out altogether, for
languages that do not write them. Both are for names, weigh little, and are no spelling.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import lru_cache


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
_GLIDE = re.compile("(?<![aeiouy])(?:(?<=[a-z])[yji]|^[yi]j?){1,8}(?=[aeiou])")
_DOUBLED = re.compile(r"([b-df-hj-np-tvz])\1+")
_VOWELS = re.compile("[aeiouy]+|(?<=[aeiou])j(?![aeiou])")
_VOWELS_AGAIN = re.compile("aa+")
_LETTERS = re.compile("[^a-z0-9]+")


@lru_cache(maxsize=16_384)
def skeleton(latin: str) -> str:
    """The sound key of a folded Latin or romanised word; digits stay, other signs are dropped.

    >>> {skeleton(name) for name in ("tchaikovsky", "chaykovskiy", "tschaikowski")}
    {'cakavska'}
    """
    word = _ENDINGS.sub(lambda match: "v" if match[0] == "ff" else "", _LETTERS.sub("", latin))
    word = _SOUND.sub(lambda match: _SOUND_OF[match[0]], word)
    word = _GLIDE.sub("", word)
    word = _VOWELS.sub("a", word)
    return _VOWELS_AGAIN.sub("a", _DOUBLED.sub(r"\1", word))


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


# What loan words keep of a consonant in Japanese, Korean, Thai, Cyrillic and Arabic letters alike.
# An r that no vowel follows is left out: カード, 카드 and การ์ด have none of card's.
_FRAME_OF = (
    "^x=S ^kn=N ^wr=R ^ps=S ^wh=H tion=SN sion=SN stle=SR cc(?=[eiy])=KS tch=S shch=S ssh=S sch=S cch=S "
    "tts=S sh=S sz=S cz=S zh=S ts=S tz=S dj=S dz=S [td]e?s$=S dg(?=e)=S t(?=ure|ia)=S ch(?=[rlnm])=K ch=S "
    "kh=H gh(?=[tw]|$)= gh=G ph=P th=T ck=K c(?=[eiy])=S mb$=M r(?=[^aeiouy]|$)= m(?=[pbfv])=N "
    "h(?=[^aeiouy]|$)= [pf]=P [bv]=B [ckq]=K g=G x=KS t=T d=D [szj]=S [lr]=R m=M n=N h=H"
)
_FRAME_RULES = [tuple(pair.rpartition("=")[::2]) for pair in _FRAME_OF.split()]


def _by_first_letter() -> dict[str, tuple[re.Pattern[str], tuple[str, ...]]]:
    """First letter → one expression of the rules that begin with it, and the sound of each of its
    groups: trying all rules at every letter takes four times as long."""
    rules: dict[str, list[tuple[str, str]]] = {}
    for letters, sound in _FRAME_RULES:
        start = letters.removeprefix("^")
        for first in start[1 : start.index("]")] if start[0] == "[" else start[0]:
            rules.setdefault(first, []).append((letters, sound))
    return {
        first: (
            re.compile("|".join(f"({letters})" for letters, _ in found)),
            tuple(sound for _, sound in found),
        )
        for first, found in rules.items()
    }


_FRAME_BY_LETTER = _by_first_letter()
# Spellings that stand for two sounds: a soft g (magic), a th heard as s (スリー), a hard ch (chorus,
# school), di before a vowel (ラジオ), a final re (Claymore, クレイモア), the x of pinyin.
# What is looked for first, because most words have none of it.
_TWO_SOUNDS = tuple(
    (letters, re.compile(pattern), sound)
    for letters, pattern, sound in (
        ("g", "g(?=[eiy])", "j"),
        ("th", "th", "s"),
        ("ch", "^ch", "k"),
        ("sch", "sch", "sk"),
        ("di", "d(?=i[aeo])", "j"),
        ("re", "re$", ""),
        ("x", "x", "s"),
    )
)
_TWICE = re.compile(r"([a-bd-z])\1")


@lru_cache(maxsize=16_384)
def consonant_frames(latin: str) -> tuple[str, ...]:
    """The consonants of a folded Latin or romanised word as a loan word keeps them.

    Other scripts have to break up consonants that stand together, with vowels of their own (quest,
    クエスト, 퀘스트): only the consonants and whether a vowel comes first are comparable. One frame,
    and another for each spelling that may stand for two sounds. Empty if there is no consonant.

    >>> consonant_frames("quest"), consonant_frames("kuesuto")
    (('KST',), ('KST',))
    """
    word = _TWICE.sub(r"\1", _LETTERS.sub("", latin))
    spellings = [word]
    spellings += [pattern.sub(sound, word) for letters, pattern, sound in _TWO_SOUNDS if letters in word]
    return tuple(dict.fromkeys(filter(None, map(_frame, dict.fromkeys(spellings)))))


def _frame(word: str) -> str:
    sounds = []
    place, end = 0, len(word)
    while place < end:
        rules = _FRAME_BY_LETTER.get(word[place])
        match = rules[0].match(word, place) if rules else None
        if rules is None or match is None:
            place += 1
            continue
        # Groups are counted from 1, and one of them has matched.
        sounds.append(rules[1][(match.lastindex or 1) - 1])
        place = match.end()
    found = "".join(sounds)
    return "a" + found if found and word[0] in "aeio" else found


#: Long frames are told apart by their length, short ones need the difference of voice.
VOICED_UP_TO = 4
_VOICELESS = str.maketrans("BGD", "PKT")


def comparable_frame(frame: str) -> str:
    """A frame as it is indexed: without the difference of voice, which romanisations and hearers
    confuse (b and p, g and k, d and t), unless it is short."""
    return frame if len(frame) <= VOICED_UP_TO else frame.translate(_VOICELESS)


#: Consonants of a word's frame: shorter ones belong to many words. Names are cut.
SHORTEST_FRAME, LONGEST_NAME_FRAME = 5, 40
_MOST_NAME_FRAMES = 8
_ARTICLES = frozenset(("the",))


def word_frames(spellings: Sequence[str]) -> tuple[str, ...]:
    """The frames of a word as they are indexed and looked up: those long enough to tell words apart."""
    return tuple(
        dict.fromkeys(
            comparable_frame(frame)
            for spelling in spellings
            for frame in consonant_frames(spelling)
            if len(frame) >= SHORTEST_FRAME
        )
    )


def name_frames(words: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Frames of a name of several words, joined. `words` are the spellings of each word. English
    articles, which other scripts leave out as often as not, are counted and not."""
    found: dict[str, None] = {}
    frames = list(map(_frames_of, words))
    without = [one for one, spellings in zip(frames, words, strict=True) if _ARTICLES.isdisjoint(spellings)]
    if len(without) == len(words) and all(len(one) == 1 for one in frames):
        # So are most names in Latin letters.
        joined = "".join([*frames[0], *[one[0].removeprefix("a") for one in frames[1:]]]) if frames else ""
        return (comparable_frame(joined[:LONGEST_NAME_FRAME]),) if joined else ()
    for chosen in (frames,) if len(without) == len(words) else (frames, without):
        for choice in itertools.islice(itertools.product(*chosen), _MOST_NAME_FRAMES):
            # Only the beginning of the whole tells whether it begins with a vowel.
            joined = "".join([*choice[:1], *[frame.removeprefix("a") for frame in choice[1:]]])
            found[comparable_frame(joined[:LONGEST_NAME_FRAME])] = None
    found.pop("", None)
    return tuple(found)


def _frames_of(spellings: Sequence[str]) -> tuple[str, ...]:
    """The frames of all spellings of a word; one empty frame if there are none."""
    if len(spellings) == 1:
        return consonant_frames(spellings[0]) or ("",)
    return tuple(dict.fromkeys(itertools.chain.from_iterable(map(consonant_frames, spellings)))) or ("",)
