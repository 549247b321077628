"""Blue pictures of handwritten signatures: a default made from the name, or an uploaded PNG made safe.

NĐ 30/2020 Phụ lục I, II.7: the picture is blue, PNG, on a transparent background.
"""

from __future__ import annotations

import hashlib
import io
import math
import struct
import textwrap
import zlib

from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

from approval.adapters.typeset_glyphs import FONT_FOLDER, check_printable
from approval.domain.errors import InvalidInputError

SIGNATURE_BLUE = (27, 63, 160)
MOST_UPLOAD_BYTES = 2 * 1024 * 1024
LARGEST_SIDE = 5000
MOST_PIXELS = 12_000_000
_KEPT_SIZE = (600, 240)

_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_LETTER_HEIGHT = 130
_ROW_HEIGHT = 150
_LETTERS_A_ROW = 24
_MARGIN = 30
# Of 130 to 59 points on the paper: a row of usual length is two thirds of its width.
_LETTER_SCALE = 0.45
_SLANT = 0.16
_FAINTEST_INK = 40
# Shares of the picture: fewer are specks, more is a photograph or a dark scan.
_LEAST_INKED = 0.0005
_MOST_INKED = 0.6
_IHDR_SIZE_END = 24


class SignaturePictureError(InvalidInputError):
    """The uploaded file cannot serve as the picture of a signature; nothing was stored."""


def default_picture(name: str) -> bytes:
    """A blue PNG that writes the name slanted with a flourish; the same name always gives the same bytes.

    Raises MissingGlyphError when the name cannot be written.
    """
    check_printable({"name": name})
    letters = _slanted(_written(name))
    canvas = Image.new("L", (letters.width, letters.height + 2 * _MARGIN), 0)
    canvas.paste(letters, (0, 0))
    _draw_flourish(canvas, below=letters.height, seed=hashlib.sha256(name.encode()).digest())
    return _blue_png(_on_even_paper(canvas))


def accept_upload(data: bytes) -> bytes:
    """A safe blue PNG from an uploaded one: decoded, cut to the ink, made transparent, written anew without metadata.

    A scan on white paper becomes transparent; a picture that already is transparent keeps its outline.

    Raises SignaturePictureError (picture-not-png, picture-too-large, picture-broken, picture-empty, picture-full).
    """
    if len(data) > MOST_UPLOAD_BYTES:
        raise _too_large()
    if not data.startswith(_PNG_MAGIC):
        raise _not_png()
    _check_size(data)
    ink = _ink_of(_decoded(data))
    _check_amount(ink)
    return _blue_png(_cut_to_ink(ink))


