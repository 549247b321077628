"""What may follow a signature in a file that is not ours: other valid signatures, time stamps, validation data."""

from __future__ import annotations

from collections.abc import Iterator

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    FormUpdatingRule,
    ModificationLevel,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.diff_analysis.form_rules_api import FieldComparisonContext, FieldMDPRule, FormUpdate
from pyhanko.sign.diff_analysis.rules.form_field_rules import is_field_visible
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm

_Updates = Iterator[tuple[ModificationLevel, FormUpdate]]


class LaterSignaturesPolicy(StandardDiffPolicy):
    """pyHanko's rules, with one more difference: who signs puts a hand to it, who fills in a field does not.

    What belongs to a field that holds a valid signature counts as LTA_UPDATES, so that FORM_FILLING means that
    something else was filled in. A new field without a valid signature is refused, and so is a time stamp that paints.
    """

    def __init__(self, signed: frozenset[str], stamped: frozenset[str]) -> None:
        """Names of fields whose signature, or whose document time stamp, is good in itself."""
        default = DEFAULT_DIFF_POLICY.form_rule
        rules = [*(default.field_rules if default else ()), _NewFields(signed, stamped)]
        super().__init__(DEFAULT_DIFF_POLICY.global_rules, _SignersForm(rules, signed))

    def review_file(
        self,
        reader: PdfFileReader,
        base_revision: int | HistoricalResolver,
        field_mdp_spec: FieldMDPSpec | None = None,
        doc_mdp: MDPPerm | None = None,
    ) -> DiffResult | SuspiciousModification:
        """Called by pyHanko once for each signature."""
        if doc_mdp is MDPPerm.NO_CHANGES:
            # Not even another signature may follow, which only the levels as they are can tell.
            return DEFAULT_DIFF_POLICY.review_file(reader, base_revision, field_mdp_spec, doc_mdp)
        return super().review_file(reader, base_revision, field_mdp_spec, doc_mdp)


class _NewFields(FieldMDPRule):
    """Every field that was not there holds a good signature, or a good time stamp that nobody sees."""

    def __init__(self, signed: frozenset[str], stamped: frozenset[str]) -> None:
        self._signed = signed
        self._stamped = stamped

    def apply(self, context: FieldComparisonContext) -> _Updates:
        for name, spec in context.field_specs.items():
            field = spec.new_field
            if spec.old_field_ref is not None or field is None or name in self._signed:
                continue
            if name not in self._stamped or is_field_visible(field):
                raise SuspiciousModification(f"new field {name} without a signature of its own")
        yield from ()


class _SignersForm(FormUpdatingRule):
    """Tells a signer's own field from any other, and lets nobody change how the others are drawn."""

    def __init__(self, rules: list[FieldMDPRule], signed: frozenset[str]) -> None:
        super().__init__(rules)
        self._signed = signed

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> _Updates:
        _require_same_look(_form(old), _form(new))
        for level, update in super().apply(old, new):
            # Without a name: resources of the form, which were found to be added and not exchanged.
            of_signer = update.field_name is None or update.field_name in self._signed
            yield (ModificationLevel.LTA_UPDATES if of_signer else level), update


def _form(revision: HistoricalResolver) -> DictionaryObject:
    return _part(revision.root, "/AcroForm")


def _part(holder: DictionaryObject, key: str) -> DictionaryObject:
    """What stands there, wherever it is stored; nothing for what is no dictionary."""
    # `get` would give a reference as it is.
    if key not in holder:
        return DictionaryObject()
    found = holder[key]
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _require_same_look(old: DictionaryObject, new: DictionaryObject) -> None:
    """Fields drawn anew by the reader's program, or with other fonts, may show something that nobody signed."""
    asked = "/NeedAppearances" in new and bool(new["/NeedAppearances"])
    if asked and not ("/NeedAppearances" in old and bool(old["/NeedAppearances"])):
        raise SuspiciousModification("fields are to be drawn anew")
    before, after = _part(old, "/DR"), _part(new, "/DR")
    for kind in before:
        entries, kept = _part(before, kind), _part(after, kind)
        if any(name not in kept or kept.raw_get(name) != entries.raw_get(name) for name in entries):
            raise SuspiciousModification(f"resources of the form exchanged: {kind}")
