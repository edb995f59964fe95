from django.contrib import admin

from annotations.taxonomy.models import Synonym, Taxon


class SynonymInline(admin.TabularInline):
    model = Synonym
    extra = 1


@admin.register(Taxon)
class TaxonAdmin(admin.ModelAdmin):
    """Where an administrator notes synonyms. The tree itself is made by imports."""

    list_display = ["display_name", "rank", "kind", "aphia_id", "ecotaxa_id"]
    search_fields = ["display_name", "synonyms__name"]
    fields = ["display_name", "rank", "aphia_id", "ecotaxa_id"]
    readonly_fields = ["display_name", "ecotaxa_id"]
    inlines = [SynonymInline]

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_delete_permission(self, request: object, obj: Taxon | None = None) -> bool:
        return False
