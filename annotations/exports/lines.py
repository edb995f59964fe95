"""Lines of tables, a batch of objects at a time: PostgreSQL writes them itself (COPY), no row passes through Python."""

import io
from dataclasses import dataclass, field

from django.db import connection

from annotations.exports.columns import MADE_HERE, TableColumn, is_of_level
from annotations.exports.request import ExportRequest, ImageChoice
from annotations.projects.addresses import JOIN_PEOPLE

BATCH = 10_000  # objects a COPY, held in memory; between two of them the job says how far it is
BETWEEN = b"\x1f"  # the numbers of an object, till their lines are here
# Labels whose taxon the site does not know yet go out as they came in: under the name that waits.
# The lateral query with its OFFSET 0 unpacks an object's array and JSON once, not once for each column, and finds the
# row by its key. As an ordinary join PostgreSQL, which takes a new project for a small one, went through the whole
# batch for each object: 1,200 rows/s instead of tens of thousands.
LINES = """
COPY (
    WITH p AS MATERIALIZED (
        SELECT {parents} FROM samples_acquisition a JOIN samples_sample s ON s.id = a.sample_id
        WHERE {scope_of_sample}
    ), kept AS (
        SELECT l.*, n.name, n.ecotaxa_id, NULLIF(array_to_string(n.lineage, '>'), '') AS lineage
        FROM nomenclature_keptlabel l JOIN nomenclature_unknownname n ON n.id = l.unknown_id
        WHERE l.object_id BETWEEN %s AND %s AND n.state = 'waiting'
    ), above AS MATERIALIZED (
        SELECT t.id, string_agg(a.display_name, '>' ORDER BY place) AS lineage
        FROM taxonomy_taxon t CROSS JOIN unnest(t.path) WITH ORDINALITY AS p (above, place)
        JOIN taxonomy_taxon a ON a.id = p.above AND strpos(a.display_name, '>') = 0
        WHERE t.id IN (SELECT o.taxon_id FROM samples_object o WHERE {scope} AND o.id BETWEEN %s AND %s)
        GROUP BY t.id
    )
    SELECT {columns}
    FROM samples_object o
    JOIN LATERAL (
        SELECT original_id, "values" || '{{}}'::float8[] AS numbers, texts || '{{}}'::jsonb AS texts
        FROM samples_objectfields WHERE object_id = o.id OFFSET 0
    ) w ON TRUE
    JOIN p ON p.id = o.acquisition_id
    LEFT JOIN {pictures} i ON i.object_id = o.id AND i.object_id BETWEEN %s AND %s
    LEFT JOIN taxonomy_taxon t ON t.id = o.taxon_id
    LEFT JOIN above ON above.id = o.taxon_id
    LEFT JOIN kept k ON k.object_id = o.id AND o.state = 'U' AND o.annotator_id IS NULL
    LEFT JOIN accounts_user u ON u.id = COALESCE(k.annotator_id, o.annotator_id)
    {people}
    WHERE {scope} AND o.id BETWEEN %s AND %s AND ({condition})
    ORDER BY o.id, i.rank
) TO STDOUT (FORMAT csv, DELIMITER E'{delimiter}')
"""
BATCHES = """
SELECT min(id), max(id) FROM (
    SELECT o.id, (row_number() OVER (ORDER BY o.id) - 1) / %s AS batch FROM samples_object o
    WHERE {scope} AND ({condition})
) numbered GROUP BY batch ORDER BY batch
"""
# pictures as they came in, or as pages and models see them
ORIGINALS = """
(SELECT id, object_id, rank, file_name, COALESCE(NULLIF(original_key, ''), key) AS key, width, height
 FROM samples_image)
"""
RENDERINGS = r"""
(SELECT id, object_id, rank, key, width, height,
    CASE original_key WHEN '' THEN file_name ELSE regexp_replace(file_name, '(\.[^./]*)?$', '.png') END AS file_name
 FROM samples_image)
"""
# `classifier/contract/spreadsheet.py` in SQL: an apostrophe before what a spreadsheet takes for a formula
NEUTRALISED = r"""
regexp_replace({}, '^(?=\s*[-=+@＝＋－＠]|[\t\r\n])(?![-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$)', '''')
"""
# of each object the one that pages show
FIRST = """
(SELECT * FROM {pictures} every WHERE NOT EXISTS (
    SELECT FROM samples_image before WHERE before.object_id = every.object_id AND before.rank < every.rank))
"""


def pictures_of(request: ExportRequest) -> str:
    """SQL of the pictures that go along: id, object_id, rank, file_name, key, width, height."""
    pictures = RENDERINGS if request.rendered else ORIGINALS
    return FIRST.format(pictures=pictures) if request.images == ImageChoice.FIRST else pictures


