"""Ed25519 (RFC 8032 §5.1.7): verifying only, so nothing here needs to hide its timing."""

from __future__ import annotations

import hashlib
from functools import lru_cache

ED_P = 2**255 - 19
ED_L = 2**252 + 27742317777372353535851937790883648493
ED_D = -121665 * pow(121666, -1, ED_P) % ED_P
ED_ROOT = pow(2, (ED_P - 1) // 4, ED_P)
EdPoint = tuple[int, int, int, int]


def ed_add(one: EdPoint, other: EdPoint) -> EdPoint:
    """Sum in extended coordinates (X, Y, Z, T)."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % ED_P
    b = (one[1] + one[0]) * (other[1] + other[0]) % ED_P
    c = 2 * one[3] * other[3] * ED_D % ED_P
    d = 2 * one[2] * other[2] % ED_P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % ED_P, g * h % ED_P, f * g % ED_P, e * h % ED_P


def ed_times(factor: int, point: EdPoint) -> EdPoint:
    """The point added to itself `factor` times, four bits a step."""
    table = [(0, 1, 1, 0)]
    for _ in range(15):
        table.append(ed_add(table[-1], point))
    total = table[0]
    for shift in range((factor.bit_length() + 3) // 4 * 4 - 4, -4, -4):
        for _ in range(4):
            total = ed_add(total, total)
        total = ed_add(total, table[factor >> shift & 15])
    return total


def ed_point(data: bytes) -> EdPoint | None:
    """Inverse of `ed_bytes`; None when no point is written so."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= ED_P:
        return None
    square = (y * y - 1) * pow(ED_D * y * y + 1, -1, ED_P) % ED_P
    x = pow(square, (ED_P + 3) // 8, ED_P)
    if (x * x - square) % ED_P:
        x = x * ED_ROOT % ED_P
    if (x * x - square) % ED_P or (x == 0 and sign):
        return None
    x = ED_P - x if x & 1 != sign else x
    return x, y, 1, x * y % ED_P


def ed_bytes(point: EdPoint) -> bytes:
    """32 bytes."""
    inverse = pow(point[2], -1, ED_P)
    x, y = point[0] * inverse % ED_P, point[1] * inverse % ED_P
    return (y | (x & 1) << 255).to_bytes(32, "little")


ED_BASE = ed_point((4 * pow(5, -1, ED_P) % ED_P).to_bytes(32, "little")) or (0, 1, 1, 0)


@lru_cache(maxsize=65536)
def ed25519_verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the holder of the 32-byte key made the 64-byte signature."""
    point = ed_point(public) if len(public) == 32 and len(signature) == 64 else None
    s = int.from_bytes(signature[32:], "little")
    if point is None or s >= ED_L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ED_L
    minus = (ED_P - point[0], point[1], point[2], ED_P - point[3])
    return ed_bytes(ed_add(ed_times(s, ED_BASE), ed_times(h, minus))) == signature[:32]
