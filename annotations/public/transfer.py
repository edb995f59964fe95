from annotations.public.models import PublicFace, PublicFaceChange
from annotations.samples.following import stays

stays(
    PublicFace,
    PublicFaceChange,
    reason="what a project shows to everybody is its own: objects that go elsewhere are no longer part of it",
)
