"""Which BCP 47 code is meant by what a document declares as its language?

Only spelling is settled here (`ENG`, `pt_br`, TMDB's `cn`, `German`); which languages the service
can analyse is the question of the language table in `search.analysis`.
"""

from __future__ import annotations

import re

_CODE = re.compile(r"(?:[a-z]{2,3}|x)(?:-[a-z0-9]{1,8})*", re.ASCII)

# ISO 639-2 and -3 codes (also the bibliographic ones) of languages that have a two-letter code.
_SHORTER_PAIRS = """
afr=af alb=sq amh=am ara=ar arm=hy aze=az baq=eu bel=be ben=bn bod=bo bos=bs bre=br bul=bg bur=my
cat=ca ces=cs chi=zh cmn=zh cos=co cym=cy cze=cs dan=da deu=de dut=nl ell=el eng=en epo=eo est=et eus=eu
fao=fo fas=fa fin=fi fra=fr fre=fr fry=fy geo=ka ger=de gla=gd gle=ga glg=gl gre=el guj=gu hat=ht hau=ha
heb=he hin=hi hrv=hr hun=hu hye=hy ibo=ig ice=is ind=id isl=is ita=it jav=jv jpn=ja kan=kn kat=ka kaz=kk
khm=km kin=rw kir=ky kor=ko kur=ku lao=lo lat=la lav=lv lit=lt ltz=lb mac=mk mal=ml mao=mi mar=mr may=ms
mkd=mk mlg=mg mlt=mt mon=mn mri=mi msa=ms mya=my nep=ne nld=nl nno=nn nob=nb nor=no oci=oc ori=or pan=pa
per=fa pes=fa pol=pl por=pt pus=ps que=qu roh=rm ron=ro rum=ro run=rn rus=ru sin=si slk=sk slo=sk slv=sl
sna=sn snd=sd som=so spa=es sqi=sq srp=sr ssw=ss sun=su swa=sw swe=sv tam=ta tat=tt tel=te tgk=tg tgl=tl
tha=th tib=bo tir=ti tso=ts tuk=tk tur=tr uig=ug ukr=uk urd=ur uzb=uz vie=vi wel=cy wol=wo xho=xh yid=yi
yor=yo zho=zh zul=zu
"""

# Withdrawn codes, catalogues' own codes, and codes that state the absence of a language.
_REPLACED: dict[str, str | None] = {
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "jw": "jv",
    "mo": "ro",
    "scc": "sr",
    "scr": "hr",
    "sh": "sr-Latn",
    "cn": "yue",  # TMDB
    "zh-cn": "zh-Hans",
    "zh-sg": "zh-Hans",
    "zh-tw": "zh-Hant",
    "zh-hk": "zh-Hant",
    "zh-yue": "yue",
    "x-jat": "ja-Latn",
    "x-zht": "zh-Latn",
    "x-kot": "ko-Latn",  # AniDB's romanised titles
    "x-unk": None,
    "x-other": None,
    "xx": None,
    "und": None,
    "zxx": None,
    "mul": None,
    "mis": None,
}

# Names that catalogues write in place of codes, in English and in the language itself.
_NAME_PAIRS = """
arabic=ar bengali=bn bulgarian=bg cantonese=yue catalan=ca chinese=zh mandarin=zh croatian=hr
czech=cs danish=da dutch=nl english=en estonian=et finnish=fi french=fr german=de greek=el hebrew=he
hindi=hi hungarian=hu icelandic=is indonesian=id italian=it japanese=ja korean=ko latvian=lv
lithuanian=lt malay=ms norwegian=no persian=fa farsi=fa polish=pl portuguese=pt romanian=ro
russian=ru serbian=sr slovak=sk slovenian=sl spanish=es swedish=sv tamil=ta telugu=te thai=th
turkish=tr ukrainian=uk urdu=ur vietnamese=vi deutsch=de español=es français=fr italiano=it
português=pt polski=pl svenska=sv nederlands=nl dansk=da suomi=fi norsk=no magyar=hu čeština=cs
türkçe=tr русский=ru українська=uk ελληνικά=el العربية=ar עברית=he 日本語=ja 한국어=ko 中文=zh ไทย=th
हिन्दी=hi
"""

_SHORTER = dict(pair.split("=") for pair in _SHORTER_PAIRS.split())
_NAMES = dict(pair.split("=") for pair in _NAME_PAIRS.split())


def canonical_language(value: str) -> str | None:
    """The BCP 47 code in its usual spelling, or None for "no language" and for what is no code.

    >>> canonical_language("PT_br"), canonical_language("cn"), canonical_language("German")
    ('pt-BR', 'yue', 'de')
    """
    lowered = value.strip().lower()
    if lowered in _NAMES:
        return _NAMES[lowered]
    code = lowered.replace("_", "-")
    if code in _REPLACED:
        return _REPLACED[code]
    if not _CODE.fullmatch(code):
        return None
    primary, *subtags = code.split("-")
    if primary == "x":
        return code
    replaced = _REPLACED.get(primary, _SHORTER.get(primary, primary))
    return None if replaced is None else "-".join((replaced, *_spelled(subtags)))


def _spelled(subtags: list[str]) -> list[str]:
    """Script in title case, region in capitals, everything after a singleton as it is."""
    spelled: list[str] = []
    for position, subtag in enumerate(subtags):
        if len(subtag) == 1:
            return [*spelled, *subtags[position:]]
        if len(subtag) == 4 and subtag.isalpha():
            subtag = subtag.title()
        elif len(subtag) == 2:
            subtag = subtag.upper()
        spelled.append(subtag)
    return spelled
