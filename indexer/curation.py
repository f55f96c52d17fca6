"""What has the configuration added by hand to the documents, and do the documents know of it?"""

from __future__ import annotations

from pathlib import Path

from indexer.pinned_file import read_pins
from indexer.synonyms_file import read_synonyms
from search.configuration import Settings
from search.index.curation import Curation
from search.index.reader import IndexReader


def curation_of(settings: Settings) -> Curation:
    """The synonyms and pins of the files that are configured. Raises `ConfigurationError`."""
    return Curation(
        read_synonyms(Path(settings.synonyms)) if settings.synonyms else (),
        read_pins(Path(settings.pinned)) if settings.pinned else (),
    )


def unknown_ids(curation: Curation, directory: Path) -> tuple[str, ...]:
    """Ids that are pinned in a finished generation and that no document of it has."""
    if not curation.pins:
        return ()
    reader = IndexReader(directory, whole=False)
    return tuple(one for one in curation.pinned_ids if reader.doc_of(one) is None)
