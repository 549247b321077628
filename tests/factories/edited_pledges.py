"""Long pledges in administrative Vietnamese, and the edits that rounds of opinions bring to their words and clauses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

from approval.domain.pledge_text import Clause, DateLine, DatePolicy, PledgeText
from tests.factories.pledge_texts import small_text

_PHRASE_FILE = Path(__file__).resolve().parents[2] / "templates" / "starter" / "cum-tu-hanh-chinh.txt"
Bodies = list[tuple[str, ...]]


@cache
def phrases() -> tuple[str, ...]:
    """Administrative phrases of two syllables and more."""
    lines = _PHRASE_FILE.read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if " " in line.strip() and not line.startswith("#"))


def sentence(dice: Random, words: int) -> str:
    """About so many words with commas and semicolons, a capital first and a full stop last."""
    said: list[str] = []
    while sum(len(phrase.split()) for phrase in said) < words:
        said.append(dice.choice(phrases()) + dice.choice(("", "", "", ",", ";")))
    text = " ".join(said).rstrip(",;")
    return f"{text[0].upper()}{text[1:]}."


def long_pledge(dice: Random, clauses: int, *, words: int = 80) -> PledgeText:
    """A pledge of that many clauses, each of one to three paragraphs and `words` words in all."""
    bodies = []
    for _ in range(clauses):
        paragraphs = dice.choice((1, 1, 2, 3))
        bodies.append(tuple(sentence(dice, words // paragraphs) for _ in range(paragraphs)))
    return with_bodies(small_text(5), bodies)


def with_bodies(text: PledgeText, bodies: Bodies) -> PledgeText:
    """The same pledge with these clauses, numbered from 1."""
    return replace(text, clauses=tuple(Clause(number, body) for number, body in enumerate(bodies, start=1)))


def bodies_of(text: PledgeText) -> Bodies:
    """Paragraphs of each clause."""
    return [clause.paragraphs for clause in text.clauses]


def reworded_body(dice: Random, body: tuple[str, ...], *, places: int = 4) -> tuple[str, ...]:
    """The clause with words replaced, added, dropped or otherwise marked at some places of one paragraph."""
    at = dice.randrange(len(body))
    words = body[at].split()
    for _ in range(places):
        place = dice.randrange(len(words))
        end = place + dice.choice((0, 1, 2))
        words[place:end] = dice.choice((dice.choice(phrases()).split(), [f"{words[place]};"], words[place:end]))
    return (*body[:at], " ".join(words), *body[at + 1 :])


def edited(text: PledgeText, dice: Random, *, edits: int) -> PledgeText:
    """The pledge after so many edits of any kind, drawn by `dice`."""
    for _ in range(edits):
        if dice.random() < 0.2:
            text = dice.choice(_WHOLE_TEXT)(text, dice)
        else:
            bodies = bodies_of(text)
            dice.choice(_CLAUSES)(bodies, dice)
            text = with_bodies(text, bodies or [(sentence(dice, 8),)])
    return text


def _reword(bodies: Bodies, dice: Random) -> None:
    at = dice.randrange(len(bodies))
    bodies[at] = reworded_body(dice, bodies[at])


def _move(bodies: Bodies, dice: Random) -> None:
    body = bodies.pop(dice.randrange(len(bodies)))
    bodies.insert(dice.randint(0, len(bodies)), body)


def _add(bodies: Bodies, dice: Random) -> None:
    bodies.insert(dice.randint(0, len(bodies)), (sentence(dice, 20),))


def _remove(bodies: Bodies, dice: Random) -> None:
    del bodies[dice.randrange(len(bodies))]


def _split(bodies: Bodies, dice: Random) -> None:
    at = dice.randrange(len(bodies))
    words = " ".join(bodies[at]).split()
    half = dice.randint(1, max(1, len(words) - 1))
    bodies[at : at + 1] = [(" ".join(part),) for part in (words[:half], words[half:]) if part]


def _merge(bodies: Bodies, dice: Random) -> None:
    at = dice.randrange(len(bodies))
    bodies[at : at + 2] = [tuple(paragraph for body in bodies[at : at + 2] for paragraph in body)]


def _break_paragraph(bodies: Bodies, dice: Random) -> None:
    at = dice.randrange(len(bodies))
    first, *rest = bodies[at]
    words = first.split()
    half = dice.randint(1, len(words))
    bodies[at] = (*(" ".join(part) for part in (words[:half], words[half:]) if part), *rest)


def _join_paragraphs(bodies: Bodies, dice: Random) -> None:
    at = dice.randrange(len(bodies))
    bodies[at] = (" ".join(bodies[at]),)


_CLAUSES: tuple[Callable[[Bodies, Random], None], ...] = (
    *(_reword, _reword, _move, _add, _remove, _split, _merge, _break_paragraph, _join_paragraphs),
)
_WHOLE_TEXT: tuple[Callable[[PledgeText, Random], PledgeText], ...] = (
    lambda text, dice: replace(text, title=f"{text.title} {dice.randint(1, 9)}"),
    lambda text, dice: replace(text, subject=sentence(dice, 6)),
    lambda text, dice: replace(text, place=dice.choice(("Hà Nội", "Huế, ngày", "Bà Rịa - Vũng Tàu"))),
    lambda text, dice: replace(text, date=DateLine(dice.choice((None, 5, 28)), dice.choice((None, 5)), 2025)),
    lambda text, dice: replace(text, date_policy=dice.choice(tuple(DatePolicy))),
    lambda text, dice: replace(text, preamble=(*text.preamble, sentence(dice, 10))),
    lambda text, dice: replace(text, closing=() if text.closing else (sentence(dice, 10),)),
    lambda text, dice: replace(text, parties=tuple(dice.sample(text.parties, len(text.parties)))),
    lambda text, dice: replace(text, parties=text.parties[: dice.randint(1, len(text.parties))]),
)
