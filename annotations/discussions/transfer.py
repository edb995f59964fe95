"""How comments on objects, and the objects that show what a taxon looks like, follow to another project."""

from annotations.discussions.models import Comment, Mention, ReferenceImage, TaxonNote
from annotations.samples.following import Following, comes_along, stays

comes_along(
    Following(Comment, numbered="comment", in_copies={"key": "NULL"}),
    # who was told once is not told again of a copy
    Following(Mention, via=("comment_id", "comment"), in_copies={"seen": "COALESCE(t.seen, now())"}),
    Following(ReferenceImage),
)
stays(TaxonNote, reason="of a taxon in a project")
