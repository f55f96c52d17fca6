"""Which endings does a language's Snowball stemmer miss, and what stands in for a missing stemmer?

One list of rules a language, each (ending, replacement), longest first; the first that fits makes
an extra stem. Where Snowball has an algorithm the rules only add what it misses, so that all forms
of a word share one stem: vowels that come and go (Russian конец, конца), changing consonants
(Polish książka, książce; Finnish kaupunki, kaupungin). Where it has none they are a light stemmer
for nouns and adjectives: endings of case, number and article, no derivation.

In the lists `x>y` replaces ending x by y, a bare `x` is cut off.
"""

from __future__ import annotations

from itertools import product

from search.analysis.folding import normalize

Rules = tuple[tuple[str, str], ...]


def _rules(*lists: str) -> Rules:
    """The rules of whitespace-separated lists, longest ending first, written as exact forms are (ي for
    ی); of two rules for one ending the earlier counts."""
    pairs: dict[str, str] = {}
    for item in " ".join(lists).split():
        ending, _, replacement = item.partition(">")
        pairs.setdefault(normalize(ending), normalize(replacement))
    return tuple(sorted(pairs.items(), key=lambda pair: -len(pair[0])))


def _combined(*parts: str, becomes: str = "") -> str:
    """A list of endings put together from the alternatives of each part; `-` is none."""
    endings = ("".join(pieces).replace("-", "") for pieces in product(*(part.split() for part in parts)))
    return " ".join(f"{ending}>{becomes}" for ending in endings if ending)


def _alternating(changes: str, vowels: str, cases: str, *, lost: str = "") -> str:
    """Rules for consonants that change before the last vowel (Finnish ng>nk), in all given cases.
    Vowels in `lost` are those that the stemmer cuts off the basic form."""
    return " ".join(
        f"{weak}{vowel}{case}>{strong}{'' if vowel in lost else vowel}"
        for weak, strong in (change.split(">") for change in changes.split())
        for vowel in vowels.split()
        for case in cases.split()
    )


# The basic form itself as an extra stem, where the stemmer would shorten it but not its other forms.
_UNCHANGED = " ".join(f"{letter}>{letter}" for letter in "bcdfghjklmnprstvz")
# Finnish: the case endings after a vowel stem.
_FINNISH_LOCAL_CASES = ("ssa", "ssä", "sta", "stä", "lla", "llä", "lta", "ltä", "lle", "ksi")
_FINNISH_CASES = " ".join(("n", "t", *_FINNISH_LOCAL_CASES))
_FINNISH_NESS = "den tta ttä teen tena tenä det " + " ".join(f"de{case}" for case in _FINNISH_LOCAL_CASES)
_FINNISH_RESULT = "ksen sta stä kseen ksena ksenä kset ksia ksiä ksien ksiin " + " ".join(
    f"ks{vowel}{case}" for vowel in "ei" for case in _FINNISH_LOCAL_CASES
)
_FINNISH_NEN = "sen sta stä seen sena senä set sia siä sien sten siin " + " ".join(
    f"s{vowel}{case}" for vowel in "ei" for case in _FINNISH_LOCAL_CASES
)
_HUNGARIAN_CASES = (
    "- at et ot nak nek ban ben ból ből ba be ra re ról ről tól től hoz hez höz nál nél kal kel ig ért ként"
)
_ESTONIAN_CASES = (
    "- d s st l lt le ks ga na ni ta te sid sse tes test tel telt tele teks tega"
    " de dest des desse del delt dele deks dega"
)

_UKRAINIAN_VERB = "ти тися тись ла лася лась ло лося лось ли лися лись вся всь"
_BELARUSIAN_VERB = "ць цца лі ла ў ўся лася ліся лося е ецца юць юцца ю ем ны ная ныя ных на ны"


def _west_slavic_verbs(infinitive: str) -> str:
    """Infinitive and past of Czech and Slovak verbs, to the stem with its vowel."""
    return " ".join(
        f"{vowel}{ending}>{vowel}" for vowel in "ai" for ending in (infinitive, "l", "la", "lo", "li", "ly")
    )


