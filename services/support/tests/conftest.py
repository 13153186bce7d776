"""What the tests of support share is found beside them."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from segue_support.knowledge.embedding import BuiltInEmbedder
from segue_support.knowledge.library import Library
from segue_support.settings import KnowledgeSettings
from support_lab import SAMPLES


@pytest.fixture
def open_library(tmp_path: Path) -> Callable[[], Library]:
    """Opens the library in the test's folder, as one process does it."""
    return lambda: Library(KnowledgeSettings(chroma_path=tmp_path / "chroma"), BuiltInEmbedder())


@pytest.fixture
def samples() -> Path:
    """The documents of the sample tenant."""
    return SAMPLES
