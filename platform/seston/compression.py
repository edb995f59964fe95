"""Pages travel compressed: two hundred vignettes are much the same text two hundred times."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

STATIC_TYPES = ("text/css", "text/javascript")


class CompressStatic(GZipMiddleware):
    """Styles and scripts are the same for everybody: no random bytes need to hide their length."""

    max_random_bytes = 0


class CompressPages(GZipMiddleware):
    """Pages, styles and scripts only: the API's numbers hardly shrink, and its readers would rather have them now."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        content_type = response.headers.get("Content-Type", "")
        if content_type.startswith(STATIC_TYPES):
            return CompressStatic(self.get_response).process_response(request, response)
        if not content_type.startswith("text/html"):
            return response
        return super().process_response(request, response)
