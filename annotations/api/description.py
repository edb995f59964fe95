"""What the API's description (OpenAPI) says of every route alike: its subject, and the shape of what is refused."""

from importlib import import_module

from drf_spectacular.openapi import AutoSchema

VIEWS = "annotations.api.views"
ERROR = {
    "type": "object",
    "required": ["detail"],
    "properties": {
        "detail": {"type": "string", "description": "a sentence for people: what is wrong, and what to do"},
        "job": {"type": "integer", "description": "of 409: the job that is under way"},
        "errors": {
            "type": "array",
            "description": "where single fields are wrong: each",
            "items": {"$ref": "#/components/schemas/FieldError"},
        },
    },
}
FIELD_ERROR = {
    "type": "object",
    "required": ["detail"],
    "properties": {
        "detail": {"type": "string"},
        "pointer": {"type": "string", "description": "JSON pointer into the body, as `#/taxon`"},
        "parameter": {"type": "string", "description": "name of a parameter of the address"},
    },
}
REFUSED = {
    "description": "400 what is sent is wrong; 401 no token, or not a valid one; 403 your role does not do; 404 not "
    "there, or not for you; 409 others changed it meanwhile; 429 too often, `Retry-After` says for how many seconds",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}


class SubjectSchema(AutoSchema):
    """Routes go by their subject, the module of their view: by their address nearly all would be of `projects`."""

    def get_tags(self) -> list[str]:
        module = type(self.view).__module__
        return [module.removeprefix(f"{VIEWS}.")] if module.startswith(VIEWS) else super().get_tags()


def complete(result: dict, generator: object, request: object, public: bool) -> dict:
    """Hook of drf-spectacular: adds what each subject is, and how a route refuses."""
    operations = [
        operation
        for item in result["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
    ]
    for operation in operations:
        operation["responses"]["default"] = {"$ref": "#/components/responses/Refused"}
    subjects = sorted({tag for operation in operations for tag in operation.get("tags", [])})
    result["tags"] = [{"name": subject, "description": _what_it_is(subject)} for subject in subjects]
    result["components"]["responses"] = {"Refused": REFUSED}
    result["components"]["schemas"] |= {"Error": ERROR, "FieldError": FIELD_ERROR}
    return result


def _what_it_is(subject: str) -> str:
    return (import_module(f"{VIEWS}.{subject}").__doc__ or "").strip()
