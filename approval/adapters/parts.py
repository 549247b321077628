"""All outside things of one running product, each built when first used and then shared by its threads.

pyHanko, Typst, fontTools and python-docx take most of a second to import, so they wait for their first use: a web
process that only shows lists never pays for them. Whoever forks web and worker from one process imports them first.
"""

# ruff: noqa: PLC0415 - lazy imports are this module's purpose, see above
from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from approval.adapters.clock import Clock, SystemClock
from approval.adapters.failpoints import arm_failpoint
from approval.adapters.file_store import FileStore
from approval.adapters.mailer import Mailer, SmtpMailer, SmtpServer
from approval.adapters.passwords import HashCost, Passwords
from approval.config import Mode, Settings

if TYPE_CHECKING:
    from approval.adapters.evidence_tools import EvidenceTools
    from approval.adapters.key_store import Pkcs12KeyStore
    from approval.adapters.pdf_renewer import PdfRenewer
    from approval.adapters.pdf_signer import PdfSigner
    from approval.adapters.pdf_validator import PdfValidator, WorkerPdfValidator
    from approval.adapters.pki import TestAuthority
    from approval.adapters.timestamp_authority import TimestampAuthority
    from approval.adapters.typesetter import Typesetter
    from approval.adapters.upload_judge import UploadJudge


class Parts:
    """The adapters of one instance. Attributes are made at first use; a test may set one before that."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock

    @cached_property
    def file_store(self) -> FileStore:
        """Files named by their SHA-256."""
        return FileStore(self.settings.data_dir / "files")

    @cached_property
    def passwords(self) -> Passwords:
        """argon2id at the configured cost."""
        return Passwords(
            HashCost(
                memory_kib=self.settings.password_kdf.memory_kib,
                time=self.settings.password_kdf.time,
                parallelism=self.settings.password_kdf.parallelism,
            )
        )

    @cached_property
    def mailer(self) -> Mailer:
        """Hands mails to SMTP."""
        server = SmtpServer(
            self.settings.smtp_host,
            self.settings.smtp_port,
            user=self.settings.smtp_user,
            password=self.settings.smtp_password,
            tls=self.settings.smtp_tls,
        )
        return SmtpMailer(server, mail_from=self.settings.mail_from, clock=self.clock)

    @cached_property
    def authority(self) -> TestAuthority:
        """The built-in test authority: root, issuing CA, registrar, seal, TSA and CRLs."""
        from approval.adapters.pki import TestAuthority

        return TestAuthority.create_or_load(self.settings.data_dir / "pki", self.clock)

    @cached_property
    def key_store(self) -> Pkcs12KeyStore:
        """People's keys in PIN-protected containers."""
        from approval.adapters.key_store import KdfCost, Pkcs12KeyStore

        pin = self.settings.pin_kdf
        cost = KdfCost(pin.memory_kib, pin.time, pin.parallelism)
        return Pkcs12KeyStore(self.authority, pepper=self.settings.secret_key.encode(), cost=cost)

    @cached_property
    def tsa(self) -> TimestampAuthority:
        """The RFC 3161 server named in the settings, else the built-in test one."""
        from approval.adapters.timestamp_authority import BuiltInTestTsa, Rfc3161Tsa

        if self.settings.tsa_url:
            return Rfc3161Tsa(self.settings.tsa_url)
        return BuiltInTestTsa(self.authority.tsa, self.authority.other_certs, self.clock)

    @cached_property
    def evidence_tools(self) -> EvidenceTools:
        """Seals evidence bundles and packs them."""
        from approval.adapters.evidence_tools import EvidenceTools

        return EvidenceTools(self.authority, self.tsa)

    @cached_property
    def signer(self) -> PdfSigner:
        """Opens, signs and seals files."""
        from approval.adapters.pdf_signer import PdfSigner

        return PdfSigner(self.authority, self.tsa, self.clock)

    @cached_property
    def renewer(self) -> PdfRenewer:
        """Carries the proof of finished files on."""
        from approval.adapters.pdf_renewer import PdfRenewer

        return PdfRenewer(self.authority, self.tsa, self.clock)

    @cached_property
    def validator(self) -> PdfValidator:
        """The careful judge of any file, offline."""
        from approval.adapters.pdf_validator import PdfValidator

        return PdfValidator(self.authority.trust_roots, self.clock, evidence=self.authority)

    @cached_property
    def upload_judge(self) -> UploadJudge:
        """The judge of files that strangers bring, in a process apart."""
        from approval.adapters.upload_judge import UploadJudge, extra_roots

        roots = (*self.authority.trust_roots, *extra_roots(self.settings.trust_roots))
        return UploadJudge(roots, self.clock, evidence=self.authority)

    @cached_property
    def worker_validator(self) -> WorkerPdfValidator:
        """The quick judge of files this product has just made; what it doubts goes to a careful one."""
        from approval.adapters.pdf_validator import WorkerPdfValidator

        return WorkerPdfValidator(self.authority.trust_roots, self.clock, evidence=self.authority)

    @cached_property
    def typesetter(self) -> Typesetter:
        """Pages and stamps."""
        from approval.adapters.typesetter import Typesetter

        return Typesetter()

    @cached_property
    def opinion_word_file(self) -> Callable[..., bytes]:
        """The writer of the table of opinions as a Word file, see there for its arguments."""
        from approval.adapters.opinion_word import opinion_word_file

        return opinion_word_file


def import_everything() -> None:
    """Import now what is otherwise imported at first use: for a process that is about to fork others."""
    from approval.adapters import (  # noqa: F401 - importing is the purpose
        key_store,
        page_images,
        pdf_signer,
        pdf_validator,
        timestamp_authority,
        typesetter,
    )


def build_parts(settings: Settings, clock: Clock | None = None) -> Parts:
    """The parts of one instance; without a clock, the machine's moved by the configured offset."""
    arm_failpoint(settings.failpoint if settings.mode is Mode.TEST else None)
    return Parts(settings, clock or SystemClock(settings.clock_offset))
