"""Difference analysis step by step: each revision against the one before, once, instead of against every signature."""

from __future__ import annotations

from collections.abc import Mapping

from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    ModificationLevel,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm

from approval.adapters.pdf_memory import BoundedMemory, digest_of

StepMemory = BoundedMemory[DiffResult]


class StepwiseDiffPolicy(StandardDiffPolicy):
    """pyHanko's rules applied once a revision, for one file.

    Any suspicion hands the question to pyHanko's default policy, whose answer then counts; the other way round, a
    change spread over several revisions is still seen, because every revision is compared with the one before it.
    """

    def __init__(self, pdf: bytes, revision_ends: Mapping[int, int], memory: StepMemory) -> None:
        """`revision_ends`: revision number → length of the file at its end, where known."""
        super().__init__(DEFAULT_DIFF_POLICY.global_rules, DEFAULT_DIFF_POLICY.form_rule)
        self._pdf = pdf
        self._revision_ends = revision_ends
        self._memory = memory
        self._steps: dict[int, DiffResult] = {}

    def review_file(
        self,
        reader: PdfFileReader,
        base_revision: int | HistoricalResolver,
        field_mdp_spec: FieldMDPSpec | None = None,
        doc_mdp: MDPPerm | None = None,
    ) -> DiffResult | SuspiciousModification:
        """Called by pyHanko once for each signature."""
        base = base_revision if isinstance(base_revision, int) else base_revision.revision
        try:
            steps = [self._step(reader, revision) for revision in range(base + 1, reader.xrefs.total_revisions)]
        except SuspiciousModification:
            steps = None
        if steps is None or _touches_locked(steps, field_mdp_spec):
            return DEFAULT_DIFF_POLICY.review_file(reader, base_revision, field_mdp_spec, doc_mdp)
        level = max((step.modification_level for step in steps), default=ModificationLevel.NONE)
        return DiffResult(level, {name for step in steps for name in step.changed_form_fields})

    def _step(self, reader: PdfFileReader, revision: int) -> DiffResult:
        if revision in self._steps:
            return self._steps[revision]
        key = self._key(revision)
        result = self._memory.get(key) if key else None
        if result is None:
            result = self._without_file(
                self.apply(
                    reader.get_historical_resolver(revision - 1),
                    reader.get_historical_resolver(revision),
                    # The strictest question any signature of ours asks: may this follow a certification?
                    doc_mdp=MDPPerm.FILL_FORMS,
                )
            )
            if key:
                self._memory.keep(key, result)
        self._steps[revision] = result
        return result

    @staticmethod
    def _without_file(result: DiffResult) -> DiffResult:
        """The same with plain names: pyHanko's are PDF objects, and each holds the whole file it was read from."""
        return DiffResult(result.modification_level, {str(name) for name in result.changed_form_fields})

    def _key(self, revision: int) -> bytes | None:
        end = self._revision_ends.get(revision)
        return digest_of(self._pdf, end) if end else None


def _touches_locked(steps: list[DiffResult], lock: FieldMDPSpec | None) -> bool:
    if lock is None:
        return False
    return any(lock.is_locked(name) for step in steps for name in step.changed_form_fields)
