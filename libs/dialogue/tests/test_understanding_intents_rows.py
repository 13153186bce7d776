"""Feature rows calculate what a table full of zeros would."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from segue_dialogue.understanding.intents.regression import Cases, fit
from segue_dialogue.understanding.intents.rows import Floats, Rows

SIZE, TRAITS, KINDS = 7, 2, 3
FILLED = st.lists(st.sets(st.integers(0, SIZE - 1), min_size=1).map(sorted), min_size=1, max_size=6)


def rows_of(filled: list[list[int]]) -> Rows:
    chance = np.random.default_rng(len(filled))
    return Rows(
        SIZE,
        [np.array(buckets) for buckets in filled],
        chance.random(len(filled), dtype=np.float32),
        chance.random((len(filled), TRAITS), dtype=np.float32),
    )


def written_out(rows: Rows) -> Floats:
    table = np.zeros((len(rows), rows.columns), dtype=np.float32)
    for row, (buckets, fill) in enumerate(zip(rows.buckets, rows.fill, strict=True)):
        table[row, buckets] = fill
    table[:, rows.size :] = rows.traits
    return table


def some_table(length: int) -> Floats:
    return np.random.default_rng(3).random((length, KINDS), dtype=np.float32)


@given(FILLED)
@settings(deadline=None)
def test_products_are_those_of_the_rows_written_out(filled: list[list[int]]) -> None:
    rows = rows_of(filled)
    wide, tall = some_table(rows.columns), some_table(len(rows))
    np.testing.assert_allclose(rows.times(wide), written_out(rows) @ wide, rtol=1e-5)
    turned = rows.turned_times(tall)
    np.testing.assert_allclose(turned, written_out(rows).T @ tall, rtol=1e-5, atol=1e-7)


@given(FILLED)
@settings(deadline=None)
def test_packed_rows_hold_the_same_in_fewer_buckets(filled: list[list[int]]) -> None:
    rows = rows_of(filled)
    packed, kept = rows.packed()
    assert packed.size == len(kept) == len({bucket for buckets in filled for bucket in buckets})
    columns = [*kept, *range(SIZE, SIZE + TRAITS)]
    np.testing.assert_array_equal(written_out(packed), written_out(rows)[:, columns])


def test_what_is_fitted_tells_kinds_apart_by_their_buckets_and_leaves_the_others_alone() -> None:
    rows = rows_of([[0, 4], [1, 4], [2, 4]])
    cases = Cases(rows, np.array([0, 1, 2]), np.ones(3, dtype=np.float32))
    weights, bias = fit(cases, KINDS, 1e-3)
    assert (rows.times(weights) + bias).argmax(axis=1).tolist() == [0, 1, 2]
    assert not weights[[3, 5, 6]].any()
