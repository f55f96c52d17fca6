"""Which languages without character statistics can their words tell, and whom do they resemble?

langdetect has tables for 55 languages. A text in another one looks to them like its nearest
relative: Galician like Portuguese or Spanish, Low German like Dutch or German. So such a language
is held as likely as the likeliest of its relatives, less a fee, and wins where its own words
(`telling_words/`) and letters (`alphabets.py`) outweigh the fee. A row without relatives borrows
from whichever language of its script the text resembles most.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Natural-log points a language without statistics must make good, and the fewest of its listed
#: words a text must have. 4 points cost 0.9 points of the accuracy on film titles, 14 points 1.6 on
#: sentences of all languages; with one word, 60 of 4,494 film titles are called Irish, Breton …
FEE = 8.0
LEAST_WORDS = 2

#: Language code → codes of the languages with statistics it resembles.
RELATIVES: Mapping[str, tuple[str, ...]] = {
    "gl": ("pt", "es"),
    "ast": ("es", "ca"),
    "oc": ("ca", "fr"),
    "pms": ("it", "fr"),
    "la": ("it",),
    "ht": ("fr",),
    "fy": ("nl", "af"),
    "nds": ("nl", "de"),
    "lb": ("de",),
    "gsw": ("de",),
    "is": ("no", "da", "sv"),
    "fo": ("no", "da"),
    "hsb": ("cs", "pl"),
    "dsb": ("pl", "cs"),
    "csb": ("pl",),
    "be": ("uk", "ru"),
    "eu": (),
    "ga": (),
    "gd": (),
    "br": (),
    "kw": ("cy",),
    "mt": ("it",),
    "az": ("tr",),
    "tk": ("tr",),
    "uz": ("tr",),
    "tt": ("ru",),
    "ba": ("ru",),
    "kk": ("ru",),
    "ky": ("ru",),
    "mn": ("ru",),
    "mhr": ("ru",),
    "ku": (),
    "kab": (),
    "yi": ("he",),
    "xh": ("sw",),
    "mg": (),
    "ms": ("id",),
    "jv": ("id",),
    "ceb": ("tl",),
    "war": ("tl",),
    "pam": ("tl",),
    "eo": (),
    "ia": ("it", "es", "fr"),
    "ie": ("es", "fr", "it"),
    "io": ("es", "it"),
    "cbk": ("es",),
    "dtp": ("id", "tl"),
    "ang": (),
    "ch": ("tl", "es"),
    "lfn": ("es", "it", "pt"),
    "nov": (),
}
