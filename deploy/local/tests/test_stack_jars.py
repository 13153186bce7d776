"""Jars are pinned: what is missing or damaged is fetched, what stays wrong is refused."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from segue_local.stack import DownloadError, FolderError, JarsCorruptError, Ports
from segue_local.stack.jars import KAFKA_VERSION, Jar, cache_folder, class_path, pinned

CONTENT = {"alpha": b"first jar" * 1000, "beta": b"second jar" * 1000}
JARS = [
    Jar("org.example", name, "1.0", hashlib.sha256(content).hexdigest(), len(content))
    for name, content in CONTENT.items()
]


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """The folder that the Maven repository at `url` serves."""
    folder = tmp_path / "mirror"
    for jar in JARS:
        jar.path(folder).parent.mkdir(parents=True)
        jar.path(folder).write_bytes(CONTENT[jar.artifact])
    return folder


@pytest.fixture
def url(mirror: Path) -> Iterator[str]:
    handler = partial(QuietHandler, directory=str(mirror))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_missing_jars_are_fetched_and_said_so(tmp_path: Path, url: str) -> None:
    said: list[str] = []

    paths = class_path(tmp_path / "cache", said.append, JARS, url)

    assert [path.read_bytes() for path in paths] == list(CONTENT.values())
    assert said == [f"fetching Kafka {KAFKA_VERSION} (first time), 2 jars, 0.0 MB ..."]


def test_a_filled_cache_needs_no_network(tmp_path: Path, url: str) -> None:
    first = class_path(tmp_path / "cache", print, JARS, url)
    said: list[str] = []

    assert class_path(tmp_path / "cache", said.append, JARS, nowhere()) == first
    assert said == []


@pytest.mark.parametrize("damage", [b"", b"half", b"x" * JARS[0].size])
def test_a_damaged_jar_is_fetched_again(tmp_path: Path, url: str, damage: bytes) -> None:
    first, _ = class_path(tmp_path / "cache", print, JARS, url)
    first.write_bytes(damage)
    said: list[str] = []

    class_path(tmp_path / "cache", said.append, JARS, url)

    assert first.read_bytes() == CONTENT["alpha"]
    assert said[0] == "alpha-1.0.jar is incomplete or damaged, fetching it again"


def test_a_repository_that_changes_files_is_refused(tmp_path: Path, mirror: Path, url: str) -> None:
    JARS[1].path(mirror).write_bytes(b"<html>please log in</html>")

    with pytest.raises(JarsCorruptError, match=r"beta-1\.0\.jar.*SEGUE_MAVEN_URL"):
        class_path(tmp_path / "cache", print, JARS, url)


def test_a_repository_without_the_jar_is_a_clear_error(
    tmp_path: Path, mirror: Path, url: str
) -> None:
    JARS[1].path(mirror).unlink()

    with pytest.raises(DownloadError, match=r"SEGUE_KAFKA_BOOTSTRAP"):
        class_path(tmp_path / "cache", print, JARS, url)


def test_without_a_network_the_message_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"network.*SEGUE_MAVEN_URL.*mirror.*cache"):
        class_path(tmp_path / "cache", print, JARS, nowhere())


def test_a_cache_that_is_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("not a folder")

    with pytest.raises(FolderError, match="cache"):
        class_path(tmp_path / "cache", print, JARS, nowhere())


def test_the_cache_folder_follows_the_environment() -> None:
    assert cache_folder({"SEGUE_CACHE": "/a/b"}) == Path("/a/b")
    assert cache_folder({}).name == "segue"


def test_the_lock_pins_one_version_of_all_of_kafka() -> None:
    kafka = {jar.version for jar in pinned() if jar.group == "org.apache.kafka"}
    logging = {jar.version for jar in pinned() if jar.group == "org.apache.logging.log4j"}

    assert kafka == {KAFKA_VERSION}
    assert len(logging) == 1


def nowhere() -> str:
    """A loopback address at which nobody answers."""
    return f"http://127.0.0.1:{Ports.free().valkey}"
