"""What a row of the language table holds. The rows themselves stand in `languages.py`."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Language:
    """One language: everything the analysis, the search and the pages know about it.

    code          BCP 47 (`it`, `zh`, `sr`, `yue`); the key of the table
    name          English name; `native_name` is the name in the language itself
    scripts       ISO 15924 codes, the usual one first (`("Cyrl", "Latn")` for Serbian)
    direction     `ltr` or `rtl`
    family        code of the row whose documents are told apart from this one's only when
                  declared (hr/bs/sr, id/ms, nb/nn/no, zh/yue); empty for the row that others name
    stemmer       name of a Snowball algorithm as PyStemmer spells it, or None
    restem        stem the stem again until it no longer changes and accept each step
                  (Russian: лобанова → лобанов → лобан)
    keep_letters  letters with a mark that are letters of their own here and therefore do not
                  fold inside this language (Swedish "åäö"); lower case, NFC
    spelled_out   letter → the way people write it who cannot type it ({"ö": "oe"})
    prefixes      particles written together with the next word (Arabic "ال", Hebrew "ה"); the word
                  without its longest one is an extra stem
    suffix_rules  endings beyond the stemmer's reach, each (ending, replacement), tried longest
                  first on words of 4 letters or more; the result is an extra stem, and, where there is
                  no stemmer, so is the word itself
    after         tailored collation: letter → the letter it sorts directly after ({"å": "z"});
                  letters listed in the order of the alphabet
    keyboard      name of the layout in `keyboards.py`, or None
    articles      leading words skipped when titles are sorted, if that is enabled
    """

    code: str
    name: str
    native_name: str
    scripts: tuple[str, ...]
    direction: str = "ltr"
    family: str = ""
    stemmer: str | None = None
    restem: bool = False
    keep_letters: str = ""
    spelled_out: dict[str, str] = field(default_factory=dict)
    prefixes: tuple[str, ...] = ()
    suffix_rules: tuple[tuple[str, str], ...] = ()
    after: dict[str, str] = field(default_factory=dict)
    keyboard: str | None = None
    articles: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        """Code of the family, its own code for a language that stands for itself."""
        return self.family or self.code
