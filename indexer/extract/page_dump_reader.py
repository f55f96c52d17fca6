"""Reading the classified lines of a film page from top to bottom.

`PageReader` keeps in mind in which section it is; for each kind of line one method says what to
do with it. Running text becomes the body, short lines become a title's candidates, names,
festivals or titles of other works, depending on the section.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from indexer.extract.page_dump_facts import SEVERAL, PageFacts, fits, looks_like_name, split_names
from indexer.extract.page_dump_labels import IGNORED
from indexer.extract.page_dump_lines import GENRE_WORDS, Kind, Line, fold, is_sentence
from indexer.extract.page_dump_title import cleaned_title

# Facts that cards of other works carry too; inside a list of those they say nothing of the page.
CARD_FACTS = frozenset(
    {
        "date",
        "year",
        "rating",
        "rated",
        "votes",
        "popularity",
        "runtime",
        "genre",
        "status",
        "country",
        IGNORED,
    }
)

_YEAR_AT_END = re.compile(r"[(（\[]\s*(?:18|19|20|21)\d\d\s*[)）\]]\s*$")
_MOST_NAMES = {"cast": 60}
_USUAL_NAMES = 8
_SHORTEST_OVERVIEW = 20


class PageReader:
    """Reads one page. `prose_ends_related`: running text ends a list of other works.

    It does on pages whose side columns come first; elsewhere a list of other works may carry
    their summaries, which are not this page's text.
    """

    def __init__(self, lines: list[Line], *, prose_ends_related: bool) -> None:
        self.facts = PageFacts()
        self.body: list[str] = []
        self.head: list[tuple[Line, Line | None]] = []
        self.related: list[str] = []
        self.festivals: list[str] = []
        self._lines = lines
        self._prose_ends_related = prose_ends_related
        self._names_first = names_precede_roles(lines)
        self._section = "head"
        self._wanted = ""  # the kind whose values stand on the lines that follow,
        self._room = 0  # and how many lines may still be such values
        self._readers: dict[Kind, Callable[[Line, int], None]] = {
            Kind.RELATED: self._read_related_heading,
            Kind.SECTION: self._read_heading,
            Kind.FACT: self._read_fact,
            Kind.ROLE: self._read_role,
            Kind.PROSE: self._read_prose,
            Kind.FACTS: self._read_row,
            Kind.SHORT: self._read_short,
            Kind.MENU: self._read_menu,
            Kind.FURNITURE: self._read_furniture,
        }

    def read(self) -> PageReader:
        """Reads all lines; what was found is in the attributes then."""
        for position, line in enumerate(self._lines):
            if self._section == "related" and not self._knows_anything and self._ends_side_column(line):
                self._reclaim_title(position)
            reader = self._readers.get(line.kind)
            if reader is not None:
                reader(line, position)
        return self

    @property
    def _knows_anything(self) -> bool:
        return bool(self.facts.values or self.facts.people or self.body)

    def _read_related_heading(self, line: Line, position: int) -> None:
        self._section, self._room = "related", 0

    def _read_heading(self, line: Line, position: int) -> None:
        self._section, self._room = line.name, 0
        if line.value and line.name == "overview":
            self.body.append(line.value)
        elif line.value and line.name == "festival":
            self.festivals.extend(split_names(line.value))

    def _read_fact(self, line: Line, position: int) -> None:
        if self._section == "related" and (line.name in CARD_FACTS or not (line.value or line.colon)):
            return
        if self._wanted == "status" and not (line.value or line.colon) and self._takes(line):
            return  # "Status / Released": the value is a label elsewhere
        if self._section != "end" or line.value:
            self._take_label(line, line.name, SEVERAL.get(line.name, 1))

    def _read_role(self, line: Line, position: int) -> None:
        if self._section == "related" and not (line.value or is_name(self._after(position))):
            return
        before = self._before(position)
        alone = not line.value and not line.colon
        if alone and self._names_first and not self._heads_cast(line, position):
            if before is not None and is_name(before) and self._section != "end":
                self.facts.people.extend((before.text, role) for role in line.name.split(","))
                self._leave_head()
            self._room = 0
        elif self._section != "end" or line.value:
            self._take_label(line, f"role:{line.name}", _MOST_NAMES.get(line.name, _USUAL_NAMES))

    def _heads_cast(self, line: Line, position: int) -> bool:
        """ "Cast" heads a list of names also where other roles stand below them; "Actor" does not."""
        if line.name != "cast" or not is_name(self._after(position)):
            return False
        second = self._after(position + 1)
        return second is None or second.kind is not Kind.ROLE

    def _read_prose(self, line: Line, position: int) -> None:
        if self._section == "end" or (self._section == "related" and not self._prose_ends_related):
            return
        self._section, self._room = "overview", 0
        self.body.append(line.text)

    def _read_row(self, line: Line, position: int) -> None:
        if self._section == "related" or self._takes(line):
            return
        if self._section != "end":
            beside = [one for one in (self._before(position), self._after(position)) if one is not None]
            self.facts.add_row(line, beside)

    def _read_short(self, line: Line, position: int) -> None:
        if self._section == "related":
            self.related.append(line.text)
        elif self._takes(line):
            return
        elif self._section == "festival" and not is_sentence(line.text):
            self.festivals.append(line.text)
        elif self._section in ("overview", "festival"):
            if is_sentence(line.text) or self._follows_heading(line, position):
                self._section = "overview"
                self.body.append(line.text)
        elif self._section == "head":
            self._room = 0
            self.head.append((line, self._after(position)))

    def _read_menu(self, line: Line, position: int) -> None:
        """A word of menus may be the genre that a label announced ("Drama")."""
        if self._wanted == "genre" and fold(line.text) in GENRE_WORDS:
            self._takes(line)

    def _read_furniture(self, line: Line, position: int) -> None:
        """A percentage is furniture unless a label announced it ("User score")."""
        if self._wanted == "rating" and line.text.endswith("%"):
            self._takes(line)

    def _takes(self, line: Line) -> bool:
        """Takes a line as a value of the label above it, if there is one and the line fits."""
        if not self._room or not fits(self._wanted, line):
            return False
        self._room -= 1
        self._add(self._wanted, line.text)
        return True

    def _take_label(self, line: Line, name: str, most: int) -> None:
        """Keeps the value beside a label; without one, the lines that follow are its values."""
        self._leave_head()
        self._room = 0
        if line.value:
            self._add(name, line.value)
        else:
            self._wanted, self._room = name, most

    def _add(self, name: str, value: str) -> None:
        if name.startswith("role:"):
            for role in name.removeprefix("role:").split(","):
                self.facts.add_people(role, value)
        else:
            self.facts.add(name, value)

    def _leave_head(self) -> None:
        """Before the text begins, a title may still follow its facts; afterwards none does."""
        if self._section != "end" and (self._section != "head" or self.body):
            self._section = "facts"

    def _follows_heading(self, line: Line, position: int) -> bool:
        before = self._before(position)
        is_first = before is not None and before.kind is Kind.SECTION and before.name == "overview"
        return is_first and len(line.text) >= _SHORTEST_OVERVIEW

    def _before(self, position: int) -> Line | None:
        return self._lines[position - 1] if position else None

    def _after(self, position: int) -> Line | None:
        return self._lines[position + 1] if position + 1 < len(self._lines) else None

    def _ends_side_column(self, line: Line) -> bool:
        """Whether a line begins the film's own part after a list of other films."""
        if line.kind is Kind.FACT:
            return line.name not in CARD_FACTS
        if line.kind is Kind.PROSE:
            return self._prose_ends_related
        return line.kind is Kind.ROLE or (line.kind is Kind.SECTION and line.name == "overview")

    def _reclaim_title(self, position: int) -> None:
        """Takes back the title that seemed to be the last of a list before the film's own part.

        It is the short line before the facts that lead here, and the lines above that contain it.
        """
        lines = self._lines
        last = position - 1
        while last >= 0 and lines[last].kind in (Kind.FACTS, Kind.FACT, Kind.MENU, Kind.FURNITURE):
            last -= 1
        if last < 0 or lines[last].kind is not Kind.SHORT:
            return
        title = fold(cleaned_title(lines[last].text)[0])
        first = last
        while first > 0 and lines[first - 1].kind is Kind.SHORT and title in fold(lines[first - 1].text):
            first -= 1
        for place in range(first, last + 1):
            self.head.append((lines[place], lines[place + 1]))
            if lines[place].text in self.related:
                self.related.remove(lines[place].text)
        self._section = "head"
        for place in range(last + 1, position):
            if lines[place].kind in (Kind.FACTS, Kind.FACT):
                self._readers[lines[place].kind](lines[place], place)


def is_name(line: Line | None) -> bool:
    """Whether a line could be the name of a person."""
    return line is not None and line.kind is Kind.SHORT and looks_like_name(line.text)


def names_precede_roles(lines: list[Line]) -> bool:
    """Whether the page writes "Federico Ferrone / Director" or "Director / Federico Ferrone"."""
    preceded = followed = 0
    for position, line in enumerate(lines):
        if line.kind is Kind.ROLE and line.name != "cast" and not line.colon and not line.value:
            # What stands first may be the title, which precedes a role without belonging to it.
            before = lines[position - 1] if position > 1 else None
            preceded += before is not None and is_name(before) and not _YEAR_AT_END.search(before.text)
            followed += position + 1 < len(lines) and is_name(lines[position + 1])
    return preceded > followed
