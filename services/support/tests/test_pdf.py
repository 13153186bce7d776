"""PDF documents are read by the size and the place of their print, or refused with advice."""

import io
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject
from segue_support.knowledge.documents import Section
from segue_support.knowledge.folder import read_folder
from segue_support.knowledge.readers.pdf import read_pdf

# Size, height on the page, text.
Print = tuple[float, float, str]


def pdf(*pages: list[Print], user_password: str | None = None) -> bytes:
    """A PDF with these lines on its pages."""
    writer = pypdf.PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for lines in pages:
        page = writer.add_blank_page(600, 800)
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        drawn = (
            f"BT /F1 {size} Tf 1 0 0 1 50 {height} Tm ({text}) Tj ET"
            for size, height, text in lines
        )
        stream.set_data("\n".join(drawn).encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream)
    if user_password is not None:
        writer.encrypt(user_password, owner_password="owner", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


PAGE: list[Print] = [
    (20, 750, "Our prices"),
    (11, 720, "All prices include tax, and they hold for as long as this page is here, which"),
    (11, 706, "is at least a year, with the excep-"),
    (11, 692, "tion of gold."),
    (11, 660, "Ask us about the rest."),
    (15, 630, "Crowns"),
    (11, 600, "- Porcelain: $1,250"),
    (11, 586, "- Gold: $1,400"),
]


def test_larger_print_makes_headings_and_gaps_make_paragraphs() -> None:
    document = read_pdf("prices.pdf", pdf(PAGE))
    assert document.title == "Our prices"
    assert document.sections == (
        Section(
            (),
            (
                "All prices include tax, and they hold for as long as this page is here, which "
                "is at least a year, with the exception of gold.",
                "Ask us about the rest.",
            ),
        ),
        Section(("Crowns",), ("Porcelain: $1,250", "Gold: $1,400")),
    )


def test_headers_footers_and_page_numbers_are_left_out() -> None:
    pages: list[list[Print]] = [
        [
            (9, 780, "Acme Dental - Price list"),
            (11, 700, f"Treatment {name} is done on page day."),
            (9, 20, f"Page {number}"),
        ]
        for number, name in enumerate(("one", "two", "three"), start=1)
    ]
    [section] = read_pdf("list.pdf", pdf(*pages)).sections
    assert section.blocks == tuple(
        f"Treatment {name} is done on page day." for name in ("one", "two", "three")
    )


def test_a_file_that_is_only_locked_against_changes_is_read() -> None:
    assert read_pdf("prices.pdf", pdf(PAGE, user_password="")).title == "Our prices"


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (pdf(PAGE, user_password="secret"), "password: put a copy without one"),
        (pdf(PAGE)[:300], "can't be read as a PDF: open it, export it"),
        (b"", "can't be read as a PDF"),
        (b"<html>not a pdf</html>", "can't be read as a PDF"),
        (pdf([], []), "run text recognition"),
        (pdf(PAGE, [], []), "run text recognition"),
    ],
    ids=["encrypted", "cut off", "empty", "another format", "scanned", "mostly scanned"],
)
def test_what_cannot_be_read_is_named_with_what_to_do_and_the_others_load(
    tmp_path: Path, content: bytes, advice: str
) -> None:
    (tmp_path / "bad.pdf").write_bytes(content)
    (tmp_path / "good.pdf").write_bytes(pdf(PAGE))
    folder = read_folder(tmp_path)
    assert [document.source for document in folder.documents] == ["good.pdf"]
    [broken] = folder.broken
    assert broken.source == "bad.pdf"
    assert "bad.pdf: " in broken.reason
    assert advice in broken.reason
