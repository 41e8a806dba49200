"""The real service in a process of its own, and what its processor time is."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from api.console.session import COOKIE
from bench.scale.copies import owner
from bench.scale.patterns import LAST
from store.database import Database
from store.keys import create_key
from store.sessions import open_session

PATIENCE = 300
"""Seconds to wait until the service answers."""
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Service:
    """Headers: `tool` of a key and `person` of a signed-in session that see every account, `csm` of one that sees its own."""

    port: int
    pid: int
    tool: Headers
    person: Headers
    csm: Headers

    def processor_seconds(self) -> float:
        """Of the service and its workers so far; not a number where the system does not tell."""
        tasks = Path("/proc") / str(self.pid) / "task" / str(self.pid) / "children"
        if not tasks.exists():
            return float("nan")
        return sum(_seconds(pid) for pid in (self.pid, *(int(p) for p in tasks.read_text().split())))


@contextmanager
def serving(url: str, home: Path, workers: int) -> Iterator[Service]:
    """Raises RuntimeError when it ends by itself or does not answer."""
    admitted = _admitted(url)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"WHYRED_HOME": str(home), "WHYRED_DATABASE_URL": url, "WHYRED_TODAY": LAST.isoformat()}
    command = [sys.executable, "-m", "bench.scale.served", str(port), str(workers)]
    with subprocess.Popen(command, env=os.environ | settings) as process:  # noqa: S603  our own command
        try:
            _wait(process, port)
            yield Service(port, process.pid, *admitted)
        finally:
            process.terminate()


def _admitted(url: str) -> tuple[Headers, Headers, Headers]:
    database, now = Database(url), datetime.now(UTC)
    with database.transaction() as connection:
        _, token = create_key(connection, "bench", "admin", (), now, timedelta(days=1))
        sessions = (
            open_session(connection, "bench", "admin", (), None, now),
            open_session(connection, owner(0), "csm", [owner(0)], None, now),
        )
    database.close()
    person, csm = ((("Cookie", f"{COOKIE}={session}"), ("Accept", "text/html")) for session in sessions)
    return (("Authorization", f"Bearer {token}"),), person, csm


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=PATIENCE):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise RuntimeError(f"the service on port {port} does not answer")


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
