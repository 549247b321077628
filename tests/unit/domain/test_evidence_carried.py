"""The head inside the seal of the finished PDF against the history that the bundle tells: both verifiers hold to it."""

from __future__ import annotations

import pytest

from approval.domain.evidence_carried import carried_notes
from approval.domain.signed_note import KeyType
from tests.factories.both_verifiers import Judgement, judge
from tests.factories.evidence_bundles import make_bundle
from tests.factories.evidence_story import PledgeStory, cancelled_story, change, digest, plain_story
from tests.factories.log_house import ORIGIN, LogHouse, Signer

SEAL = 9
WHERE = "đầu nhật ký trong dấu niêm phong của document/final.pdf"


def judged(house: LogHouse, one: PledgeStory) -> Judgement:
    return judge(make_bundle(house, one), house.policy_text())


def with_pdf(one: PledgeStory, pdf: bytes, **data: object) -> PledgeStory:
    """Another finished file, which the history names as such."""
    one.files["document/final.pdf"] = pdf
    change(one, SEAL, doc_sha256=digest(pdf), data=data)
    return one


def test_a_head_of_this_history_passes(log_house: LogHouse) -> None:
    found = judged(log_house, plain_story(sign_head=log_house.head))
    assert (found.code, found.failed()) == (0, set())
    assert found.words["carried"] == f"{WHERE}: 8 sự kiện, khớp"


def test_a_file_that_carries_none_is_not_asked(log_house: LogHouse) -> None:
    assert judged(log_house, plain_story()).outcomes["carried"] == "SKIPPED"
    assert judged(log_house, cancelled_story()).outcomes["carried"] == "SKIPPED"


def test_a_history_rewritten_after_sealing_is_found_by_the_head_alone(log_house: LogHouse) -> None:
    """The operator holds every key but cannot reach the PDF that went out."""
    one = plain_story(sign_head=log_house.head)
    change(one, 4, data={"comment": "Hoàn toàn nhất trí."})
    found = judged(log_house, with_pdf(one, one.files["document/final.pdf"], **resealed(one)))
    assert (found.code, found.failed()) == (1, {"carried"})
    assert found.words["carried"] == f"nhật ký khác với {WHERE}: có sự kiện trước 8 bị sửa, bỏ hoặc chèn"


def resealed(one: PledgeStory) -> dict[str, object]:
    """Size and root that the sealing event would name had the history always been this one."""
    later = one.story.fields[SEAL:]
    del one.story.fields[SEAL:]
    facts = one.sealed()
    one.story.fields += later
    return facts


def test_a_file_without_the_head_that_went_in_is_found(log_house: LogHouse) -> None:
    found = judged(log_house, with_pdf(plain_story(sign_head=log_house.head), b"cut out"))
    assert (found.code, found.failed()) == (1, {"carried"})
    assert found.words["carried"].endswith("không kèm đúng đầu nhật ký mà nhật ký ghi")


def entry(note: bytes) -> bytes:
    return b"<</GUOC_Checkpoint\n<" + note.hex().encode() + b">>>"


def test_another_head_than_the_one_that_went_in_is_found(log_house: LogHouse) -> None:
    one = plain_story(sign_head=log_house.head)
    pdf = one.files["document/final.pdf"]
    for other in (entry(log_house.head(3, bytes(32))), pdf + entry(log_house.head(3, bytes(32)))):
        found = judged(log_house, with_pdf(one, other))
        assert found.words["carried"].endswith("không kèm đúng đầu nhật ký mà nhật ký ghi")


def test_the_same_head_twice_is_one(log_house: LogHouse) -> None:
    one = plain_story(sign_head=log_house.head)
    pdf = one.files["document/final.pdf"]
    assert judged(log_house, with_pdf(one, pdf + pdf)).code == 0


def test_a_head_that_the_log_did_not_sign_is_found(log_house: LogHouse) -> None:
    by = Signer.make(ORIGIN, KeyType.ED25519, 77)
    found = judged(log_house, plain_story(sign_head=lambda size, root: log_house.head(size, root, by=by)))
    assert (found.code, found.failed()) == (1, {"carried"})
    assert found.words["carried"] == f"{WHERE} không đọc được, hoặc không do khóa nào của nhật ký ký"


@pytest.mark.parametrize("written", [b"/GUOC_Checkpoint (a)", b"/GUOC_Checkpoint <0>", b"/GUOC_Checkpoint 7 0 R"])
def test_an_entry_that_is_none_of_ours_is_found(log_house: LogHouse, written: bytes) -> None:
    assert carried_notes(written) == (None,)
    found = judged(log_house, with_pdf(plain_story(), written))
    assert (found.code, found.failed()) == (1, {"carried"})


def test_a_head_over_nothing_proves_nothing(log_house: LogHouse) -> None:
    found = judged(log_house, with_pdf(plain_story(), entry(log_house.head(0, bytes(32)))))
    assert (found.code, found.failed()) == (1, {"carried"})


def test_a_head_longer_than_the_history_is_found(log_house: LogHouse) -> None:
    found = judged(log_house, with_pdf(plain_story(), entry(log_house.head(12, bytes(32)))))
    assert found.words["carried"] == f"{WHERE} có 12 sự kiện, danh sách chỉ có 11: thiếu từ 11"


def test_without_any_key_of_the_log_it_is_not_judged(log_house: LogHouse) -> None:
    found = judge(make_bundle(log_house, plain_story(sign_head=log_house.head)), "")
    assert (found.code, found.outcomes["carried"]) == (4, "UNKNOWN")
