"""How is a Greek word written in Latin letters?

ELOT 743 first (Καβάφης → kavafis), then the spellings of older catalogues and of people who write
as they hear (β → b, η → e, χ → h or kh), last Greeklish by shape (η → h, ω → w).
"""

from __future__ import annotations

import re
import unicodedata

from search.analysis.romanization.scheme import Scheme, rules

# V and F: υ after α, ε or η, before a voiced and before a voiceless sound (`_mark_diphthongs`).
_ELOT = Scheme(
    rules(
        "α=a β=v/b γ=g/y/gh δ=d/dh ε=e ζ=z η=i/e θ=th ι=i κ=k/c λ=l μ=m ν=n ξ=x/ks ο=o π=p ρ=r σ=s "
        "τ=t υ=y/i/u φ=f/ph χ=ch/h/kh ψ=ps ω=o ϊ=i ϋ=y/i αι=ai/e ει=ei/i οι=oi/i υι=yi/i ου=ou/u "
        "γγ=ng/gg γξ=nx γχ=nch/gch/nh γκ=gk/g/ng ^γκ=gk/g μπ=mp/b/mb ^μπ=b/mp ντ=nt/d/nd ^ντ=d/nt "
        "τζ=tz/j ντζ=ntz/ndz/tz τσ=ts ρρ=rr/r V=v/u/f F=f/u/v"
    )
)
_GREEKLISH = Scheme(_ELOT.rules | rules("η=h ω=w υ=u/y χ=x ξ=ks β=b ου=ou αι=ai ει=ei V=u F=u"))
_DIPHTHONG = re.compile("(?<=[αεη])υ(?P<voiceless>(?=[θκξπστφχψ]|$))?")
_APART = {"ι": "ϊ", "υ": "ϋ"}
_MOST = 12


def romanize_greek(word: str) -> tuple[str, ...]:
    """Spellings of an exact form; none if it holds letters that are not Greek."""
    letters = _mark_diphthongs(_without_accents(word))
    return tuple(dict.fromkeys((*_ELOT.spellings(letters, _MOST), *_GREEKLISH.spellings(letters, 2))))


def _without_accents(word: str) -> str:
    """Accents off; where they show that two vowels are apart (Μάιος), the second gets its dots."""
    apart = re.sub("(?<=[άέόύ])[ιυ]", lambda match: _APART[match[0]], word)
    plain = []
    for letter in apart:
        decomposed = unicodedata.normalize("NFD", letter)
        base = decomposed[0]
        plain.append(_APART.get(base, base) if "\u0308" in decomposed else base)
    return "".join(plain)


def _mark_diphthongs(word: str) -> str:
    return _DIPHTHONG.sub(lambda match: "V" if match["voiceless"] is None else "F", word)
