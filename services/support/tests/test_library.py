"""Versions of a tenant's documents, in the real Chroma."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from segue_common.runtime.settings import ConfigurationError
from segue_support.domain.coverage import Vectors
from segue_support.knowledge.documents import KnowledgeError, KnowledgeUnavailable
from segue_support.knowledge.embedding import BuiltInEmbedder
from segue_support.knowledge.library import Library, VersionGone
from segue_support.knowledge.loading import (
    documents_in,
    load_folder,
    load_if_changed,
    remove_documents,
)
from segue_support.retrieval import Retriever
from segue_support.settings import KnowledgeSettings
from support_lab import after, small_chunks
from waiting import free_port

Open = Callable[[], Library]

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from segue_support.knowledge.embedding import BuiltInEmbedder
from segue_support.knowledge.library import Library
from segue_support.knowledge.loading import load_folder
from segue_support.settings import KnowledgeSettings

store, folder, times = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
library = Library(KnowledgeSettings(chroma_path=store), BuiltInEmbedder())
for number in range(times):
    (folder / "count.md").write_text(f"# Count\\n\\nThe lucky number is {number + 1}.")
    load_folder(library, "acme", folder, datetime.now(UTC))
"""


def write_elsewhere(store: Path, folder: Path, times: int = 1) -> subprocess.Popen[bytes]:
    """Another process that loads the folder, again and again."""
    command = [sys.executable, "-c", WRITER, str(store), str(folder), str(times)]
    return subprocess.Popen(command)


def best(retriever: Retriever, tenant: str, question: str) -> str:
    passages = retriever.find(tenant, question)
    return passages[0].chunk.text if passages else ""


def test_a_load_replaces_what_changed_and_removes_what_is_gone(open_library: Open) -> None:
    library = open_library()
    library.load("acme", small_chunks(hours="Open at 9.", parking="Free."), "a", after(0))
    done = library.load("acme", small_chunks(hours="Open at 8.", prices="$5."), "b", after(1))
    assert (done.added, done.kept, done.removed) == (2, 0, 2)
    done = library.load("acme", small_chunks(hours="Open at 8."), "c", after(2))
    assert (done.added, done.kept, done.removed) == (0, 1, 1)
    current = library.current("acme")
    assert current is not None
    assert [chunk.text for chunk in library.chunks(current)] == ["Open at 8."]


def test_a_load_whose_clock_is_behind_still_counts_as_the_newest(open_library: Open) -> None:
    library = open_library()
    library.load("acme", small_chunks(hours="Open at 9."), "a", after(100))
    newer = library.load("acme", small_chunks(hours="Open at 8."), "b", after(0)).version
    assert library.current("acme") == newer


def test_tenants_see_their_own_documents_only(open_library: Open) -> None:
    library = open_library()
    library.load("acme", small_chunks(hours="Acme opens at 9."), "a", after(0))
    library.load("bolt", small_chunks(hours="Bolt opens at 7."), "a", after(0))
    retriever = Retriever(library)
    question = "When do you open? Bolt hours"
    assert [p.chunk.text for p in retriever.find("acme", question)] == ["Acme opens at 9."]
    assert [p.chunk.text for p in retriever.find("bolt", question)] == ["Bolt opens at 7."]
    assert retriever.find("nobody", question) == []
    library.remove("bolt")
    assert retriever.find("bolt", question) == []
    assert retriever.find("acme", question)


def test_a_tenant_whose_name_begins_like_another_is_another(open_library: Open) -> None:
    library = open_library()
    library.load("acme", small_chunks(hours="Acme opens at 9."), "a", after(0))
    assert library.current("acme-dental") is None
    library.load("acme-dental", small_chunks(hours="Dental opens at 7."), "a", after(0))
    assert library.remove("acme")
    assert library.current("acme-dental") is not None


