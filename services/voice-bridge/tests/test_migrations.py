"""What the migrations make of an older version's rows, on the real database."""

import json
import shutil
import uuid
from importlib.resources import files
from pathlib import Path
from uuid import UUID

import psycopg
from segue_common.runtime.database import migrate

MIGRATIONS = Path(str(files("segue_voice_bridge"))) / "migrations"
OWN, NAMED = "+15005550001", "+15005550002"


def desk(dsn: str, *, opted_out: bool, own: str | None, named: str | None) -> UUID:
    """Write the desk of a lead that has one number and has named another one for calls."""
    conversation = uuid.uuid4()
    state = {"opted_out": opted_out, "consent_phone": named, "contact": {"phone": own}}
    with psycopg.connect(dsn) as conn:
        conn.execute(
            "INSERT INTO voice_bridge.desks (conversation_id, tenant, state) "
            "VALUES (%s, 'acme', %s)",
            (conversation, json.dumps(state)),
        )
    return conversation


def test_all_numbers_of_a_desk_that_had_opted_out_are_silenced(
    database_dsn: str, tmp_path: Path
) -> None:
    shutil.copy(MIGRATIONS / "0001_calls.sql", tmp_path)
    migrate(database_dsn, "voice-bridge", tmp_path)
    both = desk(database_dsn, opted_out=True, own=OWN, named="+1 (500) 555-0002")
    only_own = desk(database_dsn, opted_out=True, own=OWN, named=None)
    desk(database_dsn, opted_out=True, own=None, named=None)
    desk(database_dsn, opted_out=False, own=OWN, named=NAMED)
    migrate(database_dsn, "voice-bridge", MIGRATIONS)
    with psycopg.connect(database_dsn) as conn:
        rows = conn.execute(
            "SELECT conversation_id, phone FROM voice_bridge.silenced_numbers WHERE phone !~ '[ (]'"
        ).fetchall()
    assert set(rows) == {(both, OWN), (both, NAMED), (only_own, OWN)}
    assert len(rows) == 3


def test_who_has_taken_their_word_back_since_is_left_alone(
    database_dsn: str, tmp_path: Path
) -> None:
    with psycopg.connect(database_dsn) as conn:
        conn.execute("DROP SCHEMA IF EXISTS voice_bridge CASCADE")
    for name in ("0001_calls.sql", "0002_silenced_numbers.sql"):
        shutil.copy(MIGRATIONS / name, tmp_path)
    migrate(database_dsn, "voice-bridge", tmp_path)
    desk(database_dsn, opted_out=True, own=OWN, named=NAMED)
    migrate(database_dsn, "voice-bridge", MIGRATIONS)
    with psycopg.connect(database_dsn) as conn:
        assert conn.execute("SELECT phone FROM voice_bridge.silenced_numbers").fetchall() == []
