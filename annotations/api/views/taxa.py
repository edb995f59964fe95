"""The tree of taxa, and the names of packages that are to be settled."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import CURSOR, checked, the_taxon
from annotations.api.serializers.jobs import JobOut
from annotations.api.serializers.taxa import (
    MapProposedIn,
    MergeIn,
    MergeOut,
    PendingNameOut,
    Presets,
    ProposalsPage,
    SameSpellingOut,
    SettleIn,
    SettleManyIn,
    SettlingOut,
    SynonymIn,
    SynonymOut,
    TaxaImportIn,
    TaxonChange,
    TaxonDetail,
    TaxonEditOut,
    TaxonIn,
    TaxonSuggestion,
)
from annotations.api.views.jobs import started
from annotations.jobs.uploads import keep_upload
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.taxon_matching.actions import (
    Decision,
    create_name,
    map_name,
    map_proposed,
    refuse_name,
    settle_names,
    undo_settling,
)
from annotations.taxon_matching.merging import merge_taxa, undo_merge
from annotations.taxon_matching.models import Merge, PendingName
from annotations.taxon_matching.proposals import proposals
from annotations.taxon_matching.queries import (
    names_of_project,
    open_name,
    open_settling,
    waiting_names,
    waiting_page,
)
from annotations.taxonomy.creating import SameSpelling, create_taxon, require_taxon_creator
from annotations.taxonomy.editing import (
    add_synonym,
    edit_taxon,
    may_add_synonyms,
    remove_synonym,
    require_administrator,
    set_status,
    undo_edit,
)
from annotations.taxonomy.imports import start_taxa_import
from annotations.taxonomy.models import Synonym, Taxon, TaxonEdit
from annotations.taxonomy.presets import set_favourites, set_training_rules
from annotations.taxonomy.queries import complete, described, favourites_of

MOST_MERGES = 200


@extend_schema(responses=PendingNameOut(many=True))
@api_view(["GET"])
def pending_names(request: Request, project_id: int) -> Response:
    """Names that packages of the project brought and the site did not know; those that wait come first."""
    project = open_project(request.user, project_id, Role.MANAGER)
    return Response(PendingNameOut(names_of_project(project), many=True).data)


@extend_schema(request=SettleIn, responses={202: JobOut, 204: None})
@api_view(["POST"])
def pending_name(request: Request, project_id: int, name_id: int) -> Response:
    """Maps the name to `taxon`, creates it (below `taxon`, else where its lineage puts it, or as a `root` of the site's
    tree), or refuses it. The job labels the objects that wait.

    The traits that wait for it apply to the taxon at once; where it is refused they apply without it, to no object if
    they have no other taxon.
    """
    project = open_project(request.user, project_id, Role.MANAGER)
    pending = open_name(project, name_id)
    body = checked(SettleIn, request)
    taxon = the_taxon(body.get("taxon"))
    if body["act"] == "refuse":
        refuse_name(pending=pending, user=request.user)
        return Response(status=204)
    if body["act"] == "create":
        job = create_name(pending=pending, parent=taxon, user=request.user, is_root=body["root"])
        return started(job)
    if taxon is None:
        raise ValidationError("Say which `taxon` the name means.")
    return started(map_name(pending=pending, taxon=taxon, user=request.user))


@extend_schema(parameters=[CURSOR], responses=ProposalsPage)
@api_view(["GET"])
def proposals_for_names(request: Request, project_id: int) -> Response:
    """What each of the names that wait may mean, best first, with the reason; the names of most objects first."""
    project = open_project(request.user, project_id, Role.MANAGER)
    names, cursor = waiting_page(project, cursor=request.query_params.get("cursor", ""))
    results = [{"name": name, "proposals": several} for name, several in proposals(names).items()]
    return Response(ProposalsPage({"results": results, "next": cursor or None}).data)


@extend_schema(request=SettleManyIn, responses={202: SettlingOut})
@api_view(["POST"])
def settle_many(request: Request, project_id: int) -> Response:
    """Maps, creates or refuses many names that wait, all of them or none; one job labels their objects."""
    project = open_project(request.user, project_id, Role.MANAGER)
    bodies = {body["name"]: body for body in checked(SettleManyIn, request)["decisions"]}
    waiting = waiting_names(project, list(bodies))
    taxa = Taxon.objects.in_bulk({body["taxon"] for body in bodies.values() if "taxon" in body})
    decisions = [_decision(name, bodies[name.pk], taxa) for name in waiting]
    settling = settle_names(project=project, user=request.user, decisions=decisions)
    return Response(SettlingOut(settling).data, status=202)


def _decision(name: PendingName, body: dict, taxa: dict[int, Taxon]) -> Decision:
    number = body.get("taxon")
    if number is not None and number not in taxa:
        raise ValidationError(f"There is no taxon {number}: look it up with taxa/?q=.")
    return Decision(name, body["act"], None if number is None else taxa[number], body["root"])


@extend_schema(request=MapProposedIn, responses={202: SettlingOut})
@api_view(["POST"])
def map_all_proposed(request: Request, project_id: int) -> Response:
    """Maps all names that wait and have one clear proposal."""
    project = open_project(request.user, project_id, Role.MANAGER)
    expected = checked(MapProposedIn, request)["expected"]
    settling, _ = map_proposed(project=project, user=request.user, expected=expected)
    return Response(SettlingOut(settling).data, status=202)


@extend_schema(request=None, responses=SettlingOut)
@api_view(["POST"])
def undo_settled(request: Request, project_id: int, settling_id: int) -> Response:
    """The names wait again, and a job takes their labels back, but for what somebody has labelled since."""
    project = open_project(request.user, project_id, Role.MANAGER)
    settling = undo_settling(settling=open_settling(project, settling_id), user=request.user)
    return Response(SettlingOut(settling).data)


# --- The tree ---------------------------------------------------------------------------------------------------------


@extend_schema(
    methods=["GET"],
    parameters=[OpenApiParameter("q", str, description="what the name, or a synonym, begins with or holds")],
    responses=TaxonSuggestion(many=True),
    operation_id="taxa_list",
)
@extend_schema(
    methods=["POST"],
    request=TaxonIn,
    responses={201: TaxonDetail, 409: SameSpellingOut},
    operation_id="taxa_create",
)
@api_view(["GET", "POST"])
def taxa(request: Request) -> Response:
    """Completion of taxon names. POST makes a taxon: managers, or whom else the site's setting names."""
    if request.method == "GET":
        return Response(complete(request.query_params.get("q", "")))
    require_taxon_creator(request.user)
    body = checked(TaxonIn, request)
    number, is_homonym = body.pop("project", None), body.pop("homonym")
    project = None if number is None else open_project(request.user, number)
    body["parent"] = the_taxon(body["parent"])
    try:
        taxon = create_taxon(user=request.user, project=project, is_homonym=is_homonym, **body)
    except SameSpelling as refusal:
        return Response({"detail": refusal.messages[0], "taxa": described(refusal.taxa)}, status=409)
    return Response(TaxonDetail(taxon).data, status=201)


