"""What may this process no longer do, once it reads what strangers wrote?

Every layer is a promise of the kernel and cannot be taken back by the process: bounds of memory, of
files written and of processor time (POSIX), no sockets and no further programs (seccomp), no files
but Python's own (Landlock). The last two need Linux; `confine` tells which are in force.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MEMORY, PROGRAMS, FILES = "memory", "sockets and programs", "files"

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2
# Instructions of a socket filter (linux/bpf_common.h): load a word, compare, return.
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000  # the second one is errno 1, EPERM
#: The 32-bit calls of x86-64 have the same numbers with this bit.
_OTHER_NUMBERING = 0x40000000


@dataclass(frozen=True, slots=True)
class _Machine:
    """How the kernel calls a machine (AUDIT_ARCH) and the numbers of the calls refused there."""

    architecture: int
    refused: tuple[int, ...]


# Numbers above 423 are the same everywhere: pidfd_open, clone3, io_uring_setup, which opens sockets too.
_EVERYWHERE = (425, 434, 435)
# fmt: off
# socket, socketpair, connect, bind, listen, accept, accept4; clone, fork, vfork, execve, execveat; ptrace,
# process_vm_readv, process_vm_writev; kill, tkill, tgkill; keyrings, bpf, userfaultfd, mount.
_MACHINES = {
    "x86_64": _Machine(
        0xC000003E,
        (41, 53, 42, 49, 50, 43, 288, 56, 57, 58, 59, 322, 101, 310, 311, 62, 200, 234,
         248, 249, 250, 321, 323, 165, *_EVERYWHERE),
    ),
    "aarch64": _Machine(
        0xC00000B7,
        (198, 199, 203, 200, 201, 202, 242, 220, 221, 281, 117, 270, 271, 129, 130, 131,
         217, 218, 219, 280, 282, 40, *_EVERYWHERE),
    ),
}
# fmt: on

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_READ_FILE, _READ_DIRECTORY = 1 << 2, 1 << 3
# Rights by version of Landlock: the first thirteen, then linking, then truncating.
_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}
#: Where shared libraries of extension modules lie, and time zones, which Babel looks for.
_SYSTEM = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache"),
    *("/usr/share/zoneinfo", "/etc/localtime", "/etc/timezone"),
)


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(_Instruction)))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def confine(memory: int, readable: Sequence[str]) -> tuple[str, ...]:
    """Give up what reading one's own input does not need; returns the layers that hold.

    `memory` is the address space in bytes, `readable` are the folders that may still be read. Call it
    in a process with one thread, after the modules that are needed are imported.
    """
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    for limit, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        hard = resource.getrlimit(limit)[1]
        least = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (least, least))
    layers = [MEMORY]
    if sys.platform != "linux":
        return tuple(layers)
    library = ctypes.CDLL(None, use_errno=True)
    # Without it an ordinary user may not filter; with it no program could gain rights by being started.
    if library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return tuple(layers)
    if _read_only_below(library, readable):
        layers.append(FILES)
    if _without_sockets_and_programs(library):
        layers.append(PROGRAMS)
    return tuple(layers)


def python_folders() -> tuple[str, ...]:
    """What has to stay readable so that modules can be imported: Python's own folders and our packages.

    Of the folder that our packages are in, only these: a project's folder holds other things too.
    """
    folders: dict[str, None] = dict.fromkeys((sys.base_prefix, sys.base_exec_prefix, *_SYSTEM))
    package = __name__.partition(".")[0]
    ours = Path(sys.modules[package].__path__[0]).resolve().parent
    for entry in sys.path:
        path = Path(entry).resolve()
        if path == ours:
            folders.update(dict.fromkeys((str(path / package), str(path / "search"))))
        else:
            folders[str(path)] = None
    return tuple(folders)


def _without_sockets_and_programs(library: ctypes.CDLL) -> bool:
    machine = _MACHINES.get(os.uname().machine)
    if machine is None:
        return False
    count = len(machine.refused)
    rows = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, machine.architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, count + 1, 0, _OTHER_NUMBERING),
        # Each jumps to the last line, over the comparisons that follow and "allow".
        *((_EQUAL, count - place, 0, number) for place, number in enumerate(machine.refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    instructions = (_Instruction * len(rows))(*(_Instruction(*row) for row in rows))
    program = _Program(len(rows), instructions)
    return bool(library.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _read_only_below(library: ctypes.CDLL, readable: Sequence[str]) -> bool:
    version = library.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 1:
        return False
    handled = ctypes.c_uint64(_RIGHTS[min(version, 3)])
    rules = library.syscall(_CREATE_RULESET, ctypes.byref(handled), ctypes.c_size_t(8), ctypes.c_uint32(0))
    if rules < 0:
        return False
    try:
        for path in readable:
            with contextlib.suppress(OSError):
                _allow_reading(library, rules, path)
        return bool(library.syscall(_RESTRICT_SELF, rules, ctypes.c_uint32(0)) == 0)
    finally:
        os.close(rules)


def _allow_reading(library: ctypes.CDLL, rules: int, path: str) -> None:
    folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = _READ_FILE | _READ_DIRECTORY if os.path.isdir(path) else _READ_FILE
        rule = _PathBeneath(rights, folder)
        library.syscall(_ADD_RULE, rules, 1, ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(folder)
