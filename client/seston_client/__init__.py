"""A Seston site in Python: objects as DataFrames, labels, pictures, jobs, results and models."""

from seston_client.catalogue import Catalogue, CatalogueEntry
from seston_client.client import Client
from seston_client.errors import JobFailed, SestonError
from seston_client.jobs import Job
from seston_client.labelling import Labelling, LabellingStopped
from seston_client.models import Model
from seston_client.projects import Project
from seston_client.traits import TraitLabelling

__all__ = [
    "Catalogue",
    "CatalogueEntry",
    "Client",
    "Job",
    "JobFailed",
    "Labelling",
    "LabellingStopped",
    "Model",
    "Project",
    "SestonError",
    "TraitLabelling",
]
