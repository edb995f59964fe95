"""What the API takes to fetch a project of an EcoTaxa server."""

from rest_framework import serializers

from annotations.imports.modes import ImportMode
from annotations.pulls.server import USUAL

MOST_NUMBER = 2**31 - 1


class PullIn(serializers.Serializer):
    server = serializers.CharField(required=False, default=USUAL, max_length=200)
    source = serializers.IntegerField(
        min_value=1, max_value=MOST_NUMBER, help_text="the number of the project on that server"
    )
    account = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=254, help_text="its e-mail on that server"
    )
    password = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=254,
        trim_whitespace=False,
        write_only=True,
        help_text="of the account: exchanged for a token at once",
    )
    token = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=2000,
        write_only=True,
        help_text="instead of account and password",
    )
    history = serializers.BooleanField(
        required=False, default=True, help_text="earlier labels too; the server is asked for each object"
    )
    mode = serializers.ChoiceField(
        ImportMode.values, required=False, default=ImportMode.BOTH, help_text="as an import has it"
    )
    annotations = serializers.BooleanField(
        required=False, default=True, help_text="whether an update takes labels, too, as an import has it"
    )
    dry_run = serializers.BooleanField(
        required=False, default=False, help_text="fetch and check; import what was fetched later"
    )
    create_taxa = serializers.BooleanField(required=False, default=False)
    pixel_unit = serializers.ChoiceField(
        ["um", "mm"], required=False, default="", help_text="of pixel sizes without a unit"
    )
