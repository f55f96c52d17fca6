"""What does a catalogue's hint at the original language weigh against what a text looks like?

A hint decides only where the text is short or what was seen of it is unsure, and where its script
fits. How sure statistics must be of a bare title stands here too: one word looks like some language.
What a text looks like, is `detection.py`'s question.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from search.analysis.alphabets import foreign_letters
from search.analysis.evidence import Evidence
from search.analysis.languages import UNDETERMINED, canonical_code, language
from search.analysis.script_evidence import (
    JAPANESE,
    LanguageDecision,
    cleaned_beginning,
    family_of,
    leading_script,
    relative_in,
)
from search.analysis.scripts import scripts_in

#: A title or text with fewer letters is short: a prior may decide.
SHORT = 40
#: A share of the evidence below which nothing is decided.
UNSURE = 0.5
#: The language an unsure guess is most often right at: 9 in 10 of such titles.
MOST_WRITTEN = "en"
#: How sure statistics must be of a bare title: of a language whose base rate is positive, of others,
#: and of rare ones. Below, of 3,900 film and anime titles 1 in 6, 1 in 20 and 1 in 25 were right.
LEAST_FOR_COMMON, LEAST_FOR_OTHERS, LEAST_FOR_RARE = 0.5, 0.6, 0.99
#: How many times likelier than all else together the prior's language is held to be, before
#: looking at a title; and at a body that statistics cannot decide (overviews are often translated).
PRIOR_ODDS_OF_TITLE, PRIOR_ODDS_OF_BODY = 30.0, 4.0


@dataclass(frozen=True, slots=True)
class Seen:
    """The beginning of a text, cleaned, with the script that leads in it and the letters of all."""

    cleaned: str
    script: str
    letters: int

    @classmethod
    def of(cls, text: str) -> Seen:
        cleaned = cleaned_beginning(text)
        scripts = scripts_in(cleaned)
        return cls(cleaned, leading_script(scripts), sum(scripts.values()))


class Detect(Protocol):
    """Says the language of one text, `among` these alone."""

    def __call__(self, text: str, *, among: Collection[str] | None = None) -> LanguageDecision: ...


@dataclass(frozen=True, slots=True)
class Priors:
    """Weighs hints by the statistics' tables and by what `detect` says of a text."""

    statistics: Evidence
    detect: Detect

    def weighed(
        self, seen: Seen, decision: LanguageDecision, prior: str | None, *, odds: float
    ) -> LanguageDecision:
        """Weigh a catalogue's hint against a decision: the prior wins if `odds` times its share of the
        evidence exceeds the share of the decided language."""
        code = canonical_code(prior or "")
        if code == UNDETERMINED or seen.script not in language(code).scripts:
            return decision
        if code == decision.code or family_of(code) == family_of(decision.code):
            share = decision.confidence
        elif decision.second is None:
            # Script or letters left no choice, unless the prior's language has these letters as well.
            if not decision.reason.startswith("letters") or not _has_letters(code, seen.cleaned, seen.script):
                return decision
            share = UNSURE
        elif (
            self._statistical_relative(code)
            or seen.script in JAPANESE
            or not decision.reason.startswith("statistics")
        ):
            own = self.detect(seen.cleaned, among={code, decision.code})
            share = own.confidence if own.code == code else 1 - own.confidence
        else:
            share = 1 - decision.confidence
        if share * odds < 1 - share:
            return decision
        confidence = share * odds / (share * odds + 1 - share)
        if code == decision.code:
            return LanguageDecision(code, confidence, decision.reason, decision.second)
        return LanguageDecision(code, confidence, f"catalogue prior: {code}", decision.code)

    def unless_far_fetched(self, seen: Seen, guess: LanguageDecision, prior: str | None) -> LanguageDecision:
        """The guess at a bare title; instead of a mere guess the prior where its script fits, else
        undetermined."""
        if self.is_more_than_a_guess(guess, seen.letters):
            return guess
        code = canonical_code(prior or "")
        if code in (guess.code, guess.second) and guess.confidence < UNSURE:
            return guess
        if code != UNDETERMINED and seen.script in language(code).scripts:
            return LanguageDecision(code, UNSURE, f"catalogue prior: {code}", guess.code)
        reason = f"undetermined: {guess.code} {guess.confidence:.2f} in {seen.letters} letters"
        return LanguageDecision(UNDETERMINED, 0.0, reason, guess.code)

    def is_more_than_a_guess(self, decision: LanguageDecision, letters: int) -> bool:
        """Whether a decision about a bare title of so many letters can be relied on: one word looks
        like some language (`Up` is Somali to statistics), and most languages are rare."""
        if letters >= SHORT or not decision.reason.startswith("statistics") or decision.code == MOST_WRITTEN:
            return True
        if self.statistics.is_rare(decision.code):
            return decision.confidence >= LEAST_FOR_RARE
        common = self.statistics.is_common(decision.code)
        return decision.confidence >= (LEAST_FOR_COMMON if common else LEAST_FOR_OTHERS)

    def _statistical_relative(self, code: str) -> str | None:
        return relative_in(code, self.statistics.column_of)


def _has_letters(code: str, text: str, script: str) -> bool:
    foreign = foreign_letters(text, script)
    return foreign is not None and code in foreign.codes and not foreign.different[foreign.codes.index(code)]
