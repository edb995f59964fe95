from annotations.imports.management.commands.import_package import Command as ImportPackage


class Command(ImportPackage):
    help = "Imports an EcoTaxa package: `import_package --format ecotaxa`."
    usual_format = "ecotaxa"
