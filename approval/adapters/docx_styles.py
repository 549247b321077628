"""The styles of an exported pledge: one for each part, so that the part is known again whatever its words become."""

from __future__ import annotations

from typing import Any

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.styles.style import ParagraphStyle

from approval.adapters.docx_elements import element, twips
from approval.domain.word_paragraph import WordPart

FONT = "Times New Roman"
BODY_PT, CAPS_PT = 14, 13
INDENT_MM = 12.7
GAP_PT = 6
BASE_STYLE = "GiaoUocThanVan"
STYLE_IDS = {
    WordPart.LETTERHEAD: "GiaoUocDauTrang",
    WordPart.DATE: "GiaoUocNgayThang",
    WordPart.TITLE: "GiaoUocTenVanBan",
    WordPart.SUBJECT: "GiaoUocTrichYeu",
    WordPart.PREAMBLE: "GiaoUocMoDau",
    WordPart.CLAUSE: "GiaoUocKhoan",
    WordPart.CLAUSE_MORE: "GiaoUocKhoanTiep",
    WordPart.CLOSING: "GiaoUocKet",
    WordPart.PARTY: "GiaoUocKhoiKy",
}
_BODY_PARTS = (WordPart.PREAMBLE, WordPart.CLAUSE, WordPart.CLAUSE_MORE, WordPart.CLOSING)
_CLAUSE_LIST = "90"
_LANGUAGE = {"val": "vi-VN", "eastAsia": "vi-VN", "bidi": "ar-SA"}
_MODERN = "15"


def set_styles(document: WordDocument) -> None:
    """Fonts, language and the styles of all parts, after NĐ 30/2020 Phụ lục I."""
    _set_defaults(document)
    _add_list(document)
    body = _add_style(document, "Giao ước - Thân văn", BASE_STYLE, size=BODY_PT)
    _append(body, "spacing", after=GAP_PT * 20, line=264, lineRule="auto")
    _append(body, "ind", firstLine=twips(INDENT_MM))
    _append(body, "jc", val="both")
    for part in _BODY_PARTS:
        style = document.styles.add_style(part.value, WD_STYLE_TYPE.PARAGRAPH)
        _name(style, STYLE_IDS[part], based_on=BASE_STYLE)
        if part is WordPart.CLAUSE:
            _append(style, "numPr", element("ilvl", val=0), element("numId", val=_CLAUSE_LIST))
    _add_centred(document, WordPart.LETTERHEAD, size=CAPS_PT)
    _add_centred(document, WordPart.DATE, size=BODY_PT, italic=True, before=9)
    _add_centred(document, WordPart.TITLE, size=BODY_PT, bold=True, before=20)
    _add_centred(document, WordPart.SUBJECT, size=BODY_PT, bold=True)
    _add_centred(document, WordPart.PARTY, size=CAPS_PT, bold=True, before=12)


def _add_centred(document: WordDocument, part: WordPart, *, size: int, before: int = 0, **letters: bool) -> None:
    style = _add_style(document, part.value, STYLE_IDS[part], size=size)
    style.font.bold, style.font.italic = letters.get("bold"), letters.get("italic")
    _append(style, "spacing", before=before * 20, after=0)
    _append(style, "jc", val="center")


def _add_style(document: WordDocument, name: str, style_id: str, *, size: int) -> ParagraphStyle:
    style: ParagraphStyle = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    _name(style, style_id, based_on="Normal")
    half_points = size * 2
    style.element.get_or_add_rPr().extend((element("sz", val=half_points), element("szCs", val=half_points)))
    return style


def _name(style: Any, style_id: str, *, based_on: str) -> None:
    """A plain id, because other programs do not all like marks in one, and the style in Word's gallery."""
    style.element.styleId = style_id
    style.element.find(qn("w:name")).addnext(element("basedOn", val=based_on))
    style.quick_style = True


def _append(style: ParagraphStyle, tag: str, *children: Any, **attributes: str | int) -> None:
    style.element.get_or_add_pPr().append(element(tag, *children, **attributes))


def _set_defaults(document: WordDocument) -> None:
    """Times New Roman and Vietnamese for every style, the template's own ones included."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    fonts = dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), FONT)
    sizes = (element("sz", val=BODY_PT * 2), element("szCs", val=BODY_PT * 2))
    letters = element("rPr", element("rFonts", **fonts), *sizes, element("lang", **_LANGUAGE))
    spacing = element("pPr", element("spacing", before=0, after=0, line=240, lineRule="auto"))
    defaults[:] = [element("rPrDefault", letters), element("pPrDefault", spacing)]
    normal = document.styles.element.get_by_id("Normal")
    for own in normal.findall(qn("w:rPr")):
        normal.remove(own)
    _set_settings(document.settings.element)


def _set_settings(settings: Any) -> None:
    """Without these Word shows "Compatibility Mode" and lays lines out by East Asian rules."""
    compat = settings.find(qn("w:compat"))
    for setting in compat.findall(qn("w:useFELayout")):
        compat.remove(setting)
    for setting in compat.findall(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), _MODERN)
    language = settings.find(qn("w:themeFontLang"))
    language.set(qn("w:val"), _LANGUAGE["val"])


def _add_list(document: WordDocument) -> None:
    """Clause numbers "1." that Word counts itself, so that a clause put in or taken out renumbers the rest; upright."""
    upright = element("rPr", element("b", val=0), element("i", val=0))
    level = element(
        "lvl",
        element("start", val=1),
        element("numFmt", val="decimal"),
        element("pStyle", val=STYLE_IDS[WordPart.CLAUSE]),
        element("suff", val="space"),
        element("lvlText", val="%1."),
        element("lvlJc", val="left"),
        element("pPr", element("ind", left=0, firstLine=twips(INDENT_MM))),
        upright,
        ilvl=0,
    )
    numbering = document.part.numbering_part.element
    abstract = element("abstractNum", element("multiLevelType", val="singleLevel"), level, abstractNumId=_CLAUSE_LIST)
    numbering.insert(0, abstract)
    numbering.append(element("num", element("abstractNumId", val=_CLAUSE_LIST), numId=_CLAUSE_LIST))
