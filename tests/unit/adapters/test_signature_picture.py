"""Pictures of signatures: blue, transparent, without anything an uploader hid in them."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from approval.adapters.signature_picture import (
    MOST_UPLOAD_BYTES,
    SIGNATURE_BLUE,
    SignaturePictureError,
    accept_upload,
    default_picture,
)
from approval.adapters.typeset_glyphs import MissingGlyphError
from tests.factories.typeset import png_header_only


def opened(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    image.load()
    return image


def as_png(image: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", **options)
    return out.getvalue()


def scan(paper: tuple[int, int, int] = (238, 232, 220), ink: tuple[int, int, int] = (30, 30, 40)) -> Image.Image:
    image = Image.new("RGB", (1200, 700), paper)
    ImageDraw.Draw(image).line([(250, 500), (450, 200), (600, 520), (950, 320)], fill=ink, width=12)
    return image


def colours_of_ink(image: Image.Image) -> set[tuple[int, ...]]:
    pixels = image.convert("RGBA").getcolors(1 << 24) or []
    return {pixel[:3] for _, pixel in pixels if isinstance(pixel, tuple) and pixel[3] > 0}


def test_default_picture_is_blue_on_nothing_and_always_the_same() -> None:
    name = "Đại diện Sở Y tế"
    image = opened(default_picture(name))
    assert default_picture(name) == default_picture(name)
    assert default_picture("Đại diện Sở Ngoại vụ") != default_picture(name)
    assert image.mode == "RGBA"
    assert colours_of_ink(image) == {SIGNATURE_BLUE}
    assert image.getchannel("A").getextrema() == (0, 255)


def test_names_of_one_and_of_two_rows_are_written_in_one_size() -> None:
    """A row of the long name is no taller than the short name itself."""
    short = opened(default_picture("Đại diện Sở Ngoại vụ"))
    long = opened(default_picture("Đại diện Bảo hiểm xã hội tỉnh"))
    assert short.size == long.size == (600, 240)
    heights = [_ink_height(picture) for picture in (short, long)]
    assert heights[0] < heights[1] < 2.5 * heights[0]
    assert heights[1] < 0.75 * long.height


def _ink_height(picture: Image.Image) -> int:
    _, top, _, bottom = picture.getchannel("A").getbbox() or (0, 0, 0, 0)
    return bottom - top


@pytest.mark.parametrize("name", ["A", "Đại diện Sở Lao động - Thương binh và Xã hội tỉnh Bắc Giang", "x" * 80])
def test_default_picture_keeps_any_name_within_bounds(name: str) -> None:
    image = opened(default_picture(name))
    assert image.width <= 600
    assert image.height <= 240


def test_default_picture_refuses_what_it_cannot_write() -> None:
    with pytest.raises(MissingGlyphError):
        default_picture("漢")


@pytest.mark.parametrize("paper", [(255, 255, 255), (238, 232, 220), (200, 205, 210)])
def test_scan_on_paper_becomes_blue_ink_on_nothing(paper: tuple[int, int, int]) -> None:
    image = opened(accept_upload(as_png(scan(paper))))
    assert colours_of_ink(image) == {SIGNATURE_BLUE}
    corner = image.getpixel((image.width - 1, image.height - 1))
    assert isinstance(corner, tuple)
    assert corner[3] == 0
    assert max(image.getchannel("A").tobytes()) > 200


def test_transparent_upload_keeps_its_outline_whatever_the_pen() -> None:
    image = Image.new("RGBA", (800, 300), (0, 0, 0, 0))
    ImageDraw.Draw(image).line([(50, 250), (700, 40)], fill=(250, 240, 120, 255), width=10)
    accepted = opened(accept_upload(as_png(image)))
    assert colours_of_ink(accepted) == {SIGNATURE_BLUE}


def test_nothing_hidden_survives() -> None:
    info = PngInfo()
    info.add_text("Comment", "GPS 21.27,106.19")
    info.add_itxt("XML:com.adobe.xmp", "<secret/>")
    data = as_png(scan(), pnginfo=info, dpi=(300, 300)) + b"TRAILING<script>"
    accepted = accept_upload(data)
    for hidden in (b"GPS", b"secret", b"TRAILING", b"tEXt", b"iTXt", b"pHYs", b"eXIf"):
        assert hidden not in accepted
    assert accept_upload(accepted) is not None


@pytest.mark.parametrize("mode", ["L", "P", "1", "RGBA", "I;16"])
def test_every_kind_of_png_is_understood(mode: str) -> None:
    image = scan().convert("L") if mode == "I;16" else scan()
    assert colours_of_ink(opened(accept_upload(as_png(image.convert(mode))))) == {SIGNATURE_BLUE}


def refused_code(data: bytes) -> str:
    with pytest.raises(SignaturePictureError) as refused:
        accept_upload(data)
    assert refused.value.field == "picture"
    assert refused.value.vi.endswith(".")
    return refused.value.code


def test_only_png_by_content_is_taken() -> None:
    jpeg = io.BytesIO()
    scan().save(jpeg, "JPEG")
    assert refused_code(jpeg.getvalue()) == "picture-not-png"
    assert refused_code(b"<svg xmlns='http://www.w3.org/2000/svg'/>") == "picture-not-png"
    assert refused_code(b"") == "picture-not-png"


def test_broken_files_are_refused_without_a_trace_of_the_library() -> None:
    whole = as_png(scan())
    assert refused_code(whole[:200]) == "picture-broken"
    assert refused_code(whole[:8] + b"\0" * 50) == "picture-broken"
    assert refused_code(png_header_only(50, 50)) == "picture-broken"


def test_too_many_bytes_or_pixels_are_refused_before_unpacking() -> None:
    assert refused_code(b"\x89PNG\r\n\x1a\n" + b"\0" * MOST_UPLOAD_BYTES) == "picture-too-large"
    assert refused_code(png_header_only(60000, 60000)) == "picture-too-large"
    assert refused_code(png_header_only(12000, 12000)) == "picture-too-large"
    assert refused_code(png_header_only(5001, 10)) == "picture-too-large"
    assert refused_code(png_header_only(4000, 4000)) == "picture-too-large"


def test_a_text_bomb_is_refused() -> None:
    bomb = b"Comment\0\0" + zlib.compress(b"\0" * 80_000_000)
    info = PngInfo()
    info.add(b"zTXt", bomb)
    assert refused_code(as_png(scan(), pnginfo=info)) == "picture-broken"


def test_empty_and_solid_pictures_are_refused() -> None:
    assert refused_code(as_png(Image.new("RGB", (600, 200), (255, 255, 255)))) == "picture-empty"
    assert refused_code(as_png(Image.new("RGBA", (600, 200), (0, 0, 0, 0)))) == "picture-empty"
    assert refused_code(as_png(Image.new("RGB", (600, 200), (10, 10, 10)))) == "picture-full"
