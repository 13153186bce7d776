"""Sentence vectors from the word vectors that come inside the wordllama wheel.

The wheel's own loader copies the vectors into memory as 32-bit numbers and brings an HTTP client
along; here they stay in the file, mapped and shared by every process of the machine.
"""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

DIMENSIONS = 256
WEIGHTS = "weights/l2_supercat_256.safetensors"
TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"


class _Vectors(NamedTuple):
    tokenizer: Tokenizer
    table: NDArray[np.float16]


def embed(texts: list[str]) -> NDArray[np.float32]:
    """One unit vector per text, shape (len(texts), 256); a text without known words gives zeros."""
    loaded = _loaded()
    vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    for row, text in enumerate(texts):
        ids = loaded.tokenizer.encode(text, add_special_tokens=False).ids
        if ids:
            vectors[row] = loaded.table[ids].mean(axis=0, dtype=np.float32)
    np.nan_to_num(vectors, copy=False)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = np.divide(
        vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0
    )
    return unit


@cache
def _loaded() -> _Vectors:
    spec = find_spec("wordllama")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("wordllama is not installed: its wheel holds the word vectors")
    folder = Path(spec.origin).parent
    tokenizer: Tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return _Vectors(tokenizer, _mapped(folder / WEIGHTS))


def _mapped(path: Path) -> NDArray[np.float16]:
    """The one tensor of a safetensors file: eight bytes of length, a JSON header, the numbers."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        (tensor,) = json.loads(file.read(length)).values()
    rows, columns = tensor["shape"]
    offset = 8 + length + tensor["data_offsets"][0]
    mapped = np.memmap(path, dtype=np.float16, mode="r", offset=offset, shape=(rows, columns))
    return mapped.view(np.ndarray)  # a plain array looks up several times as fast
