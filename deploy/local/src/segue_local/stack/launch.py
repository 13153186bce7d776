"""Becomes a server process: dies with its parent, is not root where it must not be, then execs.

Run as a script of its own (`python -I -S launch.py SIGNAL PARENT IDENTITY -- COMMAND...`), because
code between fork and exec of a threaded process can deadlock. It imports nothing of Segue.

SIGNAL    number that the kernel sends when the thread that started us ends (0: none).
PARENT    pid that must still be our parent, so that a death before `prctl` isn't missed.
IDENTITY  `same`, `mapped:UID:GID` (stay root on disk, be UID inside a user namespace of our own)
          or `switch:UID:GID` (give up root for good).
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)
CLONE_NEWUSER = 0x10000000  # unshare(2)
FAILED = 120  # exit code when the identity could not be had


def main() -> None:
    """Take on the identity, tie our life to the parent's, become the command."""
    signal_number, parent, identity = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    command = sys.argv[sys.argv.index("--") + 1 :]
    try:
        become(identity)
    except OSError as error:
        sys.stderr.write(f"cannot become {identity}: {error}\n")
        sys.exit(FAILED)
    # After the change of identity: that clears the death signal.
    if signal_number and sys.platform == "linux":
        call("prctl", PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit(FAILED)
    os.execv(command[0], command)  # noqa: S606 - no shell is the point


def become(identity: str) -> None:
    """Change who we are; OSError where the kernel or the container forbids it."""
    if identity == "same":
        return
    how, uid, gid = identity.split(":")
    if how == "switch":
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
        return
    outside_uid, outside_gid = os.getuid(), os.getgid()
    call("unshare", CLONE_NEWUSER)
    write("/proc/self/setgroups", "deny")  # user_namespaces(7): required before gid_map
    write("/proc/self/gid_map", f"{gid} {outside_gid} 1")
    write("/proc/self/uid_map", f"{uid} {outside_uid} 1")


def call(name: str, *arguments: int) -> None:
    """A libc call; OSError with its errno when it says -1."""
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*(ctypes.c_ulong(a) for a in arguments)) == -1:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


def write(path: str, text: str) -> None:
    """One write, as the kernel demands of these files."""
    handle = os.open(path, os.O_WRONLY)
    try:
        os.write(handle, text.encode())
    finally:
        os.close(handle)


if __name__ == "__main__":
    main()
