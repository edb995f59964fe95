from worker.learning.model_folders import import_model
from worker.management.importing import ImportCommand


class Command(ImportCommand):
    help = "Brings in a model that was exported elsewhere: its zip, or its folder."
    noun = "model"
    kind = "import_model"
    work = staticmethod(import_model)
