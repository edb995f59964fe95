from annotations.metadata.models import CorrectedValue, Correction, PackageLabel, PackageUpdate
from annotations.samples.following import stays

stays(
    Correction,
    CorrectedValue,
    PackageLabel,
    PackageUpdate,
    reason="the log of samples that stay for it, also where all their objects went",
)
