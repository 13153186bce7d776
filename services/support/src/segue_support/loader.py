"""Loads the tenants' knowledge folders when the service starts, beside its other work."""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path

from segue_common.runtime.clock import Clock
from segue_common.tenants import Tenant

from segue_support import metrics
from segue_support.knowledge.documents import KnowledgeError, KnowledgeUnavailable
from segue_support.knowledge.library import Library
from segue_support.knowledge.loading import folder_of, load_if_changed

log = logging.getLogger(__name__)

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0


class StartupLoader:
    """Compares each tenant's folder with what is loaded, and loads what has changed."""

    def __init__(
        self, library: Library, tenants: Mapping[str, Tenant], folder: Path, clock: Clock
    ) -> None:
        self._library = library
        self._clock = clock
        self._folders = {
            tenant.tenant: where
            for tenant in tenants.values()
            if (where := folder_of(tenant, folder)) is not None
        }
        self._waiting = set(self._folders)

    async def run(self) -> None:
        """Load, and stay: a task that ends would count as failed."""
        for tenant, folder in self._folders.items():
            await self._load_patiently(tenant, folder)
            self._waiting.discard(tenant)
        await asyncio.Event().wait()

    async def loaded(self) -> str | None:
        """The readiness check."""
        if not self._waiting:
            return None
        return f"documents are being loaded: {', '.join(sorted(self._waiting))}"

    async def _load_patiently(self, tenant: str, folder: Path) -> None:
        wait = FIRST_WAIT_SECONDS
        while True:
            try:
                await self._load(tenant, folder)
            except KnowledgeUnavailable as error:
                log.warning("documents can't be loaded now", extra=_about(tenant, str(error)))
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)
            except KnowledgeError as error:
                # One tenant's folder is gone: what was loaded before goes on being used.
                metrics.LOAD_FAILURES.labels(tenant).inc()
                log.error("documents can't be read", extra=_about(tenant, str(error)))
                return
            else:
                return

    async def _load(self, tenant: str, folder: Path) -> None:
        report = await asyncio.to_thread(
            load_if_changed, self._library, tenant, folder, self._clock()
        )
        if report is None:
            return
        for file in report.broken:
            metrics.LOAD_FAILURES.labels(tenant).inc()
            log.error("a document can't be read", extra=_about(tenant, file.reason))
        chunks = report.loaded.version.chunks
        log.info("documents loaded", extra=_about(tenant, f"{chunks} chunks"))


def _about(tenant: str, detail: str) -> dict[str, object]:
    return {"fields": {"tenant": tenant, "detail": detail}}
