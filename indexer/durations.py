"""How many minutes is a written duration?

Knows the words for hour and minute in some thirty languages (`1 Std. 34 Min.`, `1時間50分`,
`95 dk`), clock form (`1:34`) and ISO 8601 (`PT1H34M`).
"""

from __future__ import annotations

import re

# Folded to lower case; a final full stop is allowed everywhere. Single letters only after a figure.
_HOUR_WORDS = """
h hr hrs hour hours ora ore heure heures hora horas std stunde stunden uur uren u tim timme
timmar time timer t godz godzina godziny godzin hod hodina hodiny hodin h óra ó tunti tuntia ч
час часа часов год година години годин sa saat jam giờ tiếng ώρα ώρες ω ساعة ساعات ساعت שעה שעות
घंटा घंटे घण्टे 時間 小时 小時 시간 ชั่วโมง ชม sat sati
"""
_MINUTE_WORDS = """
m min mins minute minutes minuti minuto minutos minuten minuut minuter minutter minut minuta
minuty minuts minuuttia minuutti мин минут минуты минута хв хвилин хвилини dk dakika menit mnt
minit phút perc p λεπτά λ دقيقة دقائق دقیقه דקות דקה דק मिनट 分 分钟 分鐘 분 นาที น ' ′
"""
TWO_HOURS = ("שעתיים", "ساعتان", "ساعتين")
ONE_HOUR = ("שעה", "ساعة", "ساعت")

_MAXIMUM = 60 * 24 * 7


def _alternatives(words: str) -> str:
    return "|".join(sorted(map(re.escape, set(words.split())), key=len, reverse=True))


_END = r"(?![^\W\d_])"
_HOURS = rf"(\d{{1,3}})\s*(?:{_alternatives(_HOUR_WORDS)}){_END}\.?"
_MINUTES = rf"(\d{{1,4}})\s*(?:{_alternatives(_MINUTE_WORDS)}){_END}\.?"
_BOTH = re.compile(
    rf"(?<![\w.,]){_HOURS}(?:[\s,]*(?:[^\W\d_]{{1,3}}[\s\-]*)?(?:{_MINUTES}|(\d{{1,2}})(?!\w)))?",
    re.IGNORECASE,
)
_ONLY_MINUTES = re.compile(rf"(?<![\w.,]){_MINUTES}", re.IGNORECASE)
_WORDED = re.compile(rf"(?P<two>{'|'.join(TWO_HOURS)})|(?P<one>{'|'.join(ONE_HOUR)})(?=[\s,]*[ו\u0648])")
_ISO = re.compile(r"P(?:T|0DT)(?=\d)(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:\d+(?:\.\d+)?S)?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?::[0-5]\d)?")
_NUMBER = re.compile(r"\d{1,4}")


def find_duration(text: str) -> int | None:
    """Minutes of the first duration inside `text`, or None.

    >>> find_duration("27/11/2013•Documentary•1h 10m"), find_duration("Laufzeit: 1 Std. 34 Min.")
    (70, 94)
    """
    found = _BOTH.search(text)
    if found:
        hours, minutes, bare = found.groups()
        return _bounded(int(hours) * 60 + int(minutes or bare or 0))
    worded = _WORDED.search(text)
    only = _ONLY_MINUTES.search(text)
    if worded:
        return _bounded((120 if worded["two"] else 60) + (int(only[1]) if only else 0))
    if only:
        return _bounded(int(only[1]))
    iso = _ISO.search(text)
    return _bounded(int(iso[1] or 0) * 60 + int(iso[2] or 0)) if iso else None


def parse_duration(text: str) -> int | None:
    """Minutes of a text that is known to state a duration: also `1:34` and a bare `94`."""
    text = text.strip()
    clock = _CLOCK.fullmatch(text)
    if clock:
        return _bounded(int(clock[1]) * 60 + int(clock[2]))
    if _NUMBER.fullmatch(text):
        return _bounded(int(text))
    return find_duration(text)


def is_duration(text: str) -> bool:
    """Whether the text is nothing but a duration."""
    if find_duration(text) is None:
        return False
    rest = text
    for pattern in (_BOTH, _ONLY_MINUTES, _WORDED, _ISO):
        rest = pattern.sub(" ", rest, count=1)
    return not re.search(r"\w", re.sub(r"\b\w\b", " ", rest))


def _bounded(minutes: int) -> int | None:
    return minutes if 0 < minutes <= _MAXIMUM else None
