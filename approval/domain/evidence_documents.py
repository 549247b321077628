"""Whether the files of a bundle are the ones its events speak of, and whether the story has come to its end."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from approval.domain.evidence_heads import Levels
from approval.domain.evidence_manifest import FINAL_PDF, OPINIONS_JSON, OPINIONS_PDF, REVISION, revision_path
from approval.domain.evidence_replay import Play
from approval.domain.evidence_report import incomplete, tampered
from approval.domain.states import State


def check_documents(files: Mapping[str, bytes], play: Play, levels: Levels) -> int:
    """Every text and file named by an event is here, with its hash, and no other; returns how many.

    Raises EvidenceFault naming the file at fault.
    """
    named = {revision_path(number): digest for number, digest in play.revisions.items()}
    if play.signing.base:
        named.update(zip((OPINIONS_PDF, OPINIONS_JSON), map(str, play.signing.opinions), strict=True))
    if play.final is not None:
        named[FINAL_PDF] = play.final
        _check_sealed(play, levels)
    for path in sorted(files):
        of_documents = path in {FINAL_PDF, OPINIONS_PDF, OPINIONS_JSON} or REVISION.fullmatch(path)
        if of_documents and sha256(files[path]).hexdigest() != named.get(path):
            raise tampered(f"{path} không phải tệp mà nhật ký ghi")
    for path in sorted(set(named) - set(files)):
        raise incomplete(f"thiếu tệp {path}")
    return len(named)


def check_complete(play: Play) -> str:
    """How the story ended, in words. Raises EvidenceFault when it has not."""
    if play.state is State.FINALISED:
        return f"đã ban hành, {len(play.signing.signers)} cơ quan ký"
    if play.state is State.CANCELLED:
        return "đã hủy, không có bản ban hành"
    raise incomplete("theo nhật ký, văn bản chưa ban hành")


def _check_sealed(play: Play, levels: Levels) -> None:
    """The seal named the root of the history as it stood; whoever held the PDF can hold the operator to it."""
    size, root = play.sealed
    if type(size) is not int or not 0 < size <= levels.size:
        raise tampered("sự kiện ban hành ghi một nhật ký không có thật")
    if levels.root(size).hex() != root:
        raise tampered(f"nhật ký khác với gốc ghi lúc niêm phong: có sự kiện trước {size} bị sửa, bỏ hoặc chèn")
