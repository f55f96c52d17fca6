"""What is known of an open generation before a query comes, and what is remembered from one to the next?

Made when the generation is first asked, gone with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from search.analysis.languages import canonical_code, language
from search.index.curation import NO_CURATION, Curation
from search.index.manifest import Manifest
from search.query.memory import Memory, size_of_texts
from search.query.pins import Pins
from search.query.preference import SHORTEST_SAMPLE, HeldLanguages
from search.query.synonyms import SpokenSynonyms, Synonyms
from search.request import SearchRequest


@dataclass(frozen=True, slots=True)
class GenerationFacts:
    """`languages` are the codes that its texts and titles are analysed in, `scripts` those these are
    written in. `synonyms` and `pins` are what the admin added by hand, None where there are none."""

    languages: frozenset[str]
    scripts: frozenset[str]
    held: HeldLanguages
    synonyms: Synonyms | None = None
    pins: Pins | None = None
    memory: Memory = field(default_factory=Memory)

    @classmethod
    def of(cls, manifest: Manifest, curation: Curation = NO_CURATION) -> GenerationFacts:
        # The title of an Italian film may be the only Italian in an English catalogue.
        languages = frozenset((*manifest.languages, *manifest.title_languages))
        return cls(
            languages,
            frozenset(script for code in languages for script in language(code).scripts),
            HeldLanguages.of(manifest.languages, manifest.title_languages),
            Synonyms.of(curation.synonyms),
            Pins.of(curation.pins),
        )

    def spoken_synonyms(self, request: SearchRequest, likely: tuple[str, ...]) -> SpokenSynonyms | None:
        """The synonyms of the languages that a query may be in; None where there are none at all.

        Of two words nobody can tell for sure: only who says which languages he reads, or writes at
        some length, is spared the synonyms of the others.
        """
        if self.synonyms is None:
            return None
        told = request.languages if request.languages_stated else ()
        if not told and (not likely or len(request.q.strip()) < SHORTEST_SAMPLE):
            return SpokenSynonyms(self.synonyms)
        codes = frozenset(language(canonical_code(code)).base for code in (*told, *likely))
        return SpokenSynonyms(self.synonyms, codes)

    def preference(
        self, request: SearchRequest, *, text: str | None = None
    ) -> tuple[dict[str, float], tuple[str, ...]]:
        """`HeldLanguages.preference` in this collection; not to be changed by who asks."""
        text = request.q if text is None else text
        key = (text, request.languages, request.languages_stated)
        found: tuple[dict[str, float], tuple[str, ...]] | None = self.memory.languages.get(key)
        if found is None:
            found = self.held.preference(request, text=text)
            self.memory.languages.keep(key, found, size_of_texts((text, *request.languages, *found[0])))
        return found
