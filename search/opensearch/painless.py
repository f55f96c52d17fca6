"""Which scripts does the cluster run? Constant texts; what a query brings comes to them as parameters.

The cluster compiles each text once. A score is a number of single precision and all that a script hears
of the query below it, so what is found of a word in a document is packed into one whole number: from
the lowest bits how many of its terms each zone of names has, then how often the body has them
(`search/opensearch/scoring.py` packs it).

A script runs for every way in which every document found has a word. So types are named wherever they are
known, which saves looking them up at each step, and numbers come in one list: a parameter by name takes as
long as a doc value.
"""

from __future__ import annotations

from functools import lru_cache

from search import ranking
from search.index.schema import ALIAS, BODY, PEOPLE, TITLE, WAYS, Field
from search.opensearch.mapping import length_field

#: The whole numbers that a score of single precision holds exactly have so many bits.
SCORE_BITS = 24
#: The zones of names, in the order of their bits; then comes the body.
NAME_ZONES = (TITLE, ALIAS, PEOPLE)
PACKED_ZONES = (*NAME_ZONES, BODY)
#: The parameter `p` of a word begins with the mask and the bits of a count; then come, for each language
#: that has the word, a row of its number, the weight of the word and for each zone `b`: the weight of a zone
#: is one by `a + b · length`, zone weight and length normalisation in one.
BEFORE_ROWS = 2

#: Short words: a query has dozens of these texts, and every node of the cluster reads them.
_FUNCTIONS = "double f(List p,int i){return ((Number)p.get(i)).doubleValue();} "
_WEIGHT = (
    "double z(List p,int i,double a,ScriptDocValues.Longs d){return d.size()==0?a:a+f(p,i)*d.getValue();} "
)
_LANGUAGE = "int l=(int)((ScriptDocValues.Longs)doc.get('language_number')).getValue(); "
#: The row of a document's language. Its own is there, or what was counted is not what is scored.
_ROW = (
    "List p=(List)params.get('p'); " + _LANGUAGE + "int i={first}; "
    "while(f(p,i)!=l){{i+={size}; if(i>=p.size()){{i={first}; break;}}}} "
)
_SATURATED = f"return f(p,i+1)*x/(x+{ranking.K1});"


@lru_cache(maxsize=32)
def word_script(way: str, *, single: bool, saturated: bool = True) -> str:
    """What a word is worth: weighted frequencies of all zones, added, saturated and multiplied by the weight
    of the document's language. `single`: of one term, so that each count is one bit. Without `saturated`
    the sum alone.

    Parameter: `p`, with `b` of the zones of the way in their order.
    """
    held = [zone for zone in PACKED_ZONES if zone in WAYS[way]]
    text = _FUNCTIONS + _WEIGHT + _ROW.format(first=BEFORE_ROWS, size=2 + len(held))
    text += "long c=(long)_score; long n; double x=0; "
    if not single:
        text += "long m=(long)f(p,0); int s=(int)f(p,1); "
    for zone in PACKED_ZONES:
        if zone == BODY:
            text += "n=c; "
        else:
            text += "n=c&1; c>>=1; " if single else "n=c&m; c>>=s; "
        if zone in held:
            length = f"doc.get('{length_field(Field(zone, way))}')"
            constant = weight_at_no_length(zone)
            text += f"if(n!=0) x+=n/z(p,i+{2 + held.index(zone)},{constant},{length}); "
    return text + (_SATURATED if saturated else "return x;")


def weight_at_no_length(zone: str) -> float:
    """`a` of a zone."""
    return round((1 - ranking.ZONE_B[zone]) / ranking.ZONE_WEIGHT[zone], 9)


#: Weights of a word that were added below, saturated. Parameter: `p`, rows of a language and its weight.
SATURATED = _FUNCTIONS + _ROW.format(first=0, size=2) + "double x=_score; " + _SATURATED

#: How often words stand in order: a query of intervals scores f / (f + 1). Times the parameter `scale`.
RUNS = "return Math.round(_score / (1.0 - _score)) * (double) params.get('scale');"

#: What a phrase in one zone is worth. Parameters: `z` weight of the zone; `p` as above.
PHRASE = (
    _FUNCTIONS
    + _ROW.format(first=0, size=2)
    + "double x = Math.round(_score / (1.0 - _score)) * (double) params.get('z'); "
    + _SATURATED
)

#: The parameter `c` less the score: the least of several numbers is what the greatest leaves of it.
COMPLEMENT = "return (double) params.get('c') - _score;"

_COUNTED = (
    "double step = (double) params.get('step'); long c = (long) (_score / step); "
    "double x = _score - c * step; "
)
#: A score that has `step` times (1 + the number of wanted words that the document has) added to it, as
#: a score of which this number takes its share. Parameters: `step`; `g` factors by that number.
COORDINATED = _COUNTED + "return x * (double) ((List) params.get('g')).get((int) c - 1);"

#: The same where only those count that have `r` wanted words, or else a score of `t`; others are worth 0,
#: those that count more than `LEAST`.
LEAST = 1e-6
ANSWERED = (
    _COUNTED + "if (c - 1 < (int) params.get('r') && x < (double) params.get('t')) { return 0.0; } "
    "return Math.max(x * (double) ((List) params.get('g')).get((int) c - 1), 2e-6);"
)

_BOOST = (
    "ScriptDocValues.Doubles b = (ScriptDocValues.Doubles) doc.get('boost'); "
    "double x = b.size() == 0 ? _score : _score * b.getValue(); "
)
#: The score times the popularity of the document.
POPULAR = _BOOST + "return x;"
#: The same times the preference for its language. Parameter: `p` factors by language.
PREFERRED = _LANGUAGE + _BOOST + "return x * (double) ((List) params.get('p')).get(l);"
