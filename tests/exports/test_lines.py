"""What PostgreSQL reads for a batch of lines."""

import csv
from dataclasses import replace

import pytest
from django.db import connection

from annotations.exports.columns import package_columns
from annotations.exports.lines import LineBatch, Lines
from annotations.exports.request import ExportRequest
from annotations.exports.sessions import set_up_session
from annotations.samples.models import ObjectFields, Sample, State
from annotations.search.filter import Filter
from tests.imports.packages import package, row, run_import

pytestmark = pytest.mark.django_db
OBJECTS_READ = """
SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'samples_object'
"""


def objects_read() -> int:
    with connection.cursor() as cursor:
        cursor.execute(OBJECTS_READ)
        return cursor.fetchone()[0]


def test_a_batch_reads_its_own_objects_however_many_the_project_has(project, tmp_path, monkeypatch):
    monkeypatch.setattr("annotations.exports.lines.BATCH", 4)
    run_import(project, package(tmp_path / "tow.zip", [row(n) for n in range(60)]))
    lines = Lines(ExportRequest(project), package_columns(project))
    batches = lines.batches()
    set_up_session()
    with connection.cursor() as cursor:
        # who plans by the statistics of earlier rows peeks at the largest ids that there are, which counts as reading
        cursor.execute("ANALYZE samples_object")
        cursor.execute("SET LOCAL enable_seqscan = off")  # of so few rows PostgreSQL would read all at once
    before = objects_read()
    block = batches[1].read(connection)
    assert block.rows == 4 and block.content.count(b"\n") == 4
    assert objects_read() - before <= 3 * 4


@pytest.fixture
def lines(project, tmp_path) -> Lines:
    """Of taxa that are known, that wait and that are none, of several pictures and acquisitions, by two people."""
    taxa = [{}, *({"object_annotation_category": name} for name in ("Copepoda", "egg", "Oithona"))]
    people = [{"object_annotation_person_name": name} for name in ("Ada", 'Bo, the "second"')]
    label = {"object_annotation_status": "validated"}
    to_create = [row(50, **label, **taxa[1]), row(51, **label, **taxa[2])]
    run_import(project, package(tmp_path / "to_create.zip", to_create), create_taxa=True)
    rows = [
        row(
            n,
            **(label | taxa[n % 4] | people[n % 2] if n % 4 else {}),
            sample_id=f"s{n % 3}",
            acq_id=f'a "{n % 3}"',
            sample_ship="Tara, the",
            img_rank=str(9 - rank),
            img_file_name=f"o{n}_{rank}.png",
            object_date="20140420" if n % 5 else "",
            object_time="101112.5" if n % 2 else "",
            object_area=str(n / 7),
            object_mean=str(n) if n % 4 else "",
            object_note="=1+1" if n % 3 else "",
        )
        for n in range(20)
        for rank in range(1 + n % 3)
    ]
    tow = package(tmp_path / "tow.zip", rows, {"object_area": "f", "object_mean": "f"})
    run_import(project, tow, create_taxa=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM nomenclature_keptlabel")
        assert cursor.fetchone() == (5,)
    set_up_session()
    return Lines(ExportRequest(project), package_columns(project), has_all_pictures=True)


def text_of(lines: Lines) -> str:
    return b"".join(batch.read(connection).content for batch in lines.batches()).decode()


def cells_of(lines: Lines) -> list[list[str]]:
    return list(csv.reader(text_of(lines).splitlines(), delimiter="\t"))


def test_lines_read_along_with_each_other_are_those_found_by_their_keys(lines, monkeypatch):
    along = text_of(lines)
    assert all(batch.is_dense for batch in lines.batches())
    monkeypatch.setattr(LineBatch, "is_dense", False)
    assert text_of(lines) == along


def test_pictures_of_an_object_come_by_their_ranks(lines):
    assert [cells[2] for cells in cells_of(lines) if cells[0] == "o2"] == ["7", "8", "9"]


def test_the_cells_of_acquisitions_taxa_and_people_are_their_own(lines):
    names = [column.name for column in lines.columns]
    rows = {cells[0]: dict(zip(names, cells, strict=True)) for cells in cells_of(lines)}
    taxa = {number: rows[f"o{number}"]["object_annotation_category"] for number in (4, 5, 6, 7)}
    assert taxa == {4: "", 5: "Copepoda", 6: "egg", 7: "Oithona"}
    assert rows["o7"]["object_annotation_person_name"] == 'Bo, the "second"'
    assert (rows["o5"]["sample_id"], rows["o5"]["acq_id"]) == ("s2", 'a "2"')
    assert (rows["o5"]["object_date"], rows["o5"]["object_time"]) == ("", "")
    assert (rows["o3"]["object_date"], rows["o3"]["object_time"]) == ("20140420", "101112.500000")


@pytest.mark.parametrize("held", ["\x1e", "\x1f"])
def test_a_text_that_holds_a_byte_of_ours_comes_out_as_it_is(lines, held):
    plain = text_of(lines)
    ObjectFields.objects.filter(original_id="o7").update(original_id=f"o{held}7")
    assert text_of(lines) == plain.replace("o7\t", f"o{held}7\t")


@pytest.mark.parametrize("held", ["\x1e", "\x1f"])
def test_a_text_that_lines_share_keeps_a_byte_of_ours(lines, held):
    plain = text_of(lines)
    Sample.objects.filter(original_id="s1").update(original_id=f"s{held}1")
    assert text_of(lines) == plain.replace("\ts1\t", f"\ts{held}1\t")


def test_a_filter_leaves_its_objects(lines):
    objects = Filter(state=(State.UNCLASSIFIED,))
    chosen = replace(lines, request=ExportRequest(lines.request.project, object_filter=objects))
    unclassified = [cells for cells in cells_of(lines) if not cells[9] or cells[10] == "Oithona"]
    assert cells_of(chosen) == unclassified
