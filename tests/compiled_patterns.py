"""Which regular expressions does the project hold, how are they used, and what could make them slow?

Found, not listed: those that modules hold after import, at whatever depth, and those that stand in calls of
`re` within functions. A new pattern is attacked with the next test run.
"""

from __future__ import annotations

import ast
import builtins
import dataclasses
import importlib
import pkgutil
import re
import types
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

ROOMS = ("search", "indexer", "web")
METHODS = ("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")
#: Modules that need a package which is not always there.
OPTIONAL = ("search.client",)
#: A pattern with so many repetitions allowed is taken as one without a bound.
_MANY = 200
_DEPTH = 6
#: What may stand anywhere in a text.
_GENERAL = (
    "a", "A", "1", " ", "\t", "\n", "-", ".", ",", "(", ")", "[", '"', "'", "<", "<a", "a ", "a-", "a.",
    "1 ", "1.", "1,", "a@", "a, ", "é", "e\u0301", "あ", "東", "א", "\u093c", "\u200d", "\ud800", "\x00",
)  # fmt: skip
_BREAKERS = ("", "\x00", "!", "\n", "x")
#: Tried for a set of characters, in this order.
_CANDIDATES = "ax1 -.,()[]<>\"'/:;|&=+*#@!?~^%$_\\\n\té あ東אक\u0301\u200dA\x00"


@dataclass(frozen=True)
class Found:
    """A pattern, where it stands, and by which methods it is asked; all of them where nobody can tell."""

    place: str
    pattern: re.Pattern[Any]
    methods: frozenset[str]


def modules() -> Iterator[types.ModuleType]:
    """Every module of the project."""
    for room in ROOMS:
        package = importlib.import_module(room)
        yield package
        for one in pkgutil.walk_packages(package.__path__, f"{room}."):
            if one.name.startswith(OPTIONAL) or one.name.endswith((".__main__", "gunicorn_conf", "wsgi")):
                continue
            yield importlib.import_module(one.name)


def compiled_patterns() -> tuple[list[Found], list[str]]:
    """All patterns; and the calls of `re` whose pattern is only known when they run."""
    trees = {one.__name__: (one, ast.parse(_source(one))) for one in modules()}
    used = _methods_by_name([tree for _, tree in trees.values()])
    found: dict[tuple[Any, int], Found] = {}
    unknown: list[str] = []
    for name, (module, tree) in trees.items():
        here = _methods_by_name([tree])
        for place, pattern in _held(vars(module), name):
            variable = place.removeprefix(f"{name}.")
            # A name that begins so is nobody else's.
            methods = (here if variable.startswith("_") else used).get(variable, frozenset())
            _add(found, place, pattern, methods)
        for call in _calls(tree):
            method = call.func.attr  # type: ignore[attr-defined]
            try:
                text = eval(
                    compile(ast.Expression(call.args[0]), name, "eval"), vars(module), _Names(vars(module))
                )
                pattern = text if isinstance(text, re.Pattern) else re.compile(text, _flags(call, module))
            except Exception:
                unknown.append(f"{name}: {ast.unparse(call.args[0])}")
                continue
            place = f"{name}:{call.lineno}"
            if method == "compile":
                if (pattern.pattern, pattern.flags) not in found:
                    _add(found, place, pattern, frozenset())
            else:
                _add(found, place, pattern, frozenset((method,)))
    return list(found.values()), unknown


def attacks(pattern: re.Pattern[Any], length: int) -> Iterator[str]:
    """Strings of about `length` characters that may make `pattern` go back and forth."""
    units: dict[tuple[str, str], None] = dict.fromkeys(("", unit) for unit in _GENERAL)
    tree = parser.parse(
        pattern.pattern, pattern.flags & (re.IGNORECASE | re.VERBOSE | re.DOTALL | re.MULTILINE)
    )
    whole = _sample(tree)
    units[("", whole or "a")] = None
    for prefix, unit in _pumps(tree, ""):
        units[(prefix, unit)] = None
        units[("", prefix + unit)] = None
    for prefix, unit in units:
        if unit:
            repeated = unit * (length // len(unit) + 1)
            for breaker in _BREAKERS if prefix or unit not in _GENERAL else _BREAKERS[:2]:
                yield (prefix + repeated)[:length] + breaker


def _source(module: types.ModuleType) -> str:
    with open(module.__file__ or "", encoding="utf-8") as file:
        return file.read()


def _add(
    found: dict[tuple[Any, int], Found], place: str, pattern: re.Pattern[Any], methods: frozenset[str]
) -> None:
    key = (pattern.pattern, pattern.flags)
    methods = methods or frozenset(METHODS)
    before = found.get(key)
    found[key] = (
        Found(before.place, pattern, before.methods | methods) if before else Found(place, pattern, methods)
    )


class _Names(dict[str, Any]):
    """The names of a module; one that is known only when the call runs counts as a number."""

    def __missing__(self, name: str) -> int:
        if hasattr(builtins, name):
            raise KeyError(name)
        return 3


def _flags(call: ast.Call, module: types.ModuleType) -> int:
    stated = [one.value for one in call.keywords if one.arg == "flags"]
    position = {"compile": 1, "sub": 4, "subn": 4, "split": 3}.get(call.func.attr, 2)  # type: ignore[attr-defined]
    stated += call.args[position : position + 1]
    return int(eval(compile(ast.Expression(stated[0]), "flags", "eval"), vars(module))) if stated else 0


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in (*METHODS, "compile")
            and node.args
        ):
            yield node


