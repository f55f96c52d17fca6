"""Which languages does the visitor read, and which is the query written in?

The first is a gentle preference for ranking, never a filter. The second is weighed: what the text
looks like, what the collection holds, what the caller said; below a confidence nothing is said,
since a wrong language costs hits (its small words, its endings) and none costs little.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from search.analysis.detection import LEAST_FOR_RARE, rank_languages
from search.analysis.languages import UNDETERMINED, canonical_code, language
from search.analysis.tokenizers import has_unspaced_script
from search.ranking import LONGEST_NAME, LONGEST_STRICT, SENTENCE_PREFERENCE
from search.request import SearchRequest

#: How strongly each source of the preference counts, 0 to 1.
STATED, BROWSER, WRITTEN = 1.0, 0.3, 1.0
#: A caller's second language counts so much of the first, the third so much of the second.
NEXT_STATED = 0.8
#: Shorter queries say little about their language.
SHORTEST_SAMPLE = 12
#: How many times likelier a query is in the language the caller states, or the browser asks for.
STATED_ODDS, BROWSER_ODDS = 20.0, 3.0
#: A query is the less likely in a language the fewer titles are: by the share of its titles of all, up
#: to this one (beyond, many are no reason to read more into a word) and to this power.
ENOUGH, DAMPING = 0.01, 0.7
#: Smallest share of the weighed evidence for a language to be named first, and beside the first.
#: Of 2,800 film titles as queries, typed without marks, the half that no constant was chosen on is
#: then named wrongly in 11 instead of 30 of 100, rightly in 71 instead of 70, not at all in 18.
LEAST_SHARE, LEAST_SHARE_OF_SECOND = 0.5, 0.2
#: A language with so much less than `ENOUGH` must be named as surely as in a bare title.
HARDLY_ANY = 0.03

#: Codes, with how many documents or titles are in each; a bare collection says nothing of that.
Held = Mapping[str, int] | Collection[str]


@dataclass(frozen=True, slots=True)
class HeldLanguages:
    """The languages of a collection, and what follows from how much is in each.

    bases    code → its family, of the languages of documents
    counted  code → its family, of all languages that a query may be in
    shares   code → how likely a query is in it, by what there is to be found, 0 to 1
    among    the codes of `counted`
    """

    bases: Mapping[str, str]
    counted: Mapping[str, str]
    shares: Mapping[str, float]
    among: frozenset[str]

    @classmethod
    def of(cls, held: Held, analyzed: Held) -> HeldLanguages:
        """`held` are the languages of the documents, `analyzed` those of titles (with or without
        those of `held`)."""
        counts = _counted(held, analyzed)
        enough = max(1.0, ENOUGH * sum(counts.values()))
        return cls(
            {code: language(code).base for code in held},
            {code: language(code).base for code in counts},
            {code: (min(number, enough) + 1) / (enough + 1) for code, number in counts.items()},
            frozenset(counts),
        )

    def preference(
        self, request: SearchRequest, *, text: str | None = None
    ) -> tuple[dict[str, float], tuple[str, ...]]:
        """(code → preference for its documents, likely languages of the query, best first).

        The caller's languages and the language the query seems to be written in; families share
        theirs (a Croatian reader reads Serbian in Latin letters). `text` replaces the typed query,
        for one that was typed on another keyboard.
        """
        preference: dict[str, float] = {}
        strength = STATED if request.languages_stated else BROWSER
        for code in request.languages:
            _raise(preference, canonical_code(code), strength)
            strength *= NEXT_STATED
        text = (request.q if text is None else text).strip()
        ranked = self.ranked(text, stated=request.languages, stated_odds=_odds(request.languages_stated))
        if ranked:
            code, share = ranked[0]
            weight = share if len(text) >= SHORTEST_SAMPLE else share * 0.5
            if _is_sentence(text):
                weight *= SENTENCE_PREFERENCE
            _raise(preference, code, WRITTEN * weight)
        preferred_bases = [(language(code).base, value) for code, value in preference.items()]
        # Of relatives that are preferred differently the last one counts.
        related = {
            code: value
            for code, base in self.bases.items()
            for preferred, value in preferred_bases
            if base == preferred
        }
        for code, value in related.items():
            _raise(preference, code, value)
        return preference, tuple(code for code, _ in ranked)

    def ranked(
        self, text: str, *, stated: Sequence[str] = (), stated_odds: float = STATED_ODDS
    ) -> tuple[tuple[str, float], ...]:
        """The one or two languages a query is probably written in with their shares of the weighed
        evidence (0 to 1), likeliest first; empty where no language is likely enough.

        `stated` are the caller's languages, the first of them `stated_odds` times as likely as without.
        """
        if not text or not self.counted:
            return ()
        odds = dict.fromkeys(self.counted, 1.0) if stated else {}
        for place, given in enumerate(stated):
            base = language(canonical_code(given)).base
            for code, its_base in self.counted.items():
                if its_base == base:
                    odds[code] = max(odds[code], stated_odds * NEXT_STATED**place)
        weighed = [
            (code, share * odds.get(code, 1.0) * self.shares[code] ** DAMPING)
            for code, share in rank_languages(text, among=self.among)
            if code in self.counted
        ]
        total = sum(weight for _, weight in weighed)
        if not total:
            return ()
        shares = sorted(((code, weight / total) for code, weight in weighed), key=lambda item: -item[1])
        first, share = shares[0]
        unlikely = self.shares[first] < HARDLY_ANY and odds.get(first, 1.0) == 1.0
        if share < (LEAST_FOR_RARE if unlikely else LEAST_SHARE):
            return ()
        return (shares[0], *(item for item in shares[1:2] if item[1] >= LEAST_SHARE_OF_SECOND))


def _counted(held: Held, analyzed: Held) -> dict[str, int]:
    """Code → titles in it; documents where no title is."""
    counts: dict[str, int] = {}
    for codes in (held, analyzed):
        for code in codes:
            number = codes[code] if isinstance(codes, Mapping) else 0
            # Titles come last and count: what is asked for is mostly a title.
            counts[code] = number or counts.get(code, 0)
    counts.pop(UNDETERMINED, None)
    return counts


def _odds(stated: bool) -> float:
    return STATED_ODDS if stated else BROWSER_ODDS


def _is_sentence(text: str) -> bool:
    """Whether a query has more words than a title, or letters where words are not spaced."""
    return len(text.split()) > LONGEST_STRICT or (has_unspaced_script(text) and len(text) > LONGEST_NAME)


def _raise(preference: dict[str, float], code: str, value: float) -> None:
    preference[code] = max(preference.get(code, 0.0), value)
