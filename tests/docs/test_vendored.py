"""What comes from others is what its authors made, and says whose it is."""

import hashlib
import re
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "static/vendor"
README = (VENDOR / "README.md").read_text()


def files() -> set[str]:
    return {path.name for path in VENDOR.iterdir() if path.suffix in (".js", ".css", ".json")}


def test_every_file_is_the_one_whose_checksum_was_noted():
    noted = dict(reversed(line.split()) for line in (VENDOR / "CHECKSUMS").read_text().splitlines())
    assert noted == {name: hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() for name in files()}


def test_every_file_is_listed_with_its_version_and_its_licence():
    rows = [line for line in README.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`([\w.-]+)`", row.split("|")[1])} == files()
    for row in rows:
        assert re.search(r"\| \d+\.\d+\.\d+ \|", row), row
        licence = re.search(r"\((licenses/[\w-]+\.txt)\)", row)
        assert licence, row
        assert (VENDOR / licence[1]).stat().st_size > 300


def test_the_maps_are_of_the_packages_that_the_checks_install():
    for package in ("leaflet", "world-atlas"):
        version = re.search(rf'"{package}": "([\d.]+)"', (VENDOR.parents[1] / "package.json").read_text())
        assert version
        assert re.search(rf"npm `{package}`.*\| {re.escape(version[1])} \|", README)
