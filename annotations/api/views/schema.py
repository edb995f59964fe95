"""The description of the API (OpenAPI 3). It is the same for everybody: a process works it out once, for seconds."""

from functools import cache

from django.conf import settings
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request


@cache
def openapi_schema() -> dict:
    """All routes, whoever may use them, in the site's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return SchemaGenerator().get_schema(request=None, public=True)


class CachedGenerator(SchemaGenerator):
    def get_schema(self, request: Request | None = None, public: bool = False) -> dict:
        return openapi_schema()


class SchemaView(SpectacularAPIView):
    generator_class = CachedGenerator
