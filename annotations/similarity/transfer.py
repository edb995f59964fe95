"""How embeddings follow objects to another project."""

from annotations.samples.following import Following, comes_along, is_left_behind, stays
from annotations.similarity.models import (
    DueEmbedding,
    DuplicateGroup,
    DuplicateMember,
    DuplicateSearch,
    Embedding,
    EmbeddingSpace,
    NearPair,
    OwnSpace,
)

OF_PROJECT = "t.space_id IN (SELECT id FROM similarity_embeddingspace WHERE project_id IS NOT NULL)"

comes_along(Following(Embedding, stays_if=OF_PROJECT))
is_left_behind(
    Embedding, only_if=OF_PROJECT, reason="measurements are standardised within one project: worked out anew"
)
stays(EmbeddingSpace, reason="of measurements of one project; all others belong to none")
stays(OwnSpace, reason="each project marks its own")
stays(DueEmbedding, reason="of one project: what comes to another is embedded there")
stays(DuplicateGroup, DuplicateSearch, NearPair, reason="found among the objects of one project")
is_left_behind(DuplicateMember, reason="groups are of one project: searched for anew")
