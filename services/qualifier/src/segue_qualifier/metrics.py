"""What the qualifier measures of its own."""

from prometheus_client import Counter

QUALIFIED = Counter("segue_leads_qualified", "Qualifications, by their reason.", ["reason"])
