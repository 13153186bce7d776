"""Bring the database tables of every installed service up to date."""

import argparse

import psycopg

from segue_common.cli.errors import CommandError
from segue_common.cli.services import installed_services
from segue_common.runtime.database import migrate
from segue_common.runtime.settings import PostgresSettings, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There is nothing to choose."""


def run(args: argparse.Namespace) -> int:
    dsn = load(PostgresSettings).dsn.get_secret_value()
    for service in installed_services():
        try:
            applied = migrate(dsn, service.name, service.migrations)
        except psycopg.Error as error:
            raise CommandError(f"{service.name}: {type(error).__name__}: {error}") from error
        print(f"{service.name:14}{', '.join(applied) or 'up to date'}")
    return 0
