"""The description of the API (OpenAPI 3). It is the same for everybody: a process works it out once, for seconds."""

from functools import cache

from django.conf import settings
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
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


@cache
def openapi_yaml() -> bytes:
    """The same as YAML, which takes longer to write than the description takes to send."""
    return OpenApiYamlRenderer().render(openapi_schema())


class YamlRenderer(OpenApiYamlRenderer):
    """Errors are written as they come."""

    def render(self, data, accepted_media_type=None, renderer_context=None) -> bytes:
        if data is openapi_schema():
            return openapi_yaml()
        return super().render(data, accepted_media_type, renderer_context)


class YamlRenderer2(YamlRenderer):
    media_type = OpenApiYamlRenderer2.media_type


class SchemaView(SpectacularAPIView):
    generator_class = CachedGenerator
    renderer_classes = [YamlRenderer, YamlRenderer2, OpenApiJsonRenderer, OpenApiJsonRenderer2]
