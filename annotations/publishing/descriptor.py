"""`meta.xml`: which file of the archive is which table, and what its columns mean (Darwin Core text guidelines)."""

from xml.etree import ElementTree

from annotations.publishing.tables import EVENTS, TABLES, ArchiveTable
from annotations.publishing.vocabulary import darwin_core_terms

TEXT = "http://rs.tdwg.org/dwc/text/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA = "http://rs.tdwg.org/dwc/text/tdwg_dwc_text.xsd"
EML_FILE, META_FILE = "eml.xml", "meta.xml"


def meta_xml() -> bytes:
    """UTF-8, with its declaration. Tables are UTF-8, separated by tabs, without quotes, with one line of names."""
    ElementTree.register_namespace("", TEXT)
    ElementTree.register_namespace("xsi", XSI)
    root = ElementTree.Element(
        f"{{{TEXT}}}archive", {f"{{{XSI}}}schemaLocation": f"{TEXT} {SCHEMA}", "metadata": EML_FILE}
    )
    for table in TABLES:
        _add_table(root, table)
    ElementTree.indent(root)
    return ElementTree.tostring(root, "utf-8", xml_declaration=True)


def _add_table(root: ElementTree.Element, table: ArchiveTable) -> None:
    is_core = table is EVENTS
    attributes = {
        "encoding": "UTF-8",
        "fieldsTerminatedBy": "\\t",
        "linesTerminatedBy": "\\n",
        "fieldsEnclosedBy": "",
        "ignoreHeaderLines": "1",
        "rowType": table.uri,
    }
    node = ElementTree.SubElement(root, f"{{{TEXT}}}{'core' if is_core else 'extension'}", attributes)
    files = ElementTree.SubElement(node, f"{{{TEXT}}}files")
    ElementTree.SubElement(files, f"{{{TEXT}}}location").text = table.file
    ElementTree.SubElement(node, f"{{{TEXT}}}{'id' if is_core else 'coreid'}", {"index": "0"})
    for index, column in enumerate(table.columns):
        term = darwin_core_terms()[column]
        ElementTree.SubElement(node, f"{{{TEXT}}}field", {"index": str(index), "term": term})
