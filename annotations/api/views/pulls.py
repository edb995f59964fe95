"""Projects of an EcoTaxa server, fetched by its own API."""

from django.views.decorators.debug import sensitive_post_parameters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import checked
from annotations.api.serializers.jobs import JobOut
from annotations.api.serializers.pulls import PullIn
from annotations.api.views.jobs import started
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.pulls.actions import PullOptions, start_pull, titles_of
from annotations.pulls.signing_in import refusals_in_words, signed_in_server


@extend_schema(request=PullIn, responses={202: JobOut})
@sensitive_post_parameters()
@api_view(["POST"])
def ecotaxa_imports(request: Request, project_id: int) -> Response:
    """Fetches a project of an EcoTaxa server and imports it: samples, objects, labels with history, pictures.

    The password is exchanged for a token at once. The job's `result.import` is the number of the import that follows.
    """
    project = open_project(request.user, project_id, Role.MANAGER)
    body = checked(PullIn, request)
    names = ("server", "account", "password", "token")
    address, account, password, token = (body.pop(name) for name in names)
    server = signed_in_server(address=address, account=account, password=password, token=token)
    source = body.pop("source")
    with refusals_in_words():
        titles_of([source], server)
    options = PullOptions(**body)
    job = start_pull(project=project, user=request.user, server=server, source=source, options=options)
    return started(job)
