"""The web process: static files, vignettes and live events are answered before Django, the rest by it in threads."""

import gc
import os
from typing import cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seston.settings")

from a2wsgi import WSGIMiddleware
from a2wsgi.asgi_typing import ASGIApp
from a2wsgi.wsgi_typing import WSGIApp
from django.core.wsgi import get_wsgi_application
from django.urls import resolve

# Our views wait for PostgreSQL, none for the network: as threads that live on, with a connection each, they take half
# the processor time of Django's ASGI handler, which makes a thread for every request. An upload keeps its thread busy.
THREADS = 16


def _application() -> ASGIApp:
    django = cast(WSGIApp, get_wsgi_application())  # first: what answers before it needs the settings
    resolve("/healthz")  # loads every page, for which whoever comes first would wait a second

    from annotations.live.stream import serve_live
    from annotations.pictures.serving import serve_pictures
    from seston.static_addresses import release
    from seston.static_files import serve_static

    release()  # reads all scripts and sheets
    return serve_static(serve_pictures(serve_live(WSGIMiddleware(django, workers=THREADS))))


application = _application()
# a full collection of garbage holds all threads, and would look at all 260,000 objects that imports made
gc.collect()
gc.freeze()
