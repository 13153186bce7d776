"""What tests ask a cluster that they take things away from: who writes, and what lies where."""

import asyncio
import itertools
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import psycopg
from segue_command import segue
from segue_local.simulator import ChatLead
from segue_local.soak.checks import violations
from segue_local.soak.cluster import Cluster
from segue_local.soak.evidence import collect
from segue_local.soak.plan import TENANTS, Plan
from segue_local.soak.settling import settled
from segue_local.soak.witness import Witness

TENANT = next(iter(TENANTS))
PATIENCE = 60.0
REST_SECONDS = 120.0
numbers = itertools.count(4_000_000)


def someone(cluster: Cluster) -> ChatLead:
    """A lead who has never written before."""
    return cluster.carrier.lead(f"+1347{next(numbers)}", tenant=TENANT, channel="whatsapp")


async def asks(lead: ChatLead, text: str) -> str:
    """Write, and read the answer."""
    assert await lead.say(text) == 200
    return (await lead.hears(PATIENCE)).body


def rows(cluster: Cluster, query: str, *values: object) -> list[tuple[object, ...]]:
    with psycopg.connect(cluster.dsn, autocommit=True) as conn:
        cursor = conn.execute(query.encode(), values)
        return cursor.fetchall() if cursor.description else []


def conversations_of(cluster: Cluster, lead: ChatLead) -> set[UUID]:
    found = rows(
        cluster,
        "SELECT DISTINCT conversation_id FROM router.timeline WHERE event->'data'->>'address' = %s",
        lead.address,
    )
    return {UUID(str(row[0])) for row in found}


@asynccontextmanager
async def nothing_wrong_afterwards(cluster: Cluster) -> AsyncIterator[None]:
    """Whatever was done within: the system comes to rest, and every promise holds over everything
    in the database, on the broker and at the carrier."""
    yield
    await cluster.ready()
    await settled(cluster.dsn, cluster.bootstrap, REST_SECONDS, cluster.carrier)
    nobody = Plan(0, 0.0, people=(), deaths=(), troubles=())
    evidence = await collect(nobody, Witness(), cluster.carrier, cluster.dsn, cluster.bootstrap)
    assert not (wrong := violations(evidence)), wrong


def ask_segue(cluster: Cluster, *arguments: str) -> str:
    done: subprocess.CompletedProcess[str] = segue(cluster.system, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def waiting_letters(cluster: Cluster) -> int:
    listed = ask_segue(cluster, "dlq", "list", "--json").splitlines()
    return sum(json.loads(line)["waiting"] for line in listed)


async def letters_wait(cluster: Cluster, count: int) -> bool:
    return await asyncio.to_thread(waiting_letters, cluster) == count
