"""Runs the carrier simulator as a process of its own: `python -m segue_local.simulator`."""

import argparse
import asyncio
import os
import signal
import sys

from segue_local.simulator.lines import DEFAULT_NUMBER, MetaNumber, TenantLine
from segue_local.simulator.simulator import (
    DEFAULT_ACCOUNT,
    DEFAULT_PORT,
    DEFAULT_TOKEN,
    CarrierSimulator,
)


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m segue_local.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--system-url", default="http://127.0.0.1:8080", help="where ingest is")
    parser.add_argument("--voice-url", default=None, help="where the voice-bridge is")
    parser.add_argument(
        "--public-url",
        default=os.environ.get("SEGUE_PUBLIC_URL"),
        help="the base URL that webhooks are signed over (default: the system URL)",
    )
    parser.add_argument(
        "--tenant",
        action="append",
        default=[],
        metavar="NAME[=NUMBER]",
        help="a tenant and its number (repeatable; others have Twilio's test number)",
    )
    parser.add_argument(
        "--meta-phone-number-id", help="gives the first tenant a WhatsApp Cloud API number"
    )
    parser.add_argument("--max-records", type=int, default=None, help="bounds memory")
    return parser


def simulator_of(args: argparse.Namespace) -> CarrierSimulator:
    """Credentials come from the environment, under the names that tenant files use."""
    sid = os.environ.get("TWILIO_ACCOUNT_SID", DEFAULT_ACCOUNT)
    token = os.environ.get("TWILIO_AUTH_TOKEN", DEFAULT_TOKEN)
    tenants = []
    for index, entry in enumerate(args.tenant):
        name, _, number = entry.partition("=")
        meta = _meta_number(args.meta_phone_number_id) if index == 0 else None
        tenants.append(TenantLine(name, sid, number or DEFAULT_NUMBER, meta))
    return CarrierSimulator(
        port=args.port,
        accounts={sid: token},
        tenants=tenants,
        system_url=args.system_url,
        voice_url=args.voice_url,
        public_url=args.public_url,
        max_records=args.max_records,
    )


def _meta_number(phone_number_id: str | None) -> MetaNumber | None:
    if phone_number_id is None:
        return None
    return MetaNumber(
        phone_number_id=phone_number_id,
        access_token=os.environ.get("META_TOKEN", DEFAULT_TOKEN),
        app_secret=os.environ.get("META_APP_SECRET", DEFAULT_TOKEN),
        verify_token=os.environ.get("META_VERIFY", DEFAULT_TOKEN),
    )


async def serve(sim: CarrierSimulator) -> None:
    """Runs until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with sim:
        print(f"ready {sim.url}", flush=True)
        await stop.wait()


def main(argv: list[str] | None = None) -> int:
    args = build_parser().parse_args(argv)
    try:
        sim = simulator_of(args)
    except OSError as busy:
        print(f"cannot listen on port {args.port}: {busy.strerror}", file=sys.stderr)
        return 1
    asyncio.run(serve(sim))
    return 0


if __name__ == "__main__":
    sys.exit(main())
