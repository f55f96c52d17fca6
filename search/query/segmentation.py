"""Into which known words can an unbroken word be cut? しちにんのさむらい → shichinin no samurai.

Dynamic programming over the places of the word, fewest pieces first. Used for romanised words
that the index knows only in pieces.
"""

from __future__ import annotations

from collections.abc import Callable

#: A piece is at least this long; a word longer than this is not cut.
SHORTEST_PIECE, LONGEST_WORD = 2, 40
#: Cuts kept per place, and pieces of a cut.
KEPT, MOST_PIECES = 6, 6

Cut = tuple[str, ...]


def cuts(word: str, known: Callable[[str], bool]) -> list[Cut]:
    """Ways to cut `word` into known pieces, fewest pieces first; none if there is no way.

    >>> cuts("abcde", {"ab", "cde", "abc", "de"}.__contains__)
    [('ab', 'cde'), ('abc', 'de')]
    """
    if not 2 * SHORTEST_PIECE <= len(word) <= LONGEST_WORD:
        return []
    best: list[list[Cut]] = [[()], *([] for _ in word)]
    for end in range(SHORTEST_PIECE, len(word) + 1):
        found: list[Cut] = []
        for start in range(0, end - SHORTEST_PIECE + 1):
            if best[start] and known(word[start:end]):
                found += [(*cut, word[start:end]) for cut in best[start] if len(cut) < MOST_PIECES]
        best[end] = sorted(found, key=len)[:KEPT]
    return [cut for cut in best[-1] if len(cut) > 1]
