"""Carries the proof of a finished file on (EN 319 142-1, B-LTA): present revocation data, then a new time stamp."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.validation import async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError
from pyhanko_certvalidator.path import ValidationPath

from approval.adapters.clock import Clock
from approval.adapters.pdf_errors import UnreadableDocumentError
from approval.adapters.pdf_fast_signer import PortTimeStamper
from approval.adapters.pdf_reading import PledgeFile, read_pledge_file
from approval.adapters.pdf_signer import DOCUMENT_TIME_STAMP_FIELD, token_time
from approval.adapters.pdf_structure import issued_by
from approval.adapters.pdf_trust import sealing_context
from approval.adapters.pki import SigningAuthority
from approval.adapters.timestamp_authority import TimestampAuthority
from approval.domain.proof_age import ProofAge, no_longer_provable, nothing_gained


class PdfRenewer:
    """Renews finished files. Safe to share between threads."""

    def __init__(self, authority: SigningAuthority, tsa: TimestampAuthority, clock: Clock) -> None:
        self._authority = authority
        self._tsa = tsa
        self._clock = clock

    def age(self, pdf: bytes) -> ProofAge:
        """How long the file's proof holds. Raises UnreadableDocumentError when it is no finished document."""
        file = _read(pdf)
        newest = file.time_stamps[-1]
        return ProofAge(token_time(newest.pkcs7_content), _first_end(file, newest))

    def renew(self, pdf: bytes) -> bytes:
        """The file with one more time stamp over all of it.

        Raises UnreadableDocumentError, TimestampUnavailableError, and ProofNotRenewableError when the last stamp cannot
        be verified any more or the authority's certificate ends no later than what the file rests on.
        """
        return asyncio.run(self._renew(_read(pdf)))

    async def _renew(self, file: PledgeFile) -> bytes:
        newest, stamper = file.time_stamps[-1], PortTimeStamper(self._tsa)
        context = sealing_context(self._authority, self._tsa, self._clock.now())
        context.certificate_registry.register_multiple(list(file.certificates))
        status = await async_validate_pdf_timestamp(newest, context)
        if status.validation_path is None or not (status.intact and status.valid and status.trusted):
            raise no_longer_provable()
        try:
            paths = [path async for path in stamper.validation_paths(context)]  # type: ignore[no-untyped-call]
        except PathError as error:
            raise no_longer_provable() from error
        ends = min(map(_path_end, paths))
        if ends <= _path_end(status.validation_path):
            raise nothing_gained(ends)
        return await self._stamp(file, [status.validation_path, *paths], context, stamper)

    async def _stamp(
        self, file: PledgeFile, paths: list[ValidationPath], context: ValidationContext, stamper: PortTimeStamper
    ) -> bytes:
        writer = IncrementalPdfFileWriter(BytesIO(file.pdf))
        # In one revision with the stamp, which then covers it: nothing may follow the last stamp.
        DocumentSecurityStore.supply_dss_in_writer(writer, sig_contents=None, paths=paths, validation_context=context)
        name = f"{DOCUMENT_TIME_STAMP_FIELD}_{len(file.time_stamps) + 1}"
        output = BytesIO()
        await PdfTimeStamper(stamper, field_name=name).async_timestamp_pdf(
            writer, "sha256", bytes_reserved=2 * self._tsa.token_reserve, output=output
        )
        return output.getvalue()


def _read(pdf: bytes) -> PledgeFile:
    try:
        file = read_pledge_file(pdf)
    except Exception as error:  # pyHanko raises many kinds on damaged input; all mean the same here
        raise UnreadableDocumentError from error
    if not file.time_stamps:
        raise UnreadableDocumentError
    return file


def _first_end(file: PledgeFile, stamp: EmbeddedPdfSignature) -> datetime:
    """The first end in the stamp's chain, as far as the file brings it."""
    chain, known = [stamp.signer_cert], {c.dump(): c for c in (*stamp.other_embedded_certs, *file.certificates)}
    while issuer := next((c for der, c in known.items() if c not in chain and issued_by(chain[-1].dump(), der)), None):
        chain.append(issuer)
    ends: list[datetime] = [one.not_valid_after for one in chain]
    return min(ends).astimezone(UTC)


def _path_end(path: ValidationPath) -> datetime:
    ends: list[datetime] = [one.not_valid_after for one in path.iter_certs(include_root=True)]
    return min(ends).astimezone(UTC)
