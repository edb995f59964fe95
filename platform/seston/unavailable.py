"""The answer to a request that went wrong: 503 and a sentence where what it needs is away for a moment, else 500.

Nothing here may ask the database: it is perhaps what is away.
"""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from annotations.jobs.transient import transient_cause

RETRY_AFTER = "5"  # seconds
SENTENCES = {
    "The database was away": "The database is restarting.",
    "The database was busy": "The database is too busy.",
    "The database only reads": "The database at hand takes no changes now.",
    "Redis was away": "Redis is restarting.",
    "The storage did not answer": "The storage of images does not answer.",
    "The disk was full": "The disk of the server is full: tell its administrator.",
}
SAFE = "What was saved is safe: try again in a moment."
BUG = "It is not your fault. The administrator finds the details in the site's log; what was saved is safe."


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`: for a page, for htmx and scripts in plain words, and for the API as JSON."""
    error = sys.exc_info()[1]
    reason = transient_cause(error) if error is not None else None
    if reason is None:
        return _answer(request, "Something went wrong", BUG, 500)
    sentence = f"{SENTENCES.get(reason, 'The server is busy.')} {SAFE}"
    answer = _answer(request, "Away for a moment", sentence, 503)
    answer.headers["Retry-After"] = RETRY_AFTER
    return answer


def _answer(request: HttpRequest, title: str, sentence: str, status: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": sentence}, status=status)
    if request.headers.get("HX-Request") or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    context = {"title": title, "sentence": sentence, "path": request.get_full_path(), "status": status}
    return HttpResponse(render_to_string("500.html", context), status=status)
