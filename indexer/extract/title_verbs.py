"""Words that follow the name of a work when a text speaks about it ("… tells the story of").

They make a capitalised phrase at the beginning of a clause the likely title. Articles and small
words are what such phrases may contain in lower case. Extending: add to a row.
"""

from __future__ import annotations

_TITLE_VERBS = """
tells follows captures explores becomes chronicles depicts portrays recounts reveals examines traces shows
documents narrates offers racconta narra segue esplora mostra ripercorre descrive documenta diventa è
raconte suit explore retrace montre dépeint dévoile est cuenta relata sigue explora muestra retrata es
conta acompanha é erzählt folgt zeigt begleitet schildert handelt ist dokumentiert vertelt volgt toont is
opowiada pokazuje śledzi jest vypráví sleduje ukazuje je рассказывает повествует показывает исследует это
розповідає показує anlatıyor anlatır izliyor gösteriyor mengisahkan bercerita menceritakan mengikuti
adalah menggambarkan spune urmărește arată este bemutatja elmeséli követi berättar följer skildrar är
fortæller følger skildrer er forteller kertoo seuraa αφηγείται παρακολουθεί δείχνει είναι kể kisahkan
"""
_SMALL_WORDS = """
a an and at by for from in into no not of on or the to upon vs with without di da de del della dei delle
degli dal dalla al alla alle il lo la le gli i un una e ed per su nel nella va du des et au aux en sur l d
les el los las y con por para do dos das os as o der die dem den ein eine und im am zum zur von vom mit
auf van het een op te w we z ze na od v ve s se po и в во на с со о об из за по для не і у та з ile bir
dan ke yang și och på av og til ja és az egy του της των και στο στη σε ο η το
"""
_ARTICLES = "the a an il lo la le gli i un una el los las les l der die das ein eine het een os as η ο το"

TITLE_VERBS = frozenset(_TITLE_VERBS.split())
SMALL_WORDS = frozenset(_SMALL_WORDS.split())
ARTICLES = frozenset(_ARTICLES.split())
