from worker.learning.backbone_folders import import_backbone
from worker.management.importing import ImportCommand


class Command(ImportCommand):
    help = "Brings in a backbone that was exported elsewhere: its zip, or its folder."
    noun = "backbone"
    kind = "import_backbone"
    work = staticmethod(import_backbone)
