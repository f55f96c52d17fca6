"""What has the configuration added by hand to the documents, and do the documents know of it?

Synonyms and pins come from the files that the configuration names, and live in the generations. A dump
carries them as the generation has them; where no file is named, they are restored from there, and can be
written as files.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from indexer.pinned_file import read_pins
from indexer.synonyms_file import read_synonyms
from search.configuration import Settings
from search.index.curation import Curation, Pin, SynonymSet
from search.index.reader import WordReader


def curation_of(settings: Settings) -> Curation:
    """The synonyms and pins of the files that are configured. Raises `ConfigurationError`."""
    return Curation(
        read_synonyms(Path(settings.synonyms)) if settings.synonyms else (),
        read_pins(Path(settings.pinned)) if settings.pinned else (),
    )


def unknown_ids(curation: Curation, reader: WordReader) -> tuple[str, ...]:
    """Ids that are pinned in a finished generation and that no document of it has."""
    return tuple(one for one in curation.pinned_ids if reader.doc_of(one) is None)


def restored_curation(settings: Settings, dumped: Curation) -> Curation:
    """What the configuration's files say; where it names none, what a dump holds. Raises
    `ConfigurationError`."""
    stated = curation_of(settings)
    return Curation(
        stated.synonyms if settings.synonyms else dumped.synonyms,
        stated.pins if settings.pinned else dumped.pins,
    )


def write_curation_files(curation: Curation, folder: Path) -> list[Path]:
    """Write `synonyms.txt` and `pinned.toml`, as the configuration takes them; returns those there is
    something for. Raises `FileExistsError` rather than to replace one."""
    texts = {"synonyms.txt": synonyms_text(curation.synonyms), "pinned.toml": pins_text(curation.pins)}
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in texts.items():
        if text:
            path = folder / name
            with open(path, "x", encoding="utf-8") as file:
                file.write(text)
            written.append(path)
    return written


def synonyms_text(synonyms: Sequence[SynonymSet]) -> str:
    """The file of synonyms that reads as these, languages in sections."""
    lines: list[str] = []
    language = ""
    for one in synonyms:
        if one.language != language:
            language = one.language
            lines.append(f"[{language or '*'}]")
        left, right = _synonyms(one.of), _synonyms(one.mean)
        lines.append(left if one.of == one.mean else f"{left} => {right}")
    return "".join(f"{line}\n" for line in lines)


def _synonyms(words: Sequence[str]) -> str:
    return ", ".join(word.replace(",", "\\,") for word in words)


def pins_text(pins: Sequence[Pin]) -> str:
    """The file of pinned results that reads as these."""
    return "\n".join(map(_pin, pins))


def _pin(pin: Pin) -> str:
    documents = ", ".join(f"{{ id = {_toml(one.id)}, position = {one.position} }}" for one in pin.documents)
    lines = [
        "[[pinned]]",
        f"queries = [{', '.join(map(_toml, pin.queries))}]",
        f"documents = [{documents}]",
        f"match = {_toml(pin.match)}",
    ]
    if pin.language:
        lines.append(f"language = {_toml(pin.language)}")
    return "".join(f"{line}\n" for line in lines)


def _toml(text: str) -> str:
    """A basic string; what JSON escapes, TOML escapes alike, and the delete character besides."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
