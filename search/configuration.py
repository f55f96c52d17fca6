"""What a collection is: facets, sort keys, searchable keys and the words the pages use for them.

`search.toml` → `Settings`. The defaults describe the first collection, films; another
collection is another file and no other code. Unknown keys are errors that name the key.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from search.errors import ConfigurationError
from search.film_genres import FILM_GENRES
from search.index.schema import EXACT, WAYS

#: The words for a film, and for films in general, in the languages that visitors write.
_FILM_WORDS = """
    film films film's movie movies cinema
    filme filmes filmen filmer filmem filmu filmom filmi filmy filmów filmie filmowi filmach
    filmin filmler filmleri filmlər filmul filmului filmele filmet filma filmas filmą filmai filmek
    filmet filmje filmit filmid kino kina kinofilm kinofilme kinofilmy spielfilm spielfilme
    elokuva elokuvat elokuvan elokuvia kvikmynd kvikmyndir bíó mozi mozifilm
    película películas peli pelis cine pel·lícula pel·lícules pelikula sine sinema filem
    scannán ffilm filmo filmoj phim
    фильм фильмы фильма фильме фильмов фильму фильмом фильмами фильмах кино кинофильм фільм фільми фільму
    фільмі фільмів кіно кінофільм филм филмови филма филми филмът филмите кинофилм
    ταινία ταινίες ταινίας ταινιών φιλμ σινεμά
    فيلم الفيلم أفلام افلام الأفلام سينما فیلم فیلم‌ها فیلمی فیلم‌های سینما فلم فلمیں
    סרט הסרט סרטים הסרטים קולנוע
    फिल्म फ़िल्म फिल्में फ़िल्में फिल्मों सिनेमा मूवी चित्रपट চলচ্চিত্র ছবি সিনেমা ফিল্ম படம் திரைப்படம்
    సినిమా చిత్రం ಚಿತ್ರ ಸಿನಿಮಾ സിനിമ ચલચિત્ર ફિલ્મ ਫਿਲਮ චිත්‍රපටය
    ֆիլմ կինո ფილმი ფილმები კინო
    映画 の映画 映画版 电影 電影 的电影 的電影 影片 영화 หนัง ภาพยนตร์ ภาพยนต์ รูปเงา ရုပ်ရှင် ភាពយន្ត
"""


@dataclass(frozen=True, slots=True)
class Facet:
    """A key whose values are counted and filtered by.

    `kind` is `value` (text, one or several per document) or `number` (exact values and ranges).
    `also` lists other spellings of the key in documents. `shown` facets are counted by default.
    `codes` says what the values are codes of, so that labels can be names: `language` (BCP 47),
    `territory` (ISO 3166), or nothing. `synonyms` are (value, what documents write instead): all
    are indexed as the value, whatever their case and marks.
    """

    name: str
    label: str
    kind: str = "value"
    also: tuple[str, ...] = ()
    shown: bool = True
    codes: str = ""
    # Left out of the hash, which is asked for often; equal settings still have equal hashes.
    synonyms: tuple[tuple[str, tuple[str, ...]], ...] = field(default=(), hash=False)


@dataclass(frozen=True, slots=True)
class SortKey:
    """A way to order hits. `descending` is the direction of the page's link to it."""

    name: str
    label: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Relevance:
    """Queries whose answers are known, asked before a new index takes over.

    `file` is a path, from the folder of `search.toml`; `require` the share of its lines (0 to 1)
    that must hold.
    """

    file: str
    require: float = 1.0


@dataclass(frozen=True, slots=True)
class Analysis:
    """In which of the `WAYS` words are indexed, whether titles are completed while they are typed, and
    whether a title may be in another language than its document. Words as they are written are always
    indexed."""

    ways: tuple[str, ...] = tuple(WAYS)
    suggestions: bool = True
    title_languages: bool = True

    @property
    def left_out(self) -> tuple[str, ...]:
        """What the index does not have; empty by default."""
        ways = (way for way in WAYS if way not in self.ways and way != EXACT)
        others = {"suggestions": self.suggestions, "title_languages": self.title_languages}
        return (*ways, *(name for name, wanted in others.items() if not wanted))


