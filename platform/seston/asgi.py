"""The web process: vignettes and live events are answered before Django, all else by Django in threads."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seston.settings")

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

# Our views wait for PostgreSQL, none for the network: as threads that live on, with a connection each, they take half
# the processor time of Django's ASGI handler, which makes a thread for every request. An upload keeps its thread busy.
THREADS = 16

django_application = WSGIMiddleware(get_wsgi_application(), workers=THREADS)  # type: ignore[arg-type]

from annotations.live.stream import serve_live  # noqa: E402 (needs the settings)
from annotations.pictures.serving import serve_pictures  # noqa: E402

application = serve_pictures(serve_live(django_application))
