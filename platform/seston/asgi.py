"""The web process: vignettes are answered before Django, all else by Django."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seston.settings")

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from seston.vignettes import serve_vignettes  # noqa: E402 (needs the settings)

application = serve_vignettes(django_application)
