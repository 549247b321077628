"""Turns the words of one kind of mail into subject, text and HTML; the layout is the same for all."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape
from jinja2.runtime import Context

_FOLDER = Path(__file__).resolve().parents[2] / "templates" / "email"
_TEXT_WIDTH = 74
_LABEL_WIDTH = 18


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail's words: one-line subject, plain text, HTML."""

    subject: str
    text: str
    html: str


def write_letter(kind: str, values: Mapping[str, Any]) -> Letter:
    """The letter `templates/email/<kind>.letter` with `values`, laid out by `layout.txt` and `layout.html`.

    A `.letter` holds plain words in blocks, so that text and HTML cannot drift apart: subject, label, opening, facts
    (lines "label | value"), button, closing. Raises jinja2.UndefinedError when a value is missing, TemplateNotFound
    for an unknown kind.
    """
    template = _templates().get_template(f"{kind}.letter")
    context = template.new_context(dict(values))
    subject = " ".join(_block(template, "subject", context).split())
    parts = {
        "subject": subject,
        "label": " ".join(_block(template, "label", context).split()),
        "opening": _paragraphs(_block(template, "opening", context)),
        "facts": _facts(_block(template, "facts", context)),
        "button": _block(template, "button", context).strip(),
        "closing": _paragraphs(_block(template, "closing", context)),
    }
    return Letter(
        subject=subject,
        text=_templates().get_template("layout.txt").render({**values, **parts}),
        html=_templates().get_template("layout.html").render({**values, **parts}),
    )


def _block(template: Template, name: str, context: Context) -> str:
    return "".join(template.blocks[name](context))


def _paragraphs(text: str) -> list[str]:
    """Blank lines part paragraphs; a paragraph has no line breaks."""
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def _facts(text: str) -> list[tuple[str, str]]:
    pairs = (line.partition("|") for line in text.splitlines() if line.strip())
    return [(label.strip(), value.strip()) for label, _, value in pairs]


def _wrap(paragraph: str) -> str:
    return textwrap.fill(paragraph, _TEXT_WIDTH, break_long_words=False, break_on_hyphens=False)


def _fact_line(fact: tuple[str, str]) -> str:
    label, value = fact
    indent = " " * (_LABEL_WIDTH + 2)
    head = f"  {label + ':':<{_LABEL_WIDTH}}"
    return textwrap.fill(
        value,
        _TEXT_WIDTH,
        initial_indent=head,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _capitalize_first(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def _templates() -> Environment:
    """HTML is escaped; letters and text are plain words, not markup."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        # They change with the program only.
        auto_reload=False,
    )
    environment.filters |= {"wrap": _wrap, "fact_line": _fact_line, "capitalize_first": _capitalize_first}
    return environment
