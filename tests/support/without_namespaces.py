"""Runs a command where user namespaces are refused, as Docker's default seccomp profile does.

python -m tests.support.without_namespaces COMMAND …
"""

import ctypes
import errno
import os
import platform
import sys

UNSHARE = {"x86_64": 272, "aarch64": 97}
PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
SECCOMP_RET_ERRNO = 0x00050000
SECCOMP_RET_ALLOW = 0x7FFF0000
LOAD_WORD = 0x20
JUMP_IF_EQUAL = 0x15
RETURN = 0x06


class Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint))


class Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.POINTER(Instruction)))


def refuse_unshare() -> None:
    """Answer EPERM to unshare(2), in this process and all that it starts."""
    instructions = (Instruction * 4)(
        Instruction(LOAD_WORD, 0, 0, 0),
        Instruction(JUMP_IF_EQUAL, 0, 1, UNSHARE[platform.machine()]),
        Instruction(RETURN, 0, 0, SECCOMP_RET_ERRNO | errno.EPERM),
        Instruction(RETURN, 0, 0, SECCOMP_RET_ALLOW),
    )
    libc = ctypes.CDLL(None, use_errno=True)
    program = Program(len(instructions), instructions)
    for arguments in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program))):
        if libc.prctl(*arguments) != 0:
            raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    refuse_unshare()
    os.execv(sys.argv[1], sys.argv[1:])
