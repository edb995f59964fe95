"""Pages travel compressed: two hundred vignettes are much the same text two hundred times."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

STATIC_TYPES = ("text/css", "text/javascript", "application/json")


class CompressStatic(GZipMiddleware):
    """Styles and scripts are the same for everybody: no random bytes need to hide their length."""

    max_random_bytes = 0


class CompressPages(GZipMiddleware):
    """Pages and what they are made of: the API's numbers hardly shrink, and its readers would rather have them now."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        content_type = response.headers.get("Content-Type", "")
        if request.path.startswith(settings.STATIC_URL) and content_type.startswith(STATIC_TYPES):
            return CompressStatic(self.get_response).process_response(request, response)
        if not content_type.startswith("text/html"):
            return response
        return super().process_response(request, response)
