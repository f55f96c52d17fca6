"""Which day, month or year does a written date mean?

`parse_date` wants the whole text to be a date in figures, as structured data has it; `find_date`
looks for one inside a line, month names of some thirty languages included. Both answer in ISO form,
as exact as the text was: `2013-11-27`, `2013-11` or `2013`.
"""

from __future__ import annotations

import datetime
import re
import unicodedata

from indexer.month_names import MONTH_NAMES

FIRST_YEAR, LAST_YEAR = 1, 9999
# Outside these a bare number in running text is hardly the year of a work.
PLAUSIBLE_YEARS = range(1870, 2101)
_BUDDHIST_OFFSET = 543

_YEAR_FIRST = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?(?:[T ]\d{1,2}:\d{2}.*)?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4})", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)


def parse_date(text: str) -> str | None:
    """The ISO form of a date in figures, None if it is none or no such day exists.

    Month and day zero mean "not known", as in `1998-00-00`. `27/11/2013` is day first; only where
    that is impossible (`11/27/2013`) month first.
    """
    text = text.strip()
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        year, _, month, day = found.groups()
        return iso_date(int(year), int(month or 0), int(day or 0))
    found = _YEAR_LAST.fullmatch(text)
    if found:
        first, _, second, year = found.groups()
        return iso_date(int(year), int(second), int(first)) or iso_date(int(year), int(first), int(second))
    found = _COMPACT.fullmatch(text)
    return iso_date(*map(int, found.groups())) if found else None


def iso_date(year: int, month: int = 0, day: int = 0) -> str | None:
    """ISO text of a date whose month and day may be 0 (not known), None if there is no such date."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if month == 0:
        return f"{year:04d}" if day == 0 else None
    if day == 0:
        return f"{year:04d}-{month:02d}" if month <= 12 else None
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def find_date(text: str) -> str | None:
    """The first date inside `text` in ISO form; a full date goes before a mere year.

    >>> find_date("In sala dal 27 novembre 2013"), find_date("公開日 2013年11月27日")
    ('2013-11-27', '2013-11-27')
    """
    for pattern, order in _INSIDE:
        for found in pattern.finditer(text):
            value = _value_of(found, order)
            if value is not None:
                return value
    for found in _BARE_YEAR.finditer(text):
        if int(found[0]) in PLAUSIBLE_YEARS:
            return str(int(found[0]))
    return None


def is_date(text: str) -> bool:
    """Whether the text is nothing but a date or a year."""
    rest = text.strip()
    value = find_date(rest)
    if value is None:
        return False
    for pattern, _ in _INSIDE:
        rest = pattern.sub(" ", rest)
    words = re.findall(r"\w+", _BARE_YEAR.sub(" ", rest).casefold())
    return all(word in _BESIDE_DATES for word in words)


def _folded(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _month_numbers() -> dict[str, int]:
    """Where languages disagree (listopad: November in Polish, October in Croatian), the first wins."""
    numbers: dict[str, int] = {}
    for row in MONTH_NAMES.values():
        for number, names in enumerate(row.split(), 1):
            for name in names.split("/"):
                numbers.setdefault(_folded(name), number)
    return numbers


_MONTHS = _month_numbers()
_NAME = r"([^\W\d_][\w.\u0300-\u036f\u0900-\u097f\u0e00-\u0e7f]{1,17}?)"
_JOINT = r"(?:\s+(?:de|di|do|del|of|d['’])\s*|[\s,.'’\-]+)"
_ORDINAL = r"(?:st|nd|rd|th|er|º|ª|\.)?"
_BARE_YEAR = re.compile(r"(?<![\d.,:$€£])\d{4}(?![\d:%]|[.,]\d)")

# Words that may stand beside a date without being anything else.
_BESIDE_DATE_WORDS = """
г год года р рік року ngày năm le el il den der am ab seit dal dal from on since in the
du de del al od w dne v us usa uk it fr es ru jp kr cn pl br mx ar ca au gb tr 日 公開 上映 개봉 上映 年 en
"""
_BESIDE_DATES = frozenset(_BESIDE_DATE_WORDS.split())

# Each pattern with the meaning of its groups; d day, m month, y year, N name of a month.
_INSIDE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월](?:\s?(\d{1,2})\s?[日일])?"), "ymd"),
    (re.compile(r"(?<!\d)(\d{4})[-/.]\s?(\d{1,2})[-/.]\s?(\d{1,2})(?!\d)"), "ymd"),
    (re.compile(r"(?<!\d)(\d{1,2})[-/.]\s?(\d{1,2})[-/.]\s?(\d{4})(?!\d)"), "dmy"),
    (re.compile(r"(?<!\d)(\d{1,2})\s+tháng\s+(\d{1,2})(?:\s+năm|,)?\s+(\d{4})(?!\d)"), "dmy"),
    (re.compile(rf"(?<!\d)(\d{{1,2}}){_ORDINAL}{_JOINT}{_NAME}{_JOINT}(\d{{4}})(?!\d)"), "dNy"),
    (re.compile(rf"(?<!\w){_NAME}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?!\d)"), "Ndy"),
    (re.compile(rf"(?<!\d)(\d{{4}})\.?\s+{_NAME}\s+(\d{{1,2}})(?!\d)"), "yNd"),
    (re.compile(rf"(?<!\w){_NAME}{_JOINT}(\d{{4}})(?!\d)"), "Ny"),
    (re.compile(r"(?<!\d)(\d{4})-(\d{1,2})(?![\d-])"), "ym"),
    (re.compile(r"(?<!\d)(\d{4})\s?[年년]"), "y"),
)


def _value_of(found: re.Match[str], order: str) -> str | None:
    parts = dict(zip(order, found.groups(), strict=True))
    month = _MONTHS.get(_folded(parts["N"]).rstrip(".")) if "N" in parts else int(parts.get("m") or 0)
    if month is None:
        return None
    year, day = int(parts["y"]), int(parts.get("d") or 0)
    if "N" in parts and year - _BUDDHIST_OFFSET in PLAUSIBLE_YEARS and year not in PLAUSIBLE_YEARS:
        year -= _BUDDHIST_OFFSET
    if year not in PLAUSIBLE_YEARS:
        return None
    swapped = iso_date(year, day, month) if order == "dmy" else None
    return iso_date(year, month, day) or swapped
