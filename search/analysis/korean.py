"""Which part of a written Korean word is the noun? Particles (josa) are written together with it."""

from __future__ import annotations

#: Of two syllables and more, longest first, as they are taken off. One syllable more or less is forgiven
#: anyway, and many nouns end in one that may be a particle.
PARTICLES = (
    *("에게서는", "으로부터", "에서부터", "이라고는"),
    *("에게서", "에서는", "에서도", "으로는", "으로도", "으로서"),
    *("으로써", "한테서", "로부터", "에게는", "까지는"),
    *("이라고", "이라는", "이라도", "이랑은", "처럼은", "부터는"),
    *("에서", "에게", "에는", "에도", "으로", "로서", "로써", "로는", "한테", "께서", "까지", "부터", "처럼"),
    *("보다", "마다", "조차", "마저", "밖에", "만큼", "하고", "이랑", "이나", "이란", "라고", "라는", "라도"),
)
#: A noun of fewer syllables has too many namesakes to be looked for alone.
SHORTEST_NOUN = 2


def without_particle(word: str) -> str:
    """A word in precomposed Hangul without the particle at its end, or as it is.

    >>> without_particle("언덕에서"), without_particle("추억")
    ('언덕', '추억')
    """
    for particle in PARTICLES:
        if word.endswith(particle) and len(word) - len(particle) >= SHORTEST_NOUN:
            return word.removesuffix(particle)
    return word
