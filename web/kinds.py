"""Which values does each kind of parameter take, in an address and in a JSON body?

A kind is a pair of pydantic types: they read the value, and the API's description is made of them. What
no sentence of pydantic's would tell a caller (the facets there are, how a range is written) is said by
the kind itself. Texts are never at fault.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from search.configuration import Facet, Settings
from search.request import Range, parse_filter_value

MAX_FILTER_VALUES = 100
MAX_LANGUAGES = 10
MAX_NAMES = 50

# Line breaks pasted into the box are spaces; other control characters and half characters mean nothing.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_DIGITS = re.compile(r"[0-9]{1,9}")
_TAG = "[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8}){0,4}"
LANGUAGE = re.compile(_TAG)
_DECIMAL = r"-?[0-9]{1,15}(\.[0-9]{1,15})?"
#: A number or a range of them; nothing but spaces is no filter.
_STATED = rf"({_DECIMAL}|{_DECIMAL}\.\.|\.\.{_DECIMAL}|{_DECIMAL}\.\.{_DECIMAL})?"
#: For the description of the API. A thousand spaces would be looked at a million times: they are cut before.
_NUMBERS = f"^ *{_STATED} *$"
_NUMBER_OR_RANGE = re.compile(_STATED)
_FLAGS = {"1": True, "true": True, "0": False, "false": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `kind` is a key of `KINDS`; integers have bounds, choices their `choices`."""

    name: str
    kind: str
    description: str
    default: Any = None
    low: int = 1
    high: int = 1
    choices: tuple[str, ...] = ()
    example: Any = None


@dataclass(frozen=True, slots=True)
class Kind:
    """How values are read, what is said of a wrong one, and what the page makes of one.

    `in_query` and `in_body` give the pydantic type. `repaired` gives the text to read instead of a wrong
    one, or None for the default. `several`: the parameter may be repeated.
    """

    in_query: Callable[[Parameter, Settings], Any]
    in_body: Callable[[Parameter, Settings], Any]
    fault: Callable[[Parameter, Settings, Any], str]
    repaired: Callable[[Parameter, Settings, Any], Any] = lambda _parameter, _settings, _value: None
    several: bool = False


def clean(text: str) -> str:
    """Text that can be stored, shown and sent: no control characters, no lone surrogates."""
    if text.isprintable():
        return text
    return _CONTROL.sub(" ", _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text))


def canonical_language(tag: str) -> str:
    """A language tag in its usual spelling.

    >>> canonical_language("ZH_hant-tw")
    'zh-Hant-TW'
    """
    first, *rest = tag.replace("_", "-").split("-")
    spelt = [first.lower()]
    for part in rest:
        spelt.append({4: part.title(), 2: part.upper()}.get(len(part), part.lower()))
    return "-".join(spelt)


