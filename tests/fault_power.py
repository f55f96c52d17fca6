"""What may be left on a disk when the power goes: a model of files, folders and what was flushed of them.

Of a recorded run it is known in which order files were written, named and flushed. Whatever was not flushed
when the power went may have reached the disk or not, whole, torn or as zeros, in any order: names of files
are flushed with their folder, contents with the file. After "How SQLite Is Tested" (crash tests) and Lucene's
`MockDirectoryWrapper.crash`.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fault_disk import Step


@dataclass
class _File:
    """`flushed` is sure to be on the disk; `since` happened to it later."""

    flushed: bytes = b""
    since: list[Step] = field(default_factory=list)

    def content(self, kept: Sequence[Step]) -> bytes:
        data = bytearray(self.flushed)
        for step in kept:
            if step.operation == "truncate":
                del data[step.offset :]
            else:
                data.extend(bytes(max(0, step.offset - len(data))))
                data[step.offset : step.offset + len(step.data)] = step.data
        return bytes(data)


@dataclass
class _Naming:
    """A change of names, and whether it is sure to be on the disk."""

    operation: str
    path: str
    target: str
    number: int
    flushed: bool = False

    def folders(self) -> set[str]:
        return {os.path.dirname(one) for one in (self.path, self.target) if one}


class Power:
    """A folder as it was, all of it flushed, and the steps of a run upon it."""

    def __init__(self, root: Path, steps: Sequence[Step]) -> None:
        self._root = str(root)
        self.steps = steps
        self._folders = [str(one) for one in root.rglob("*") if one.is_dir()]
        inodes: dict[int, int] = {}
        self._before: list[bytes] = []
        self._names: dict[str, int] = {}
        for path in sorted(root.rglob("*")):
            if path.is_file():
                inode = path.stat().st_ino
                if inode not in inodes:
                    inodes[inode] = len(self._before)
                    self._before.append(path.read_bytes())
                self._names[str(path)] = inodes[inode]

    def after(self, count: int, source: random.Random) -> dict[str, bytes | None]:
        """What is left when the power goes after so many steps: relative path → content, None for folders."""
        files = [_File(content) for content in self._before]
        names: dict[str, int | None] = {**dict.fromkeys(self._folders), **self._names}
        namings: list[_Naming] = []
        for step in self.steps[:count]:
            self._apply(step, files, names, namings)
        kept = self._kept(namings, source)
        names = {**dict.fromkeys(self._folders), **self._names}
        for naming in kept:
            _name(naming, names)
        contents = [_left(one, source) for one in files]
        return {
            os.path.relpath(path, self._root): None if number is None else contents[number]
            for path, number in names.items()
        }

    def _apply(
        self, step: Step, files: list[_File], names: dict[str, int | None], namings: list[_Naming]
    ) -> None:
        if step.operation == "fsync":
            number = names.get(step.path)
            if number is None:
                for naming in namings:
                    naming.flushed |= step.path in naming.folders()
            else:
                files[number] = _File(files[number].content(files[number].since))
        elif step.operation in ("write", "truncate"):
            number = names[step.path]
            assert number is not None
            files[number].since.append(step)
        else:
            if step.operation == "create":
                files.append(_File())
            naming = _Naming(step.operation, step.path, step.target, len(files) - 1)
            namings.append(naming)
            _name(naming, names)

    @staticmethod
    def _kept(namings: list[_Naming], source: random.Random) -> list[_Naming]:
        way = source.choice(("none", "all", "some", "first"))
        loose = [naming for naming in namings if not naming.flushed]
        if way == "none":
            lucky = []
        elif way == "all":
            lucky = loose
        elif way == "first":
            lucky = loose[: source.randint(0, len(loose))]
        else:
            lucky = [naming for naming in loose if source.random() < 0.5]
        chosen = {id(naming) for naming in lucky}
        return [naming for naming in namings if naming.flushed or id(naming) in chosen]


def _name(naming: _Naming, names: dict[str, int | None]) -> None:
    """Carry out a change of names; one that depends on another that was lost is lost with it."""
    operation, path, target = naming.operation, naming.path, naming.target
    if operation == "create":
        names.setdefault(path, naming.number)
    elif operation == "mkdir":
        names.setdefault(path, None)
    elif operation in ("unlink", "rmdir"):
        names.pop(path, None)
    elif operation == "link" and path in names:
        names[target] = names[path]
    elif operation == "rename" and path in names:
        names[target] = names.pop(path)
        for one in [one for one in names if one.startswith(path + "/")]:
            names[target + one[len(path) :]] = names.pop(one)


def _left(file: _File, source: random.Random) -> bytes:
    """The content of a file: what was flushed, and what luck adds."""
    if not file.since:
        return file.flushed
    whole = file.content(file.since)
    way = source.choice(("nothing", "all", "some", "torn", "zeros"))
    if way == "nothing":
        return file.flushed
    if way == "all":
        return whole
    if way == "zeros":
        # The new size arrived, and none of the blocks.
        return file.flushed + bytes(max(0, len(whole) - len(file.flushed)))
    if way == "torn":
        return whole[: source.randint(0, len(whole))]
    return file.content([step for step in file.since if source.random() < 0.5])


def lay_out(left: dict[str, bytes | None], folder: Path) -> None:
    """Make a real folder of what is left; what stands in a folder that was lost is lost too."""
    folder.mkdir()
    for path, content in sorted(left.items()):
        if content is None and (folder / path).parent.is_dir():
            (folder / path).mkdir()
    for path, content in left.items():
        if content is not None and (folder / path).parent.is_dir():
            (folder / path).write_bytes(content)
