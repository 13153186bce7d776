"""No tenant's documents answer for another's, whatever they are called and however they are
searched."""

from collections.abc import Callable
from pathlib import Path

import pytest
from segue_common.tenants import Tenant
from segue_support.answering import Answerer
from segue_support.knowledge.documents import Chunk
from segue_support.knowledge.library import Library
from segue_support.knowledge.loading import documents_in, load_folder, remove_documents
from segue_support.retrieval import Retriever
from support_lab import after, small_chunks

Open = Callable[[], Library]

FORGED = [
    "", "*", "%", "acme%", "ac*", "ACME", "acme ", " acme", "acme.", "acme.0", "acme-", "../acme",
    "acme/../bolt", "acme' OR '1'='1", '{"$ne": "x"}', "acme\n", "acme\x00", "аcme", "acme,bolt",
]  # fmt: skip


@pytest.fixture
def library(open_library: Open) -> Library:
    library = open_library()
    library.load(
        "acme", small_chunks(hours="Acme opens at 9 am.", codes="Acme code XQ77."), "a", after(0)
    )
    library.load("bolt", small_chunks(hours="Bolt opens at 7 am."), "a", after(0))
    return library


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_name_finds_nothing_and_removes_nothing(library: Library, name: str) -> None:
    retriever = Retriever(library)
    assert library.current(name) is None
    assert retriever.find(name, "when do you open") == []
    assert documents_in(library, name) == {}
    assert not library.remove(name)
    assert retriever.find("acme", "when do you open")
    assert retriever.find("bolt", "when do you open")


def test_the_name_of_a_version_is_no_tenant(library: Library) -> None:
    version = library.current("acme")
    assert version is not None
    assert Retriever(library).find(version.name, "when do you open") == []


@pytest.mark.parametrize(
    "question",
    ["Acme code XQ77", "XQ77", "acme opens at 9 am", "what is the acme code"],
    ids=["both ways", "by a rare word", "word for word", "by meaning"],
)
def test_neither_words_nor_vectors_reach_across(library: Library, question: str) -> None:
    found = Retriever(library).find("bolt", question)
    assert {passage.chunk.text for passage in found} == {"Bolt opens at 7 am."}


def test_each_way_of_searching_sees_one_tenant_alone(library: Library) -> None:
    version = library.current("bolt")
    assert version is not None
    vector = library.embedder.embed(["Acme code XQ77."])[0]
    own = {chunk.id for chunk in library.chunks(version)}
    assert set(library.nearest(version, vector, 50)) == own
    assert all("Acme" not in chunk.text for chunk in library.chunks(version))


def test_documents_of_the_same_name_are_each_tenants_own(
    open_library: Open, tmp_path: Path
) -> None:
    library = open_library()
    for tenant, hour in (("acme", "9"), ("bolt", "7")):
        folder = tmp_path / tenant
        folder.mkdir()
        (folder / "hours.md").write_text(f"# Hours\n\nWe open at {hour} am.")
        load_folder(library, tenant, folder, after(0))
    remove_documents(library, "acme", ["hours.md"], after(1))
    retriever = Retriever(library)
    assert retriever.find("acme", "when do you open") == []
    assert retriever.find("bolt", "when do you open")[0].chunk.text == "We open at 7 am."


def test_the_very_same_text_is_kept_for_each_tenant(open_library: Open) -> None:
    library = open_library()
    same: tuple[Chunk, ...] = small_chunks(hours="We open at 9 am.")
    library.load("acme", same, "a", after(0))
    library.load("bolt", same, "a", after(0))
    assert library.remove("acme")
    assert Retriever(library).find("bolt", "when do you open")


async def test_a_tenant_that_has_no_documents_knows_nothing_of_the_others(
    library: Library,
) -> None:
    nobody = Tenant(tenant="nobody", name="Nobody", time_zone="UTC")
    answer = await Answerer(Retriever(library), None).answer(
        nobody, "When does Acme open?", language="en"
    )
    assert answer.text is None
    assert answer.sources == ()