def test_a_folder_without_documents_leaves_nothing(open_library: Open, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    library = open_library()
    library.load("acme", small_chunks(hours="Open at 9."), "a", after(0))
    load_folder(library, "acme", tmp_path / "docs", after(1))
    assert Retriever(library).find("acme", "hours") == []


def test_an_unchanged_folder_is_not_loaded_again(open_library: Open, samples: Path) -> None:
    library = open_library()
    assert load_if_changed(library, "acme", samples, after(0)) is not None
    assert load_if_changed(library, "acme", samples, after(1)) is None


def test_of_a_file_that_broke_the_earlier_version_stays_and_the_others_load(
    open_library: Open, tmp_path: Path
) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "hours.md").write_text("# Hours\n\nOpen at 9.")
    (folder / "prices.yaml").write_text("What does it cost?: Five dollars.")
    library = open_library()
    load_folder(library, "acme", folder, after(0))
    (folder / "hours.md").write_text("# Hours\n\nOpen at 8.")
    (folder / "prices.yaml").write_text("a: [b")
    report = load_folder(library, "acme", folder, after(1))
    assert [file.source for file in report.broken] == ["prices.yaml"]
    assert best(Retriever(library), "acme", "when do you open") == "Open at 8."
    assert best(Retriever(library), "acme", "what does it cost") == "Five dollars."
    # What is still broken is told again at the next start.
    assert load_if_changed(library, "acme", folder, after(2)) is not None
    (folder / "prices.yaml").write_text("What does it cost?: Six dollars.")
    assert load_folder(library, "acme", folder, after(3)).broken == ()
    assert best(Retriever(library), "acme", "what does it cost") == "Six dollars."


def test_a_folder_that_is_gone_leaves_everything_as_it_was(
    open_library: Open, tmp_path: Path
) -> None:
    library = open_library()
    before = library.load("acme", small_chunks(hours="Open at 9."), "a", after(0)).version
    with pytest.raises(KnowledgeError, match="no such folder"):
        load_folder(library, "acme", tmp_path / "gone", after(1))
    assert library.current("acme") == before


def test_single_documents_can_be_removed(open_library: Open) -> None:
    library = open_library()
    library.load("acme", small_chunks(hours="Open at 9.", parking="Free."), "a", after(0))
    done = remove_documents(library, "acme", ["hours.md"], after(1))
    assert (done.removed, done.kept) == (1, 1)
    assert list(documents_in(library, "acme")) == ["parking.md"]
    with pytest.raises(KnowledgeError, match=r"hours\.md"):
        remove_documents(library, "acme", ["hours.md"], after(2))


def test_a_version_that_was_replaced_says_so(open_library: Open) -> None:
    library = open_library()
    old = library.load("acme", small_chunks(hours="Open at 9."), "a", after(0)).version
    library.load("acme", small_chunks(hours="Open at 8."), "b", after(1))
    with pytest.raises(VersionGone):
        library.chunks(old)


def test_vectors_of_another_model_are_not_compared(open_library: Open) -> None:
    class Renamed(type(open_library().embedder)):  # type: ignore[misc]  # a class made at run time
        name = "other"

    library = open_library()
    library.load("acme", small_chunks(hours="Open at 9."), "a", after(0))
    library.embedder = Renamed()
    assert best(Retriever(library), "acme", "when do you open") == "Open at 9."
    done = library.load("acme", small_chunks(hours="Open at 9."), "b", after(1))
    assert (done.added, done.kept) == (1, 0)


def test_a_running_reader_sees_what_another_process_loads(
    open_library: Open, tmp_path: Path
) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "hours.md").write_text("# Hours\n\nWe open at 9 am.")
    library = open_library()
    load_folder(library, "acme", folder, after(0))
    retriever = Retriever(library)
    assert "9 am" in best(retriever, "acme", "When do you open?")
    (folder / "hours.md").write_text("# Hours\n\nWe open at 7 am.")
    assert write_elsewhere(tmp_path / "chroma", folder).wait(60) == 0
    assert "7 am" in best(retriever, "acme", "When do you open?")
    assert "lucky number is 1" in best(retriever, "acme", "What is the lucky number?")