@extend_schema(methods=["GET"], responses=TaxonDetail)
@extend_schema(methods=["PATCH"], request=TaxonChange, responses=TaxonDetail)
@api_view(["GET", "PATCH"])
def taxon(request: Request, taxon_id: int) -> Response:
    """A taxon with all that is known of it. PATCH renames, moves, describes or deprecates it: administrators only."""
    taxon = _open_taxon(taxon_id)
    if request.method == "PATCH":
        require_administrator(request.user)
        body = checked(TaxonChange, request)
        with transaction.atomic():
            taxon = _changed(taxon, body, request)
    return Response(TaxonDetail(taxon).data)


def _changed(taxon: Taxon, body: dict, request: Request) -> Taxon:
    if "parent" in body:
        body["parent"] = the_taxon(body["parent"])
    status, by = body.pop("status", None), the_taxon(body.pop("replaced_by", None))
    if body:
        edit_taxon(taxon=taxon, user=request.user, **body)
    if status is not None:
        set_status(taxon=taxon, user=request.user, is_active=status == "active", replaced_by=by)
    elif by is not None:
        raise ValidationError("`replaced_by` takes `status` deprecated beside it.")
    return _open_taxon(taxon.pk)


@extend_schema(methods=["GET"], responses=SynonymOut(many=True))
@extend_schema(methods=["POST"], request=SynonymIn, responses={201: SynonymOut})
@api_view(["GET", "POST"])
def synonyms(request: Request, taxon_id: int) -> Response:
    """Other names by which the picker finds the taxon. Experts of any project note them."""
    taxon = _open_taxon(taxon_id)
    if request.method == "GET":
        return Response(SynonymOut(taxon.synonyms.all(), many=True).data)
    if not may_add_synonyms(request.user):
        raise PermissionDenied("Experts and managers note synonyms: ask one of your project.")
    created = add_synonym(taxon=taxon, user=request.user, **checked(SynonymIn, request))
    return Response(SynonymOut(created).data, status=201)


