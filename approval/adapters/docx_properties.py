"""Properties of a Word file: the usual ones without a person's name, and agencies that no reader could tell again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part as PackagePart
from lxml import etree

from approval.adapters.docx_elements import printable
from approval.domain.import_errors import shortened

_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VARIANT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_CUSTOM_PATH = PackURI("/docProps/custom.xml")
# Word's one set of properties that users may name; numbers below 2 are reserved.
_USER_SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_FIRST_ID = 2
_LONGEST = 255
"""Characters Word takes in a property of the usual set."""
_THUMBNAIL = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail"


def set_properties(document: WordDocument, *, title: str, publisher: str, moment: datetime) -> None:
    """Title, issuing body, dates and language; the template's own author, remark and picture go."""
    core = document.core_properties
    core.title = shortened(printable(title), _LONGEST)
    core.author = core.last_modified_by = shortened(printable(publisher), _LONGEST)
    core.comments = core.keywords = core.subject = core.category = ""
    core.language = "vi-VN"
    core.revision = 1
    core.created = core.modified = moment
    relations = document.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype == _THUMBNAIL]:
        del relations[key]


def record_agencies(document: WordDocument, agencies: Mapping[str, str]) -> None:
    """Writes names by heading as custom properties, to be seen under File, Info, Advanced Properties."""
    if not agencies:
        return
    root = etree.Element(f"{{{_CUSTOM}}}Properties", nsmap={None: _CUSTOM, "vt": _VARIANT})
    for number, (heading, agency) in enumerate(agencies.items(), start=_FIRST_ID):
        attributes = {"fmtid": _USER_SET, "pid": str(number), "name": printable(heading)}
        entry = etree.SubElement(root, f"{{{_CUSTOM}}}property", attributes)
        etree.SubElement(entry, f"{{{_VARIANT}}}lpwstr").text = printable(agency)
    blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    package = document.part.package
    package.relate_to(PackagePart(_CUSTOM_PATH, _CUSTOM_TYPE, blob, package), RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def recorded_agencies(document: WordDocument) -> dict[str, str]:
    """Inverse of `record_agencies`; empty when the file has no such properties or they cannot be read."""
    try:
        part = document.part.package.part_related_by(RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)
        root = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
    except (KeyError, etree.LxmlError):
        return {}
    return dict(_named_texts(root))


def _named_texts(root: Any) -> list[tuple[str, str]]:
    entries = root.iterfind(f"{{{_CUSTOM}}}property")
    return [(entry.get("name", ""), entry.findtext(f"{{{_VARIANT}}}lpwstr") or "") for entry in entries]
