"""Kafka's jars: pinned by coordinate and hash, fetched by jgo, kept in a shared cache."""

import fcntl
import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from jgo.constants import MAVEN_CENTRAL_URL
from jgo.maven import Artifact, Dependency, MavenContext

from segue_local.stack.errors import DownloadError, FolderError, JarsCorruptError
from segue_local.stack.folder import explained, require_space

KAFKA_VERSION = "4.1.2"
KAFKA = ("org.apache.kafka", "kafka_2.13", KAFKA_VERSION)
# Kafka's distribution has it, its POM doesn't; without it the broker logs nothing.
LOG_BINDING = ("org.apache.logging.log4j", "log4j-slf4j-impl", "2.25.3")
LOCK = Path(__file__).with_name("kafka_jars.lock")
ROOM_BYTES = 150 * 2**20  # the jars take 46 MB
DOWNLOADS_AT_ONCE = 4
FETCHES = 2  # a damaged download is tried once more
MAVEN_VARIABLE = "SEGUE_MAVEN_URL"


@dataclass(frozen=True, slots=True)
class Jar:
    """One pinned jar; `sha256` in hexadecimal, `size` in bytes."""

    group: str
    artifact: str
    version: str
    sha256: str
    size: int

    def path(self, repository: Path) -> Path:
        """Its place in a Maven repository layout."""
        file = f"{self.artifact}-{self.version}.jar"
        return repository.joinpath(*self.group.split("."), self.artifact, self.version, file)

    def is_intact(self, repository: Path) -> bool:
        """Whether it is there with exactly the pinned content."""
        path = self.path(repository)
        try:
            return path.stat().st_size == self.size and _sha256(path) == self.sha256
        except OSError:
            return False


def pinned(lock: Path = LOCK) -> list[Jar]:
    """The jars of Kafka's class path, in its order."""
    return [_parsed(line) for line in lock.read_text().splitlines() if not line.startswith("#")]


def _parsed(line: str) -> Jar:
    coordinate, sha256, size = line.split()
    group, artifact, version = coordinate.split(":")
    return Jar(group, artifact, version, sha256, int(size))


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """`SEGUE_CACHE`, else the user's cache folder; many state folders share it."""
    if environment.get("SEGUE_CACHE"):
        return Path(environment["SEGUE_CACHE"]).expanduser().resolve()
    try:
        home = Path.home()
    except RuntimeError as error:
        raise FolderError(
            "This account has no home folder: set SEGUE_CACHE to a folder."
        ) from error
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "segue"
    return Path(environment.get("XDG_CACHE_HOME") or home / ".cache") / "segue"


def class_path(
    cache: Path, say: Callable[[str], None], jars: list[Jar] | None = None, url: str | None = None
) -> list[Path]:
    """Paths of all jars, intact; fetches what is missing, and once more what is damaged.

    `url` is a Maven repository to use instead of Maven Central (also `SEGUE_MAVEN_URL`). Raises
    DownloadError, JarsCorruptError or FolderError. Safe beside other processes.
    """
    jars = jars or pinned()
    repository = cache / "maven"
    if not _broken(jars, repository):
        return [jar.path(repository) for jar in jars]
    try:
        repository.mkdir(parents=True, exist_ok=True)
        require_space(repository, ROOM_BYTES)
        with (cache / "maven.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # another process may fetch the same at this moment
            _repair(jars, repository, say, url or os.environ.get(MAVEN_VARIABLE))
    except OSError as error:
        raise explained(error, cache) from error
    return [jar.path(repository) for jar in jars]


def _repair(jars: list[Jar], repository: Path, say: Callable[[str], None], url: str | None) -> None:
    for _ in range(FETCHES):
        broken = _broken(jars, repository)
        if not broken:
            return
        for jar in broken:
            if jar.path(repository).exists():
                say(f"{jar.path(repository).name} is incomplete or damaged, fetching it again")
                jar.path(repository).unlink()
        megabytes = round(sum(jar.size for jar in broken) / 1e6, 1)
        first = " (first time)" if len(broken) == len(jars) else ""
        say(f"fetching Kafka {KAFKA_VERSION}{first}, {len(broken)} jars, {megabytes} MB ...")
        _fetch(broken, repository, url)
    if wrong := _broken(jars, repository):
        names = ", ".join(jar.path(repository).name for jar in wrong)
        raise JarsCorruptError(
            f"Fetched {FETCHES} times, but not what is pinned: {names}. What answers for Maven "
            f"Central here (a proxy or mirror?) changes files; set {MAVEN_VARIABLE} to one that "
            "doesn't, or set SEGUE_KAFKA_BOOTSTRAP to a Kafka of your own."
        )


def _broken(jars: Iterable[Jar], repository: Path) -> list[Jar]:
    return [jar for jar in jars if not jar.is_intact(repository)]


def _fetch(jars: list[Jar], repository: Path, url: str | None) -> None:
    maven = _maven(repository, url)
    artifacts = [maven.project(j.group, j.artifact).at_version(j.version).artifact() for j in jars]
    pool = ThreadPoolExecutor(DOWNLOADS_AT_ONCE)
    try:
        list(pool.map(Artifact.resolve, artifacts))
    # jgo raises RuntimeError when the repository lacks the file; the network's errors come from
    # requests, which are OSErrors without a number, unlike a full disk.
    except (OSError, RuntimeError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise DownloadError(
            f"Kafka's jars could not be fetched from {next(iter(maven.remote_repos.values()))} "
            f"({type(error).__name__}). They are needed once: check the network (HTTPS_PROXY?), "
            f"set {MAVEN_VARIABLE} to a mirror, copy a filled cache to {repository.parent}, or set "
            "SEGUE_KAFKA_BOOTSTRAP to a Kafka of your own."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _maven(repository: Path, url: str | None = None) -> MavenContext:
    return MavenContext(
        repo_cache=repository,
        local_repos=[],
        remote_repos={"maven": (url or MAVEN_CENTRAL_URL).rstrip("/")},
        timeout=30,
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def lock_text(repository: Path) -> str:
    """Resolve Kafka's dependencies anew; the lines of `kafka_jars.lock`.

    The log binding is resolved apart and alone: beside Kafka, its parent's managed versions would
    take the place of Kafka's own (kafka-clients 3.9 under a 4.1 broker).
    """
    maven = _maven(repository)
    kafka, binding = (
        maven.project(group, name).at_version(version).artifact()
        for group, name, version in (KAFKA, LOG_BINDING)
    )
    direct, others = maven.resolver.resolve([Dependency(kafka, scope="compile")])
    wanted = [d.artifact for d in direct]
    wanted += [d.artifact for d in others if d.scope in ("compile", "runtime")]
    lines = ["# Written by: python -m segue_local.stack.jars. Coordinate, SHA-256, bytes."]
    for artifact in [*wanted, binding]:
        path = artifact.resolve()
        coordinate = f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}"
        lines.append(f"{coordinate} {_sha256(path)} {path.stat().st_size}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    LOCK.write_text(lock_text(cache_folder() / "maven"))
