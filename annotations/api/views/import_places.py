"""The folders and buckets that the administrator has opened to imports."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.serializers.import_places import ImportListingOut, ImportPlaceOut
from annotations.imports.origins.allowed import open_place, places_for
from annotations.imports.origins.places import ZIPS, clean_path
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.scans.actions import SCAN_ENDINGS


@extend_schema(responses=ImportPlaceOut(many=True))
@api_view(["GET"])
def import_places(request: Request, project_id: int) -> Response:
    """Those that you may import from."""
    open_project(request.user, project_id, Role.MANAGER)
    return Response([{"name": place.name, "kind": place.kind} for place in places_for(request.user)])


@extend_schema(
    parameters=[OpenApiParameter("path", str, description="of a folder in it; its outermost without")],
    responses=ImportListingOut,
)
@api_view(["GET"])
def import_place(request: Request, project_id: int, place: str) -> Response:
    """What lies at a path of a place: `imports/` and `scans/` take it as `folder` or `bucket` with `path`."""
    open_project(request.user, project_id, Role.MANAGER)
    opened = open_place(request.user, place)
    path = clean_path(request.query_params.get("path", ""))
    listing = opened.listing(path, (*ZIPS, *SCAN_ENDINGS))

    def ending(endings: tuple[str, ...]) -> list[dict[str, object]]:
        files = [(name, size) for name, size in listing.files if name.lower().endswith(endings)]
        return [{"name": name, "size": size} for name, size in files]

    return Response(
        {
            "path": path,
            "folders": listing.folders,
            "zips": ending(ZIPS),
            "scans": ending(SCAN_ENDINGS),
            "others": listing.others,
            "is_cut": listing.is_cut,
        }
    )
