"""Becomes a server that dies with its parent. A program of its own, run by the servers' spawn; imports nothing of ours."""

import ctypes
import os
import signal
import sys
import threading

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
NOBODY = 65534
REFUSED = 77
"""Exit code when the demanded way to stop being root is refused."""


def main(arguments: list[str]) -> None:
    """Arguments: parent's pid, signal at its death, way (plain | userns | nobody), then the command."""
    parent, death, way, *command = arguments
    libc = ctypes.CDLL(None, use_errno=True)
    # A mask is inherited, and Valkey keeps what it gets: it would not hear that it shall end.
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if way == "userns":
        enter_namespace(libc)
    elif way == "nobody":
        become_nobody()
    if not hasattr(libc, "prctl"):
        guard(command, int(death))
    # After the change of identity, which would clear it.
    libc.prctl(PR_SET_PDEATHSIG, int(death))
    if os.getppid() != int(parent):
        sys.exit("the parent died before its server began")
    os.execv(command[0], command)  # noqa: S606 - that is its purpose


def enter_namespace(libc: ctypes.CDLL) -> None:
    """Look like nobody to ourselves while files stay root's: no user is added, no mode changed."""
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWUSER) != 0:
        sys.exit(REFUSED)
    try:
        write("/proc/self/setgroups", "deny")
        write("/proc/self/uid_map", f"{NOBODY} {uid} 1")
        write("/proc/self/gid_map", f"{NOBODY} {gid} 1")
    except OSError:
        sys.exit(REFUSED)


def become_nobody() -> None:
    """Give root up for good."""
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def guard(command: list[str], death: int) -> None:
    """Where the kernel has no parent-death signal: stay, and end the server when the parent's pipe closes."""
    server = os.spawnv(os.P_NOWAIT, command[0], command)  # noqa: S606 - that is its purpose

    def watch() -> None:
        while os.read(0, 1):
            pass
        os.kill(server, death)

    threading.Thread(target=watch, daemon=True).start()
    for name in ("SIGTERM", "SIGINT", "SIGQUIT"):
        signal.signal(getattr(signal, name), lambda number, _frame: os.kill(server, number))
    _, status = os.waitpid(server, 0)
    sys.exit(os.waitstatus_to_exitcode(status))


def write(path: str, text: str) -> None:
    """Write a file of /proc in one go."""
    with open(path, "w", encoding="ascii") as file:  # noqa: PTH123 - /proc wants one plain write
        file.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
