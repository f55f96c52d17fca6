"""How are Georgian and Armenian words written in Latin letters?

Georgian by the national system of 2002, which drops the apostrophes of older ones. Armenian as it
is spoken in the east, with the consonants of western Armenian as second spellings.
"""

from __future__ import annotations

from search.analysis.romanization.scheme import Scheme


def _table(letters: str, spellings: str) -> dict[str, str]:
    options = [spelling.replace("/", " ") for spelling in spellings.split()]
    return dict(zip(letters.split(), options, strict=True))


GEORGIAN = Scheme(
    _table(
        "ა ბ გ დ ე ვ ზ თ ი კ ლ მ ნ ო პ ჟ რ ს ტ უ ფ ქ ღ ყ შ ჩ ც ძ წ ჭ ხ ჯ ჰ",
        "a b g d e v z t i k l m n o p zh r s t u p/ph k gh/g q/k sh ch ts/c dz ts ch kh/h j h",
    )
)
ARMENIAN = Scheme(
    _table(
        "ա բ գ դ ե ^ե զ է ը թ ժ ի լ խ ծ կ հ ձ ղ ճ մ յ ^յ ն շ ո ^ո չ պ ջ ռ ս վ տ ր ց ւ ու ^ու փ ք օ ֆ եւ",
        "a b/p g/k d/t e ye/e z e y/e t zh i l kh/x ts/dz k/g h dz/ts gh/l ch/j m y/h/j h/y n sh o vo/o "
        "ch p/b j/ch r s v t/d r ts/c v u u p k o f ev/yev",
    )
)
