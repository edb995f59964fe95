"""Resumable uploads by the protocol tus 1.0.0: creation, termination and expiration besides its core (https://tus.io).

Any client of tus sends a file here with the site's token; then `POST …/imports/` takes its number as `upload`.
"""

import base64
import binascii
from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.http import http_date
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.serializers.uploads import UploadOut
from annotations.jobs.models import Upload
from annotations.jobs.resumable import (
    OffsetConflict,
    UploadBusy,
    append,
    create_upload,
    offset_of,
    open_upload,
    remove,
    uploads_of,
)
from annotations.projects.access import projects_managed_by

VERSION = "1.0.0"
CONTENT_TYPE = "application/offset+octet-stream"
SUPPORTED = {
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,termination,expiration",
    "Tus-Max-Size": str(settings.UPLOAD_MAX_BYTES),
}
EMPTY: dict = {}


def _header(name: str, help: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, required=True, description=help)


RESUMABLE = _header("Tus-Resumable", "`1.0.0`")


class Refused(APIException):
    def __init__(self, status: int, detail: str):
        super().__init__(detail)
        self.status_code = status


class TusView(APIView):
    """What all answers have in common."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        if request.method not in ("GET", "OPTIONS") and request.headers.get("Tus-Resumable") != VERSION:
            raise Refused(
                412, f"Send the header `Tus-Resumable: {VERSION}`: no other version is spoken here."
            )

    def finalize_response(self, request: Request, response: Response, *args: object, **kwargs: object):
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Tus-Resumable"] = VERSION
        if response.status_code == 412 or request.method == "OPTIONS":
            for name, value in SUPPORTED.items():
                response[name] = value
        return response

    @extend_schema(exclude=True)
    def options(self, request: Request, *args: object, **kwargs: object) -> Response:
        return Response(status=204)


class Uploads(TusView):
    @extend_schema(responses=UploadOut(many=True))
    def get(self, request: Request) -> Response:
        """Your uploads that no import has yet, newest first."""
        return Response([upload_shape(upload) for upload in uploads_of(request.user)])

    @extend_schema(
        request=None,
        responses={201: None},
        parameters=[
            RESUMABLE,
            _header("Upload-Length", "bytes of the file"),
            _header("Upload-Metadata", "`filename` and its name in base64"),
        ],
    )
    def post(self, request: Request) -> Response:
        """Begins an upload, by the protocol tus 1.0.0; `Location` is where its bytes go. For managers of a project."""
        if not projects_managed_by(request.user).exists():
            raise PermissionDenied("Only managers import packages: ask a manager of your project.")
        size = _number(request.headers, "Upload-Length")
        if size > settings.UPLOAD_MAX_BYTES:
            raise Refused(
                413, f"A package may have {settings.UPLOAD_MAX_BYTES:,} bytes. Split it by samples."
            )
        upload = create_upload(user=request.user, name=_file_name(request.headers), size=size)
        location = reverse("api:upload", args=[upload.pk])
        return Response(status=201, headers={"Location": location, **_expires(upload)})


class OneUpload(TusView):
    @extend_schema(responses=UploadOut)
    def get(self, request: Request, upload_id: UUID) -> Response:
        """One of your uploads, and how much of it has arrived."""
        return Response(upload_shape(open_upload(request.user, upload_id)))

    @extend_schema(exclude=True)
    def head(self, request: Request, upload_id: UUID) -> Response:
        """How much has arrived, in `Upload-Offset`: from there on the rest is sent."""
        upload = open_upload(request.user, upload_id)
        headers = {"Upload-Length": str(upload.size), "Cache-Control": "no-store"}
        return _answer(upload, offset_of(upload), status=200, headers=headers)

    @extend_schema(
        request={CONTENT_TYPE: bytes},
        responses={204: None},
        parameters=[RESUMABLE, _header("Upload-Offset", "bytes that have arrived, as HEAD says")],
    )
    def patch(self, request: Request, upload_id: UUID) -> Response:
        """Sends the next bytes. What arrived before a connection broke stays."""
        upload = open_upload(request.user, upload_id)
        if request.content_type != CONTENT_TYPE:
            raise Refused(415, f"Send the bytes as `Content-Type: {CONTENT_TYPE}`.")
        offset = _number(request.headers, "Upload-Offset")
        if offset + int(request.headers.get("Content-Length") or 0) > upload.size:
            raise Refused(413, f"{upload.name} was to have {upload.size:,} bytes: these are more.")
        try:
            return _answer(upload, append(upload=upload, offset=offset, source=request))
        except OffsetConflict as error:
            raise Refused(409, str(error)) from error
        except UploadBusy as error:
            raise Refused(423, str(error)) from error

    @extend_schema(request=None, responses={204: None}, parameters=[RESUMABLE])
    def delete(self, request: Request, upload_id: UUID) -> Response:
        """Gives an upload up, and removes what has arrived of it."""
        remove(upload=open_upload(request.user, upload_id))
        return Response(status=204)


def upload_shape(upload: Upload) -> dict:
    shape = {name: getattr(upload, name) for name in ("id", "name", "size", "created", "expires")}
    return {**shape, "offset": offset_of(upload)}


def _answer(upload: Upload, offset: int, status: int = 204, headers: Mapping[str, str] = EMPTY) -> Response:
    return Response(status=status, headers={"Upload-Offset": str(offset), **_expires(upload), **headers})


def _expires(upload: Upload) -> dict[str, str]:
    return {"Upload-Expires": http_date(upload.expires.timestamp())}


def _number(headers: Mapping[str, str], name: str) -> int:
    text = headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValidationError(f"The header `{name}` must be a whole number of bytes, not {text[:30]!a}.")
    return int(text)


def _file_name(headers: Mapping[str, str]) -> str:
    """Of `Upload-Metadata: filename dG93LnppcA==,…`."""
    pairs = [entry.strip().partition(" ") for entry in headers.get("Upload-Metadata", "").split(",")]
    encoded = next((value for key, _, value in pairs if key == "filename"), "")
    try:
        name = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise ValidationError("`filename` in the header `Upload-Metadata` must be UTF-8 in base64.") from None
    return name.replace("\0", "").strip() or "package.zip"
