"""What do translators need? A template, catalogues with the messages of the table, a list of faults.

    python -m web.translating                   write web/translations/messages.pot anew
    python -m web.translating --update [de …]   give all catalogues, or these, the messages of the table
    python -m web.translating --check [de …]    name the faults of all, or of these; status 1 if there are any

`--update de` also begins a catalogue that is not there yet. What no longer fits the English text is
kept as a comment at the end of the file.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from babel import UnknownLocaleError
from babel.messages import Catalog
from babel.messages import Message as Entry
from babel.messages.pofile import PoFileError, write_po

from web.catalogue import (
    FOLDER,
    NUMBERS,
    Text,
    forms_of,
    languages,
    locale_of,
    parse,
    path_of,
    place_of,
    plural_forms,
    texts,
)

TEMPLATE = FOLDER / "messages.pot"
_PLACE = re.compile(r"\{(\w+)\}")
_TAG = re.compile(r"</?\w[^<>]*>")
#: Lines that say when and by what a file was written: a catalogue changes only when its texts do.
_DATE = re.compile(r'"(POT-Creation|PO-Revision)-Date: |"Generated-By: |"Report-Msgid-Bugs-To: ')


def template() -> Catalog:
    """The empty catalogue."""
    made = Catalog(
        project="multilingual-search", header_comment="# Texts of the pages. See web/catalogue.py."
    )
    _add_texts(made)
    return made


def update(language: str) -> Catalog:
    """The catalogue of `language` with the messages of the table; translations that still fit stay."""
    path = path_of(language)
    former = parse(path, language) if path.exists() else Catalog(locale=language.replace("-", "_"))
    made = Catalog(
        locale=language.replace("-", "_"),
        project="multilingual-search",
        header_comment=former.header_comment if path.exists() else "# Texts of the pages.",
        last_translator=former.last_translator,
        fuzzy=False,
    )
    number, expression = plural_forms(language)
    made.mime_headers = [("Plural-Forms", f"nplurals={number}; plural={expression};")]
    _add_texts(made)
    for text in texts():
        entry = former.get(text.message_id, text.context)
        if entry is not None and not entry.fuzzy and any(forms_of(entry)):
            new = made.get(text.message_id, text.context)
            assert new is not None
            new.string, new.user_comments = entry.string, entry.user_comments
    made.obsolete = former.obsolete
    for entry in former:
        if entry.id and made.get(entry.id, entry.context) is None and any(forms_of(entry)):
            made.obsolete[str(entry.context)] = entry
    return made


def faults(language: str) -> list[str]:
    """What is wrong with a catalogue, as `file: context: sentence`; empty if nothing is."""
    path = path_of(language)
    place = path.relative_to(FOLDER.parent.parent).as_posix()
    try:
        catalogue = parse(path, language)
    except (OSError, PoFileError, UnknownLocaleError, ValueError) as error:
        return [f"{place}: cannot be read: {error}"]
    found = [f"header: {fault}" for fault in _header_faults(language, catalogue)]
    known = {text.context: text for text in texts()}
    for one in catalogue:
        if one.id and one.context not in known:
            found.append(f"{one.context or one.id}: obsolete: the table has no such key")
        elif one.id and known[str(one.context)].message_id != one.id:
            found.append(f"{one.context}: obsolete: the English text is another now")
    for text in texts():
        entry = catalogue.get(text.message_id, text.context)
        found += [f"{text.context}: {fault}" for fault in _entry_faults(text, entry, catalogue.num_plurals)]
    return [f"{place}: {fault}" for fault in found]


def _header_faults(language: str, catalogue: Catalog) -> Iterator[str]:
    if str(catalogue.locale_identifier or "").replace("_", "-") != language:
        yield f"Language must be {language}, not {catalogue.locale_identifier}"
    number, expression = plural_forms(language)
    ours, theirs = place_of(expression), place_of(catalogue.plural_expr)
    if catalogue.num_plurals != number or any(ours(one) != theirs(one) for one in NUMBERS):
        yield f"Plural-Forms must be nplurals={number}; plural={expression};"


def _entry_faults(text: Text, entry: Entry | None, number: int) -> Iterator[str]:
    if entry is None:
        yield "missing"
        return
    if entry.fuzzy:
        yield "marked as fuzzy: a guess that nobody has looked at"
    forms = forms_of(entry)
    wanted = 1 if len(text.forms) == 1 else number
    if len(forms) != wanted:
        yield f"has {len(forms)} forms instead of {wanted}"
        return
    if not all(forms):
        yield "not translated"
        return
    english = text.forms[-1]
    for index, form in enumerate(forms):
        places, wanted_places = set(_PLACE.findall(form)), set(_PLACE.findall(english))
        # “one film” needs no number; only the general form must have it.
        optional = {"count"} if index < len(forms) - 1 else set()
        if unknown := places - wanted_places:
            yield f"form {index}: unknown {_braced(unknown)}"
        if missing := wanted_places - places - optional:
            yield f"form {index}: without {_braced(missing)}"
        if "{" in _PLACE.sub("", form) or "}" in _PLACE.sub("", form):
            yield f"form {index}: a brace that is no part of a placeholder"
        if Counter(_TAG.findall(form)) != Counter(_TAG.findall(english)):
            yield f"form {index}: HTML tags must be those of the English text"
        if signs := set('<>&"') & set(_TAG.sub("", form)):
            # Texts stand in HTML, in attributes too.
            yield f"form {index}: {' '.join(sorted(signs))} outside of a tag; write “ ” ‘ ’"
        if form != form.strip() and english == english.strip():
            yield f"form {index}: space at its beginning or end"


def _braced(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


def _add_texts(catalogue: Catalog) -> None:
    for text in texts():
        flags = ("python-brace-format",) if _PLACE.search(text.forms[-1]) else ()
        comments = (text.note,) if text.note else ()
        catalogue.add(text.message_id, context=text.context, flags=flags, auto_comments=comments)


def _write(catalogue: Catalog, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=0)
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not _DATE.match(line)]
    path.write_text("\n".join(kept).rstrip() + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point. Exit status: 0 done, 1 a catalogue has faults, 2 unknown language."""
    parser = argparse.ArgumentParser(
        prog="python -m web.translating",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--check", action="store_true", help="name faults, change nothing")
    parser.add_argument(
        "--update", action="store_true", help="bring catalogues up to the table, or begin one"
    )
    parser.add_argument("languages", nargs="*", help="language tags (default: all that have a catalogue)")
    options = parser.parse_args(arguments)
    chosen = tuple(options.languages) or languages()
    if options.check:
        found = [fault for language in chosen for fault in faults(language)]
        print("\n".join(found) or f"{len(chosen)} catalogues, {len(texts())} messages each: no fault")
        return 1 if found else 0
    if options.update:
        for language in chosen:
            try:
                locale_of(language)
            except (UnknownLocaleError, ValueError) as error:
                print(f"{language}: {error}", file=sys.stderr)
                return 2
            _write(update(language), path_of(language))
            print(path_of(language))
        return 0
    _write(template(), TEMPLATE)
    print(f"{TEMPLATE}: {len(texts())} messages")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
