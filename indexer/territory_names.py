"""Which country is meant by what a document calls it? Names in any language → ISO 3166 codes.

Catalogues write codes, names in the language of their readers, or short forms of them (USA, США).
Names come from CLDR (Babel), of the document's language first; the table here has what CLDR lacks:
abbreviations, older names and states that are no more. A name that means different countries in
different languages is left as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from search.analysis.folding import fold, normalize
from search.analysis.languages import languages_of_script
from search.analysis.scripts import main_script

_ENGLISH = "en"
#: Chinese in its other script is a locale of its own.
_BESIDES = {"Hani": ("zh_Hant",)}
_WORD_END = re.compile(r"[\s.,;:/&()\[\]\u2013\u2014-]+")
_APOSTROPHE = re.compile("['\u2018\u2019\u02bc\"\u05f3\u05f4]")
_IN_PARENTHESES = re.compile(r"(?:(?<!\s)\s+)?[(（][^()（）]*[)）]\s*")
#: What CLDR calls "unknown region" and its accents for testing.
_NO_TERRITORY = frozenset(("ZZ", "XA", "XB"))
_SMALL = frozenset(("and", "of", "the"))

#: Codes that catalogues made up → those that were assigned.
_CATALOGUE_CODES = {"XG": "DD", "UK": "GB"}

# Code → further names, any language; `|` between them. States that are no more have the code they
# had, but Czechoslovakia, whose code was given away: XC as in TMDB.
_FURTHER_NAMES: dict[str, str] = {
    "AE": "UAE|ОАЭ|EAU|BAE|VAE",
    "BA": "Bosnia|Bosnia Herzegovina|Босния",
    "BY": "Белоруссия|Byelorussia|Belorussia",
    "CD": "Democratic Republic of Congo|DR Congo|Zaire|Заир|ДР Конго|República Democrática del Congo",
    "CI": "Ivory Coast|Cote d'Ivoire|Берег Слоновой Кости",
    "CN": "People's Republic of China|PR China|Mainland China|КНР|中华人民共和国|中国大陆|中國大陸",
    "CS": "Serbia and Montenegro|Сербия и Черногория|Serbia y Montenegro|Sérvia e Montenegro",
    "CZ": "Czech Republic|Чешская Республика|République tchèque|Tschechische Republik|República Checa|"
    "Repubblica Ceca|República Tcheca|Çek Cumhuriyeti|Republika Czeska",
    "DD": "East Germany|German Democratic Republic|GDR|DDR|ГДР|RDA|NRD|Ostdeutschland|Восточная Германия",
    "DE": "West Germany|Federal Republic of Germany|FRG|BRD|ФРГ|RFA|RFN|Bundesrepublik Deutschland|"
    "Westdeutschland|Западная Германия|Alemania Occidental|Alemanha Ocidental|Germania Ovest",
    "GB": "Great Britain|Britain|England|Scotland|Wales|"
    "United Kingdom of Great Britain and Northern Ireland|UK|U.K.|Англия|Соединённое Королевство|"
    "Royaume Uni|Grande-Bretagne|Großbritannien|Gran Bretaña|Gran Bretagna|Grã-Bretanha|Reino Unido|"
    "Inglaterra|İngiltere|Wielka Brytania|Anglia|Велика Британія|Μεγάλη Βρετανία|Αγγλία|אנגליה|بريطانيا|"
    "بریتانیا|انگلستان|英国|英國|イギリス|영국|Inggris",
    "HK": "Hong Kong|Hongkong|Гонконг|香港|홍콩|ホンコン|Χονγκ Κονγκ|הונג קונג|هونغ كونغ|هنگ کنگ|हांगकांग",
    "IR": "Islamic Republic of Iran|Persia",
    "KP": "Democratic People's Republic of Korea|КНДР|DPRK|North Korea|Северная Корея",
    "KR": "Republic of Korea|Korea|South Korea|Южная Корея|Corea del Sur|Coreia do Sul|Corea del Sud|"
    "Корея|Республика Корея|Corea|Coreia|Corée|Kore|Κορέα|大韩民国|한국",
    "LA": "Lao People's Democratic Republic",
    "LY": "Libyan Arab Jamahiriya",
    "MD": "Republic of Moldova|Молдавия",
    "MK": "Macedonia|Former Yugoslav Republic of Macedonia|FYROM|Македония|Macédoine|Makedonya",
    "MM": "Burma|Myanmar|Бирма|Birmanie|Birmania",
    "MO": "Macao|Macau|Макао|澳門|澳门",
    "NL": "Holland|Голландия|Hollanda|Olanda|Holanda|Hollande",
    "PS": "Palestine|Palestinian Territory|State of Palestine|Occupied Palestinian Territory|Палестина|"
    "Palestina|Filistin|Palästina|فلسطين|فلسطین",
    "RU": "Russian Federation|Российская Федерация|РФ|Federación Rusa|Fédération de Russie",
    "SU": "Soviet Union|USSR|U.S.S.R.|Union of Soviet Socialist Republics|СССР|Советский Союз|СРСР|"
    "Радянський Союз|URSS|U.R.S.S.|UdSSR|Sowjetunion|Union soviétique|Unión Soviética|União Soviética|"
    "Unione Sovietica|ZSRR|Związek Radziecki|SSSR|Sovětský svaz|SSCB|Sovyetler Birliği|ΕΣΣΔ|"
    "Σοβιετική Ένωση|ברית המועצות|الاتحاد السوفيتي|اتحاد جماهیر شوروی|اتحاد شوروی|ソ連|ソビエト連邦|苏联|"
    "蘇聯|소련|Uni Soviet",
    "SY": "Syrian Arab Republic",
    "SZ": "Swaziland",
    "TR": "Turkey|Türkiye|Turkiye",
    "TW": "Taiwan|Republic of China|Chinese Taipei|Taiwan, Province of China|台灣|台湾",
    "TZ": "United Republic of Tanzania",
    "US": "USA|U.S.A.|U.S.|United States of America|America|США|Соединённые Штаты Америки|Америка|ABD|"
    "Amerika|EUA|E.U.A.|EE. UU.|EEUU|Estados Unidos da América|Estados Unidos de América|"
    "Stati Uniti d'America|États-Unis d'Amérique|Vereinigte Staaten von Amerika|Stany Zjednoczone Ameryki|"
    'ΗΠΑ|Η.Π.Α.|ארה״ב|ארה"ב|أمريكا|امریکا|آمریکا|ایالات متحده آمریکا|الولايات المتحدة الأمريكية|米国|'
    "アメリカ|美利坚合众国|Сполучені Штати Америки|अमेरिका",
    "VA": "Vatican|Holy See",
    "VE": "Bolivarian Republic of Venezuela",
    "VN": "Viet Nam|Вьетнам",
    "XC": "Czechoslovakia|Чехословакия|Tchécoslovaquie|Tschechoslowakei|Checoslovaquia|Tchecoslováquia|"
    "Cecoslovacchia|Czechosłowacja|Československo|Çekoslovakya|ČSSR|ЧССР|Чехословаччина",
    "YU": "Yugoslavia|Югославия|Jugoslavija|Югославія|Yougoslavie|Jugoslawien|Iugoslávia|Jugoslávia|"
    "Jugoslavia|Jugosławia|Yugoslavya|SFR Yugoslavia|Γιουγκοσλαβία|СФРЮ",
}


@lru_cache(maxsize=4096)
def territory_code(value: str, language: str | None = None) -> str | None:
    """The ISO 3166 code of a country, or None where that is not plain.

    `language` is the BCP 47 code of the document, whose names are looked through first. The first
    name in an unusual language costs reading the names of all languages of its script, about a second
    for Latin, once a process.

    >>> territory_code("us"), territory_code("USA"), territory_code("Япония"), territory_code("Oz")
    ('US', 'US', 'JP', None)
    """
    text = value.strip()
    if text.isascii() and text.isalnum() and (len(text) == 2 or text.isupper() or text.isdigit()):
        code = _from_code(text.upper())
        if code is not None:
            return code
    return _from_name(text, language) or _from_name(_IN_PARENTHESES.sub(" ", text), language)


def _from_code(text: str) -> str | None:
    """Two-letter codes in use; three-letter and numeric ones, and withdrawn ones with one successor."""
    text = _CATALOGUE_CODES.get(text, text)
    if text in _FURTHER_NAMES or (len(text) == 2 and text in _names_in(_ENGLISH).values()):
        return text
    successors: list[str] = get_global("territory_aliases").get(text, [])
    return successors[0] if len(successors) == 1 else None


def _from_name(text: str, language: str | None) -> str | None:
    key = _key(text)
    if not key:
        return None
    found = _further_names().get(key)
    for code in (language, _ENGLISH):
        found = found or (_names_in(code.replace("-", "_")).get(key) if code else None)
    return found or _names_of_script(main_script(text) or "").get(key)


@lru_cache(maxsize=1)
def _further_names() -> dict[str, str]:
    return {_key(name): code for code, names in _FURTHER_NAMES.items() for name in names.split("|")}


@lru_cache(maxsize=512)
def _names_in(locale: str) -> dict[str, str]:
    """Key of a name → code, as one language has it; empty for a language that CLDR does not know."""
    try:
        territories = Locale.parse(locale).territories
    except (UnknownLocaleError, ValueError):
        return {}
    return {
        _key(name): code
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_TERRITORY
    }


@lru_cache(maxsize=64)
def _names_of_script(script: str) -> dict[str, str]:
    """The names of all languages of a script, without those that are not the same everywhere."""
    locales = (
        *(row.code.replace("-", "_") for row in languages_of_script(script)),
        *_BESIDES.get(script, ()),
    )
    codes: dict[str, set[str]] = {}
    for locale in locales:
        for key, code in _names_in(locale).items():
            codes.setdefault(key, set()).add(code)
    return {key: next(iter(found)) for key, found in codes.items() if len(found) == 1}


def _key(name: str) -> str:
    """A name for comparing: its words without case and marks, in any order (Korea, South)."""
    words = _WORD_END.split(_APOSTROPHE.sub("", name))
    folded = (fold(normalize(word)) for word in words if word)
    return " ".join(sorted(word for word in folded if word not in _SMALL))
