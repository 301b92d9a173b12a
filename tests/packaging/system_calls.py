"""What a process sends and writes, as strace records it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

_CALLS = (
    "connect,sendto,sendmsg,sendmmsg,"
    "open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat"
)
_ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
_DNS = re.compile(r"sin6?_port=htons\(53\)")
_OPENED = re.compile(r"^(?:open|openat|openat2|creat)\(.*= \d+<(?P<path>.*)>$")
_WRITES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|^creat\(")
_MADE = re.compile(r"^(?:mkdir|mkdirat|rename|renameat|renameat2|link|linkat|symlink|symlinkat)\(.*\) += 0$")
_FOLDER_AND_NAME = re.compile(r'(?:(?:AT_FDCWD|\d+)<(?P<folder>[^>]*)>, )?"(?P<name>[^"]*)"')


@dataclass(frozen=True)
class Recorded:
    """One process with its children. log: the file that strace's records begin with; cwd: where it ran."""

    process: subprocess.Popen[str]
    log: Path
    cwd: Path

    def lines(self) -> Iterator[str]:
        """Each system call. strace keeps a file a thread, so that no call is split over two lines."""
        for file in sorted(self.log.parent.glob(f"{self.log.name}.*")):
            yield from file.read_text("utf-8", "replace").splitlines()

    def sent_outside(self) -> list[str]:
        """Calls that address another machine, or ask for the address of one."""
        return [
            line
            for line in self.lines()
            if _DNS.search(line)
            or any(not ip_address(four or six).is_loopback for four, six in _ADDRESS.findall(line))
        ]

    def written(self) -> set[Path]:
        """Files and folders that were made, renamed or opened to be written."""
        return {path for line in self.lines() for path in _paths_written(line, self.cwd)}


def missing() -> str | None:
    """Why system calls can't be recorded here; None where they can."""
    if shutil.which("strace") is None:
        return "strace isn't installed (Debian's package strace)"
    tried = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    return f"this system doesn't let strace trace: {tried.stderr.strip()}" if tried.returncode else None


def record(command: Sequence[str], *, log: Path, cwd: Path, environment: Mapping[str, str]) -> Recorded:
    """Starts `command` under strace, which runs beside it (-D), so that the process returned is the command.

    `communicate` returns once strace has written everything down, too.
    """
    strace = ["strace", "-D", "-ff", "-y", "-qq", "--seccomp-bpf", "-s", "4096", "-e", f"trace={_CALLS}"]
    process = subprocess.Popen(
        [*strace, "-o", str(log), *command],
        cwd=cwd,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return Recorded(process, log, cwd)


def _paths_written(line: str, cwd: Path) -> list[Path]:
    if (opened := _OPENED.match(line)) and _WRITES.search(line):
        return [Path(opened["path"])]
    if _MADE.match(line):
        return [cwd / (found["folder"] or "") / found["name"] for found in _FOLDER_AND_NAME.finditer(line)]
    return []
