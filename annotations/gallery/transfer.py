from annotations.gallery.models import TaxonSlot
from annotations.samples.following import stays

stays(TaxonSlot, reason="of a person in a project")
