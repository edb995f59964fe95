"""The kinds of long work of this app; where each is done says `done_by`."""

from annotations.jobs.registry import declare_job

import_taxa = declare_job("import_taxa", title="Import of taxa", done_by="annotations.taxonomy.imports")
