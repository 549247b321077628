"""A title drafted in capitals as running text writes it, where that is certain; otherwise as it was drafted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from approval.domain.pledge_text import PledgeText

_WORD = re.compile(r"\w+")
# After these a capital says nothing about the word.
_OPENS_SENTENCE = frozenset('.!?:;…“"(/-–—')
# Words of titles that are no part of a name, for titles shown where the text is not at hand.
_PLAIN_WORDS = tuple(
    re.findall(
        r"\w+",
        "bản giao ước thi đua năm về việc của và các với cho trong giữa cùng khối cụm kế hoạch chương trình ký kết giai"
        " đoạn đợt quý tháng phong trào công tác nhiệm vụ khen thưởng hoạt động phối hợp thực hiện",
    )
)
_SHORTEST_ABBREVIATION = 2
_LOOK_BACK = 4


@dataclass(frozen=True, slots=True)
class _Evidence:
    """How a text writes words: names of several words by their words in small letters, and single words."""

    names: dict[tuple[str, ...], tuple[str, ...]]
    words: dict[str, str]


def spoken_title(title: str, text: PledgeText | None = None) -> str:
    """As in "Bản giao ước thi đua tỉnh Bắc Giang" for "BẢN GIAO ƯỚC THI ĐUA TỈNH BẮC GIANG".

    A word keeps the capitals that the text itself gives it (place, agencies, subject, paragraphs); abbreviations of the
    text stay. With any word that neither the text nor common titles write, the whole title stays as drafted: it is
    better loud than wrong. A title not in capitals stays too.
    """
    if not title.isupper():
        return title
    evidence = _evidence(text)
    found = list(_WORD.finditer(title))
    written = _written([match.group().lower() for match in found], evidence)
    if written is None:
        return title
    # Not by offsets of a lower-case title: some letters change their length with their case.
    pieces = [title[: found[0].start()]]
    for index, match in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else len(title)
        pieces += [written[index], title[match.end() : end]]
    spoken = "".join(pieces)
    return spoken[:1].upper() + spoken[1:]


def _written(words: list[str], evidence: _Evidence) -> list[str] | None:
    """Each word as it is to be written; None when one is not known."""
    longest = max(map(len, evidence.names), default=0)
    done: list[str] = []
    while len(done) < len(words):
        rest = words[len(done) :]
        keys = (tuple(rest[:length]) for length in range(longest, 1, -1))
        name = next((evidence.names[key] for key in keys if key in evidence.names), None)
        if name is not None:
            done += name
        elif rest[0].isdigit():
            done.append(rest[0])
        elif rest[0] in evidence.words:
            done.append(evidence.words[rest[0]])
        else:
            return None
    return done


def _evidence(text: PledgeText | None) -> _Evidence:
    words = {word: word for word in _PLAIN_WORDS}
    if text is None:
        return _Evidence({}, words)
    running = [text.subject, *text.preamble, *text.closing, *(p for clause in text.clauses for p in clause.paragraphs)]
    running = [paragraph for paragraph in running if not paragraph.isupper()]
    names = dict(_names(running))
    names |= {_key(whole): tuple(_WORD.findall(whole)) for whole in (text.place, *(p.agency for p in text.parties))}
    capitals = {word.lower(): word for words_of in names.values() if len(words_of) == 1 for word in words_of}
    plain = {word: word for paragraph in running for word in _WORD.findall(paragraph) if word == word.lower()}
    return _Evidence({key: name for key, name in names.items() if len(key) > 1}, capitals | words | plain)


def _names(paragraphs: Iterable[str]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Runs of words with a capital inside sentences, also with the small word after them ("Công an", "Sở Y tế")."""
    for paragraph in paragraphs:
        run: list[str] = []
        end = 0
        for match in _WORD.finditer(paragraph):
            word, apart = match.group(), bool(paragraph[end : match.start()].strip())
            end = match.end()
            # A few characters are enough to see: paragraphs may be very long.
            named = _is_name(word, paragraph[max(0, match.start() - _LOOK_BACK) : match.start()].rstrip())
            if run and (apart or not named):
                yield _pair(run)
                yield _pair(run if apart else [*run, word])
                run = []
            if named:
                run.append(word)
        if run:
            yield _pair(run)


def _is_name(word: str, before: str) -> bool:
    """Whether its capital says something: an abbreviation's does anywhere, another's inside a sentence."""
    return word[0].isupper() and (_is_abbreviation(word) or (bool(before) and before[-1] not in _OPENS_SENTENCE))


def _is_abbreviation(word: str) -> bool:
    return len(word) >= _SHORTEST_ABBREVIATION and word.isupper()


def _pair(run: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(word.lower() for word in run), tuple(run)


def _key(whole: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(whole))
