"""The words of a pledge's life: states, actions, roles, verdicts (design §2)."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a pledge is."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    AGREED = "agreed"
    SIGNING = "signing"
    FINALISING = "finalising"
    FINALISED = "finalised"
    CANCELLED = "cancelled"


class Role(StrEnum):
    """Who acts. SYSTEM is the product itself: a consequence of the last verdict or signature, or the worker."""

    COORDINATOR = "coordinator"
    REPRESENTATIVE = "representative"
    OBSERVER = "observer"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


class Action(StrEnum):
    """What may be done to a pledge."""

    SAVE_DRAFT = "save_draft"
    SUBMIT_FOR_REVIEW = "submit_for_review"
    ADD_COMMENT = "add_comment"
    REPLY_TO_COMMENT = "reply_to_comment"
    ANSWER_COMMENT = "answer_comment"
    GIVE_VERDICT = "give_verdict"
    AGREEMENT_REACHED = "agreement_reached"
    REVISE = "revise"
    OPEN_SIGNING = "open_signing"
    SIGN = "sign"
    DECLINE_TO_SIGN = "decline_to_sign"
    ALL_SIGNED = "all_signed"
    FINALISE = "finalise"
    CANCEL = "cancel"


class VerdictKind(StrEnum):
    """A representative's answer to one revision."""

    AGREE = "agree"
    AGREE_WITH_COMMENTS = "agree_with_comments"
    REQUEST_CHANGES = "request_changes"


class AnswerKind(StrEnum):
    """What became of a comment ("tiếp thu, giải trình"): taken, taken in part, or explained why not."""

    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly_accepted"
    EXPLAINED = "explained"


AGREEING_VERDICTS = frozenset({VerdictKind.AGREE, VerdictKind.AGREE_WITH_COMMENTS})


class AuthorityKind(StrEnum):
    """Signing authority prefixes (Nghị định 30/2020, Phụ lục I): head, deputy for the head, acting head, by mandate."""

    HEAD = "head"
    KT = "KT"
    Q = "Q"
    TUQ = "TUQ"
