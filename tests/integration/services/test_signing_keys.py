"""PINs, keys and pictures: what opens, what locks, what is replaced."""

from __future__ import annotations

import threading
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image, ImageDraw
from sqlalchemy import select

from approval.adapters.key_store import WrongPinError
from approval.adapters.signature_picture import SignaturePictureError
from approval.domain.commands import Actor, ChangePin, IssueSigningKey, SetSignaturePicture
from approval.domain.errors import NotAllowedError, NotFoundError
from approval.domain.pin_policy import WeakPinError
from approval.extensions import db, parts
from approval.models.signature_picture import SignaturePicture
from approval.models.signing_key import SigningKey
from approval.services.change_pin import change_pin
from approval.services.issue_signing_key import issue_signing_key
from approval.services.set_signature_picture import set_signature_picture
from approval.services.unlock_signing_key import unlocked_signing_key
from tests.factories.history import events
from tests.factories.signing_house import PIN, MovingClock, SigningHouse

NEW_PIN = "739104"


def _key_of(actor: Actor) -> SigningKey:
    query = select(SigningKey).where(SigningKey.person_id == actor.person_id, SigningKey.revoked_at.is_(None))
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _opens(actor: Actor, pin: str) -> bool:
    try:
        with unlocked_signing_key(actor, pin):
            return True
    except WrongPinError:
        return False


def test_changed_pin_opens_the_same_key(signing_app: Flask, house: SigningHouse) -> None:
    signer = house.representatives[0]
    with signing_app.app_context():
        serial = _key_of(signer).certificate_serial

        change_pin(ChangePin(signer, PIN, NEW_PIN))

        assert not _opens(signer, PIN)
        assert _opens(signer, NEW_PIN)
        assert _key_of(signer).certificate_serial == serial
        assert len(events("person:pin:changed")) == 1


@pytest.mark.parametrize("weak", ["123456", "111111", "12345", "abcdef", "121212"])
def test_weak_new_pin_is_refused_without_costing_an_attempt(signing_app: Flask, house: SigningHouse, weak: str) -> None:
    signer = house.representatives[0]
    with signing_app.app_context():
        with pytest.raises(WeakPinError):
            change_pin(ChangePin(signer, PIN, weak))

        assert _key_of(signer).failed_attempts == 0
        assert _opens(signer, PIN)


def test_five_wrong_pins_lock_for_fifteen_minutes_and_leave_five_events(
    signing_app: Flask, house: SigningHouse, clock: MovingClock
) -> None:
    signer = house.representatives[0]
    with signing_app.app_context():
        for _ in range(5):
            assert not _opens(signer, "000001")
        with pytest.raises(NotAllowedError) as refused:
            _opens(signer, PIN)

        assert refused.value.code == "pin-locked"
        assert "09:15" in refused.value.vi
        refusals = [event["data"] for event in events("person:pin:refused")]
        assert [refusal["attempts"] for refusal in refusals] == [1, 2, 3, 4, 5]
        assert [refusal["locked"] for refusal in refusals] == [False] * 4 + [True]

        clock.forward(minutes=15, seconds=1)
        assert _opens(signer, PIN)


def test_each_refusal_says_what_is_left_and_the_fifth_until_when_it_is_locked(
    signing_app: Flask, house: SigningHouse, clock: MovingClock
) -> None:
    signer = house.representatives[0]
    said: list[str] = []

    def fail() -> None:
        with pytest.raises(WrongPinError) as refused, unlocked_signing_key(signer, "000001"):
            pass
        said.append(refused.value.vi)

    with signing_app.app_context():
        for _ in range(5):
            fail()
        for left, words in zip((4, 3, 2, 1), said[:4], strict=True):
            assert f"Còn {left} lần thử" in words
        assert "tạm khóa đến 09:15;" in said[4]
        assert "lần thử" not in said[4]

        clock.forward(minutes=15, seconds=1)
        fail()
        assert "Còn 4 lần thử" in said[5]


def test_a_lock_that_ends_on_another_day_names_the_day(
    signing_app: Flask, house: SigningHouse, clock: MovingClock
) -> None:
    signer = house.representatives[0]
    with signing_app.app_context():
        clock.forward(hours=14, minutes=50)
        for _ in range(4):
            assert not _opens(signer, "000001")
        with pytest.raises(WrongPinError) as refused, unlocked_signing_key(signer, "000001"):
            pass
    assert "tạm khóa đến 00:05 16/5/2024" in refused.value.vi


