"""Ports are chosen once, remembered, and a taken one is named."""

import socket
from dataclasses import asdict
from pathlib import Path

import pytest
from segue_local.stack import FolderError, Ports, PortTakenError
from segue_local.stack.ports import HOST, choose, is_free, require_free


@pytest.fixture
def listener() -> socket.socket:
    with socket.create_server((HOST, 0)) as server:
        yield server


def test_the_same_folder_gives_the_same_ports_again(tmp_path: Path) -> None:
    first = choose(Ports.free(), tmp_path / "ports.json", {})

    assert choose(None, tmp_path / "ports.json", {}) == first


def test_free_ports_differ_and_stay_below_the_range_for_outgoing_connections() -> None:
    ports = list(asdict(Ports.free()).values())

    assert len(set(ports)) == 4
    assert all(20_000 <= port < 32_000 and is_free(port) for port in ports)


def test_a_taken_default_gives_way_the_first_time(tmp_path: Path) -> None:
    try:
        holder = socket.create_server((HOST, Ports().postgres))
    except OSError:  # somebody else holds it already, which is the case wanted
        holder = socket.socket()
    with holder:
        chosen = choose(None, tmp_path / "ports.json", {})

    assert chosen.postgres != Ports().postgres


def test_a_variable_overrules_one_remembered_port(tmp_path: Path) -> None:
    before = choose(Ports.free(), tmp_path / "ports.json", {})

    after = choose(None, tmp_path / "ports.json", {"SEGUE_KAFKA_PORT": "31999"})

    assert after == Ports(31999, before.kafka_controller, before.postgres, before.valkey)
    assert choose(None, tmp_path / "ports.json", {}) == after


@pytest.mark.parametrize("text", ["", "none", "0", "65536", "-1"])
def test_a_variable_that_is_no_port_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(FolderError, match="SEGUE_VALKEY_PORT"):
        choose(None, tmp_path / "ports.json", {"SEGUE_VALKEY_PORT": text})


@pytest.mark.parametrize("text", ["", "[]", "{}x", '{"kafka": "x"}', '{"other": 1}'])
def test_an_unreadable_memory_says_to_delete_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "ports.json").write_text(text)

    with pytest.raises(FolderError, match=r"ports\.json .*Delete it"):
        choose(None, tmp_path / "ports.json", {})


def test_a_taken_port_is_named_with_the_variable_that_changes_it(
    tmp_path: Path, listener: socket.socket
) -> None:
    port = listener.getsockname()[1]

    with pytest.raises(PortTakenError, match=f"{port}.*SEGUE_POSTGRES_PORT") as caught:
        require_free(port, "postgres", tmp_path / "ports.json")

    assert (caught.value.port, caught.value.variable) == (port, "SEGUE_POSTGRES_PORT")


def test_connections_that_linger_do_not_make_a_port_taken(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    client = socket.create_connection((HOST, port))
    accepted, _ = listener.accept()
    accepted.close()  # the server closes first, so its side lingers
    client.close()
    listener.close()

    assert is_free(port)
