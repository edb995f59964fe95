"""Files for browsers and programs alike: who sends an API token needs no session, and nobody gets a sign-in page."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.settings import api_settings

View = Callable[..., HttpResponseBase]
STATUS = {Http404: 404, PermissionDenied: 403, ValidationError: 400}


def download_view(view: View) -> View:
    """As `login_required`, but a token opens it too; a program is refused in JSON, as by the API."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        authenticators = [authenticate() for authenticate in api_settings.DEFAULT_AUTHENTICATION_CLASSES]
        try:
            user = Request(request, authenticators=authenticators).user
        except AuthenticationFailed as error:
            return _unauthorised(str(error.detail))
        if not user.is_authenticated:
            return _ask_to_sign_in(request)
        request.user = user
        return (
            _in_json(view)(request, *args, **kwargs)
            if _is_program(request)
            else view(request, *args, **kwargs)
        )

    vars(wrapper)["answers_tokens"] = True  # for the test of all routes
    return wrapper


def _is_program(request: HttpRequest) -> bool:
    return "Authorization" in request.headers


def _ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    if "text/html" in request.headers.get("Accept", "") and not _is_program(request):
        return redirect_to_login(request.get_full_path())
    return _unauthorised("Sign in, or send your API token: `Authorization: Token …`.")


def _unauthorised(sentence: str) -> JsonResponse:
    return JsonResponse({"detail": sentence}, status=401, headers={"WWW-Authenticate": "Token"})


def _in_json(view: View) -> View:
    def wrapper(*args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return view(*args, **kwargs)
        except (Http404, PermissionDenied, ValidationError) as error:
            sentence = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            return JsonResponse({"detail": sentence}, status=STATUS[type(error)])

    return wrapper
