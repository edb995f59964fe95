from annotations.imports.models import ImportMapping, MappingEntry
from annotations.samples.following import stays

stays(ImportMapping, MappingEntry, reason="say what packages of the project mean, whichever objects it holds")
