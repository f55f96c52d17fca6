"""Has some document all that is wanted, and which words has none? As `engines/execution.py` tells it."""

from __future__ import annotations

from search.opensearch.matching import is_wanted, required_of
from search.opensearch.statistics import KnownNumbers
from search.query.plan import AllDocuments, AllOf, AnyOf, MostOf, Node, Unit, units_of
from search.query.plan import Sequence as WordSequence
from search.ranking import grams_required


def missing_words(root: Node, known: KnownNumbers) -> tuple[str, ...]:
    """The texts of wanted words that no document has. Raises `NotKnown`."""
    return tuple(unit.text for unit in units_of(root) if not unit.optional and not known.word(unit).is_read)


def is_complete(node: Node, known: KnownNumbers) -> bool:
    """Whether some document has all that a node wants. Raises `NotKnown`."""
    if isinstance(node, MostOf):
        return known.best_of(node) >= len(node.parts)
    if isinstance(node, AnyOf):
        return any(is_complete(part, known) and _has_documents(part, known) for part in node.parts)
    if not isinstance(node, AllOf):
        return True
    parts = (*node.parts, *node.excluded)
    if not all(is_complete(part, known) for part in parts):
        return False
    wanted = sum(map(is_wanted, node.parts))
    best = known.best_of(node)
    if not best:
        return not wanted
    return not node.lenient or best == wanted


def _has_documents(node: Node, known: KnownNumbers) -> bool:
    """Whether a node finds any document, whatever the filters."""
    if isinstance(node, Unit | WordSequence):
        return known.word(node).occurs
    if isinstance(node, MostOf):
        return grams_required(len(node.parts), known.best_of(node)) is not None
    if isinstance(node, AnyOf):
        return any(_has_documents(part, known) for part in node.parts)
    if isinstance(node, AllOf):
        return required_of(node, known.best_of(node)) > 0
    return isinstance(node, AllDocuments) or known.has_documents(node)