def _on_even_paper(drawn: Image.Image) -> Image.Image:
    """In the middle of paper of one size, written in one size: a long name must not come out larger than a short one.

    Only what is wider or taller than the paper is made smaller still.
    """
    drawn = drawn.crop(drawn.getbbox())
    scale = min(_LETTER_SCALE, _KEPT_SIZE[0] / drawn.width, _KEPT_SIZE[1] / drawn.height)
    size = (max(1, round(drawn.width * scale)), max(1, round(drawn.height * scale)))
    paper = Image.new("L", _KEPT_SIZE, 0)
    written = drawn.resize(size, Image.Resampling.LANCZOS)
    paper.paste(written, ((paper.width - size[0]) // 2, (paper.height - size[1]) // 2))
    return paper


def _written(name: str) -> Image.Image:
    font = ImageFont.truetype(str(FONT_FOLDER / "Tinos-Italic.ttf"), _LETTER_HEIGHT)
    rows = _rows(name)
    wide = math.ceil(max(font.getlength(row) for row in rows)) + 2 * _MARGIN
    image = Image.new("L", (wide, _ROW_HEIGHT * len(rows) + _MARGIN), 0)
    pen = ImageDraw.Draw(image)
    for index, row in enumerate(rows):
        # Each row starts further right: people write a long name on a rising slope, not as a block.
        start = _MARGIN + (wide - 2 * _MARGIN - font.getlength(row)) * 0.7
        pen.text((start, index * _ROW_HEIGHT), row, font=font, fill=255)
    return image


def _rows(name: str) -> list[str]:
    """As few rows as fit, then as even as possible: no single word left over on the last one."""
    fewest = len(textwrap.wrap(name, _LETTERS_A_ROW))
    tries = (textwrap.wrap(name, width) for width in range(1, _LETTERS_A_ROW + 1))
    return next((rows for rows in tries if len(rows) <= fewest), [name])


def _slanted(image: Image.Image) -> Image.Image:
    """Leans further than the italic face does, as a hurried hand would."""
    extra = round(image.height * _SLANT)
    wide = Image.new("L", (image.width + extra, image.height), 0)
    wide.paste(image, (0, 0))
    shear = (1, _SLANT, -extra, 0, 1, 0)
    return wide.transform(wide.size, Image.Transform.AFFINE, shear, Image.Resampling.BICUBIC)


def _draw_flourish(canvas: Image.Image, *, below: int, seed: bytes) -> None:
    """A thick and thin line under the name, swinging differently for every name."""
    swing = 10 + seed[0] % 12
    turns = 0.8 + (seed[1] % 100) / 125
    start, end = canvas.width * (0.04 + seed[2] / 2550), canvas.width * (0.97 - seed[3] / 2550)
    pen = ImageDraw.Draw(canvas)
    for step in range(2001):
        along = step / 2000
        x = start + (end - start) * along
        y = below + 12 + swing * math.sin(turns * math.tau * along) * (1 - along / 2) - 22 * along
        radius = 1.5 + 3.0 * math.sin(math.pi * along) ** 2
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


def _check_size(data: bytes) -> None:
    """Reads the size from the header (RFC 2083 §4.1.1), so that a huge picture is refused before it is unpacked."""
    if data[12:16] != b"IHDR" or len(data) < _IHDR_SIZE_END:
        raise _broken()
    width, height = struct.unpack(">II", data[16:_IHDR_SIZE_END])
    if max(width, height) > LARGEST_SIDE or width * height > MOST_PIXELS:
        raise _too_large()


def _decoded(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            return picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, zlib.error) as error:
        raise _broken() from error


def _ink_of(picture: Image.Image) -> Image.Image:
    """How much ink there is at each point, 0..255: dark on light, and only where the picture is opaque."""
    alpha = picture.getchannel("A")
    if alpha.histogram()[0] > 0:
        # Transparent already: the outline is the alpha, whatever the colour of the pen.
        return alpha
    grey = picture.convert("L")
    paper = _paper_tone(grey)
    darkness = ImageChops.subtract(Image.new("L", grey.size, paper), grey)
    # Grain of the paper and soft shadows are not ink.
    clear = darkness.point([0 if tone < _FAINTEST_INK else tone for tone in range(256)])
    return ImageOps.autocontrast(clear)


def _paper_tone(grey: Image.Image) -> int:
    """The commonest tone of the lighter half: the paper of a scan."""
    counts = grey.histogram()
    return max(range(128, 256), key=lambda tone: counts[tone])


def _check_amount(ink: Image.Image) -> None:
    counts = ink.histogram()
    inked = sum(counts[_FAINTEST_INK:]) / (ink.width * ink.height)
    if inked < _LEAST_INKED:
        raise _refused("picture-empty", "Ảnh không có nét chữ ký", "The picture holds no strokes")
    if inked > _MOST_INKED:
        raise _refused("picture-full", "Ảnh không có nền trắng hoặc trong suốt", "The picture has no white background")


def _cut_to_ink(ink: Image.Image) -> Image.Image:
    box = ink.point([0 if tone < _FAINTEST_INK else 255 for tone in range(256)]).getbbox()
    cut = ink.crop(box)
    cut.thumbnail(_KEPT_SIZE, Image.Resampling.LANCZOS)
    return cut


def _blue_png(ink: Image.Image) -> bytes:
    picture = Image.new("RGBA", ink.size, (*SIGNATURE_BLUE, 0))
    picture.putalpha(ink)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _refused(code: str, vi: str, en: str) -> SignaturePictureError:
    ending_vi = "hãy chọn ảnh PNG chụp nét ký trên nền trắng hoặc trong suốt."
    ending_en = "choose a PNG of your signature on a white or transparent background."
    return SignaturePictureError(code, f"{vi}; {ending_vi}", f"{en}; {ending_en}", field="picture")


def _not_png() -> SignaturePictureError:
    return _refused("picture-not-png", "Tệp không phải ảnh PNG", "The file is not a PNG picture")


def _broken() -> SignaturePictureError:
    return _refused("picture-broken", "Không đọc được ảnh PNG này", "This PNG picture cannot be read")


def _too_large() -> SignaturePictureError:
    return SignaturePictureError(
        "picture-too-large",
        f"Ảnh quá lớn; hãy chọn ảnh PNG dưới 2 MB và không quá {LARGEST_SIDE} điểm ảnh mỗi chiều.",
        f"The picture is too large; choose a PNG below 2 MB and at most {LARGEST_SIDE} pixels a side.",
        field="picture",
    )