def test_the_old_version_answers_until_the_new_one_is_complete(open_library: Open) -> None:
    class Slow(BuiltInEmbedder):
        """Makes vectors once it is let go."""

        started, go_on = threading.Event(), threading.Event()

        def embed(self, texts: Sequence[str]) -> Vectors:
            self.started.set()
            assert self.go_on.wait(60)
            return super().embed(texts)

    library = open_library()
    library.load("acme", small_chunks(hours="We open at 9 am."), "a", after(0))
    retriever, slow = Retriever(library), open_library()
    slow.embedder = Slow()
    loading = threading.Thread(
        target=slow.load,
        args=(
            "acme",
            small_chunks(hours="We open at 7 am.", more="Parking is free."),
            "b",
            after(1),
        ),
    )
    loading.start()
    assert Slow.started.wait(60)
    assert best(retriever, "acme", "When do you open?") == "We open at 9 am."
    assert best(retriever, "acme", "is parking free") == "We open at 9 am."
    Slow.go_on.set()
    loading.join(60)
    assert best(retriever, "acme", "When do you open?") == "We open at 7 am."
    assert best(retriever, "acme", "is parking free") == "Parking is free."


def test_no_question_goes_unanswered_while_another_process_loads(
    open_library: Open, tmp_path: Path
) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "hours.md").write_text("# Hours\n\nWe open at 9 am.")
    library = open_library()
    load_folder(library, "acme", folder, after(0))
    retriever = Retriever(library)
    asked, seen, over = 0, set[str](), threading.Event()
    writer = write_elsewhere(tmp_path / "chroma", folder, times=12)
    threading.Thread(target=lambda: (writer.wait(120), over.set()), daemon=True).start()
    while not over.is_set():
        assert "9 am" in best(retriever, "acme", "When do you open?")
        seen.add(best(retriever, "acme", "What is the lucky number?"))
        asked += 1
    assert writer.returncode == 0
    assert asked > 10
    assert "The lucky number is 12." in {*seen, best(retriever, "acme", "the lucky number?")}


def test_without_a_place_for_chroma_the_configuration_is_wrong() -> None:
    settings = KnowledgeSettings.model_construct(
        chroma_url=None, chroma_path=None, embedding_model=None, api_key=None
    )
    with pytest.raises(ConfigurationError, match="SEGUE_CHROMA_PATH"):
        settings.check()


def test_a_chroma_server_serves_as_well_as_a_folder(tmp_path: Path) -> None:
    port = free_port()
    program = Path(sys.executable).with_name("chroma")
    server = subprocess.Popen(
        [program, "run", "--path", tmp_path / "server", "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    settings = KnowledgeSettings(chroma_url=f"http://127.0.0.1:{port}").check()
    try:
        wait_for_port(port)
        library, other = (Library(settings, BuiltInEmbedder()) for _ in range(2))
        library.load("acme", small_chunks(hours="Acme opens at 9."), "a", after(0))
        library.load("bolt", small_chunks(hours="Bolt opens at 7."), "a", after(0))
        retriever = Retriever(other)
        assert best(retriever, "acme", "When do you open?") == "Acme opens at 9."
        done = library.load("acme", small_chunks(hours="Acme opens at 8."), "b", after(1))
        assert (done.added, done.removed) == (1, 1)
        assert best(retriever, "acme", "When do you open?") == "Acme opens at 8."
        assert best(retriever, "bolt", "When do you open?") == "Bolt opens at 7."
    finally:
        server.terminate()
        server.wait(30)
    with pytest.raises(KnowledgeUnavailable):
        retriever.find("acme", "When do you open?")


def wait_for_port(port: int, seconds: float = 45) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the Chroma server did not start")