def test_right_pin_clears_the_count_only_when_the_key_was_used(signing_app: Flask, house: SigningHouse) -> None:
    signer = house.representatives[0]
    with signing_app.app_context():
        for _ in range(3):
            for _ in range(4):
                assert not _opens(signer, "000001")
            change_pin(ChangePin(signer, PIN, PIN))

        assert _key_of(signer).failed_attempts == 0
        assert _key_of(signer).locked_until is None


def test_failures_after_a_right_pin_do_not_lock(signing_app: Flask, house: SigningHouse) -> None:
    signer = house.representatives[0]

    def use_and_fail() -> None:
        with unlocked_signing_key(signer, PIN):
            raise ConnectionError("time-stamp server is down")

    with signing_app.app_context():
        for _ in range(8):
            with pytest.raises(ConnectionError):
                use_and_fail()

        assert _key_of(signer).failed_attempts == 0


def test_many_guesses_at_once_get_no_more_than_five_tries(signing_app: Flask, house: SigningHouse) -> None:
    signer = house.representatives[0]
    outcomes: list[str] = []
    start = threading.Barrier(12)

    def guess(number: int) -> None:
        with signing_app.app_context():
            start.wait()
            try:
                outcomes.append("open" if _opens(signer, f"00{number:04d}") else "wrong")
            except NotAllowedError as refused:
                outcomes.append(refused.code)

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["pin-locked"] * 7 + ["wrong"] * 5


def test_nobody_opens_a_key_that_is_not_theirs(signing_app: Flask, house: SigningHouse) -> None:
    with signing_app.app_context():
        with pytest.raises(NotAllowedError) as refused:
            _opens(house.coordinator, PIN)

        assert refused.value.code == "no-signing-key"


def test_new_key_replaces_the_old_one(signing_app: Flask, house: SigningHouse) -> None:
    signer = house.representatives[0]
    with signing_app.app_context():
        before = _key_of(signer).certificate_serial

        issue_signing_key(IssueSigningKey(house.administrator, signer.person_id or 0, NEW_PIN))

        assert _key_of(signer).certificate_serial != before
        assert _opens(signer, NEW_PIN)
        assert not _opens(signer, PIN)
        data = events("person:key:issued")[0]["data"]
        assert data == {"person": signer.person_id, "certificate_serial": _key_of(signer).certificate_serial}
        assert db.session.get_one(SignaturePicture, signer.person_id).origin == "default"


def test_only_an_administrator_issues_keys_and_only_to_representatives(signing_app: Flask, house: SigningHouse) -> None:
    with signing_app.app_context():
        with pytest.raises(NotAllowedError):
            issue_signing_key(IssueSigningKey(house.coordinator, house.representatives[0].person_id or 0, NEW_PIN))
        with pytest.raises(NotFoundError):
            issue_signing_key(IssueSigningKey(house.administrator, house.observer.person_id or 0, NEW_PIN))


def test_stolen_container_does_not_open_under_another_server_secret(signing_app: Flask, house: SigningHouse) -> None:
    with signing_app.app_context():
        container = _key_of(house.representatives[0]).container
        other = type(parts().key_store)(parts().authority, pepper=b"another secret of another server")

        with pytest.raises(WrongPinError):
            other.unlock(container, PIN)


def _drawing() -> bytes:
    image = Image.new("RGB", (400, 160), "white")
    ImageDraw.Draw(image).line([(20, 120), (150, 30), (250, 130), (380, 40)], fill="black", width=8)
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def test_uploaded_picture_replaces_the_one_before(signing_app: Flask, house: SigningHouse) -> None:
    signer = house.representatives[0]
    with signing_app.app_context():
        set_signature_picture(SetSignaturePicture(signer, _drawing()))
        set_signature_picture(SetSignaturePicture(signer, _drawing()))

        stored = db.session.get_one(SignaturePicture, signer.person_id)

        assert stored.origin == "uploaded"
        assert stored.png.startswith(b"\x89PNG")
        assert len(events("person:picture:changed")) == 2


def test_unusable_picture_and_people_who_do_not_sign_are_refused(signing_app: Flask, house: SigningHouse) -> None:
    with signing_app.app_context():
        with pytest.raises(SignaturePictureError):
            set_signature_picture(SetSignaturePicture(house.representatives[0], b"<svg/>"))
        with pytest.raises(NotAllowedError):
            set_signature_picture(SetSignaturePicture(house.observer, _drawing()))

        assert events() == []
        assert db.session.get(SignaturePicture, house.representatives[0].person_id) is None
