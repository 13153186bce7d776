"""Documents of every format become sections, and sections become chunks."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from segue_support.knowledge.chunking import LONGEST_CHUNK, chunks_of
from segue_support.knowledge.documents import Document, KnowledgeError, Section
from segue_support.knowledge.folder import digest_of, read_folder
from segue_support.knowledge.readers import read_document
from support_lab import SAMPLES

MARKDOWN = """---
draft: true
---
# Prices

Our **prices** are [here](https://example.com).
They include tax.

## Crowns

- Porcelain: $1,250
- Gold: $1,400

| Kind | Price |
|------|-------|
| Veneer | $1,100 |

### Care

Brush twice a day.
"""
PAIRS = """
- question: Do you ship?
  answer: "No."
- question: Where?
  answer: Albany.
"""
HTML = """<html><head><title>x</title><style>p {}</style></head><body><nav>Home</nav>
<h1>Prices</h1><p>All prices<br>include tax &amp; care.</p><h2>Crowns</h2>
<ul><li>Porcelain: $1,250</li><li>Gold</li></ul>
<table><tr><td>Veneer</td><td>$1,100</td></tr></table>
<script>alert(1)</script></body></html>"""


def read(tmp_path: Path, name: str, text: str) -> Document:
    (tmp_path / name).write_text(text, "utf-8")
    return read_document(tmp_path / name, name)


def test_markdown_is_read_along_its_headings(tmp_path: Path) -> None:
    document = read(tmp_path, "prices.md", MARKDOWN)
    assert document.title == "Prices"
    assert document.sections == (
        Section((), ("Our prices are here. They include tax.",)),
        Section(
            ("Crowns",),
            ("Porcelain: $1,250", "Gold: $1,400", "Kind: Price", "Veneer: $1,100"),
        ),
        Section(("Crowns", "Care"), ("Brush twice a day.",)),
    )


def test_html_is_read_as_a_visitor_reads_it(tmp_path: Path) -> None:
    document = read(tmp_path, "prices.html", HTML)
    assert document.title == "Prices"
    assert document.sections == (
        Section((), ("All prices", "include tax & care.")),
        Section(("Crowns",), ("Porcelain: $1,250", "Gold", "Veneer: $1,100")),
    )


def test_plain_text_is_read_by_paragraphs(tmp_path: Path) -> None:
    document = read(tmp_path, "first-visit.txt", "One\nline.\n\n\nAnother.\n")
    assert document.title == "First visit"
    assert document.sections == (Section((), ("One line.", "Another.")),)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("faq.csv", "question,answer\nDo you ship?,No.\nWhere?,Albany.\n"),
        ("faq.yaml", PAIRS),
        ("faq.yml", "Do you ship?: 'No.'\nWhere?: Albany.\n"),
    ],
)  # fmt: skip
def test_questions_with_answers_are_read_pair_by_pair(tmp_path: Path, name: str, text: str) -> None:
    document = read(tmp_path, name, text)
    assert document.sections == (
        Section(("Do you ship?",), ("No.",)),
        Section(("Where?",), ("Albany.",)),
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [("faq.csv", "a,b\n1,2\n"), ("faq.yaml", "just words"), ("faq.yaml", "a: [b"), ("x.yaml", "")],
)
def test_a_broken_file_is_named(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(KnowledgeError, match=name):
        read(tmp_path, name, text)


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(KnowledgeError, match=r"a\.md: not UTF-8"):
        read_document(tmp_path / "a.md", "a.md")


def test_a_broken_file_does_not_keep_the_others_from_being_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "b.md").write_text("# B\n\nText.")
    folder = read_folder(tmp_path)
    assert [document.source for document in folder.documents] == ["b.md"]
    assert [file.source for file in folder.broken] == ["a.md"]
    assert "save it as UTF-8" in folder.broken[0].reason


def test_html_whose_head_is_not_closed_is_read(tmp_path: Path) -> None:
    document = read(tmp_path, "a.html", "<html><head><title>x</title><body><p>Open at 9.</p>")
    assert document.sections == (Section((), ("Open at 9.",)),)


def test_a_folder_tells_what_it_skipped(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.md").write_text("# A\n\nText.")
    (tmp_path / "photo.jpeg").write_bytes(b"x")
    (tmp_path / "empty.md").write_text("")
    (tmp_path / ".hidden.md").write_text("# No")
    folder = read_folder(tmp_path)
    assert [document.source for document in folder.documents] == ["deep/a.md"]
    assert folder.skipped == ("empty.md", "photo.jpeg")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="no such folder"):
        read_folder(tmp_path / "nowhere")


def test_a_digest_changes_with_the_content_and_the_vectors(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n\nText.")
    first = digest_of(tmp_path, "one")
    assert digest_of(tmp_path, "one") == first
    assert digest_of(tmp_path, "two") != first
    (tmp_path / "a.md").write_text("# A\n\nOther text.")
    assert digest_of(tmp_path, "one") != first


def test_the_title_path_is_part_of_what_is_searched() -> None:
    chunks = chunks_of(read_folder(SAMPLES).documents)
    braces = next(chunk for chunk in chunks if chunk.path == ("Braces",))
    assert braces.searchable.startswith("Treatments › Braces\n")


def test_a_chunk_keeps_its_id_when_its_neighbours_change() -> None:
    def ids(*blocks: str) -> set[str]:
        sections = tuple(Section((block,), (block,)) for block in blocks)
        return {chunk.id for chunk in chunks_of([Document("a.md", "A", sections)])}

    assert ids("one", "two") < ids("zero", "one", "two")
    assert ids("one") != ids("One")


@given(st.lists(st.text(min_size=1, max_size=3000), max_size=6))
def test_no_text_is_lost_and_no_chunk_is_too_long(texts: list[str]) -> None:
    blocks = tuple(" ".join(text.split()) for text in texts if text.split())
    chunks = chunks_of([Document("a.txt", "A", (Section((), blocks),))])
    assert all(len(chunk.text) <= LONGEST_CHUNK for chunk in chunks)
    letters = {char for block in blocks for char in block if not char.isspace()}
    assert letters == {char for c in chunks for char in c.text if not char.isspace()}
