"""What a filter can ask about sizes in millimetres, which free columns have in pixels."""

from annotations.samples.models import FreeColumn
from annotations.search.registry import Condition, Sql, register
from annotations.search.values import span

# mm, the diameter of a circle of the object's area; NULL, which nothing lets through, where a figure is missing
DIAMETER = """(SELECT 2 * sqrt(greatest(w."values"[{place:d}], 0) / pi()) * a.pixel_um / 1000
    FROM samples_objectfields w, samples_acquisition a WHERE w.object_id = o.id AND a.id = o.acquisition_id)"""


def _sql(value: tuple[float, float], project_id: int) -> Sql:
    area = FreeColumn.objects.filter(project=project_id, level="object", name="area", is_number=True).first()
    if area is None or area.position is None:
        return "FALSE", []
    diameter = DIAMETER.format(place=area.position + 1)
    return f"({diameter} >= %s AND {diameter} < %s)", list(value)


register(
    Condition(
        name="esd",
        help="equivalent spherical diameter, 2 · √(area ÷ π) · size of a pixel, from the first number to below the "
        "second, mm",
        example="0.5:1",
        read=span,
        sql=_sql,
        sentence=lambda value: f"ESD {value[0]:g} to {value[1]:g} mm",
    )
)
