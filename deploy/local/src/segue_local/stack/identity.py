"""As whom PostgreSQL runs: it refuses root, and needs an account with a name."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

from segue_local.stack.errors import UnsupportedError
from segue_local.stack.spawn import LAUNCHER

ORDINARY = "nobody"
TRY_SECONDS = 10.0


def choose(program: Path, folder: Path) -> str:
    """An identity for `launch.py` under which `program` runs and `folder` is writable.

    An ordinary account runs it as itself. Root (and an account without a name, as some container
    platforms give) takes a user namespace of its own first: inside, the server is an ordinary
    user, on the disk its files stay ours, and no account is made and no right changed. Where
    namespaces are forbidden (most containers), root hands `folder` to an ordinary account.
    """
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return "same"
    account = _ordinary_account()
    mapped = f"mapped:{account.pw_uid}:{account.pw_gid}"
    if folder.stat().st_uid == os.geteuid() and _works(mapped, program, folder):
        return mapped
    switched = f"switch:{account.pw_uid}:{account.pw_gid}"
    if os.geteuid() == 0:
        _hand_over(folder, account.pw_uid, account.pw_gid)
        if _works(switched, program, folder):
            return switched
    raise UnsupportedError(
        f"PostgreSQL does not run as this account (uid {os.geteuid()}), this system allows no user "
        f"namespace, and the account {account.pw_name} can't reach {program} or {folder}. Run as "
        "an ordinary user, use folders that others may enter, or set SEGUE_POSTGRES_DSN."
    )


def _works(identity: str, program: Path, folder: Path) -> bool:
    script = 'test -x "$0" && test -w "$1" && test -x "$1"'
    start = [sys.executable, "-I", "-S", str(LAUNCHER), "0", "0", identity, "--"]
    command = [*start, "/bin/sh", "-c", script, str(program), str(folder)]
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, check=False, timeout=TRY_SECONDS
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _ordinary_account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(ORDINARY)
    except KeyError:
        others = [entry for entry in pwd.getpwall() if entry.pw_uid != 0]
    if not others:
        raise UnsupportedError(
            "PostgreSQL does not run as root and this system has no other account. "
            "Set SEGUE_POSTGRES_DSN to a server of your own."
        )
    return others[0]


def _hand_over(folder: Path, uid: int, gid: int) -> None:
    for parent, _, files in os.walk(folder):
        for path in [parent, *(os.path.join(parent, name) for name in files)]:
            os.chown(path, uid, gid, follow_symlinks=False)
