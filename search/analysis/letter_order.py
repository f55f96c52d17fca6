"""How are tailored alphabets written down in the language table?"""

from __future__ import annotations

from itertools import pairwise


def in_order(groups: str) -> dict[str, str]:
    """Letter → the letter it sorts directly after, from groups in the order of the alphabet.

    >>> in_order("zåäö nñ")
    {'å': 'z', 'ä': 'å', 'ö': 'ä', 'ñ': 'n'}
    """
    return {letter: before for group in groups.split() for before, letter in pairwise(group)}
