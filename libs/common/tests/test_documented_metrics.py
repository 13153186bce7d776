"""The operators' page lists every metric that there is, and none that there isn't."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
DECLARED = re.compile(r"\b(Counter|Gauge|Histogram)\(\s*\"(segue_[a-z_]+)\"")


def declared() -> set[str]:
    """Names as Prometheus gets them: a counter's ends in `_total`."""
    found = set()
    for module in (*ROOT.glob("libs/*/src/**/*.py"), *ROOT.glob("services/*/src/**/*.py")):
        for kind, name in DECLARED.findall(module.read_text()):
            is_bare = kind == "Counter" and not name.endswith("_total")
            found.add(f"{name}_total" if is_bare else name)
    return found


def test_the_operators_page_lists_every_metric_and_no_other() -> None:
    page = ROOT / "docs" / "operations.md"
    watched = page.read_text().partition("## What to watch")[2].partition("\n## ")[0]
    assert set(re.findall(r"`(segue_[a-z_]+)`", watched)) == declared()
