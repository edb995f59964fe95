"""What the API takes and gives of comments, references and mentions."""

from rest_framework import serializers


class CommentIn(serializers.Serializer):
    text = serializers.CharField()


class CommentOut(serializers.Serializer):
    id = serializers.IntegerField()
    author = serializers.CharField(allow_null=True)
    text = serializers.CharField()
    created = serializers.DateTimeField()
    edited = serializers.DateTimeField(allow_null=True)
    removed = serializers.DateTimeField(allow_null=True)


class CommentPage(serializers.Serializer):
    results = CommentOut(many=True)
    next = serializers.CharField(allow_null=True)


class NoteOut(serializers.Serializer):
    id = serializers.IntegerField()
    author = serializers.CharField(allow_null=True)
    text = serializers.CharField()
    created = serializers.DateTimeField()


class ReferenceIn(serializers.Serializer):
    object = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    caption = serializers.CharField(required=False, default="", allow_blank=True)


class ReferenceOut(serializers.Serializer):
    id = serializers.IntegerField()
    object = serializers.IntegerField()
    caption = serializers.CharField()
    url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class MentionOut(serializers.Serializer):
    project = serializers.IntegerField()
    object = serializers.IntegerField(allow_null=True)
    taxon = serializers.IntegerField(allow_null=True)
    seen = serializers.DateTimeField(allow_null=True)
    comment = CommentOut()


class MentionPage(serializers.Serializer):
    results = MentionOut(many=True)
    next = serializers.CharField(allow_null=True)
