"""How are Hebrew and Yiddish words written in Latin letters, as far as their letters tell?

As in Arabic the vowels are guesses; ב כ פ are spoken b k p at the beginning of a word and v kh f
after a vowel. What people really type is met by `consonant_key`.
"""

from __future__ import annotations

from search.analysis.romanization.arabic import vowelled
from search.analysis.romanization.scheme import Scheme, cheapest, rules

_SCHEME = Scheme(
    rules(
        "א=a ב=v/b ^ב=b ג=g ד=d ה=h ה$=a/ah/eh ו=o/u/v ^ו=v/u וו=v ז=z ח=h/ch ט=t י=i/y ^י=y/i "
        "יי=ay/ei כ=kh/k/ch ^כ=k/ch ך=kh/ch/k ל=l מ=m ם=m נ=n ן=n ס=s ע=a פ=f/p ^פ=p/f ף=f צ=tz/ts/z "
        "ץ=tz/ts/z ק=k/q ר=r ש=sh/s ת=t װ=v ױ=oy ײ=ay"
    )
)


def romanize_hebrew(word: str) -> tuple[str, ...]:
    """Guesses at the spelling of an exact form; none if it holds letters that are not Hebrew."""
    choices = _SCHEME.choices(word)
    if choices is None:
        return ()
    spellings = (
        *cheapest(vowelled(choices, every=False), 5),
        *cheapest(vowelled(choices, every=True), 3),
        *cheapest(choices, 2),
    )
    return tuple(dict.fromkeys(filter(None, spellings)))
