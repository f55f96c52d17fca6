"""Rows of the language table: Africa, the Pacific, the Americas, and texts of no known language."""

from __future__ import annotations

from search.analysis.language import Language
from search.analysis.letter_order import in_order
from search.analysis.suffixes import SUFFIX_RULES

_LATIN, _ETHIOPIC = ("Latn",), ("Ethi",)
_DOTTED_ORDER = in_order("eẹ iị nṅ oọ sṣ uụ")

ROWS: tuple[Language, ...] = (
    Language("sw", "Swahili", "Kiswahili", _LATIN, suffix_rules=SUFFIX_RULES["sw"], keyboard="us"),
    Language("so", "Somali", "Soomaali", _LATIN, suffix_rules=SUFFIX_RULES["so"]),
    Language("om", "Oromo", "Oromoo", _LATIN),
    Language(
        "am",
        "Amharic",
        "አማርኛ",
        _ETHIOPIC,
    ),
    Language(
        "ti",
        "Tigrinya",
        "ትግርኛ",
        _ETHIOPIC,
    ),
    Language("rw", "Kinyarwanda", "Ikinyarwanda", _LATIN),
    Language("rn", "Rundi", "Ikirundi", _LATIN),
    Language("lg", "Ganda", "Luganda", _LATIN),
    Language("ny", "Nyanja", "Chichewa", _LATIN),
    Language("sn", "Shona", "chiShona", _LATIN),
    Language("ln", "Lingala", "lingála", _LATIN),
    Language("st", "Southern Sotho", "Sesotho", _LATIN, stemmer="sesotho"),
    Language("tn", "Tswana", "Setswana", _LATIN),
    Language("nso", "Northern Sotho", "Sesotho sa Leboa", _LATIN),
    Language("xh", "Xhosa", "isiXhosa", _LATIN),
    Language("zu", "Zulu", "isiZulu", _LATIN),
    Language("ss", "Swati", "siSwati", _LATIN),
    Language("ts", "Tsonga", "Xitsonga", _LATIN),
    Language("ve", "Venda", "Tshivenḓa", _LATIN),
    Language("yo", "Yoruba", "Yorùbá", _LATIN, after=_DOTTED_ORDER),
    Language("ig", "Igbo", "Igbo", _LATIN, keep_letters="ịṅọụ", after=_DOTTED_ORDER),
    Language(
        "ha",
        "Hausa",
        "Hausa",
        ("Latn", "Arab"),
        spelled_out={"ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y"},
        after=in_order("bɓ dɗ kƙ yƴ"),
    ),
    Language("ff", "Fulah", "Pulaar", ("Latn", "Adlm"), spelled_out={"ɓ": "b", "ɗ": "d", "ŋ": "ng"}),
    Language("wo", "Wolof", "Wolof", _LATIN, after=in_order("nñŋ")),
    Language(
        "bm", "Bambara", "bamanakan", ("Latn", "Nkoo"), spelled_out={"ɛ": "e", "ɔ": "o", "ɲ": "ny", "ŋ": "ng"}
    ),
    Language("nqo", "N’Ko", "ߒߞߏ", ("Nkoo",), direction="rtl"),
    Language("ak", "Akan", "Akan", _LATIN, spelled_out={"ɛ": "e", "ɔ": "o"}),
    Language(
        "ee",
        "Ewe",
        "Eʋegbe",
        _LATIN,
        spelled_out={"ɛ": "e", "ɔ": "o", "ɖ": "d", "ƒ": "f", "ŋ": "ng", "ʋ": "v"},
    ),
    Language("kab", "Kabyle", "Taqbaylit", ("Latn", "Tfng"), spelled_out={"ɛ": "e", "ɣ": "gh"}),
    Language("mg", "Malagasy", "Malagasy", _LATIN, articles=("ny",)),
    Language("mi", "Māori", "te reo Māori", _LATIN, articles=("te", "ngā", "he")),
    Language("haw", "Hawaiian", "ʻŌlelo Hawaiʻi", _LATIN, articles=("ka", "ke", "nā", "he")),
    Language("sm", "Samoan", "Gagana Samoa", _LATIN, articles=("le", "o")),
    Language("to", "Tongan", "lea fakatonga", _LATIN, articles=("ko", "he")),
    Language("fj", "Fijian", "Vosa Vakaviti", _LATIN, articles=("na", "a")),
    Language("ty", "Tahitian", "reo Tahiti", _LATIN, articles=("te",)),
    Language("tpi", "Tok Pisin", "Tok Pisin", _LATIN),
    Language("qu", "Quechua", "Runasimi", _LATIN, keep_letters="ñ", after=in_order("nñ")),
    Language("ay", "Aymara", "Aymar aru", _LATIN, keep_letters="ñ", after=in_order("nñ")),
    Language("gn", "Guarani", "Avañeʼẽ", _LATIN, keep_letters="ñ", after=in_order("nñ")),
    Language("nv", "Navajo", "Diné bizaad", _LATIN),
    Language("ch", "Chamorro", "Chamoru", _LATIN, articles=("i", "si")),
    Language("aa", "Afar", "Qafar", _LATIN),
    Language("bi", "Bislama", "Bislama", _LATIN),
    Language("sg", "Sango", "Sängö", _LATIN),
    Language("chr", "Cherokee", "ᏣᎳᎩ", ("Cher",)),
    Language("iu", "Inuktitut", "ᐃᓄᒃᑎᑐᑦ", ("Cans", "Latn")),
    Language("und", "Undetermined", "—", ("Zyyy",)),
)
