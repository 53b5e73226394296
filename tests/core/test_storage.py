"""Files people send: known by content, whole or absent, never outside their folder."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from tracker.core.storage import LARGEST, NotAcceptable, path_of, shown_name, store, sweep

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

XLSX = _zip({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<w/>"})

ODT = _zip({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<o/>"})


def _refused(folder: Path, name: str, content: bytes) -> str:
    with pytest.raises(NotAcceptable) as caught:
        store(folder, name, content)
    assert [path for path in folder.rglob("*") if path.is_file()] == [], "nothing is left of a refused file"
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "ending", "media_type"),
    [
        (PDF, "pdf", "application/pdf"),
        (_picture("JPEG"), "jpg", "image/jpeg"),
        (_picture("PNG"), "jpg", "image/jpeg"),
        (_picture("GIF"), "jpg", "image/jpeg"),
        (_picture("WEBP"), "jpg", "image/jpeg"),
        (DOCX, "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (XLSX, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (ODT, "odt", "application/vnd.oasis.opendocument.text"),
    ],
    ids=["pdf", "jpeg", "png", "gif", "webp", "docx", "xlsx", "odt"],
)
def test_the_content_decides_whatever_the_name_says(
    tmp_path: Path, content: bytes, ending: str, media_type: str
) -> None:
    stored = store(tmp_path, "vacaciones.exe", content)
    kept = path_of(tmp_path, stored.stored_name).read_bytes()
    assert stored.stored_name.endswith(f".{ending}")
    assert stored.media_type == media_type
    assert stored.size == len(kept)
    assert stored.sha256 == hashlib.sha256(kept).hexdigest()
    assert stored.original_name == f"vacaciones.{ending}"


def test_documents_are_kept_byte_for_byte(tmp_path: Path) -> None:
    for content in (PDF, DOCX, XLSX, ODT):
        assert path_of(tmp_path, store(tmp_path, "acta", content).stored_name).read_bytes() == content


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"#!/bin/sh\necho no\n",
        b"MZ\x90\x00",
        b"\x7fELF",
        b"GIF",
        b" %PDF-1.7",
        _zip({"evil.exe": b"MZ"}),
        _zip({"[Content_Types].xml": b"<Types/>", "word/vbaProject.bin": b"macro"}),
        _zip({"mimetype": b"application/java-archive"}),
    ],
    ids=["html", "svg", "script", "exe", "elf", "short", "late-pdf", "zip", "macro", "jar"],
)
def test_other_kinds_are_refused(tmp_path: Path, content: bytes) -> None:
    assert _refused(tmp_path, "acta.pdf", content) == "kind"


@pytest.mark.parametrize(
    "content",
    [
        _picture("JPEG")[:200],
        _picture("PNG")[:60],
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
        b"RIFF\x10\x00\x00\x00WAVEfmt ",
        DOCX[:60],
        b"PK\x03\x04" + b"\x00" * 40,
    ],
    ids=["jpeg-cut", "png-cut", "png-zeros", "wave", "docx-cut", "zip-zeros"],
)
def test_broken_files_are_refused(tmp_path: Path, content: bytes) -> None:
    assert _refused(tmp_path, "foto.jpg", content) == "broken"


def test_nothing_and_too_much_are_refused(tmp_path: Path) -> None:
    assert _refused(tmp_path, "acta.pdf", b"") == "empty"
    assert _refused(tmp_path, "acta.pdf", PDF.ljust(LARGEST + 1, b" ")) == "large"
    assert store(tmp_path, "acta.pdf", PDF.ljust(LARGEST, b" ")).size == LARGEST


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("acta firmada.pdf", "acta firmada.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Datos\\Ana\\foto.jpg", "foto.jpg"),
        ("acta\r\nSet-Cookie: a=b.pdf", "actaSet-Cookie: a=b.pdf"),
        ("foto\x00.jpg", "foto.jpg"),
        ("gpj\u202efdp.exe", "gpjfdp.exe"),
        ("   ", "file"),
        ("", "file"),
        ("/", "file"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
    ],
)
def test_names_are_fit_to_show(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../secret.pdf",
        "/etc/passwd",
        "ab/" + "0" * 32 + ".pdf/../../x",
        "ab/" + "0" * 32 + ".PDF",
        "ab/" + "0" * 31 + ".pdf",
        "ab/" + "0" * 32 + ".pdf\n",
        "ab\\" + "0" * 32 + ".pdf",
    ],
)
def test_only_generated_names_lead_to_files(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotAcceptable):
        path_of(tmp_path, name)


def test_a_disk_that_is_full_leaves_no_file_under_its_final_name(tmp_path: Path) -> None:
    wanted = tmp_path / "not-a-folder"
    wanted.write_bytes(b"")
    with pytest.raises(OSError):
        store(wanted, "acta.pdf", PDF)
    assert wanted.read_bytes() == b""


def test_sweeping_takes_old_files_without_a_row(tmp_path: Path) -> None:
    kept, lost, young = (store(tmp_path, name, PDF).stored_name for name in ("a", "b", "c"))
    later = path_of(tmp_path, young).stat().st_mtime + 1000
    half = path_of(tmp_path, lost).with_suffix(".part")
    half.write_bytes(b"half")
    assert sweep(tmp_path, {kept, lost, young}, before=0) == 0
    assert sweep(tmp_path, {kept, young}, before=later) == 2
    assert path_of(tmp_path, kept).exists()
    assert path_of(tmp_path, young).exists()
    assert not path_of(tmp_path, lost).exists()
    assert not half.exists()


def test_a_photo_keeps_no_hidden_words(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(out, "JPEG", comment=b"SECRET at 19.4,-99.1")

    stored = store(tmp_path, "a.jpg", out.getvalue())

    assert b"SECRET" not in path_of(tmp_path, stored.stored_name).read_bytes()
