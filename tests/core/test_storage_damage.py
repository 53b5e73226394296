"""Files that were tampered with, and photos that hide something."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from tracker.core.storage import LONGEST_SIDE, NotAcceptable, path_of, store

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


def _picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **options)
    return out.getvalue()


def _zip(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            # A fixed day: the tests' names must be the same in every worker.
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 23, 12, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


DOCX = _zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})

ODT = _zip({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<o/>"})


def _refused(folder: Path, name: str, content: bytes) -> str:
    with pytest.raises(NotAcceptable) as caught:
        store(folder, name, content)
    assert [path for path in folder.rglob("*") if path.is_file()] == [], "nothing is left of a refused file"
    return str(caught.value)


def test_a_picture_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("1", (12_000, 11_000)).save(out, "PNG")
    assert len(out.getvalue()) < 1_000_000
    assert _refused(tmp_path, "foto.png", out.getvalue()) == "broken"


def test_a_picture_just_over_the_limit_is_refused_too(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("1", (9_000, 7_000)).save(out, "PNG")
    assert _refused(tmp_path, "foto.png", out.getvalue()) == "broken"


def test_photos_are_turned_upright_made_smaller_and_stripped(tmp_path: Path) -> None:
    notes = Image.Exif()
    notes[0x0112] = 6
    notes[0x010F] = "A maker"
    notes.get_ifd(0x8825)[1] = "N"
    stored = store(tmp_path, "foto.jpg", _picture("JPEG", (4000, 1000), exif=notes))
    with Image.open(path_of(tmp_path, stored.stored_name)) as kept:
        assert kept.size == (LONGEST_SIDE // 4, LONGEST_SIDE), "lay on its side"
        assert not dict(kept.getexif())
        assert b"A maker" not in path_of(tmp_path, stored.stored_name).read_bytes()


SEEDS = [PDF, DOCX, ODT, _picture("JPEG"), _picture("PNG"), _picture("GIF"), _picture("WEBP")]


@example(ODT, [(38, 255), (39, 255)], 0)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=12),
    st.integers(0, 4000),
)
def test_no_damage_gets_past_the_refusal(
    tmp_path: Path, seed: bytes, changes: list[tuple[int, int]], cut: int
) -> None:
    """Whatever is done to a file, it is either stored whole or refused with one of the four words."""
    content = bytearray(seed)
    for position, value in changes:
        content[position % len(content)] = value
    damaged = bytes(content[: max(1, len(content) - cut)])
    try:
        stored = store(tmp_path, "foto", damaged)
    except NotAcceptable as refusal:
        assert str(refusal) in ("empty", "large", "kind", "broken")
    else:
        assert path_of(tmp_path, stored.stored_name).stat().st_size == stored.size
