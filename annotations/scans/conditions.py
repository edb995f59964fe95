"""Which scan an object was cut from, as a filter."""

from annotations.accounts.models import User
from annotations.projects.access import projects_seen_by
from annotations.samples.models import ParentImage
from annotations.search.registry import Condition, register, simple
from annotations.search.values import whole


def _name(scan: int) -> str:
    name = ParentImage.objects.filter(pk=scan).values_list("file_name", flat=True).first()
    return f"on {name or f'scan {scan}'}"


def _may_name(scan: int, user: User | None) -> bool:
    """The chip says its name. One that is gone has none."""
    if user is None:
        return True
    others = ParentImage.objects.exclude(acquisition__sample__project__in=projects_seen_by(user))
    return not others.filter(pk=scan).exists()


register(
    Condition(
        name="scan",
        help="cut from the scan of that number",
        example="12",
        type=int,
        read=whole,
        sql=simple("o.id IN (SELECT i.object_id FROM samples_image i WHERE i.parent_id = %s)"),
        sentence=_name,
        may_use=_may_name,
    )
)
