"""Pages travel compressed: two hundred vignettes are much the same text two hundred times."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TYPES = ("text/html", "text/css", "text/javascript")


class CompressPages(GZipMiddleware):
    """Pages, styles and scripts only: the API's numbers hardly shrink, and its readers would rather have them now."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.headers.get("Content-Type", "").startswith(TYPES):
            return response
        return super().process_response(request, response)
