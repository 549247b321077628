"""Hashes are argon2id, salted, and checking an unknown account does the same work."""

from __future__ import annotations

import unicodedata

from approval.adapters.passwords import HashCost, Passwords

CHEAP = HashCost(memory_kib=64, time=1, parallelism=1)


def test_only_the_right_password_matches() -> None:
    passwords = Passwords(CHEAP)
    stored = passwords.hash("tre già măng mọc")

    assert passwords.matches(stored, "tre già măng mọc")
    assert not passwords.matches(stored, "tre già măng mọt")


def test_hash_is_argon2id_and_salted() -> None:
    passwords = Passwords(CHEAP)

    first, second = passwords.hash("x"), passwords.hash("x")

    assert first.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert first != second


def test_no_account_and_broken_hash_never_match() -> None:
    passwords = Passwords(CHEAP)

    assert not passwords.matches(None, "anything")
    assert not passwords.matches("not a hash", "anything")


def test_a_hash_of_lower_cost_asks_for_rehash() -> None:
    stored = Passwords(CHEAP).hash("x")

    assert not Passwords(CHEAP).needs_rehash(stored)
    assert Passwords(HashCost(memory_kib=128, time=1, parallelism=1)).needs_rehash(stored)


def test_both_unicode_spellings_are_one_password() -> None:
    passwords = Passwords(CHEAP)

    stored = passwords.hash(unicodedata.normalize("NFD", "lúa chín vàng"))

    assert passwords.matches(stored, unicodedata.normalize("NFC", "lúa chín vàng"))
