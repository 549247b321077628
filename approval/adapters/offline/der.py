"""DER (X.690) read strictly and written, and the two kinds of signatures that certificates here carry."""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from functools import lru_cache
from typing import NamedTuple

from approval.adapters.offline.outcome import UNKNOWN, Fault


class Curve(NamedTuple):
    """y² = x³ - 3x + b over the numbers below p; `base` makes the n points that keys are of, `size` bytes a number."""

    size: int
    p: int
    n: int
    b: int
    base: tuple[int, int]


P256 = Curve(
    32,
    2**256 - 2**224 + 2**192 + 2**96 - 1,
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    (
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
)
P384 = Curve(
    48,
    2**384 - 2**128 - 2**96 + 2**32 - 1,
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    (
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
)
JacobianPoint = tuple[int, int, int]
EC_KEYS = {
    bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107"): P256,
    bytes.fromhex("301006072a8648ce3d020106052b81040022"): P384,
}
SHORTEST_RSA_BITS = 2048
RSA_KEY = bytes.fromhex("300d06092a864886f70d0101010500")
# Algorithm identifiers: ECDSA, and RSA PKCS #1 v1.5, each with SHA-256, 384, 512.
SIGNATURE_HASHES = {
    bytes.fromhex("300a06082a8648ce3d040302"): "sha256",
    bytes.fromhex("300a06082a8648ce3d040303"): "sha384",
    bytes.fromhex("300a06082a8648ce3d040304"): "sha512",
    bytes.fromhex("300d06092a864886f70d01010b0500"): "sha256",
    bytes.fromhex("300d06092a864886f70d01010c0500"): "sha384",
    bytes.fromhex("300d06092a864886f70d01010d0500"): "sha512",
}
RSA_ALGORITHMS = {one for one in SIGNATURE_HASHES if one.startswith(bytes.fromhex("300d06092a864886f70d0101"))}
# DigestInfo of RFC 8017 §9.2, without the digest.
RSA_PREFIXES = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


class Der:
    """One value: tag, contents, and the bytes it stands in."""

    def __init__(self, data: bytes, start: int = 0) -> None:
        """Raises ValueError unless a value in its one form begins at `start`."""
        if len(data) < start + 2 or data[start] & 31 == 31:
            raise ValueError("not DER")
        self.tag = data[start]
        size, begin = data[start + 1], start + 2
        if size >= 128:
            begin += size & 127
            size = int.from_bytes(data[start + 2 : begin], "big")
        self.end = begin + size
        self.body = data[begin : self.end]
        self.raw = data[start : self.end]
        if self.end > len(data) or tlv(self.tag, self.body) != self.raw:
            raise ValueError("not DER")

    def parts(self) -> list[Der]:
        """The values inside."""
        found, start = [], 0
        while start < len(self.body):
            found.append(Der(self.body, start))
            start = found[-1].end
        return found

    def number(self) -> int:
        """Of an INTEGER."""
        return int.from_bytes(self.body, "big", signed=True)

    def moment(self) -> datetime:
        """Of a UTCTime or GeneralizedTime in whole seconds."""
        text = self.body.decode("ascii")
        if self.tag == 0x17:
            text = ("19" if text[:2] >= "50" else "20") + text
        return datetime.strptime(text[:14] + text[-1], "%Y%m%d%H%M%SZ").replace(tzinfo=timezone.utc)


def one_der(data: bytes) -> Der:
    """The value that fills these bytes. Raises ValueError."""
    value = Der(data)
    if value.end != len(data):
        raise ValueError("bytes after a value")
    return value


def tlv(tag: int, *parts: bytes) -> bytes:
    """Tag, length, contents."""
    body = b"".join(parts)
    if len(body) < 128:
        return bytes((tag, len(body))) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, 128 | len(size))) + size + body


def ec_add(curve: Curve, one: JacobianPoint, other: JacobianPoint) -> JacobianPoint:
    """Sum of two points, Z = 0 being none."""
    if not one[2] or not other[2]:
        return one if one[2] else other
    p = curve.p
    z1, z2 = one[2] * one[2] % p, other[2] * other[2] % p
    u1, u2 = one[0] * z2 % p, other[0] * z1 % p
    s1, s2 = one[1] * z2 * other[2] % p, other[1] * z1 * one[2] % p
    if u1 == u2:
        return ec_double(curve, one) if s1 == s2 else (1, 1, 0)
    h, r = u2 - u1, s2 - s1
    h2 = h * h % p
    h3, v = h * h2 % p, u1 * h2 % p
    x = (r * r - h3 - 2 * v) % p
    return x, (r * (v - x) - s1 * h3) % p, h * one[2] * other[2] % p


