from worker.management.importing import ImportCommand
from worker.segmenters.packages import import_segmenter


class Command(ImportCommand):
    help = "Brings in a U-Net or detector of scans that was exported elsewhere: its zip, or its folder."
    noun = "segmenter"
    kind = "import_segmenter"
    work = staticmethod(import_segmenter)
    most_projects = 1