@dataclass(frozen=True, slots=True)
class OpenSearchSettings:
    """The index on an OpenSearch cluster: what it is called there, in how many parts it is held, and how many
    copies of each there are besides the first. Nothing said: the name of the collection; parts and copies as
    the number of documents and of machines suggests."""

    name: str = ""
    shards: int | None = None
    replicas: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an admin may set about a collection.

    `searched` are extra keys whose text is searched like the body; `shown` the extra keys a hit
    carries in `fields`, in the page's order; `prior` the key that hints at a document's language
    when none is declared (the catalogue prior); `popular_by` the key behind the `popularity`
    tie-break; `schema_type` the schema.org type of a document; `collection_words` words for the
    kind of thing the collection holds, which queries may contain though no document does;
    `relevance` what a new index must answer before it takes over; `analysis` in which ways words are
    indexed; `synonyms` and `pinned` are files, from the folder of `search.toml`, of words that mean the
    same and of documents that are put in their places for certain queries; `opensearch` how the index is
    held where a cluster holds it.
    """

    site_name: str = "Film search"
    site_description: str = "Films in every language, found in any script or spelling."
    noun_singular: str = "film"
    noun_plural: str = "films"
    public_url: str | None = None
    schema_type: str = "Movie"
    prior: str = "original_language"
    popular_by: str = "popularity"
    searched: tuple[str, ...] = ("tagline", "keywords")
    shown: tuple[str, ...] = (
        "original_title",
        "year",
        "date",
        "genre",
        "country",
        "type",
        "people",
        "runtime",
        "rating",
        "votes",
        "popularity",
        "tagline",
        "festival",
        "also_known_as",
        "related",
        "original_language",
    )
    facets: tuple[Facet, ...] = (
        Facet("language", "Language", also=("lang", "text_language"), codes="language"),
        Facet("genre", "Genre", also=("genres",), synonyms=FILM_GENRES),
        Facet("year", "Year", kind="number", also=("release_date", "date")),
        Facet("country", "Country", also=("countries", "country_names"), codes="territory"),
        Facet("type", "Type", also=("types",)),
        Facet("people", "People"),
    )
    sort_keys: tuple[SortKey, ...] = (
        SortKey("relevance", "Relevance"),
        SortKey("title", "Title"),
        SortKey("year", "Year", descending=True),
        SortKey("rating", "Rating", descending=True),
        SortKey("popularity", "Popularity", descending=True),
    )
    skip_articles: bool = False
    collection_words: tuple[str, ...] = tuple(_FILM_WORDS.split())
    relevance: Relevance | None = None
    analysis: Analysis = Analysis()
    synonyms: str | None = None
    pinned: str | None = None
    opensearch: OpenSearchSettings = OpenSearchSettings()

    def facet(self, name: str) -> Facet | None:
        """The facet called `name`, or None."""
        return next((facet for facet in self.facets if facet.name == name), None)

    def sort_key(self, name: str) -> SortKey | None:
        """The sort key called `name` (without `-`), or None."""
        return next((key for key in self.sort_keys if key.name == name), None)


_NESTED: dict[str, type] = {"facets": Facet, "sort_keys": SortKey}


def load_settings(path: Path | None) -> Settings:
    """Read `search.toml`; without a path, the defaults.

    Raises `ConfigurationError` naming the file and the key at fault.
    """
    if path is None:
        return Settings()
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: there is no such configuration file") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}") from None
    settings = replace(Settings(), **_checked(values, Settings, str(path)))
    relevance = settings.relevance
    return replace(
        settings,
        relevance=replace(relevance, file=str(path.parent / relevance.file)) if relevance else None,
        synonyms=str(path.parent / settings.synonyms) if settings.synonyms else None,
        pinned=str(path.parent / settings.pinned) if settings.pinned else None,
    )


def _checked(values: dict[str, Any], kind: type, place: str) -> dict[str, Any]:
    known = {one.name: one for one in fields(kind)}
    checked: dict[str, Any] = {}
    for key, value in values.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"
            raise ConfigurationError(f"{place}: unknown key {key!r}{hint}")
        if key == "relevance":
            checked[key] = _relevance(value, f"{place}: [{key}]")
        elif key == "analysis":
            checked[key] = _analysis(value, f"{place}: [{key}]")
        elif key == "opensearch":
            checked[key] = _opensearch(value, f"{place}: [{key}]")
        elif key in _NESTED:
            checked[key] = _tables(value, _NESTED[key], f"{place}: {key}")
        elif key == "synonyms" and kind is Facet:
            checked[key] = _synonyms(value, f"{place}: {key}")
        else:
            checked[key] = _scalar(value, str(known[key].type), f"{place}: {key}")
    return checked


def _relevance(value: Any, place: str) -> Relevance:
    if not isinstance(value, dict):
        raise ConfigurationError(f"{place} must be a table with 'file' and, if wanted, 'require'")
    row = _checked(value, Relevance, place)
    if not row.get("file"):
        raise ConfigurationError(f"{place}: missing file")
    if not 0 <= row.get("require", 1.0) <= 1:
        raise ConfigurationError(f"{place}: require is the share of lines that must hold, 0 to 1")
    return Relevance(**row)


def _analysis(value: Any, place: str) -> Analysis:
    if not isinstance(value, dict):
        raise ConfigurationError(f"{place} must be a table with 'ways', 'suggestions' or 'title_languages'")
    row = _checked(value, Analysis, place)
    for way in row.get("ways", ()):
        if way not in WAYS:
            near = difflib.get_close_matches(way, WAYS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(WAYS)}"
            raise ConfigurationError(f"{place}: ways: unknown way {way!r}; {hint}")
    if "ways" in row:
        # In the order of the table, `exact` always: equal choices are equal settings.
        row["ways"] = tuple(way for way in WAYS if way in row["ways"] or way == EXACT)
    return Analysis(**row)


def _opensearch(value: Any, place: str) -> OpenSearchSettings:
    if not isinstance(value, dict):
        raise ConfigurationError(f"{place} must be a table with 'name', 'shards' or 'replicas'")
    row = _checked(value, OpenSearchSettings, place)
    for key, low, high in (("shards", 1, 1024), ("replicas", 0, 100)):
        if key in row and not low <= row[key] <= high:
            raise ConfigurationError(f"{place}: {key} must be from {low} to {high}")
    return OpenSearchSettings(**row)


def _tables(value: Any, kind: type, place: str) -> tuple[Any, ...]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise ConfigurationError(f"{place} must be a list of tables ([[...]])")
    rows = []
    for number, one in enumerate(value, 1):
        row = _checked(one, kind, f"{place}[{number}]")
        missing = {"name", "label"} - row.keys()
        if missing:
            raise ConfigurationError(f"{place}[{number}]: missing {', '.join(sorted(missing))}")
        if row.get("kind", "value") not in ("value", "number"):
            raise ConfigurationError(f"{place}[{number}]: kind must be 'value' or 'number'")
        if row.get("codes", "") not in ("", "language", "territory"):
            raise ConfigurationError(f"{place}[{number}]: codes must be 'language' or 'territory'")
        rows.append(kind(**row))
    return tuple(rows)


def _synonyms(value: Any, place: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise ConfigurationError(f'{place} must be a table such as {{ Action = ["Боевик", "Aksiyon"] }}')
    return tuple((name, _scalar(words, "tuple", f"{place}: {name!r}")) for name, words in value.items())


def _scalar(value: Any, annotation: str, place: str) -> Any:
    if annotation.startswith("tuple"):
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        raise ConfigurationError(f"{place} must be a list of strings")
    if annotation == "float":
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        raise ConfigurationError(f"{place} must be a number")
    if annotation.startswith("int"):
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise ConfigurationError(f"{place} must be a whole number")
    wanted = bool if annotation == "bool" else str
    if not isinstance(value, wanted):
        raise ConfigurationError(f"{place} must be a {'boolean' if wanted is bool else 'string'}")
    return value
