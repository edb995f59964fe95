"""What `python -m build` makes runs by itself: pages, styles, pictures and migrations come with it."""

import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import psycopg
import pytest

from seston import embedded
from tests.platform.servers import ROOT, running
from tests.platform.test_site import PATIENCE
from tests.prepared import prepare

LACKING = "api_answeredrequest"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the wheel is installed, without what it depends on."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    wheel = next(folder.glob("*.whl"))
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--target", str(folder / "site")]
    subprocess.run([*install, "--quiet", "--disable-pip-version-check", str(wheel)], check=True)
    return folder / "site"


def environment(installed: Path, home: Path, **more: str) -> dict[str, str]:
    others = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "SESTON_HOME"}}
    return others | {"SESTON_HOME": str(home), "PYTHONPATH": str(installed)} | more


def test_all_migrations_are_installed(installed: Path) -> None:
    """Each app with them, so that a site that begins with an empty database gets all of its tables."""
    assert migrations_in(installed) == migrations_in(ROOT) != set()


def migrations_in(root: Path) -> set[str]:
    folders = [root / "annotations", root / "worker"]
    return {str(path.relative_to(root)) for each in folders for path in each.glob("**/migrations/*.py")}


@pytest.fixture
def home_of_last_version(tmp_path: Path) -> Path:
    """A home whose database lacks a table of this version. To make all of them takes longer than the site to start."""
    home = tmp_path / "home"
    prepare(home)
    with psycopg.connect(embedded.database_url(home)) as connection:
        connection.execute(f"DROP TABLE {LACKING}")
        connection.execute("DELETE FROM django_migrations WHERE app = %s", [LACKING.partition("_")[0]])
    embedded.leave(home)
    return home


def test_the_installed_site_makes_its_tables_and_answers_with_its_pages_and_styles(
    installed: Path, home_of_last_version: Path, tmp_path: Path, port: int
) -> None:
    home = home_of_last_version
    site = subprocess.Popen(
        [sys.executable, str(installed / "bin" / "seston"), "run_site"],
        cwd=tmp_path,
        env=environment(installed, home, SESTON_PORT=str(port)),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert site.stdout.readline() == f"Seston is ready: http://127.0.0.1:{port}\n"
    page = get(port, "/accounts/sign-in/")
    sheet = re.search(r'href="(/static/[^"]+/css/[^"]+)"', page)[1]
    assert "font" in get(port, sheet)
    with psycopg.connect(embedded.database_url(home)) as connection:
        assert connection.execute(f"SELECT count(*) FROM {LACKING}").fetchone() == (0,)
    embedded.leave(home)
    site.terminate()
    site.communicate(timeout=PATIENCE)
    assert running(home) == []


def test_the_installed_code_is_what_runs(installed: Path, tmp_path: Path) -> None:
    code = "import seston, annotations.traits, django.conf as c; print(seston.__file__, c.settings.ROOT)"
    command = [sys.executable, "-c", code]
    more = {
        "DJANGO_SETTINGS_MODULE": "seston.settings",
        "DATABASE_URL": "postgres://h/d",
        "REDIS_URL": "redis://h",
    }
    run = subprocess.run(
        command, cwd=tmp_path, env=environment(installed, tmp_path, **more), capture_output=True, text=True
    )
    assert run.stdout.split() == [str(installed / "seston" / "__init__.py"), str(installed / "seston")], (
        run.stderr
    )


def get(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.read().decode()
