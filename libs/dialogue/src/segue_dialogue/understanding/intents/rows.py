"""Feature rows: the buckets that a message's words fall into, and its traits as numbers."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """One row for each message; its columns are `size` buckets, of which few are filled and all of
    a row by the same amount, then the traits."""

    size: int
    buckets: list[Labels]  # of each row, never none
    fill: Floats  # (rows,), what the buckets of a row hold
    traits: Floats  # (rows, traits)

    def __len__(self) -> int:
        return len(self.buckets)

    @property
    def columns(self) -> int:
        return self.size + int(self.traits.shape[1])

    def where(self, chosen: NDArray[np.bool_]) -> "Rows":
        kept = [buckets for buckets, keep in zip(self.buckets, chosen, strict=True) if keep]
        return Rows(self.size, kept, self.fill[chosen], self.traits[chosen])

    def and_also(self, more: "Rows") -> "Rows":
        return Rows(
            self.size,
            [*self.buckets, *more.buckets],
            np.concatenate([self.fill, more.fill]),
            np.vstack([self.traits, more.traits]),
        )

    def packed(self) -> tuple["Rows", Labels]:
        """The same rows without the buckets that none of them fills, and which are left."""
        kept, place = np.unique(self._column, return_inverse=True)
        return Rows(len(kept), np.split(place, self._starts[1:]), self.fill, self.traits), kept

    def times(self, table: Floats) -> Floats:
        """The rows times a table (columns, kinds)."""
        of_buckets = np.add.reduceat(table[self._column], self._starts, axis=0)
        result: Floats = of_buckets * self.fill[:, None] + self.traits @ table[self.size :]
        return result

    def turned_times(self, table: Floats) -> Floats:
        """The columns, as rows, times a table (rows, kinds)."""
        result = np.zeros((self.columns, table.shape[1]), dtype=np.float32)
        column, row, starts = self._by_column
        filled = (table * self.fill[:, None])[row]
        result[column[starts]] = np.add.reduceat(filled, starts, axis=0)
        result[self.size :] = self.traits.T @ table
        return result

    @cached_property
    def _column(self) -> Labels:
        return np.concatenate(self.buckets)

    @cached_property
    def _starts(self) -> Labels:
        lengths = [len(buckets) for buckets in self.buckets]
        return np.cumsum([0, *lengths[:-1]])

    @cached_property
    def _by_column(self) -> tuple[Labels, Labels, Labels]:
        """Every filled bucket's column and row in the order of columns; where a column starts."""
        row = np.repeat(np.arange(len(self)), [len(buckets) for buckets in self.buckets])
        order = np.argsort(self._column, kind="stable")
        column = self._column[order]
        return column, row[order], np.flatnonzero(np.diff(column, prepend=-1))
