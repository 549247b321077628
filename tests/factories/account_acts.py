"""What an administrator does to blocs and accounts, each as one call of the real service."""

from __future__ import annotations

import io

from PIL import Image

from approval.domain.commands import (
    SYSTEM_ACTOR,
    BlocAgency,
    CreateBloc,
    CreatePerson,
    EditPerson,
    LockAccount,
    ResetPassword,
    UnlockAccount,
)
from approval.domain.states import Role
from approval.services.create_bloc import create_bloc
from approval.services.create_person import create_person
from approval.services.edit_person import edit_person
from approval.services.lock_account import lock_account
from approval.services.reset_password import reset_password
from approval.services.unlock_account import unlock_account
from tests.factories.signing_house import PIN, SigningHouse

NEW_PASSWORD = "cá không ăn muối cá ươn 84"


def make_bloc() -> int:
    """A second bloc of two agencies."""
    agencies = (BlocAgency("Sở Mới", "SM"), BlocAgency("Sở Cũ", "SC"))
    return create_bloc(CreateBloc(SYSTEM_ACTOR, "Khối mới", "KM", "UBND tỉnh", "Bắc Giang", agencies))


def make_representative(house: SigningHouse, *, email: str = "dai-dien@bacgiang.example") -> int:
    """One more representative of the first agency (NEW_PASSWORD, PIN)."""
    return create_person(
        CreatePerson(
            actor=house.administrator,
            display_name="Đại diện Sở Thử nghiệm 1",
            email=email,
            password=NEW_PASSWORD,
            role=Role.REPRESENTATIVE,
            bloc_id=house.bloc_id,
            agency_id=house.agencies[0],
            pin=PIN,
        )
    )


def signature_png() -> bytes:
    """A picture that may be uploaded as a signature: one stroke on nothing."""
    picture = Image.new("RGBA", (200, 80), (0, 0, 0, 0))
    picture.paste((27, 63, 160, 255), (20, 30, 180, 40))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def reset_observer(house: SigningHouse) -> None:
    """The observer gets NEW_PASSWORD."""
    reset_password(ResetPassword(house.administrator, house.observer.person_id or 0, NEW_PASSWORD))


def rename_observer(house: SigningHouse) -> None:
    """The observer gets another name and address."""
    observer = house.observer.person_id or 0
    edit_person(EditPerson(house.administrator, observer, "Ban Thi đua", "thi-dua@bacgiang.example"))


def lock_observer(house: SigningHouse) -> None:
    """The observer is shut out."""
    lock_account(LockAccount(house.administrator, house.observer.person_id or 0))


def unlock_observer(house: SigningHouse) -> None:
    """The observer may come back."""
    unlock_account(UnlockAccount(house.administrator, house.observer.person_id or 0))
