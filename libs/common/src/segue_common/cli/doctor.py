"""Check the configuration and every server, and say in words what is wrong and what to do."""

import argparse
from collections.abc import Sequence

from segue_common.cli.checkup import Finding, examine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-services", action="store_true", help="leave out whether the services run"
    )


def run(args: argparse.Namespace) -> int:
    """Exit 0 when all is well, else 1."""
    findings = examine(services=not args.no_services)
    for finding in findings:
        print("\n".join(_lines(finding)))
    wrong = sum(not finding.is_well for finding in findings)
    print(f"\n{wrong} of {len(findings)} need attention" if wrong else "\nall is well")
    return 1 if wrong else 0


def _lines(finding: Finding) -> Sequence[str]:
    if not finding.was_examined:
        return [f"?      {finding.what}: not examined: {finding.found}"]
    if finding.is_well:
        return [f"ok     {finding.what}: {finding.found}"]
    return [
        f"WRONG  {finding.what}",
        *(f"       - {line}" for problem in finding.problems for line in problem.splitlines()),
    ]
