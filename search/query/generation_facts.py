"""What is known of an open generation before a query comes, and what is remembered from one to the next?

Made when the generation is first asked, gone with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from search.analysis.languages import language
from search.index.manifest import Manifest
from search.query.memory import Memory, size_of_texts
from search.query.preference import HeldLanguages
from search.request import SearchRequest


@dataclass(frozen=True, slots=True)
class GenerationFacts:
    """`languages` are the codes that its texts and titles are analysed in, `scripts` those these are
    written in."""

    languages: frozenset[str]
    scripts: frozenset[str]
    held: HeldLanguages
    memory: Memory = field(default_factory=Memory)

    @classmethod
    def of(cls, manifest: Manifest) -> GenerationFacts:
        # The title of an Italian film may be the only Italian in an English catalogue.
        languages = frozenset((*manifest.languages, *manifest.title_languages))
        return cls(
            languages,
            frozenset(script for code in languages for script in language(code).scripts),
            HeldLanguages.of(manifest.languages, manifest.title_languages),
        )

    def preference(
        self, request: SearchRequest, *, text: str | None = None
    ) -> tuple[dict[str, float], tuple[str, ...]]:
        """`language_preference` in this collection; not to be changed by who asks."""
        text = request.q if text is None else text
        key = (text, request.languages, request.languages_stated)
        found: tuple[dict[str, float], tuple[str, ...]] | None = self.memory.languages.get(key)
        if found is None:
            found = self.held.preference(request, text=text)
            self.memory.languages.keep(key, found, size_of_texts((text, *request.languages, *found[0])))
        return found