def _methods_by_name(trees: list[ast.Module]) -> dict[str, frozenset[str]]:
    """Name of a variable → methods asked of it; where it is also handed on, those asked of anything there."""
    used: dict[str, set[str]] = defaultdict(set)
    handed_on: set[str] = set()
    asked_of_any: set[str] = set()
    for tree in trees:
        asked = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in METHODS:
                asked_of_any.add(node.attr)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                asked.add(node.value)
                if node.attr == "pattern":
                    # A part of another pattern, which walks through texts.
                    used[node.value.id].add("finditer")
                if node.attr in METHODS:
                    used[node.value.id].add(node.attr)
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node not in asked:
                handed_on.add(node.id)
    every = {name: frozenset(methods) for name, methods in used.items()}
    return every | {name: frozenset(asked_of_any) for name in handed_on}


def _held(
    value: Any, place: str, depth: int = 0, seen: set[int] | None = None
) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """The patterns in a value: in containers, classes, dataclasses, at most some levels down."""
    seen = set() if seen is None else seen
    if isinstance(value, re.Pattern):
        yield place, value
        return
    if depth > _DEPTH or id(value) in seen or isinstance(value, str | bytes | int | float | types.ModuleType):
        return
    seen.add(id(value))
    if isinstance(value, dict):
        # Large tables are of words.
        for key, one in list(value.items())[:5_000]:
            yield from _held(one, f"{place}.{key}" if depth == 0 else f"{place}[…]", depth + 1, seen)
            yield from _held(key, f"{place}[…]", depth + 1, seen)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in list(value)[:5_000]:
            yield from _held(one, f"{place}[…]", depth + 1, seen)
    elif isinstance(value, type):
        if value.__module__.partition(".")[0] in ROOMS:
            yield from _held(dict(vars(value)), place, depth + 1, seen)
    elif dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            yield from _held(getattr(value, one.name, None), f"{place}.{one.name}", depth + 1, seen)
    elif type(value).__module__.partition(".")[0] in ROOMS:
        yield from _held(getattr(value, "__dict__", {}), place, depth + 1, seen)


def _sample(tree: Any) -> str:
    """A short text that the parsed pattern accepts, look-arounds and anchors aside."""
    return "".join(_sample_of(operator, argument) for operator, argument in tree)


def _sample_of(operator: Any, argument: Any) -> str:
    if operator is codes.LITERAL:
        return chr(argument)
    if operator is codes.NOT_LITERAL:
        return "a" if argument != ord("a") else "b"
    if operator is codes.ANY:
        return "a"
    if operator is codes.IN:
        return next((one for one in _CANDIDATES if _holds(argument, one)), None) or _first_of(argument)
    if operator in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        least, _, body = argument
        return _sample(body) * max(least, 1)
    if operator is codes.SUBPATTERN:
        return _sample(argument[3])
    if operator is codes.ATOMIC_GROUP:
        return _sample(argument)
    if operator is codes.BRANCH:
        return _sample(argument[1][0])
    return ""


def _first_of(items: Any) -> str:
    for operator, argument in items:
        if operator is codes.LITERAL:
            return chr(argument)
        if operator is codes.RANGE:
            return chr(argument[0])
    return "a"


def _holds(items: Any, character: str) -> bool:
    code, is_negated, found = ord(character), False, False
    for operator, argument in items:
        if operator is codes.NEGATE:
            is_negated = True
        elif operator is codes.LITERAL:
            found |= argument == code
        elif operator is codes.RANGE:
            found |= argument[0] <= code <= argument[1]
        elif operator is codes.CATEGORY:
            name = str(argument).lower()
            kind = {"d": character.isdecimal(), "s": character.isspace()}.get(
                "d" if "digit" in name else "s" if "space" in name else "w",
                character.isalnum() or character == "_",
            )
            found |= kind != ("not_" in name)
    return found != is_negated


def _pumps(tree: Any, before: str) -> Iterator[tuple[str, str]]:
    """For each repetition without a bound: what leads to it, and what it repeats."""
    for operator, argument in tree:
        if operator in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            _, most, body = argument
            if most >= _MANY:
                for unit in _units(body):
                    yield before, unit
            yield from _pumps(body, before)
        elif operator is codes.SUBPATTERN:
            yield from _pumps(argument[3], before)
        elif operator is codes.ATOMIC_GROUP:
            yield from _pumps(argument, before)
        elif operator is codes.BRANCH:
            for branch in argument[1]:
                yield from _pumps(branch, before)
        elif operator in (codes.ASSERT, codes.ASSERT_NOT):
            yield from _pumps(argument[1], before)
        before += _sample_of(operator, argument)


def _units(body: Any) -> Iterator[str]:
    """What one turn of a repetition may be."""
    yield _sample(body)
    for operator, argument in body:
        if operator is codes.IN:
            accepted = [one for one in _CANDIDATES if _holds(argument, one)]
            yield from accepted[:4]
            if len(accepted) > 1:
                yield accepted[0] + accepted[-1]
        elif operator is codes.BRANCH:
            yield from map(_sample, argument[1])
        elif operator is codes.SUBPATTERN:
            yield from _units(argument[3])
