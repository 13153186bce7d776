"""The services that are installed here, found without importing their code."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path

from segue_common.runtime.settings import SERVICE_PORTS


@dataclass(frozen=True)
class InstalledService:
    """A service's name and the folder of its migrations, where it has any."""

    name: str
    migrations: Traversable | None


def installed_services() -> Iterator[InstalledService]:
    """Every service of Segue whose package is installed."""
    for name in SERVICE_PORTS:
        spec = find_spec(f"segue_{name.replace('-', '_')}")
        for place in (spec.submodule_search_locations or ()) if spec else ():
            folder = Path(place) / "migrations"
            yield InstalledService(name, folder if folder.is_dir() else None)
