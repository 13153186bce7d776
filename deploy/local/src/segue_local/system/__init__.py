"""The whole system as processes on one machine: servers, services and the carrier simulator."""

from segue_local.system.errors import PortInUse, ProcessFailed, SystemFailure
from segue_local.system.process import ServiceProcess
from segue_local.system.system import Options, System

__all__ = ["Options", "PortInUse", "ProcessFailed", "ServiceProcess", "System", "SystemFailure"]
