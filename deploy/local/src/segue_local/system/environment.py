"""The variables and ports that the processes of a local system get."""

import os
from collections.abc import Mapping
from pathlib import Path

from segue_common.runtime.settings import SERVICE_PORTS, service_port

import segue_local
from segue_local.simulator import DEFAULT_PORT
from segue_local.stack.ports import is_free
from segue_local.system.errors import PortInUse
from segue_local.system.secrets import local_secrets, simulated_account

DEMO_TENANTS = Path(segue_local.__file__).parents[2] / "tenants"


def port_variable(name: str) -> str:
    """The variable that sets a process's port."""
    return f"SEGUE_{name.upper().replace('-', '_')}_PORT"


def choose_ports(wanted: Mapping[str, int], *, simulator: bool) -> dict[str, int]:
    """A port for every process; raises `PortInUse` where somebody listens already."""
    ports = {service: service_port(service) for service in SERVICE_PORTS}
    if simulator:
        ports["simulator"] = int(os.environ.get(port_variable("simulator"), DEFAULT_PORT))
    ports |= wanted
    for name, port in ports.items():
        if not is_free(port):
            raise PortInUse(name, port, port_variable(name))
    return ports


def base_environment(state: Path, ports: Mapping[str, int]) -> dict[str, str]:
    """What the services get besides the servers' addresses. What this process's environment
    sets already is left as it is."""
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    made = {
        "SEGUE_TENANTS": str(DEMO_TENANTS),
        "SEGUE_PUBLIC_URL": urls["ingest"],
        "SEGUE_INGEST_URL": urls["ingest"],
        "SEGUE_ROUTER_URL": urls["router"],
        **local_secrets(state),
    }
    if "SEGUE_CHROMA_URL" not in os.environ:
        made["SEGUE_CHROMA_PATH"] = str(state / "chroma")
    if "simulator" in urls:
        made |= {
            "SEGUE_TWILIO_API_BASE": urls["simulator"],
            "SEGUE_META_API_BASE": urls["simulator"],
            **simulated_account(),
        }
    return {name: os.environ.get(name, value) for name, value in made.items()}