def ec_double(curve: Curve, point: JacobianPoint) -> JacobianPoint:
    """The point added to itself."""
    (x, y, z), p = point, curve.p
    z2 = z * z % p
    s, m = 4 * x * y * y % p, 3 * (x - z2) * (x + z2) % p
    doubled = (m * m - 2 * s) % p
    return doubled, (m * (s - doubled) - 8 * y**4) % p, 2 * y * z % p


def ec_times(curve: Curve, factor: int, point: tuple[int, int]) -> JacobianPoint:
    """The point added to itself `factor` times."""
    total, start = (1, 1, 0), (point[0], point[1], 1)
    for bit in f"{factor:b}":
        total = ec_double(curve, total)
        total = ec_add(curve, total, start) if bit == "1" else total
    return total


def ecdsa_verify(curve: Curve, key: bytes, signature: bytes, digest: bytes) -> bool:
    """FIPS 186-5 §6.4.2; `key` is an uncompressed point, `signature` DER."""
    size, p, n, b, base = curve
    r, s = (part.number() for part in one_der(signature).parts())
    if signature != tlv(0x30, _integer(r), _integer(s)):
        return False
    x, y = int.from_bytes(key[1 : 1 + size], "big"), int.from_bytes(key[1 + size :], "big")
    on_curve = len(key) == 1 + 2 * size and key[0] == 4 and (y * y - x * x * x + 3 * x - b) % p == 0
    if not on_curve or not (0 < r < n and 0 < s < n):
        return False
    # Of a longer digest its first bytes.
    number, inverse = int.from_bytes(digest[:size], "big"), pow(s, -1, n)
    ours, theirs = ec_times(curve, number * inverse % n, base), ec_times(curve, r * inverse % n, (x, y))
    found = ec_add(curve, ours, theirs)
    return found[2] != 0 and (found[0] * pow(found[2], -2, p) % p) % n == r


def _integer(value: int) -> bytes:
    """In its one form."""
    return tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def rsa_verify(key: bytes, signature: bytes, message: bytes, name: str) -> bool:
    """RFC 8017 §8.2.2; `key` is an RSAPublicKey."""
    n, e = (part.number() for part in one_der(key).parts())
    size = (n.bit_length() + 7) // 8
    info = RSA_PREFIXES[name] + hashlib.new(name, message).digest()
    wanted = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
    found = pow(int.from_bytes(signature, "big"), e, n).to_bytes(size, "big")
    return len(signature) == size and found == wanted


def require_supported(key_info: bytes) -> None:
    """Raises Fault for a kind of key that nothing here can tell right from wrong signatures of; ValueError."""
    algorithm, bits = one_der(key_info).parts()
    long_enough = algorithm.raw == RSA_KEY and (
        one_der(bits.body[1:]).parts()[0].number().bit_length() >= SHORTEST_RSA_BITS
    )
    if algorithm.raw not in EC_KEYS and not long_enough:
        raise not_supported()


def not_supported() -> Fault:
    """Nothing is known to be wrong."""
    words = "không hỗ trợ loại khóa hoặc thuật toán ký này (cần RSA từ 2048 bit, P-256 hoặc P-384)"
    return Fault(UNKNOWN, f"chưa kiểm tra được một chữ ký: {words}")


@lru_cache(maxsize=4096)
def is_signed_by(key_info: bytes, signature: bytes, message: bytes, name: str) -> bool:
    """Whether the SubjectPublicKeyInfo's holder signed the message under that hash. Raises ValueError, Fault."""
    algorithm, bits = one_der(key_info).parts()
    if bits.tag != 3 or bits.body[:1] != b"\x00":
        raise ValueError("not a key")
    require_supported(key_info)
    if algorithm.raw in EC_KEYS:
        digest = hashlib.new(name, message).digest()
        return ecdsa_verify(EC_KEYS[algorithm.raw], bits.body[1:], signature, digest)
    return rsa_verify(bits.body[1:], signature, message, name)
