"""EcoTaxa packages of many small pictures: a few hundred drawn ones, repeated, each with bytes and an id of its own."""

import csv
import io
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from annotations.demo.package import STAMP, write_package

DRAWN = 300
SAMPLE = 20_000  # lines of a table
END = b"\x00\x00\x00\x00IEND\xaeB`\x82"  # of each PNG
LABEL = "object_annotation_"


@dataclass(frozen=True)
class SmallPackage:
    """`values` and `labels` say how far those of every other object differ from those of a package with 0."""

    objects: int
    pictures: bool = True
    values: int = 0
    labels: int = 0

    def write(self, path: Path) -> Path:
        with tempfile.TemporaryDirectory() as folder:
            drawn = Path(folder, "drawn.zip")
            write_package(drawn, DRAWN, samples=1)
            with zipfile.ZipFile(drawn) as source, zipfile.ZipFile(path, "w", allowZip64=True) as target:
                self._multiply(source, target)
        return path

    def _multiply(self, source: zipfile.ZipFile, target: zipfile.ZipFile) -> None:
        (table,) = [name for name in source.namelist() if name.endswith(".tsv")]
        with source.open(table) as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as text:
            head, kinds, *lines = csv.reader(text, delimiter="\t")
        models = [dict(zip(head, line, strict=True)) for line in lines]
        contents = [source.read(f"{table.partition('/')[0]}/{model['img_file_name']}") for model in models]
        for first in range(0, self.objects, SAMPLE):
            tow, numbers = f"tow_{first // SAMPLE:04}", range(first, min(first + SAMPLE, self.objects))
            for number in numbers if self.pictures else ():
                content = with_note(contents[number % DRAWN], str(number))
                target.writestr(zipfile.ZipInfo(f"{tow}/{_name(number)}.png", STAMP), content)
            self._write_table(target, tow, [head, kinds], (self._line(models, n, tow) for n in numbers))

    @staticmethod
    def _write_table(
        target: zipfile.ZipFile, tow: str, head: list[list[str]], lines: Iterator[list[str]]
    ) -> None:
        entry = zipfile.ZipInfo(f"{tow}/ecotaxa_{tow}.tsv", STAMP)
        entry.compress_type = zipfile.ZIP_DEFLATED
        with target.open(entry, "w") as raw, io.TextIOWrapper(raw, "utf-8", newline="") as text:
            writer = csv.writer(text, delimiter="\t", lineterminator="\n")
            writer.writerows(head)
            writer.writerows(lines)

    def _line(self, models: list[dict[str, str]], number: int, tow: str) -> list[str]:
        model = models[number % DRAWN]
        line = model | {"object_id": _name(number), "sample_id": tow, "acq_id": tow, "process_id": tow}
        line["img_file_name"] = f"{_name(number)}.png" if self.pictures else ""
        if number % 2:
            other = models[(number + self.labels) % DRAWN]
            line |= {column: cell for column, cell in other.items() if column.startswith(LABEL)}
            line["object_area"] = str(float(model["object_area"]) + self.values)
            line["object_mean"] = str(float(model["object_mean"]) + self.values)
        return list(line.values())


def _name(number: int) -> str:
    return f"small_{number:08}"


def with_note(content: bytes, note: str) -> bytes:
    """The PNG with a text of its own, so that no other has its bytes."""
    chunk = b"tEXtComment\x00" + note.encode()
    length, checksum = (len(chunk) - 4).to_bytes(4, "big"), zlib.crc32(chunk).to_bytes(4, "big")
    return content.removesuffix(END) + length + chunk + checksum + END
