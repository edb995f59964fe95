"""Asking a model about single pictures: uploads, or objects of the site."""

import io
import warnings

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.http import Http404
from drf_spectacular.utils import extend_schema
from PIL import Image, UnidentifiedImageError
from rest_framework.decorators import api_view
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.accounts.models import User
from annotations.api.params import checked
from annotations.api.serializers.serving import ObjectsToLookAt, PictureAnswer, PicturesToLookAt
from annotations.learning.doubt import is_nine_in_ten, is_unlike
from annotations.learning.models import Model
from annotations.learning.queries import open_model
from annotations.learning.serving import NoAnswer, Picture, ask_model
from annotations.projects.access import projects_seen_by
from annotations.taxonomy.queries import names_of

MOST_PICTURES = 100
MOST_BYTES = 20 * 2**20
MOST_PIXELS = 32_000_000
NO_IMAGE = "This object has no image."

PICTURES = """
SELECT o.id, o.project_id, i.key, a.pixel_um FROM samples_object o
JOIN samples_acquisition a ON a.id = o.acquisition_id
LEFT JOIN LATERAL (SELECT key FROM samples_image WHERE object_id = o.id ORDER BY rank LIMIT 1) i ON TRUE
WHERE o.id = ANY(%s)
"""


class Away(APIException):
    status_code = 503


@extend_schema(
    request={"multipart/form-data": PicturesToLookAt, "application/json": ObjectsToLookAt},
    responses=PictureAnswer(many=True),
)
@api_view(["POST"])
def look(request: Request, model_id: int) -> Response:
    """What the model says of up to 100 pictures, in their order: files `images` of at most 20 MB and 32 megapixels, or
    `objects` of the site by their ids.

    A file that can't be read has `error` in the place of the rest. 503 when the serving worker is away.
    """
    model = open_model(request.user, model_id)
    if not model.is_ready:
        raise ValidationError(f"{model.name} is not ready: wait until its training is done.")
    if "images" in request.FILES:
        sources, pictures = _uploads(request)
    elif isinstance(request.data, dict) and "objects" in request.data:
        sources, pictures = _objects(request.user, checked(ObjectsToLookAt, request)["objects"])
    else:
        raise ValidationError("Send pictures as files `images`, or ids of objects as `objects`.")
    readable = [picture for picture in pictures if picture is not None]
    try:
        outputs = iter(ask_model(model, readable) if readable else [])
    except NoAnswer as error:
        raise Away(str(error)) from error
    answers = [{"error": NO_IMAGE} if picture is None else next(outputs) for picture in pictures]
    return Response(
        [{**whose, **entry} for whose, entry in zip(sources, _named(model, answers), strict=True)]
    )


def _uploads(request: Request) -> tuple[list[dict], list[Picture | None]]:
    pixel_um = checked(PicturesToLookAt, request).get("pixel_um")
    files = request.FILES.getlist("images")
    _refuse_too_many("images", len(files))
    pictures: list[Picture | None] = [Picture(_content(file), pixel_um=pixel_um) for file in files]
    return [{"file": file.name} for file in files], pictures


def _content(file: UploadedFile) -> bytes:
    """Raises ValidationError for what is too large. Of what is no picture at all, the worker will say so."""
    if (file.size or 0) > MOST_BYTES:
        raise ValidationError(f"{file.name} has more than {MOST_BYTES // 2**20} MB: send a smaller picture.")
    content = file.read()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as picture:  # reads the size and no pixel
                pixels = picture.width * picture.height
    except Image.DecompressionBombError:
        pixels = MOST_PIXELS + 1
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return content
    if pixels > MOST_PIXELS:
        raise ValidationError(
            f"{file.name} has more than {MOST_PIXELS // 10**6} megapixels: cut the organism out of it."
        )
    return content


def _objects(user: User, ids: list[int]) -> tuple[list[dict], list[Picture | None]]:
    """Raises Http404 when the person doesn't see one of them."""
    _refuse_too_many("objects", len(ids))
    with connection.cursor() as cursor:
        cursor.execute(PICTURES, [ids])
        pictures_of = {object_id: rest for object_id, *rest in cursor.fetchall()}
    visible = set(
        projects_seen_by(user)
        .filter(pk__in={p for p, *_ in pictures_of.values()})
        .values_list("pk", flat=True)
    )
    pictures: list[Picture | None] = []
    for object_id in ids:
        project, key, pixel_um = pictures_of.get(object_id, (None, None, None))
        if project not in visible:
            raise Http404(
                f"There is no object {object_id}, or it is of a project that you are not a member of."
            )
        pictures.append(Picture(key=key, pixel_um=pixel_um) if key else None)
    return [{"object": object_id} for object_id in ids], pictures


def _refuse_too_many(name: str, count: int) -> None:
    if not 0 < count <= MOST_PICTURES:
        raise ValidationError(
            f"`{name}` names {count} pictures, but takes 1 to {MOST_PICTURES}: ask again for the others."
        )


def _named(model: Model, answers: list[dict]) -> list[dict]:
    """With the names of taxa."""
    named = [answer for answer in answers if "error" not in answer]
    labels = {answer["label"] for answer in named if answer["label"] is not None}
    names = names_of({*model.classes, *labels})

    def taxon(number: int) -> dict:
        return {"id": number, "name": names.get(number, f"taxon {number}")}

    for answer in named:
        answer["is_novel"] = is_unlike(answer["novelty"])
        answer["is_nine_in_ten"] = is_nine_in_ten(
            answer["candidates"], dict(answer["taxa"]), answer["novelty"]
        )
        answer["taxa"] = [{**taxon(number), "score": score} for number, score in answer["taxa"]]
        answer["candidates"] = [taxon(number) for number in answer["candidates"]]
        label, score = answer["label"], answer.pop("label_score")
        answer["label"] = None if label is None else {**taxon(label), "score": score}
    return answers
