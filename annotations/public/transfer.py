from annotations.public.models import PublicFace, PublicFaceChange, PublicModel, PublicModelChange
from annotations.samples.following import stays

stays(
    PublicFace,
    PublicFaceChange,
    PublicModel,
    PublicModelChange,
    reason="what a project shows to everybody is its own: objects that go elsewhere are no longer part of it",
)
