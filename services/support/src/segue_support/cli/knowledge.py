"""`segue knowledge`: loads, lists and removes a tenant's documents."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from segue_common.runtime.settings import ConfigurationError

from segue_support.cli.workbench import Workbench, open_workbench, reporting
from segue_support.knowledge.loading import (
    documents_in,
    folder_of,
    load_folder,
    remove_documents,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "The documents that the support agent answers from: Markdown, HTML, PDF, text, and "
        "questions with answers in YAML or CSV."
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="load|list|remove")
    loading = actions.add_parser(
        "load", help="make a folder's documents the tenant's knowledge, in place of what was there"
    )
    loading.add_argument(
        "folder", nargs="?", type=Path, help="default: `knowledge` in the tenant's file"
    )
    listing = actions.add_parser("list", help="show the documents")
    removing = actions.add_parser("remove", help="remove documents, or all of them")
    removing.add_argument("document", nargs="*", help="as `list` names it; none: everything")
    for action in (loading, listing, removing):
        action.add_argument("--tenant", required=True)


def run(args: argparse.Namespace) -> int:
    def act() -> int:
        bench = open_workbench(args.tenant)
        if args.action == "load":
            return _load(bench, args.folder)
        return _list(bench) if args.action == "list" else _remove(bench, args.document)

    return reporting(act)


def _load(bench: Workbench, given: Path | None) -> int:
    folder = given or folder_of(bench.tenant, bench.tenants_folder)
    if folder is None:
        raise ConfigurationError(
            f"name a folder: the file of {bench.tenant.tenant} has no `knowledge`"
        )
    report = load_folder(bench.library, bench.tenant.tenant, folder, datetime.now(UTC))
    done = report.loaded
    print(
        f"{report.documents} documents, {done.version.chunks} chunks: "
        f"{done.added} new, {done.kept} unchanged, {done.removed} removed"
    )
    for skipped in report.skipped:
        print(f"skipped (empty, or not a format that can be read): {skipped}")
    for file in report.broken:
        print(f"not loaded (what it said before stays): {file.reason}", file=sys.stderr)
    return 1 if report.broken else 0


def _list(bench: Workbench) -> int:
    version = bench.library.current(bench.tenant.tenant)
    if version is None:
        print("no documents")
        return 0
    print(f"loaded {version.loaded_at}, {version.chunks} chunks, vectors {version.embedder}")
    for source, chunks in documents_in(bench.library, bench.tenant.tenant).items():
        print(f"{source}\t{len(chunks)} chunks\t{chunks[0].title}")
    return 0


def _remove(bench: Workbench, documents: list[str]) -> int:
    tenant = bench.tenant.tenant
    if documents:
        done = remove_documents(bench.library, tenant, documents, datetime.now(UTC))
        print(f"{done.removed} chunks removed, {done.kept} left")
    else:
        print("removed" if bench.library.remove(tenant) else "no documents")
    return 0
