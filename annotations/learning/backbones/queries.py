from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from annotations.accounts.models import User
from annotations.learning.models import Backbone
from annotations.projects.access import role_in
from annotations.projects.models import Membership, Role


def backbones_seen_by(user: User) -> QuerySet[Backbone]:
    """Those that learnt from a project that the person is a member of, newest first; one of projects that are gone is
    seen by who made it."""
    backbones = Backbone.objects.select_related("job", "owner").prefetch_related("projects")
    if user.is_superuser:
        return backbones
    links = Backbone.projects.through.objects
    mine = links.filter(project__in=Membership.objects.filter(user=user).values("project"))
    # a join would give a backbone of two projects twice
    has_projects = Exists(links.filter(backbone=OuterRef("pk")))
    return backbones.filter(Q(pk__in=mine.values("backbone")) | Q(owner=user) & ~has_projects)


def backbones_to_start_from(user: User) -> QuerySet[Backbone]:
    return backbones_seen_by(user).filter(is_ready=True, archived=None)


def open_backbone(user: User, backbone_id: int) -> Backbone:
    """Raises Http404 when there is no such backbone, or the person may not see it."""
    backbone = backbones_seen_by(user).filter(pk=backbone_id).first()
    if backbone is None:
        raise Http404("There is no such backbone, or it learnt from projects that you are not a member of.")
    return backbone


def may_manage_backbone(user: User, backbone: Backbone) -> bool:
    """Managers of all its projects rename and archive it."""
    return all(role_in(user, project.pk) == Role.MANAGER for project in backbone.projects.all())
