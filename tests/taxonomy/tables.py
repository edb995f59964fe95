"""Tables of taxa, as EcoTaxoServer and WoRMS give them out, written by the tests themselves."""

from pathlib import Path

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.taxonomy.imports import import_taxa

# fmt: off
ECOTAXA = [
    "id", "aphia_id", "parent_id", "rank", "name", "taxotype", "taxostatus", "source_url", "source_desc",
    "creator_email", "creation_datetime", "id_instance", "rename_to", "lastupdate_datetime", "instance_name",
    "rename_to_name", "nbrobj", "nbrobjcum", "display_name", "lineage",
]
DWC = [
    "taxonID", "parentNameUsageID", "scientificName", "acceptedNameUsageID", "taxonRank", "scientificNameAuthorship",
    "taxonomicStatus",
]
# fmt: on
URN = "urn:lsid:marinespecies.org:taxname:"


def ecotaxa(id: int | str, name: str, parent: int | str = "", **more: object) -> dict:
    return {"id": id, "name": name, "parent_id": parent, "taxotype": "P", "taxostatus": "A", **more}


def worms(
    number: int, name: str, parent: int | None = None, accepted: int | None = None, **more: object
) -> dict:
    return {
        "taxonID": f"{URN}{number}",
        "scientificName": name,
        "parentNameUsageID": f"{URN}{parent}" if parent else "",
        "acceptedNameUsageID": f"{URN}{accepted or number}",
        **more,
    }


def write(path: Path, rows: list[dict], columns: list[str], delimiter: str = "\t") -> Path:
    lines = [columns, *([str(row.get(column, "")) for column in columns] for row in rows)]
    path.write_text("\n".join(delimiter.join(cells) for cells in lines) + "\n", encoding="utf-8")
    return path


def run_import(path: Path, **more: object) -> dict:
    """Does the work of an import job here, and returns its result."""
    params = {"path": str(path), "name": path.name, "format": "", "dry_run": False, **more}
    job = Job.objects.create(kind="import_taxa", state="running", params=params)
    return import_taxa(job, Progress(job))