def unknown(noun: str, name: str, known: list[str]) -> str:
    """A sentence about a name that is not among the `known`, with the nearest that is."""
    near = difflib.get_close_matches(name[:64].lower(), known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
    return f"unknown {noun}; {hint}"


def json_text(value: str | int | float) -> str:
    """A JSON scalar as it would be typed: `2013` for 2013.0, `true` for True."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return str(value)


# Text ----------------------------------------------------------------------------------------------------


def _typed(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError
    return clean(json_text(value))


_TEXT = Annotated[str, BeforeValidator(clean)]
_TEXT_OR_NUMBER = Annotated[str, BeforeValidator(_typed), WithJsonSchema({"type": ["string", "number"]})]

# Whole numbers, flags, choices ---------------------------------------------------------------------------


def _digits(text: str) -> int:
    if not _DIGITS.fullmatch(text):
        raise ValueError
    return int(text)


def _whole(value: Any) -> int:
    if isinstance(value, str):
        return _digits(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise ValueError
    return int(value)


def _integer(read: Callable[[Any], int], parameter: Parameter) -> Any:
    return Annotated[int, Field(ge=parameter.low, le=parameter.high), BeforeValidator(read)]


def _integer_in_body(parameter: Parameter) -> Any:
    """A number, or its digits as text: forms send all they have as text."""
    number = {"type": "integer", "minimum": parameter.low, "maximum": parameter.high}
    text = {"type": "string", "pattern": f"^{_up_to(parameter.high)}$"}
    return Annotated[_integer(_whole, parameter), WithJsonSchema({"anyOf": [number, text]})]


def _up_to(high: int) -> str:
    """The pattern of the whole numbers from 1 to `high`.

    >>> _up_to(50)
    '([1-9]|[1-4][0-9]{1}|50)'
    """
    digits = str(high)
    parts = [f"[1-9][0-9]{{0,{len(digits) - 2}}}" if len(digits) > 2 else "[1-9]"] if high > 9 else []
    for place, digit in enumerate(digits):
        low, rest = int(place == 0), len(digits) - place - 1
        if int(digit) > low:
            parts.append(f"{digits[:place]}[{low}-{int(digit) - 1}]" + (f"[0-9]{{{rest}}}" if rest else ""))
    return f"({'|'.join([*parts, digits])})"


def _largest(parameter: Parameter, _settings: Settings, text: str) -> str | None:
    return str(parameter.high) if _DIGITS.fullmatch(text) and int(text) > parameter.high else None


def _flag(text: str) -> bool:
    found = _FLAGS.get(text)
    if found is None:
        raise ValueError
    return found


def _boolean(value: Any) -> bool:
    if isinstance(value, str):
        return _flag(value)
    if not isinstance(value, bool | int | float) or value not in (0, 1):
        raise ValueError
    return bool(value)


_FLAG = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "string", "enum": list(_FLAGS)})]
_BOOLEAN = Annotated[bool, BeforeValidator(_boolean), WithJsonSchema({"enum": [True, False, 1, 0, *_FLAGS]})]


def _one_of(choices: tuple[str, ...]) -> Any:
    return Literal[choices]


def _sort_keys(settings: Settings) -> tuple[str, ...]:
    return tuple(sign + key.name for key in settings.sort_keys for sign in ("", "-"))


def _sort_fault(_parameter: Parameter, settings: Settings, _value: Any) -> str:
    keys = ", ".join(key.name for key in settings.sort_keys)
    return f"must be one of {keys}; - before it for descending"


# Lists of names ------------------------------------------------------------------------------------------


def _parts(value: Any) -> list[str]:
    """The names of a comma separated text, or of a JSON list."""
    if isinstance(value, str):
        return [part for part in (part.strip(" ") for part in value.split(",")) if part]
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    raise ValueError


def _listed(item: str, most: int) -> str:
    """The pattern of at most `most` comma separated names, each `item`."""
    return f"^[ ,]*({item}( *,[ ,]*{item}){{0,{most - 1}}})?[ ,]*$"


def _list_type(read: Callable[[Any], Any], item: str, most: int, schema: dict[str, Any] | None = None) -> Any:
    """The type of a list of names; in an address always text, in a body text or what `schema` adds."""
    text: dict[str, Any] = {"type": "string", "pattern": _listed(item, most)}
    described = {"anyOf": [text, {"type": "array", "maxItems": most, "items": schema}]} if schema else text
    return Annotated[tuple[str, ...], PlainValidator(read), WithJsonSchema(described)]


def _read_languages(value: Any) -> tuple[str, ...]:
    tags = _parts(value)
    if len(tags) > MAX_LANGUAGES or not all(map(LANGUAGE.fullmatch, tags)):
        raise ValueError
    return tuple(dict.fromkeys(map(canonical_language, tags)))


def _language_fault(_parameter: Parameter, _settings: Settings, value: Any) -> str:
    if (
        isinstance(value, str | list)
        and len(value) > MAX_LANGUAGES
        and len(_safe_parts(value)) > MAX_LANGUAGES
    ):
        return f"takes at most {MAX_LANGUAGES} names"
    return "must be language codes such as it or zh-Hant, comma separated"


def _good_languages(_parameter: Parameter, _settings: Settings, text: str) -> str:
    good = [tag for tag in _parts(clean(text)) if LANGUAGE.fullmatch(tag)]
    return ",".join(good[:MAX_LANGUAGES])


def _facet_names(settings: Settings) -> list[str]:
    return [facet.name for facet in settings.facets]


def _names_reader(settings: Settings) -> Callable[[Any], tuple[str, ...]]:
    known = {"*", *_facet_names(settings)}

    def read(value: Any) -> tuple[str, ...]:
        names = _parts(value)
        if len(names) > MAX_NAMES or not known.issuperset(names):
            raise ValueError
        return ("*",) if "*" in names else tuple(dict.fromkeys(names))

    return read


def _names_type(settings: Settings, *, in_body: bool) -> Any:
    names = ["*", *_facet_names(settings)]
    item = f"({'|'.join(map(re.escape, names))})"
    return _list_type(_names_reader(settings), item, MAX_NAMES, {"enum": names} if in_body else None)


def _names_fault(_parameter: Parameter, settings: Settings, value: Any) -> str:
    names, known = _safe_parts(value), _facet_names(settings)
    wrong = next((one for one in names if one not in known and one != "*"), None)
    if wrong is not None:
        return unknown("facet", clean(wrong), known)
    return f"takes at most {MAX_NAMES} names" if names else "must be names of facets"


def _good_names(_parameter: Parameter, settings: Settings, text: str) -> str | None:
    known = {"*", *_facet_names(settings)}
    return ",".join([one for one in _parts(clean(text)) if one in known][:MAX_NAMES]) or None


def _safe_parts(value: Any) -> list[str]:
    try:
        return _parts(value)
    except ValueError:
        return []


# Filters -------------------------------------------------------------------------------------------------


def _filter_value(text: str) -> str | Range:
    """A number in its usual form, or a range. Raises `ValueError`."""
    text = text.strip(" ")
    if not _NUMBER_OR_RANGE.fullmatch(text):
        raise ValueError
    value = parse_filter_value(text)
    if isinstance(value, Range):
        if value.low is not None and value.high is not None and value.low > value.high:
            raise ValueError
        return value
    return f"{float(value):.15g}" if value else ""


def _number_value(value: Any) -> str | Range:
    if isinstance(value, str):
        return _filter_value(clean(value))
    if isinstance(value, bool) or not math.isfinite(value):
        raise ValueError
    return f"{float(value):.15g}"


def _filter_reader(facet: Facet) -> Callable[[Any], tuple[str | Range, ...]]:
    """Accepted values in a fixed order, so that equal requests are equal. Blank ones are none."""
    is_number = facet.kind == "number"

    def read(value: Any) -> tuple[str | Range, ...]:
        given = value if isinstance(value, list) else [value]
        if len(given) > MAX_FILTER_VALUES or not all(isinstance(one, str | int | float) for one in given):
            raise ValueError
        if is_number:
            kept: set[str | Range] = {_number_value(one) for one in given} - {""}
        else:
            kept = {text for text in (clean(json_text(one)) for one in given) if text.strip()}
        return tuple(sorted(kept, key=repr))

    return read


def filter_in_query(facet: Facet) -> Any:
    """The type of a facet's filter in an address: a text, repeated for OR."""
    item: dict[str, Any] = {"type": "string"}
    if facet.kind == "number":
        item["pattern"] = _NUMBERS
    schema = {"type": "array", "items": item, "maxItems": MAX_FILTER_VALUES}
    return Annotated[tuple[Any, ...], PlainValidator(_filter_reader(facet)), WithJsonSchema(schema)]


def filter_in_body(facet: Facet) -> Any:
    """The type of a facet's filter in a JSON body: a value or a list of them."""
    item: dict[str, Any]
    if facet.kind == "number":
        item = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": _NUMBERS}]}
    else:
        item = {"type": ["string", "number", "boolean"]}
    schema = {"anyOf": [item, {"type": "array", "items": item, "maxItems": MAX_FILTER_VALUES}]}
    return Annotated[tuple[Any, ...], PlainValidator(_filter_reader(facet)), WithJsonSchema(schema)]


def filter_fault(facet: Facet, value: Any) -> str:
    """What is wrong with the values of a filter."""
    if isinstance(value, list) and len(value) > MAX_FILTER_VALUES:
        return f"takes at most {MAX_FILTER_VALUES} values"
    if facet.kind == "number":
        return "must be a number or a range such as 2000..2009, ..1960 or 2010.."
    return "must be a string, a number, a boolean or a list of them"


def good_filters(facet: Facet, values: list[str]) -> list[str]:
    """The values that can be used, at most as many as may be."""
    if facet.kind != "number":
        return values[:MAX_FILTER_VALUES]
    return [one for one in values if _can_be_used(clean(one))][:MAX_FILTER_VALUES]


def _can_be_used(text: str) -> bool:
    try:
        _filter_value(text)
    except ValueError:
        return False
    return True


#: Kind → how it is read. A new kind of parameter is a new row.
KINDS: dict[str, Kind] = {
    "text": Kind(
        lambda _parameter, _settings: _TEXT,
        lambda _parameter, _settings: _TEXT_OR_NUMBER,
        lambda _parameter, _settings, _value: "must be a string",
    ),
    "integer": Kind(
        lambda parameter, _settings: _integer(_digits, parameter),
        lambda parameter, _settings: _integer_in_body(parameter),
        lambda one, _settings, _value: f"must be a whole number from {one.low} to {one.high}",
        _largest,
    ),
    "flag": Kind(
        lambda _parameter, _settings: _FLAG,
        lambda _parameter, _settings: _BOOLEAN,
        lambda _parameter, _settings, _value: "must be 0 or 1",
    ),
    "sort": Kind(
        lambda _parameter, settings: _one_of(_sort_keys(settings)),
        lambda _parameter, settings: _one_of(_sort_keys(settings)),
        _sort_fault,
    ),
    "choice": Kind(
        lambda parameter, _settings: _one_of(parameter.choices),
        lambda parameter, _settings: _one_of(parameter.choices),
        lambda parameter, _settings, _value: f"must be {' or '.join(parameter.choices)}",
    ),
    "languages": Kind(
        lambda _parameter, _settings: _list_type(_read_languages, _TAG, MAX_LANGUAGES),
        lambda _parameter, _settings: _list_type(
            _read_languages, _TAG, MAX_LANGUAGES, {"type": "string", "pattern": f"^{_TAG}$"}
        ),
        _language_fault,
        _good_languages,
        several=True,
    ),
    "names": Kind(
        lambda _parameter, settings: _names_type(settings, in_body=False),
        lambda _parameter, settings: _names_type(settings, in_body=True),
        _names_fault,
        _good_names,
        several=True,
    ),
}
