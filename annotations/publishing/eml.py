"""`eml.xml`: the description of a dataset in the order of GBIF's metadata profile 1.1 (a profile of EML 2.1.1)."""

from xml.etree import ElementTree

from annotations.publishing.metadata import KEYWORDS, LANGUAGE, DatasetDescription
from annotations.publishing.people import NamedPerson

EML = "eml://ecoinformatics.org/eml-2.1.1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
PROFILE = "http://rs.gbif.org/schema/eml-gbif-profile/1.1/eml.xsd"
LANGUAGE_OF = "{http://www.w3.org/XML/1998/namespace}lang"
NODE = ElementTree.Element


def eml_xml(about: DatasetDescription) -> bytes:
    """UTF-8, with its declaration."""
    ElementTree.register_namespace("eml", EML)
    ElementTree.register_namespace("xsi", XSI)
    root = NODE(
        f"{{{EML}}}eml",
        {
            f"{{{XSI}}}schemaLocation": f"{EML} {PROFILE}",
            "packageId": about.package_id,
            "system": "http://gbif.org",
            "scope": "system",
            LANGUAGE_OF: LANGUAGE,
        },
    )
    _add_dataset(root, about)
    gbif = _add(_add(_add(root, "additionalMetadata"), "metadata"), "gbif")
    _add(gbif, "dateStamp", f"{about.published:%Y-%m-%dT00:00:00Z}")
    _add(gbif, "hierarchyLevel", "dataset")
    _add(gbif, "citation", about.citation, **({"identifier": about.doi_url} if about.doi_url else {}))
    ElementTree.indent(root)
    return ElementTree.tostring(root, "utf-8", xml_declaration=True)


def _add(parent: NODE, tag: str, text: str = "", **attributes: str) -> NODE:
    child = ElementTree.SubElement(parent, tag, attributes)
    if text:
        child.text = _allowed(text)
    return child


def _allowed(text: str) -> str:
    """Without the signs that XML can't hold."""
    return "".join(sign for sign in text if sign in "\t\n\r" or (sign >= " " and sign not in "\ufffe\uffff"))


def _add_dataset(root: NODE, about: DatasetDescription) -> None:
    dataset = _add(root, "dataset")
    if about.doi_url:
        _add(dataset, "alternateIdentifier", about.doi_url)
    title = _add(dataset, "title", about.title)
    title.set(LANGUAGE_OF, LANGUAGE)
    for person in about.creators:
        _add_person(dataset, "creator", person)
    _add_person(dataset, "metadataProvider", about.contact)
    _add(dataset, "pubDate", f"{about.published:%Y-%m-%d}")
    _add(dataset, "language", LANGUAGE)
    _add_paragraphs(_add(dataset, "abstract"), about.abstract)
    keywords = _add(dataset, "keywordSet")
    for word in KEYWORDS:
        _add(keywords, "keyword", word)
    _add(keywords, "keywordThesaurus", "n/a")
    _add_rights(dataset, about)
    _add_coverage(dataset, about)
    _add_person(dataset, "contact", about.contact)
    step = _add(_add(_add(dataset, "methods"), "methodStep"), "description")
    _add(step, "para", about.methods)


def _add_paragraphs(parent: NODE, text: str) -> None:
    for paragraph in text.split("\n\n"):
        if paragraph.strip():
            _add(parent, "para", " ".join(paragraph.split()))


def _add_person(dataset: NODE, role: str, person: NamedPerson) -> None:
    party = _add(dataset, role)
    name = _add(party, "individualName")
    if person.given_names:
        _add(name, "givenName", person.given_names)
    _add(name, "surName", person.surname)
    if person.organisation:
        _add(party, "organizationName", person.organisation)
    if person.email:
        _add(party, "electronicMailAddress", person.email)


def _add_rights(dataset: NODE, about: DatasetDescription) -> None:
    paragraph = _add(_add(dataset, "intellectualRights"), "para", about.licence.before)
    link = _add(paragraph, "ulink", url=about.licence.url)
    _add(link, "citetitle", about.licence.title)
    link.tail = "."


def _add_coverage(dataset: NODE, about: DatasetDescription) -> None:
    coverage = _add(dataset, "coverage")
    if about.box:
        geographic = _add(coverage, "geographicCoverage")
        _add(geographic, "geographicDescription", "Where the objects were taken.")
        box = _add(geographic, "boundingCoordinates")
        for side in ("west", "east", "north", "south"):
            _add(box, f"{side}BoundingCoordinate", f"{getattr(about.box, side):.6f}".rstrip("0").rstrip("."))
    if about.first_day and about.last_day:
        dates = _add(_add(coverage, "temporalCoverage"), "rangeOfDates")
        _add(_add(dates, "beginDate"), "calendarDate", f"{about.first_day:%Y-%m-%d}")
        _add(_add(dates, "endDate"), "calendarDate", f"{about.last_day:%Y-%m-%d}")
    if about.taxa:
        taxonomic = _add(coverage, "taxonomicCoverage")
        for rank, name in about.taxa:
            classification = _add(taxonomic, "taxonomicClassification")
            if rank:
                _add(classification, "taxonRankName", rank)
            _add(classification, "taxonRankValue", name)
