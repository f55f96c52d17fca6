"""What are the indices of a collection called on the cluster?

    films            alias: the generation that answers
    films-000042     a generation: postings, doc values, stored documents
    films-control    which generations there are, their local files, who is writing

A cluster may hold other collections, and other people's indices: nothing is touched that is not called so.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from search.cluster_access import NAME, ClusterAccess
from search.configuration import Settings
from search.errors import ConfigurationError

#: OpenSearch takes lower case, 255 bytes, and more characters than these; room is left for what we append.
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,199}")
_NUMBER = re.compile(r"[0-9]{1,12}")
_CONTROL = "control"


@dataclass(frozen=True, slots=True)
class Names:
    """All names of the collection called `name`, which must have been through `checked_name`."""

    name: str

    @property
    def alias(self) -> str:
        return self.name

    @property
    def control(self) -> str:
        return f"{self.name}-{_CONTROL}"

    @property
    def all_indices(self) -> str:
        """A pattern that meets every index of the collection, and perhaps others' besides."""
        return f"{self.name}-*"

    def index(self, generation: str) -> str:
        """The index of a generation."""
        return f"{self.name}-{generation}"

    def generation_of(self, index: str) -> str | None:
        """The generation whose index this is; None of another collection's and of the control index."""
        number = index.removeprefix(f"{self.name}-")
        return number if number != index and _NUMBER.fullmatch(number) else None


def checked_name(name: str, place: str = NAME) -> str:
    """The name, if a collection can be called so. Raises `ConfigurationError` naming the `place` of it."""
    if not _NAME.fullmatch(name):
        raise ConfigurationError(
            f"{place}: {name!r} cannot be the name of an index: 1 to 200 small Latin letters, digits, - "
            "and _, beginning with a letter or digit"
        )
    last = name.rpartition("-")[2]
    if last != name and (last == _CONTROL or _NUMBER.fullmatch(last)):
        # `films-2024` could be the 2024th generation of `films`.
        raise ConfigurationError(f"{place}: {name!r} must not end in -{last}, as our own indices do")
    return name


def name_of(settings: Settings, access: ClusterAccess, index: Path) -> str:
    """What the collection is called on the cluster: as the environment says, else `search.toml`, else what
    the collection calls its documents, else as the index's folder.

    Hosts that serve one collection must agree, and their folders need not be called alike.
    Raises `ConfigurationError`.
    """
    if access.name:
        return checked_name(access.name)
    if settings.opensearch.name:
        return checked_name(settings.opensearch.name, "name of [opensearch]")
    for text in (settings.noun_plural, index.resolve().name):
        if _NAME.fullmatch(plain := _plain(text)):
            return checked_name(plain, "the name of the collection")
    raise ConfigurationError(f"the index needs a name on the cluster: {NAME}, or name in [opensearch]")


def _plain(text: str) -> str:
    """`Feature Films` → `feature-films`; nothing where no Latin letters are."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", letters).strip("-_")
