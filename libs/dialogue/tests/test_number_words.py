"""Numbers in the words and digits of ten languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from segue_dialogue.understanding.amounts import count_in, find_amounts
from segue_dialogue.understanding.message import read


def values(text: str, language: str) -> list[float]:
    return [amount.value for amount in find_amounts(read(text).plain, (language,))]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "two thousand five hundred", [2500]),
        ("en", "between two hundred and six hundred", [200, 600]),
        ("en", "two or three", [2, 3]),
        ("es", "mil quinientos", [1500]),
        ("es", "treinta y cinco", [35]),
        ("es", "entre quinientos y ochocientos", [500, 800]),
        ("pt", "mil e duzentos", [1200]),
        ("pt", "dois milhões e meio", [2500000]),
        ("fr", "quatre-vingt-douze", [92]),
        ("fr", "soixante-quinze", [75]),
        ("fr", "deux mille trois cents", [2300]),
        ("de", "fünfundzwanzig", [25]),
        ("de", "fuenfhundert", [500]),
        ("de", "eintausendzweihundert", [1200]),
        ("it", "ventuno", [21]),
        ("it", "duemilacinquecento", [2500]),
        ("nl", "tweeëntwintig", [22]),
        ("nl", "vijfentwintigduizend", [25000]),
        ("pl", "dwa i pół tysiąca", [2500]),
        ("pl", "piec tysiecy", [5000]),
        ("hi", "साढ़े तीन हज़ार", [3500]),
        ("hi", "dedh lakh", [150000]),
        ("hi", "२ लाख ५० हज़ार", [250000]),
        ("ar", "خمسة وعشرون", [25]),
        ("ar", "ألفين وخمسمائة", [2500]),
        ("ar", "مليون ونصف", [1500000]),
        ("de", "2.000", [2000]),
        ("fr", "2 000,50", [2000.5]),
        ("hi", "1,50,000", [150000]),
        ("ar", "٣٠٠٠", [3000]),
        ("de", "eine Wohnung und ein Auto", []),
        ("es", "un piso y una casa", []),
    ],
)
def test_a_number_is_read(language: str, text: str, expected: list[float]) -> None:
    assert values(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "a couple of weeks", 2),
        ("de", "wir sind zu viert", 4),
        ("es", "un mes", 1),
        ("nl", "met z'n drieën", 3),
        ("ar", "اسبوعين", 2),
        ("fr", "bientôt", None),
    ],
)
def test_what_is_counted_may_be_said_without_a_number(
    language: str, text: str, expected: float | None
) -> None:
    assert count_in(text, (language,)) == expected


@given(st.integers(1, 9_999_999), st.sampled_from([",", ".", " ", "'"]))
def test_thousands_may_be_parted_in_any_of_the_usual_ways(number: int, mark: str) -> None:
    written = f"{number:,}".replace(",", mark)
    for language in ("en", "es", "de", "fr", "pl"):
        assert values(written, language) == [number]
