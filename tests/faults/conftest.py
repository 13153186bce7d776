"""A system with two replicas of every service, any of which a test may take away."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from segue_local.soak.cluster import Cluster


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    """Up and ready; a test that takes something away brings it back."""
    async with Cluster(tmp_path_factory.mktemp("cluster"), say=print) as running:
        yield running
