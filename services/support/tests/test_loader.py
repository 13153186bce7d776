"""At the start of the service, a broken document is told and the others are loaded."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from segue_common.tenants import Tenant
from segue_support.knowledge.library import Library
from segue_support.loader import StartupLoader
from segue_support.retrieval import Retriever
from support_lab import after
from waiting import eventually


def failures() -> float:
    labels = {"tenant": "acme"}
    return REGISTRY.get_sample_value("segue_support_load_failures_total", labels) or 0.0


async def test_the_others_are_loaded_and_the_broken_one_is_told(
    open_library: Callable[[], Library], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "knowledge" / "acme"
    folder.mkdir(parents=True)
    (folder / "hours.md").write_text("# Hours\n\nWe open at 9 am.")
    (folder / "prices.pdf").write_bytes(b"%PDF-1.7 cut off")
    tenant = Tenant(tenant="acme", name="Acme", time_zone="UTC", knowledge="knowledge/acme/")
    library = open_library()
    before = failures()
    loader = StartupLoader(library, {"acme": tenant}, tmp_path, lambda: after(0))
    assert await loader.loaded() == "documents are being loaded: acme"
    with caplog.at_level(logging.INFO):
        running = asyncio.create_task(loader.run())
        await eventually(lambda: "documents loaded" in caplog.messages, "loaded")
        running.cancel()
    assert await loader.loaded() is None
    assert Retriever(library).find("acme", "when do you open")[0].chunk.text == "We open at 9 am."
    assert failures() == before + 1
    assert "a document can't be read" in caplog.messages
