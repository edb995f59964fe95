from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from annotations.accounts.models import User


class SignedInRequest(HttpRequest):
    """What a view behind `login_required` gets: for type checkers, nothing is ever made of it."""

    user: User
    htmx: HtmxDetails
