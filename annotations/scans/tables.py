"""The table beside scans: a line a file, columns by the names of `sampling_fields.FIELDS` or by EcoTaxa's."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError

from annotations.common.problems import Problems
from annotations.imports.archive import Package
from annotations.imports.table_text import encoding_of, rows_of
from annotations.imports.values import DECIMAL_COMMA
from annotations.scans.frame_tables import is_frame_table
from annotations.scans.sampling_fields import BY_NAME, ScanMetadata, is_free_column

ENDINGS = (".csv", ".tsv", ".txt")
FILE = "file"
# as other programs head their columns
ALIASES = {
    "filename": FILE,
    "file_name": FILE,
    "img_file_name": FILE,
    "scan": FILE,
    "sample_id": "sample",
    "acq_id": "acquisition",
    "acq_instrument": "instrument",
    "sample_tot_vol": "volume_m3",
    "volume": "volume_m3",
    "acq_sub_part": "fraction",
    "sub_part": "fraction",
    "object_lat": "latitude",
    "object_lon": "longitude",
    "object_date": "date",
    "object_time": "time",
    "object_depth_min": "depth_min",
    "object_depth_max": "depth_max",
    "sample_zmin": "depth_min",
    "sample_zmax": "depth_max",
}
ScanTable = dict[str, ScanMetadata]  # by the name of the file, without its folder, in lower case


def tables_in(package: Package) -> list[str]:
    """Those of frames are read by `frame_tables`."""
    paths = (path for path in package.paths() if path.lower().endswith(ENDINGS))
    return sorted(path for path in paths if not is_frame_table(path))


def read_tables(package: Package, problems: Problems) -> ScanTable:
    """What the tables say of each file; `problems` gets what can't be read."""
    metadata: ScanTable = {}
    for name in tables_in(package):
        for line, cells in _lines(package, name, problems):
            file_name = cells.pop(FILE, "").replace("\\", "/").rpartition("/")[2].lower()
            if not file_name:
                problems.add("The line names no file. Fill the column `file`.", name, line, FILE)
            elif file_name in metadata:
                problems.add(f"{file_name} stands in two lines. Remove one.", name, line, FILE)
            else:
                metadata[file_name] = _read(cells, problems, name, line)
    return metadata


def _lines(package: Package, name: str, problems: Problems) -> Iterator[tuple[int, dict[str, str]]]:
    encoding = encoding_of(package, name)
    delimiter = _delimiter(package, name, encoding)
    rows = rows_of(package, name, encoding, problems, delimiter)
    first, header = next(rows, (1, []))
    columns = [ALIASES.get(column.strip().lower(), column.strip().lower()) for column in header]
    if FILE not in columns:
        message = (
            f"The table has no column `file`: it has {', '.join(filter(None, columns))[:200]}. Name one so."
        )
        problems.add(message, name, first)
        return
    _warn_of_others(columns, problems, name, first)
    for line, cells in rows:
        if any(cell.strip() for cell in cells):
            texts = (_plain_number(cell.strip(), delimiter) for cell in cells)
            yield line, dict(zip(columns, texts, strict=False))


def _delimiter(package: Package, name: str, encoding: str) -> str:
    header = next(rows_of(package, name, encoding, Problems(), "\0"), (1, [""]))[1]
    return max("\t;,", key="".join(header).count)


def _plain_number(cell: str, delimiter: str) -> str:
    """Tables with semicolons come from countries whose decimal point is a comma."""
    return cell.replace(",", ".") if delimiter == ";" and DECIMAL_COMMA.match(cell) else cell


def _warn_of_others(columns: list[str], problems: Problems, name: str, line: int) -> None:
    for column in columns:
        if column and column != FILE and column not in BY_NAME and not is_free_column(column):
            problems.warn(f"The column {column!r} says nothing of scans and is not read.", name, line, column)


def _read(cells: dict[str, str], problems: Problems, name: str, line: int) -> ScanMetadata:
    try:
        return ScanMetadata.read(cells)
    except ValidationError as error:
        for column, messages in error.message_dict.items():
            problems.add(" ".join(messages), name, line, column)
        return ScanMetadata({}, {})