@extend_schema(responses={204: None})
@api_view(["DELETE"])
def synonym(request: Request, synonym_id: int) -> Response:
    """Deletes a synonym."""
    synonym = Synonym.objects.filter(pk=synonym_id).first()
    if synonym is None:
        raise Http404("There is no such synonym.")
    remove_synonym(synonym=synonym, user=request.user)
    return Response(status=204)


@extend_schema(request=MergeIn, responses={202: JobOut})
@api_view(["POST"])
def merge(request: Request, taxon_id: int) -> Response:
    """Merges the taxon `into` another: the job relabels its objects in all projects. Administrators only."""
    require_administrator(request.user)
    into = the_taxon(checked(MergeIn, request)["into"])
    assert into is not None
    return started(merge_taxa(taxon=_open_taxon(taxon_id), into=into, user=request.user))


@extend_schema(responses=TaxonEditOut(many=True))
@api_view(["GET"])
def edits(request: Request, taxon_id: int) -> Response:
    """What was changed of a taxon, the latest first. Administrators only."""
    require_administrator(request.user)
    latest = _open_taxon(taxon_id).edits.select_related("user")[:MOST_MERGES]
    return Response(TaxonEditOut(latest, many=True).data)


@extend_schema(request=None, responses=TaxonDetail)
@api_view(["POST"])
def undo_edit_of(request: Request, edit_id: int) -> Response:
    """Puts back what was changed of a taxon; undoing an undo redoes. Administrators only."""
    require_administrator(request.user)
    edit = TaxonEdit.objects.select_related("taxon").filter(pk=edit_id).first()
    if edit is None:
        raise Http404("There is no such change of a taxon.")
    undo_edit(edit=edit, user=request.user)
    return Response(TaxonDetail(_open_taxon(edit.taxon_id)).data)


@extend_schema(responses=MergeOut(many=True))
@api_view(["GET"])
def merges(request: Request) -> Response:
    """What was merged into what, the latest first. Administrators only."""
    require_administrator(request.user)
    return Response(MergeOut(Merge.objects.all()[:MOST_MERGES], many=True).data)


@extend_schema(request=None, responses={202: JobOut})
@api_view(["POST"])
def undo(request: Request, merge_id: int) -> Response:
    """Puts the tree back, and by a job the labels. Administrators only."""
    require_administrator(request.user)
    merge = Merge.objects.filter(pk=merge_id).first()
    if merge is None:
        raise Http404("There is no such merge.")
    return started(undo_merge(merge=merge, user=request.user))


@extend_schema(request={"multipart/form-data": TaxaImportIn}, responses={202: JobOut})
@api_view(["POST"])
def imports(request: Request) -> Response:
    """Brings a table of taxa (EcoTaxa's export, or Darwin Core) into the tree. Administrators only."""
    require_administrator(request.user)
    body = checked(TaxaImportIn, request)
    job = start_taxa_import(
        user=request.user,
        path=keep_upload(body["table"], "taxa"),
        name=body["table"].name,
        kind=body["format"],
        dry_run=body["dry_run"],
    )
    return started(job)


def _open_taxon(taxon_id: int) -> Taxon:
    taxon = Taxon.objects.filter(pk=taxon_id).first()
    if taxon is None:
        raise Http404(f"There is no taxon {taxon_id}: look it up with taxa/?q=.")
    return taxon


# --- What a project makes of it ---------------------------------------------------------------------------------------


@extend_schema(methods=["GET"], responses=Presets)
@extend_schema(methods=["PUT"], request=Presets, responses=Presets)
@api_view(["GET", "PUT"])
def presets(request: Request, project_id: int) -> Response:
    """The project's favourites, and what is learnt as what. PUT replaces those that it names: managers only."""
    project = open_project(request.user, project_id, Role.MANAGER if request.method == "PUT" else Role.VIEWER)
    if request.method == "PUT":
        body = checked(Presets, request)
        with transaction.atomic():
            if "favourites" in body:
                set_favourites(project=project, taxa=body["favourites"])
            if "training_rules" in body:
                rules = {rule["taxon"]: rule["into"] for rule in body["training_rules"]}
                set_training_rules(project=project, rules=rules)
    pairs = project.training_rules.values_list("taxon", "into")
    training_rules = [{"taxon": taxon, "into": into} for taxon, into in pairs]
    return Response({"favourites": favourites_of(project), "training_rules": training_rules})
