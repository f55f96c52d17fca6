"""What is known about each language, and which row does a language code mean?

The one table of languages. Its rows stand in `languages_west.py`, `_east`, `_asia` and
`_elsewhere`, only to keep files short; import from here. To add a language, add a row to one of
them (and, if it has any, a list to `stop_words/`): nothing else needs to know.

Letters in `keep_letters` follow Wikimedia's CirrusSearch where the letter is one of its own to its
readers and on their keyboards (Swedish å, Spanish ñ, Russian й). Languages whose speakers often
type without marks (Czech, Slovak, Polish, Romanian, Croatian, Latvian, Lithuanian,
Albanian) fold them, and so does German: a spelling typed in full still ranks first, as `exact`.
Vietnamese keeps all of them, since its tones tell words apart; `folded` finds them typed without.
"""

from __future__ import annotations

import re
from functools import lru_cache

from search.analysis import languages_asia, languages_east, languages_elsewhere, languages_west
from search.analysis.language import Language

#: The row of texts whose language is not known.
UNDETERMINED = "und"

#: Every language by code; the most widely used of a script first.
LANGUAGES: dict[str, Language] = {
    row.code: row
    for rows in (languages_west.ROWS, languages_east.ROWS, languages_asia.ROWS, languages_elsewhere.ROWS)
    for row in rows
}

#: code=other codes for the same: retired ones, ISO 639-2 and 639-3, members of a macrolanguage that
#: share its row, codes of film catalogues (`cn`).
_OTHER_CODES = """
ab=abk af=afr am=amh an=arg ar=ara,arb,arz,ary,apc,ajp,acm,afb,aeb,arq,ars as=asm ast=bable ay=aym
az=aze,azj,azb ba=bak be=bel bg=bul bm=bam bn=ben bo=bod,tib br=bre bs=bos ca=cat,cat-valencia ce=che
cnr=me co=cos cs=ces,cze cv=chv cy=cym,wel da=dan de=deu,ger dv=div dz=dzo ee=ewe el=ell,gre en=eng eo=epo
es=spa,cas et=est,ekk eu=eus,baq fa=fas,per,pes,prs ff=ful fi=fin fj=fij fo=fao fr=fra,fre fy=fry ga=gle
gd=gla gl=glg gn=grn gu=guj gv=glv ha=hau he=heb,iw hi=hin hr=hrv,scr ht=hat hu=hun hy=hye,arm ia=ina
id=ind,in ig=ibo is=isl,ice it=ita iu=iku ja=jpn,jp jv=jav,jw ka=kat,geo kk=kaz kl=kal km=khm kn=kan
ko=kor,kr ku=kur,kmr ky=kir la=lat lb=ltz lg=lug ln=lin lo=lao lt=lit lv=lav,lvs mg=mlg,plt mi=mri,mao
mk=mkd,mac ml=mal mn=mon,khk mr=mar ms=msa,may,zsm mt=mlt my=mya,bur nan=zh-min-nan,zh-nan nb=nob,no-bok
ne=nep,npi nl=nld,dut,nl-be,vls nn=nno,no-nyn no=nor nv=nav ny=nya oc=oci,prv om=orm or=ori,ory os=oss
pa=pan,pnb pl=pol ps=pus,pbt pt=por qu=que rm=roh rn=run ro=ron,rum,mo,mol ru=rus rw=kin sa=san sc=srd
sd=snd se=sme sh=hbs si=sin sk=slk,slo sl=slv sm=smo sn=sna so=som sq=sqi,alb,als sr=srp,scc ss=ssw st=sot
su=sun sv=swe sw=swa,swh ta=tam te=tel tg=tgk th=tha ti=tir tk=tuk tl=tgl,fil tn=tsn to=ton tr=tur ts=tso
tt=tat ty=tah ug=uig uk=ukr,ua ur=urd uz=uzb,uzn ve=ven vi=vie wo=wol xh=xho yi=yid,ji yo=yor
yue=cn,zh-yue,zh-cantonese wuu=zh-wuu lzh=zh-classical zh=zho,chi,cmn,zh-guoyu zu=zul
und=mul,mis,zxx,xx,art,root ak=aka,twi,tw,fat nds=nds-nl gsw=als-ch crh=crh-latn
kw=cor wa=wln ie=ile io=ido ch=cha aa=aar bi=bis sg=sag dtp=kzj mhr=chm
"""
_CODE_OF = {
    other: code
    for code, _, others in (entry.partition("=") for entry in _OTHER_CODES.split())
    for other in others.split(",")
}


#: A language subtag of two or three letters, with whatever follows it.
_STATED = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9_-]+)?\Z", re.ASCII)


@lru_cache(maxsize=4096)
def _row_code(code: str) -> str | None:
    """The code of the row that `code` means, or None."""
    parts = code.strip().lower().replace("_", "-").split("-")
    # The longest beginning that is known counts: zh-min-nan is not zh, pt-br is pt.
    for length in range(len(parts), 0, -1):
        beginning = "-".join(parts[:length])
        found = beginning if beginning in LANGUAGES else _CODE_OF.get(beginning)
        if found:
            return found
    return None


def canonical_code(code: str) -> str:
    """The table's code for any BCP 47 or ISO 639 code, in any case; `und` if it has none.

    >>> [canonical_code(code) for code in ("pt-BR", "zh_TW", "iw", "ITA", "tlh")]
    ['pt', 'zh', 'he', 'it', 'und']
    """
    return _row_code(code) or UNDETERMINED


def stated_code(code: str) -> str:
    """The table's code; of a language that the table does not have, its own; `und` for what is no code
    of a language.

    >>> [stated_code(code) for code in ("pt-BR", "tlh-Latn", "mul", "x-none", "klingon")]
    ['pt', 'tlh', 'und', 'und', 'und']
    """
    found = _row_code(code)
    if found is None:
        stated = _STATED.match(code.strip().lower())
        return stated[1] if stated else UNDETERMINED
    return found


def is_known(code: str) -> bool:
    """Whether the table has a row for this code; `und` itself is not a known language."""
    return _row_code(code) not in (None, UNDETERMINED)


def language(code: str) -> Language:
    """The row for a language code; the `und` row if there is none."""
    return LANGUAGES[canonical_code(code)]


@lru_cache(maxsize=256)
def languages_of_script(script: str) -> tuple[Language, ...]:
    """Every language written in a script (ISO 15924 code), those that usually are first."""
    usual = (row for row in LANGUAGES.values() if row.scripts[0] == script)
    return (*usual, *(row for row in LANGUAGES.values() if script in row.scripts[1:]))
