"""How is the evidence of character statistics, little words and letters weighed together?

Sum, in natural-log points, for each language of a script: n-gram likelihood + base rate
+ little words it uses - letters it does not have; then a tempered softmax. Where the tables come
from and what is done with the answer: see `detection.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.analysis.alphabets import foreign_letters
from search.analysis.function_words import rows_by_word, words_of
from search.analysis.profiles import Profiles

#: Natural-log points of evidence. Chosen on titles and everyday sentences of 113 languages; between
#: 8 and 12, and between 3 and 10, the accuracy moves by less than half a point.
FUNCTION_WORD_WEIGHT = 10.0
FOREIGN_LETTER_WEIGHT = 6.0
#: What one word or one letter cannot say: how much is written in a language. Without it rare
#: languages attract short titles (`M` is Swahili, `Psycho` Tagalog to plain statistics).
BASE_RATES: Mapping[str, float] = {
    "en": 2.0,
    **dict.fromkeys(("fr", "es", "de", "it", "pt", "ru"), 1.0),
    **dict.fromkeys(("af", "cy", "so", "sq", "sw", "tl"), -1.5),
    **dict.fromkeys(("bg", "ca", "et", "hr", "lt", "lv", "mk", "mr", "ne", "no", "sk", "sl", "sr"), -0.75),
}
#: n-grams overlap and repeat each other, so their sum is far too sure of itself. Divided by this,
#: confidence is about the share of right answers (benchmarks/detection.py prints both).
TEMPERATURE = 5.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """The profiles, and what is derived from the other tables for the same languages."""

    profiles: Profiles
    words: Mapping[str, tuple[int, ...]]
    base_rates: NDArray[np.float64]
    column_of: Mapping[str, int]
    of_script: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, profiles: Profiles) -> Evidence:
        """Evidence for the languages of `profiles`."""
        return cls(
            profiles=profiles,
            words=rows_by_word(profiles.codes),
            base_rates=np.array([BASE_RATES.get(code, 0.0) for code in profiles.codes]),
            column_of={code: column for column, code in enumerate(profiles.codes)},
            of_script={
                script: tuple(profiles.codes[column] for column in columns)
                for script, columns in profiles.scripts.items()
            },
        )

    def languages_of_script(self, script: str) -> tuple[str, ...]:
        """The languages with statistics that are written in a script."""
        return self.of_script.get(script, ())

    def ranked(
        self, text: str, script: str, likelihoods: NDArray[np.float64], grams: int, candidates: Sequence[str]
    ) -> list[tuple[str, float]]:
        """The candidates with their shares (0 to 1, sum 1), likeliest first; empty when nothing in
        the text speaks for any. `text` is lower case, NFC; `likelihoods` and `grams` are those of
        `profiles.log_likelihoods` for it."""
        uses = [column for word in words_of(text) for column in self.words.get(word, ())]
        if not candidates or (not grams and not uses):
            return []
        scores = likelihoods + self.base_rates
        if uses:
            scores += FUNCTION_WORD_WEIGHT * np.bincount(uses, minlength=len(scores))
        foreign = foreign_letters(text, script)
        if foreign is not None:
            for code, lacking in zip(foreign.codes, foreign.different.tolist(), strict=True):
                if lacking and (column := self.column_of.get(code)) is not None:
                    scores[column] -= FOREIGN_LETTER_WEIGHT * lacking
        chosen = scores[[self.column_of[code] for code in candidates]]
        shares = np.exp((chosen - chosen.max()) / TEMPERATURE)
        shares /= shares.sum()
        order = np.argsort(-shares, kind="stable").tolist()
        return [(candidates[place], float(shares[place])) for place in order]
