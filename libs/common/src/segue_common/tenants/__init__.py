"""The businesses that Segue serves, as their files describe them."""

from segue_common.tenants.loader import TenantError, load_tenant, load_tenants
from segue_common.tenants.models import (
    BookableService,
    BookingRules,
    Callback,
    Criterion,
    DayHours,
    Languages,
    ModelRules,
    Qualification,
    Tenant,
    TwilioChannel,
    Voice,
)

__all__ = [
    "BookableService",
    "BookingRules",
    "Callback",
    "Criterion",
    "DayHours",
    "Languages",
    "ModelRules",
    "Qualification",
    "Tenant",
    "TenantError",
    "TwilioChannel",
    "Voice",
    "load_tenant",
    "load_tenants",
]