#: Rules by language code.
SUFFIX_RULES: dict[str, Rules] = {
    # --- beside a Snowball stemmer ---------------------------------------------------------------
    "ru": _rules(
        "иец>ийц лец>льц ец>ц",
        "ок>к шек>шк чек>чк жек>жк лек>льк ень>н ен>н тел>тл зел>зл рел>рл пёл>пл",
        "ёр>р ер>р ёл>л нёк>ньк лёк>льк рёк>рьк",
    ),
    "pl": _rules(
        "niec>ńc iec>c ce>k dze>g rze>r szcie>st cie>t dzie>d ście>st ździe>zd śnie>sn nie>n mie>m",
        "wie>w bie>b",
        "pie>p sie>s zie>z sze>ch ęb>ąb ędzie>ęd le>ł łek>łk szek>szk ek>k sek>sk zek>zk",
    ),
    "cs": _rules(
        _west_slavic_verbs("t"),
        "ec>c ek>k ce>k ze>h ze>z še>ch ře>r ně>n tě>t dě>d mě>m vě>v bě>b pě>p sle>sl",
        "ci>k zi>h ši>ch ři>r čtí>ck ští>sk",
    ),
    "fi": _rules(
        _combined("uu", _FINNISH_NESS, becomes="uu"),
        "uus>uu",
        _combined("yy", _FINNISH_NESS, becomes="yy"),
        "yys>yy",
        _combined("u", f"s {_FINNISH_NESS} {_FINNISH_RESULT}", becomes="u"),
        _combined("y", f"s {_FINNISH_NESS} {_FINNISH_RESULT}", becomes="y"),
        "eja ejä eiden eihin",
        *(_combined(vowel, f"nen {_FINNISH_NEN}", becomes=vowel + "s") for vowel in "iaäoöey"),
        _alternating("ng>nk nn>nt ll>lt rr>rt mm>mp d>t", "a ä e i o ö u y", _FINNISH_CASES, lost="aäei"),
    ),
    "et": _rules(
        "us>us",
        _combined("a e i u", _ESTONIAN_CASES),
        _combined("ste", _ESTONIAN_CASES, becomes="s"),
        "ne>s",
        _UNCHANGED,
    ),
    "hu": _rules(
        _combined("á é a e o ö", "k", _HUNGARIAN_CASES), _UNCHANGED, "ája éje áját éjét ájának éjének a e"
    ),
    "fa": _rules("هایی های ها ترین تر ایی ای ان گان>ه اتی یی ی"),
    # --- Slavic ------------------------------------------------------------------------------------
    "uk": _rules(
        *(_combined(vowel, _UKRAINIAN_VERB, becomes=vowel) for vowel in "аиі"),
        "істю>ост ість>ост ості>ост остей>ост остями>ост остям>ост остях>ост",
        "ння>н нню>н нням>н ннями>н ннях>н нні>н нь>н ття>т ттю>т тті>т ття>т ттям>т",
        "ець>ц ок>к ень>н тер>тр",
        "ого ього ому ьому им ім ої ьої ій ою ьою их іх ими іми ий ая яя ее",
        "а я о е є и і ї у ю ь й ам ям ах ях ами ями ою ею єю ом ем єм ові еві єві ів їв ей ією ії ію",
        "ія ій",
    ),
    "be": _rules(
        _combined("цы", "я і ю яй яю ям ях ямі", becomes="цы"),
        _combined("ва", _BELARUSIAN_VERB, becomes="ва"),
        *(_combined(vowel, "ла лі ўся лася ліся ць цца", becomes=vowel) for vowel in "аіы"),
        "ыў>ы",
        "асцю>асц асць>асц асці>асц ец>ц ок>к ак>к",
        "ага яга ога аму яму ому ым ім ых іх ымі імі ая яя ое ае яе ую юю ыя ія ай яй ой аю яю ою ею",
        "ый ій",
        "а я о ё е э у ю ы і ь й ом ём ам ем ям ах ях амі ямі оў аў еў яў ёў",
    ),
    "bg": _rules(
        "ията иите ият ия ии ен>н ък>к ъл>л ър>р",
        "ицата>ик иците>ик ици>ик ица>ик ецът>ц еца>ц ец>ц",
        "овете евете ищата ове еве ища ата ята ото ето ите етата ета ът ят",
        "стта>ст тта>т щта>щ нта>н а я о е и й ю у",
    ),
    "mk": _rules(
        "ијата ијава ијана иите ија ии иот",
        "ицата>ик иците>ик ици>ик ица>ик ецот>ц ец>ц ен>н носта>ност оста>ост",
        "овите евите ишта иштата ови еви ава иве ива ине ина ата ото ите ета етата ава ово иве ана",
        "оно ине от ов он",
        "а о е и у",
    ),
    "sk": _rules(
        _west_slavic_verbs("ť"),
        "iatok>iatk ec>c",
        "ého eho emu ému ých ích ým ím ými ími ym ymi im imi ou om em ov ovi ovia iam iám ám am iach",
        "iách ách ach iami ami mi och",
        "ia ie iu ii ej a e i o u y á é í ý ú",
    ),
    "sl": _rules(
        _combined("a", "ti l la lo li le", becomes="a"),
        _combined("i", "ti l la lo li le", becomes="i"),
        "eti>e el>e ela>e eli>e elo>e",
        "ec>c en>n ega emu imi ima ih im ema oma ama ami emi omi eh ah om em am ov ev ovi ove ova ovo",
        "ovih",
        "ja je ji ju jo jem jev jih jema jami jah jam jega jemu a e i o u",
    ),
    # --- other languages of Europe -----------------------------------------------------------------
    "lv": _rules(
        "ajiem ajam ajām ajos ajās ajai ajā ajo ajas ais iem ām ēm īm am em im um ās ēs īs os as es",
        "is us",
        "ai ei ie ij ā ē ī ū a e i u o s š pju>p bju>b vju>v mju>m pja>p bja>b vja>v mja>m",
    ),
    "sq": _rules(
        "ësisë ëve eve ave ive ëvet evet avet ivet vet ësh ash esh ish ët at et it ut ët ën ën in un në",
        "isë esë asë së ës ja je ës as es is a e i u ë",
    ),
    "cy": _rules("iadau iaid iau feydd oedd ydd ion au od on"),
    "gl": _rules("cións>ción ións>ión áns>án éns>én ais>al eis>el óis>ol es os as a o e"),
    "oc": _rules("ses>s as es os s a e"),
    "is": _rules(
        "arnir arnar irnir irnar urnar unum anna inum inni innar inu ina ins inn ann nna ið in ar ir",
        "ur um an",
        "a i u s",
    ),
    "fo": _rules("arnir arnar irnar unum anna inum inni innar inum ina ins inn ið in ar ir ur um a i u s"),
    "lb": _rules("en er es e n s"),
    "af": _rules(
        "hede>heid gte>g kte>k fte>f pte>p iewe>ief owe>oof ewe>eef awe>aaf",
        " ".join(f"{letter}{letter}e>{letter}" for letter in "bdfgklmnprst"),
        # Long vowels are written once in an open syllable: moreel, morele.
        " ".join(f"{vowel}{end}e>{vowel}{vowel}{end}" for vowel in "aeou" for end in "dklnrt"),
        "ike>iek ende er este ste s e ë",
    ),
    "fy": _rules("en s e"),
    "mt": _rules("ijiet iet ijiet ien in at a i"),
    "ga": _rules("eanna anna acha eacha"),
    "gd": _rules("annan eannan aichean ean an"),
    # --- Turkic, Mongolian, Caucasus: plural, possessor and case one after the other ----------------
    "az": _rules(
        _combined("- lar", "- ı u sı su", "- n ın un nın nun a na ya nı nu da nda dan ndan"),
        _combined("- lər", "- i ü si sü", "- n in ün nin nün ə nə yə ni nü də ndə dən ndən"),
    ),
    "uz": _rules(_combined("- lar", "- i si im ing imiz ingiz", "- ni ga ka qa da dan ning")),
    "tk": _rules(
        _combined("- lar", "- y u sy", "- ň yň uň nyň a na ny da nda dan ndan"),
        _combined("- ler", "- i ü si", "- ň iň üň niň e ä ne ni de nde den nden"),
    ),
    "kk": _rules(
        _combined(
            "- лар дар тар", "- ы сы", "- ның дың тың ға қа на а ны ды ты н да та нда дан тан нан мен бен пен"
        ),
        _combined(
            "- лер дер тер", "- і сі", "- нің дің тің ге ке не е ні ді ті н де те нде ден тен нен мен бен пен"
        ),
    ),
    "ky": _rules(
        _combined("- лар дар тар", "- ы сы", "- нын дын тын га ка на а ны ды ты да та нда дан тан"),
        _combined("- лер дер тер", "- и си", "- нин дин тин ге ке не е ни ди ти де те нде ден тен"),
        _combined("- лор дор тор", "- у су", "- нун дун тун го ко но о ну ду ту до то ндо дон тон"),
        _combined("- лөр дөр төр", "- ү сү", "- нүн дүн түн гө кө нө ө нү дү тү дө тө ндө дөн төн"),
    ),
    "tt": _rules(
        _combined("- лар нар", "- ы сы", "- ның га ка на а ны н да та нда дан тан нан"),
        _combined("- ләр нәр", "- е се", "- нең гә кә нә ә не н дә тә ндә дән тән нән"),
    ),
    "mn": _rules(
        _combined(
            "- ууд үүд нууд нүүд чууд чүүд",
            "- ын ийн гийн д т нд ыг ийг г аас ээс оос өөс аар ээр оор өөр тай тэй той руу рүү",
        )
    ),
    "ka": _rules(
        _combined(
            "- ებ",
            "ი ის ს სა სთან სგან სკენ მა ით ად ში ზე თან ისთვის იდან იც ების ო ისა ითა ისგან ისკენ ისთან ა ე",
        ),
        "ვი>ვ",
    ),
    # --- Semitic and Iranian -----------------------------------------------------------------------
    "he": _rules("יות יים ים ות ית ה ת"),
    "ku": _rules("ekî ekê yên ên an ek ê î a"),
    "ckb": _rules("ەکانی ەکان ەکە ەکەی انی ان ێک ێکی ی ە"),
    "ps": _rules("ونه ونو انو انې ان ګان و ه ې ۍ ي"),
    "ur": _rules("نا نے نی تا تے تی ئیں ئے ئی یں گا گے گی ین ان", "یوں یاں یوں ئیں ؤں وں یں ات وں ے ا ی و ہ"),
    # --- South Asia --------------------------------------------------------------------------------
    "bn": _rules(
        "গুলোকে গুলোর গুলোতে গুলির গুলিকে গুলো গুলি দেরকে দের য়েরা য়ের য়ে েরা ের েই ে রা টিকে টির",
        "টি টাকে টার টা কে তে র",
    ),
    "as": _rules("বোৰক বোৰৰ বোৰ সকলৰ সকলক সকল হঁতৰ হঁত ৰে লৈ টোৰ টো ক ত ৰ ে"),
    "mr": _rules(
        "ण्यासाठी ण्याची ण्याचा ण्याचे ण्यात ण्या णे णारा णारी णारे णार ल्या ले ली लो तो तात ते ता ेल ऊन",
        "ांमध्ये ामध्ये ांच्या ांचा ांची ांचे ांना ांनी ांवर ांत ाच्या ाचा ाची ाचे ाला ाने ावर ातून",
        "ात ीच्या ीचा ीची ीचे ीला",
        "ीने ीत च्या चा ची चे ला ने ून त ां ा ी े ू ो या",
    ),
    "gu": _rules("ઓમાં ઓને ઓનું ઓની ઓના ઓનો ઓથી ીઓ ાઓ ોને ોમાં ોની ોના ોનો ોનું ઓ માં નું ની ના નો ને થી ો ા ી ે ું"),
    "pa": _rules("ੀਆਂ ਿਆਂ ਿਓਂ ਾਂ ੀਂ ੋਂ ੇ ਾ ੀ ੋ ੂ ਂ"),
    "or": _rules("ଗୁଡ଼ିକର ଗୁଡ଼ିକ ମାନଙ୍କର ମାନଙ୍କୁ ମାନଙ୍କ ମାନେ ଟିର ଟି ଟା ଙ୍କ ରେ ରୁ ର କୁ"),
    "te": _rules(
        "ాలలో ాలను ాలకు ాలతో ాలు ాల ములు ంలో ంతో ానికి ాన్ని ాల ులు ుల లలో లను లకు లతో లు ల నుండి లో",
        "తో ను ని కు కి ము ం ు ి",
    ),
    "kn": _rules(
        "ಗಳಲ್ಲಿ ಗಳನ್ನು ಗಳಿಗೆ ಗಳಿಂದ ಗಳು ಗಳ ದಲ್ಲಿ ದಿಂದ ಕ್ಕೆ ವನ್ನು ಯನ್ನು ನ್ನು ಯಲ್ಲಿ ನಲ್ಲಿ ಲ್ಲಿ ನಿಂದ ಿಂದ",
        "ನಿಗೆ ಿಗೆ ಗೆ ವು ರು ಯ ದ ನ ು",
    ),
    "ml": _rules(
        "ങ്ങളുടെ ങ്ങളിൽ ങ്ങളെ ങ്ങൾക്ക് ങ്ങൾ കളുടെ കളിൽ കളെ കൾക്ക് കൾ ത്തിന്റെ ത്തിൽ ത്തിന് ത്തെ",
        "ത്തോടെ ിന്റെ ിൽ ിന് യുടെ യിൽ",
        "യെ നെ ന്റെ െ ം ് ു ി",
    ),
    "si": _rules("වලින් වලට වල යන්ගේ න්ගේ න්ට ගේ යෙන් ෙන් යේ යට ට ය ව ක් ේ ා ි"),
    # --- elsewhere ---------------------------------------------------------------------------------
    "tl": _rules("ang>a ing>i ong>o ung>u eng>e"),
    "sw": _rules("ini>i ani>a oni>o eni>e uni>u"),
    "so": _rules("yaasha yada kiisa kooda kii tii dii gii ka ga ha ta da sha yaal o"),
}
