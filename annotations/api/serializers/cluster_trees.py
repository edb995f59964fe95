"""What the API takes and gives of a tree of clusters."""

from rest_framework import serializers

from annotations.api.serializers.clusters import Ids, NameIn, RowNumber
from annotations.api.serializers.labels import OutcomeOut
from annotations.api.serializers.newtaxa import RelativePictureOut
from annotations.api.serializers.taxa import TaxonOut
from annotations.clusters.tree.queries import TreeRow


class Revision(serializers.IntegerField):
    def __init__(self, **options):
        options.setdefault(
            "help_text", "of the tree, as you saw it: what others changed since is not overwritten"
        )
        super().__init__(min_value=0, max_value=2**31 - 1, **options)


class TreeRowOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.IntegerField()
    name = serializers.CharField()
    is_group = serializers.BooleanField()
    parent = serializers.IntegerField(allow_null=True, help_text="the group that it lies in")
    level = serializers.IntegerField(help_text="from 1 on")
    state = serializers.CharField(help_text="of a cluster: open, validated, grown, named")
    taxon = TaxonOut(allow_null=True, help_text="what it was named; of a group also what it is to be")
    is_named = serializers.BooleanField()
    objects = serializers.IntegerField(help_text="members of it, or of all clusters beneath")
    clusters = serializers.IntegerField(help_text="beneath; of a cluster 1")
    ready = serializers.IntegerField(help_text="clusters beneath that wait for a name")
    named = serializers.IntegerField(help_text="clusters beneath that are named")
    holder = serializers.CharField(allow_null=True, help_text="who has it open")
    images = RelativePictureOut(many=True, help_text="of typical members")


class TreeOut(serializers.Serializer):
    clustering = serializers.IntegerField()
    revision = serializers.IntegerField()
    results = TreeRowOut(many=True, help_text="row by row from the top, what lies in a group below it")


class MoveClustersIn(serializers.Serializer):
    revision = Revision()
    clusters = Ids(help_text="clusters and groups")
    parent = RowNumber(required=False, allow_null=True, default=None, help_text="a group; null: at the top")
    before = RowNumber(
        required=False, allow_null=True, default=None, help_text="what stands there; null: at the end"
    )


class ClusterGroupIn(serializers.Serializer):
    revision = Revision()
    clusters = Ids(default=list, help_text="that it is made of, where the first of them stands")
    name = serializers.CharField(default="", max_length=200, allow_blank=True)


class GroupNameIn(NameIn):
    revision = Revision(
        required=False,
        help_text="of the tree, as you saw it: what others have put into the group since is not named unseen",
    )


class RevisionIn(serializers.Serializer):
    revision = Revision()


class RevisionOut(serializers.Serializer):
    revision = serializers.IntegerField(help_text="of the tree, as it is now")


class ClusterGroupOut(RevisionOut):
    id = serializers.IntegerField(help_text="of the group")


class TreeUndoneOut(RevisionOut):
    summary = serializers.CharField(help_text="what was taken back")


class TreeConflictOut(serializers.Serializer):
    detail = serializers.CharField(help_text="who changed what meanwhile; nothing was done")


class GroupNamedOut(OutcomeOut):
    clusters = serializers.IntegerField(help_text="that were named")
    not_validated = serializers.IntegerField(help_text="clusters beneath that nobody has looked at yet")
    held = serializers.IntegerField(help_text="clusters beneath that somebody else has open")


def serialize_row(row: TreeRow) -> dict:
    cluster = row.cluster
    return {
        "id": cluster.pk,
        "number": cluster.number,
        "name": str(cluster),
        "is_group": cluster.is_group,
        "parent": cluster.parent_id if row.level > 1 else None,
        "level": row.level,
        "state": row.state,
        "taxon": row.taxon,
        "is_named": row.is_named,
        "holder": cluster.holder.display_name if row.is_held and cluster.holder else None,
        **{name: getattr(row, name) for name in ("objects", "clusters", "ready", "named", "images")},
    }