def set_up_session() -> None:
    """Compiling a query of a hundred columns takes longer than a batch of it. Within the transaction of the export."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")


def joined(columns: list[TableColumn]) -> list[TableColumn]:
    """All numbers of an object as one cell, where they are the whole of its array in its order.

    PostgreSQL goes through an array from its beginning for each element that is asked for: a hundred numbers at once
    cost a third of a hundred columns. A text that has the byte between them shows in its count, and is written slowly.
    """
    numbers = [column for column in columns if column.sql.startswith("w.numbers[")]
    start = columns.index(numbers[0]) if numbers else 0
    in_order = [f"w.numbers[{place}]" for place in range(1, len(numbers) + 1)]
    if len(numbers) < 2 or [column.sql for column in columns[start : start + len(numbers)]] != in_order:
        return columns
    missing = f"repeat(E'\\x1f', {len(numbers)} - GREATEST(cardinality(w.numbers), 1))"
    together = TableColumn("numbers", "f", f"array_to_string(w.numbers, E'\\x1f', '') || {missing}")
    return [*columns[:start], together, *columns[start + len(numbers) :]]


@dataclass(frozen=True)
class Lines:
    """The table of a sample, or of a whole project where `sample_id` is None. `file_name` and `path` are SQL of a
    picture's name and of where it lies, with their parameters. `is_for_spreadsheets`: no text is taken for a formula.
    """

    request: ExportRequest
    columns: list[TableColumn]
    pictures: str
    sample_id: int | None = None
    file_name: str = "i.file_name"
    file_name_params: list = field(default_factory=list)
    path: str = "NULL::text"
    path_params: list = field(default_factory=list)
    delimiter: str = "\t"
    is_for_spreadsheets: bool = False

    def batches(self) -> list[tuple[int, int]]:
        """The first and the last object of each."""
        condition, params = self.request.object_filter.where(self.request.project.pk)
        sql = BATCHES.format(scope=self._scope, condition=condition)
        with connection.cursor() as cursor:
            cursor.execute(sql, [BATCH, self._scope_id, *params])
            return cursor.fetchall()

    def read(self, first: int, last: int) -> tuple[bytes, int]:
        """The lines of a batch, and how many they are."""
        columns = joined(self.columns)
        if len(columns) < len(self.columns):
            lines, count = self._copied(columns, first, last)
            if lines.count(BETWEEN) == count * (len(self.columns) - len(columns)):
                return lines.replace(BETWEEN, self.delimiter.encode()), count
        return self._copied(self.columns, first, last)

    def _copied(self, columns: list[TableColumn], first: int, last: int) -> tuple[bytes, int]:
        lines = io.BytesIO()
        with connection.cursor() as cursor:
            with cursor.copy(*self._query(columns, first, last)) as copy:
                for line in copy:  # ten thousand in a list would have Python look at all that it holds
                    lines.write(line)
            return lines.getvalue(), cursor.rowcount

    @property
    def _scope(self) -> str:
        return "o.project_id = %s" if self.sample_id is None else "o.sample_id = %s"

    @property
    def _scope_id(self) -> int:
        return self.request.project.pk if self.sample_id is None else self.sample_id

    def _query(self, columns: list[TableColumn], first: int, last: int) -> tuple[str, list]:
        condition, params = self.request.object_filter.where(self.request.project.pk)
        cells, column_params, parents, parent_params = self._cells(columns)
        here, ids = self._scope_id, [first, last]
        sql = LINES.format(
            parents=", ".join(["a.id", *parents]),
            scope_of_sample="s.project_id = %s" if self.sample_id is None else "s.id = %s",
            scope=self._scope,
            columns=", ".join(cells),
            pictures=self.pictures,
            people=JOIN_PEOPLE,
            condition=condition,
            delimiter=self.delimiter.replace("\t", r"\t"),
        )
        return sql, [
            *[*parent_params, here, *ids, here, *ids],
            *[*column_params, *ids, here, *ids, *params],
        ]

    def _cells(self, columns: list[TableColumn]) -> tuple[list[str], list, list[str], list]:
        """SQL of each column, and of what all objects of an acquisition share; both with their parameters."""
        signature = self.request.signature
        written = {"file_name": self.file_name, "path": self.path}
        written |= {"person": signature.name, "email": signature.email}
        params_of = {"img_file_name": self.file_name_params, "img_path": self.path_params}
        sql: list[str] = []
        params: list = []
        parents: list[str] = []
        parent_params: list = []
        for column in columns:
            own = [column.parameter] if column.parameter is not None else []
            if is_of_level(column):
                sql.append(f"p.c{len(parents)}")
                parents.append(f"{self._cell(column, column.sql)} AS c{len(parents)}")
                parent_params += own
            else:
                sql.append(self._cell(column, column.sql.format(**written)))
                params += params_of.get(column.name, own)
        return sql, params, parents, parent_params

    def _cell(self, column: TableColumn, sql: str) -> str:
        is_free = column.kind == "t" and column.name not in MADE_HERE
        return NEUTRALISED.format(sql) if self.is_for_spreadsheets and is_free else sql
