"""Query string or JSON object → `SearchRequest`.

The tables below are all that can be asked; pydantic models made of them, and of the facets of the
collection, read the values, and the API's description is made of the same models. The API is strict:
every fault becomes a sentence in a `RequestError`, unknown names get the nearest known one. The page is
lenient: it ignores what it does not know and repairs what it cannot use. The text of `q` is never a fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from werkzeug.datastructures import LanguageAccept, MultiDict
from werkzeug.http import parse_accept_header

from search.configuration import Facet, Settings
from search.errors import RequestError
from search.request import MAX_PER_PAGE, MAX_WINDOW, FacetFilter, SearchRequest
from web.kinds import (
    KINDS,
    LANGUAGE,
    MAX_LANGUAGES,
    Parameter,
    filter_fault,
    filter_in_body,
    filter_in_query,
    good_filters,
    unknown,
)
from web.kinds import canonical_language as canonical_language
from web.kinds import clean as clean

MAX_FACET_LIMIT = 1000
MAX_SUGGESTIONS = 50
#: What is said of a search beyond the window; the one rule of a search that JSON Schema cannot state,
#: besides that a range goes upwards.
BEYOND_WINDOW = f"page × per_page may be at most {MAX_WINDOW}"
_MAX_ERRORS = 20

#: A parameter's name → the values given for it in an address, in order, each still text.
Given = dict[str, list[str]]


class JsonGiven(dict[str, Any]):
    """Parameters as a JSON object, each value as it came."""


Q = Parameter("q", "text", "What the visitor typed; empty: browse all.", "", example="treni mosca")
LANG = Parameter(
    "lang",
    "languages",
    "Preferred languages, comma separated; a preference, never a filter.",
    example="it,fr",
)

#: The parameters of a search, besides one for each facet.
PARAMETERS: tuple[Parameter, ...] = (
    Q,
    Parameter("page", "integer", f"The page; page × per_page is at most {MAX_WINDOW:,}.", 1, 1, MAX_WINDOW),
    Parameter("per_page", "integer", "Hits per page.", 10, 1, MAX_PER_PAGE),
    Parameter("sort", "sort", "A sort key, - before it for descending.", "relevance"),
    LANG,
    Parameter("facets", "names", "Facets to count, comma separated; * for all, empty for none."),
    Parameter("facet_limit", "integer", "Values per facet.", 20, 1, MAX_FACET_LIMIT),
    Parameter("exact", "flag", "1: literal words only, no second try.", False),
    Parameter("highlight", "flag", "0: no snippets.", True),
    Parameter("explain", "flag", "1: per hit, the parts of its score.", False),
)

SUGGEST_PARAMETERS: tuple[Parameter, ...] = (
    Q,
    Parameter("limit", "integer", "Completions at most.", 10, 1, MAX_SUGGESTIONS),
    LANG,
    Parameter(
        "format",
        "choice",
        "opensearch: the browsers' array form, whatever Accept says.",
        "json",
        choices=("json", "opensearch"),
    ),
)

FACET_VALUES_PARAMETERS: tuple[Parameter, ...] = (
    Q,
    Parameter("prefix", "text", "Only values that begin like this.", "", example="dra"),
    Parameter("limit", "integer", "Values at most.", 20, 1, MAX_FACET_LIMIT),
)

LIMIT_PARAMETERS: tuple[Parameter, ...] = (
    Parameter("limit", "integer", "Hits at most.", 10, 1, MAX_PER_PAGE),
)


@dataclass(frozen=True, slots=True)
class Form:
    """What one route takes: its parameters and filters, and the models that read them."""

    settings: Settings
    parameters: dict[str, Parameter]
    filters: dict[str, Facet]
    query: type[BaseModel]
    body: type[BaseModel]

    @property
    def names(self) -> list[str]:
        return [*self.parameters, *self.filters]


@lru_cache(maxsize=64)
def form_of(parameters: tuple[Parameter, ...], settings: Settings, *, with_filters: bool = True) -> Form:
    """The form with these parameters, and one for each facet of the collection."""
    known = {one.name: one for one in parameters}
    facets = {one.name: one for one in settings.facets if with_filters and one.name not in known}
    fields: dict[str, tuple[Any, Any]] = {}
    fields_of_body: dict[str, tuple[Any, Any]] = {}
    for name, one in known.items():
        kind = KINDS[one.kind]
        stated: dict[str, Any] = {"description": one.description}
        if one.example is not None:
            stated["examples"] = [one.example]
        fields[name] = (kind.in_query(one, settings), Field(one.default, **stated))
        fields_of_body[name] = (kind.in_body(one, settings), Field(one.default, **stated))
    # A facet may be called anything, `copy` or `model_fields` too: its field has a name of ours.
    for number, facet in enumerate(facets.values()):
        stated = {"alias": facet.name, "description": _about(facet)}
        fields[f"facet_{number}"] = (filter_in_query(facet), Field((), **stated))
        fields_of_body[f"facet_{number}"] = (filter_in_body(facet), Field((), **stated))
    strict = ConfigDict(extra="forbid")
    return Form(
        settings,
        known,
        facets,
        create_model("Query", __config__=strict, **fields),  # type: ignore[call-overload]
        create_model("SearchParameters", __config__=strict, **fields_of_body),  # type: ignore[call-overload]
    )


def _about(facet: Facet) -> str:
    form = "numbers and ranges (2000..2009, ..1960, 2010..)." if facet.kind == "number" else "values."
    return f"Filter by {facet.label}; repeat for OR, different facets AND. Takes {form}"


def given_in_query(arguments: MultiDict[str, str]) -> Given:
    """The parameters of a query string."""
    return {name: arguments.getlist(name) for name in arguments}


def given_in_json(body: Any, *, place: str = "") -> JsonGiven:
    """The parameters of a JSON object. Raises `RequestError`; `place` names what is none."""
    if not isinstance(body, Mapping):
        raise RequestError({place or "body": "must be a JSON object of parameters"})
    return JsonGiven(body)


def search_request(
    given: Given | JsonGiven,
    settings: Settings,
    *,
    accepted: tuple[str, ...] = (),
    strict: bool = True,
    place: str = "",
) -> SearchRequest:
    """The request that `given` asks for.

    `accepted` are the browser's languages, used when `lang` is absent. Strict raises
    `RequestError` with every fault; otherwise faults are repaired.
    """
    form = form_of(PARAMETERS, settings)
    values, faults = _read(given, form, strict=strict)
    page, per_page = values["page"], values["per_page"]
    if page * per_page > MAX_WINDOW:
        page = MAX_WINDOW // per_page
        faults.setdefault("page", f"{BEYOND_WINDOW}: at most {page} for this per_page")
    if strict:
        _refuse(faults, place)
    stated = values["lang"] or ()
    return SearchRequest(
        q=values["q"],
        page=page,
        per_page=per_page,
        sort=values["sort"],
        languages=stated or accepted,
        languages_stated=bool(stated),
        filters=_filters(values, form),
        facets=values["facets"],
        facet_limit=values["facet_limit"],
        exact=values["exact"],
        highlight=values["highlight"],
        explain=values["explain"],
    )


def read(given: Given, form: Form) -> dict[str, Any]:
    """The values of `form`, by name; filters together under the empty name. Raises `RequestError`."""
    values, faults = _read(given, form)
    _refuse(faults, "")
    values[""] = _filters(values, form)
    return values


def _read(
    given: Given | JsonGiven, form: Form, *, strict: bool = True
) -> tuple[dict[str, Any], dict[str, str]]:
    """Values by the names of the model's fields, and the faults. Of what is at fault, the repaired value
    is among the values, or the default."""
    model = form.body if isinstance(given, JsonGiven) else form.query
    raw: dict[str, Any] = given
    faults: dict[str, str] = {}
    if model is form.query:
        raw = _single(given, form, faults)
    try:
        return model.model_validate(raw).__dict__, faults
    except ValidationError as error:
        wrong = [str(one["loc"][0]) for one in error.errors(include_url=False, include_context=False)]
    for name in wrong:
        faults.setdefault(name, _sentence(name, raw[name], form))
    mended = {name: value for name, value in raw.items() if name not in faults}
    if not strict:
        mended |= _repaired({name: raw[name] for name in faults if name in raw}, form)
    return model.model_validate(mended).__dict__, faults


def _single(given: Given, form: Form, faults: dict[str, str]) -> dict[str, Any]:
    """One text for each parameter that takes one; the first, and a fault, where more were given."""
    raw: dict[str, Any] = {}
    for name, values in given.items():
        parameter = form.parameters.get(name)
        if parameter is None:
            raw[name] = values
        elif len(values) == 1:
            raw[name] = values[0]
        elif KINDS[parameter.kind].several:
            raw[name] = ",".join(values)
        elif values:
            raw[name] = values[0]
            faults[name] = "is given more than once"
    return raw


def _sentence(name: str, value: Any, form: Form) -> str:
    parameter, facet = form.parameters.get(name), form.filters.get(name)
    if parameter is not None:
        return KINDS[parameter.kind].fault(parameter, form.settings, value)
    if facet is not None:
        return filter_fault(facet, value)
    return unknown("parameter", name, form.names)


def _repaired(raw: dict[str, Any], form: Form) -> dict[str, Any]:
    """What can be used of values at fault: texts of an address."""
    found: dict[str, Any] = {}
    for name, value in raw.items():
        parameter, facet = form.parameters.get(name), form.filters.get(name)
        if facet is not None:
            found[name] = good_filters(facet, value)
        elif parameter is not None:
            # First as it is: it may be at fault only for not being the only one.
            for text in (value, KINDS[parameter.kind].repaired(parameter, form.settings, value)):
                if text is not None and _is_good(name, text, form):
                    found[name] = text
                    break
    return found


def _is_good(name: str, text: str, form: Form) -> bool:
    try:
        form.query.model_validate({name: text})
    except ValidationError:
        return False
    return True


def _filters(values: dict[str, Any], form: Form) -> dict[str, FacetFilter]:
    """Facet name → accepted values, sorted by name, so that equal requests are equal."""
    read = ((name, values[f"facet_{number}"]) for number, name in enumerate(form.filters))
    return dict(sorted((name, accepted) for name, accepted in read if accepted))


def _refuse(faults: dict[str, str], place: str) -> None:
    if faults:
        told = list(faults.items())[:_MAX_ERRORS]
        raise RequestError({_located(place, name): why for name, why in told})


def accepted_languages(header: LanguageAccept) -> tuple[str, ...]:
    """The languages of `Accept-Language`, most preferred first, without what is no language."""
    tags = (tag for tag, quality in header if quality > 0 and LANGUAGE.fullmatch(tag))
    return tuple(dict.fromkeys(canonical_language(tag) for tag in tags))[:MAX_LANGUAGES]


@lru_cache(maxsize=128)
def languages_of_header(text: str) -> tuple[str, ...]:
    """`accepted_languages` of the header as it came in. Browsers send few different ones."""
    return accepted_languages(parse_accept_header(text, LanguageAccept))


def facet_named(name: str, settings: Settings) -> Facet:
    """The facet called `name`. Raises `RequestError` with the nearest name there is."""
    facet = settings.facet(name)
    if facet is None:
        raise RequestError({"name": unknown("facet", name, [one.name for one in settings.facets])})
    return facet


def _located(place: str, name: str) -> str:
    shown = clean(name)[:64]
    return f"{place}.{shown}" if place else shown
