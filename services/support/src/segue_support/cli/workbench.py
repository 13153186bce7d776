"""What the commands work with: the tenant's file and the library, as the environment says."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from segue_common.runtime.settings import ConfigurationError, load
from segue_common.tenants import Tenant, TenantError, load_tenants

from segue_support.knowledge.documents import KnowledgeError
from segue_support.knowledge.embedding import make_embedder
from segue_support.knowledge.library import Library
from segue_support.settings import KnowledgeSettings


class TenantsSettings(BaseSettings):
    """Where the tenant files are."""

    model_config = SettingsConfigDict(populate_by_name=True, extra="ignore")

    tenants: Path = Field(alias="SEGUE_TENANTS")


@dataclass(frozen=True)
class Workbench:
    """One tenant and the library."""

    tenant: Tenant
    tenants_folder: Path
    library: Library


def open_workbench(tenant_id: str) -> Workbench:
    """Raises ConfigurationError or TenantError saying what is wrong."""
    settings = load(KnowledgeSettings).check()
    folder = load(TenantsSettings).tenants
    tenants = load_tenants(folder)
    if tenant_id not in tenants:
        raise ConfigurationError(
            f"there is no tenant {tenant_id} in {folder}; there are: {', '.join(sorted(tenants))}"
        )
    return Workbench(tenants[tenant_id], folder, Library(settings, make_embedder(settings)))


def reporting(command: Callable[[], int]) -> int:
    """Run a command; what the user can mend is said in words, on standard error."""
    try:
        return command()
    except (ConfigurationError, TenantError, KnowledgeError) as error:
        print(error, file=sys.stderr)
        return 2
