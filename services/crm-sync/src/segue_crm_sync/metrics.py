"""What crm-sync counts."""

from prometheus_client import Counter

CHANGES = Counter("segue_crm_changes_total", "Changes of contacts' records", ["tenant"])
PUSHES = Counter(
    "segue_crm_pushes_total", "Records sent to tenants' own CRMs", ["tenant", "outcome"]
)
HELD_BACK = Counter(
    "segue_crm_held_back_total", "Sendings put off because a CRM was busy or down", ["tenant"]
)
