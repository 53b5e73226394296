"""Files people send: recognised by content, stored under a generated name, whole or not at all."""

import hashlib
import io
import os
import re
import secrets
import threading
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path

from PIL import ExifTags, Image

#: Largest file taken in, in bytes.
LARGEST = 10 * 1024 * 1024
#: Longest side of a kept photo, in pixels.
LONGEST_SIDE = 1600
STORED_NAME = re.compile(r"^[0-9a-f]{2}/[0-9a-f]{32}\.[a-z]{3,4}$")
#: Pixels beyond which a picture is a bomb rather than a photo.
Image.MAX_IMAGE_PIXELS = 60_000_000

_one_picture = threading.Lock()
_OFFICE = {
    "word/": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xl/": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ppt/": ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}
#: Parts that hold programs.
_MACROS = ("vbaproject", "macrosheets/", "basic/", "scripts/", ".exe", ".dll", ".js")
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}


class NotAcceptable(Exception):
    """The content is of no kind that is taken in, too large, or broken; the argument says which."""


@dataclass(frozen=True)
class StoredFile:
    """A file that lies whole on the disk."""

    #: Path below the uploads folder; generated.
    stored_name: str
    #: What the person called it, cleaned for showing.
    original_name: str
    media_type: str
    size: int
    sha256: str


def store(folder: Path, original_name: str, content: bytes) -> StoredFile:
    """Write a file so that it is whole or absent: a temporary name, fsync, rename. Photos are turned upright,
    made smaller and stripped of their hidden notes (place, device).

    Raises NotAcceptable with `empty`, `large`, `kind` or `broken`.
    """
    if not content:
        raise NotAcceptable("empty")
    if len(content) > LARGEST:
        raise NotAcceptable("large")
    extension, media_type, content = _recognise(content)
    token = secrets.token_hex(16)
    stored_name = f"{token[:2]}/{token}.{extension}"
    write_whole(folder / stored_name, content)
    return StoredFile(
        stored_name,
        with_ending(shown_name(original_name), extension),
        media_type,
        len(content),
        hashlib.sha256(content).hexdigest(),
    )


def write_whole(target: Path, content: bytes) -> None:
    """Write a file so that it is whole or absent, over an older one too: a temporary name, fsync, rename."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(target)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def path_of(folder: Path, stored_name: str) -> Path:
    """Where a stored file lies; raises NotAcceptable for a name that this module did not make."""
    if not STORED_NAME.fullmatch(stored_name):
        raise NotAcceptable("name")
    return folder / stored_name


def shown_name(name: str) -> str:
    """A file name fit to show and to send in a header: no path, no control or direction signs, 120 at most."""
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(
        c for c in name if c.isprintable() and c not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    return (name.strip() or "file")[-120:]


def with_ending(name: str, extension: str) -> str:
    """The name with the ending of what the file really is: a PDF never goes out as `.exe`."""
    stem, dot, ending = name.rpartition(".")
    known = {"jpg": ("jpg", "jpeg")}.get(extension, (extension,))
    if dot and stem and ending.lower() in known:
        return name
    return f"{stem if dot and stem.strip('.') else name.strip('.') or 'file'}.{extension}"


def sweep(folder: Path, known: set[str], before: float) -> int:
    """Delete files that no row knows and that are older than `before` (a POSIX time); how many."""
    count = 0
    for path in folder.glob("??/*"):
        if path.relative_to(folder).as_posix() not in known and path.stat().st_mtime < before:
            path.unlink()
            count += 1
    return count


def _recognise(content: bytes) -> tuple[str, str, bytes]:
    if content.startswith(b"%PDF-"):
        return "pdf", "application/pdf", content
    if content.startswith(b"PK\x03\x04"):
        return *_zip_kind(content), content
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"GIF8")):
        return _photo(content)
    raise NotAcceptable("kind")


def _zip_kind(content: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if any(sign in name.lower() for name in names for sign in _MACROS):
                raise NotAcceptable("kind")
            for prefix, (extension, media_type) in _OFFICE.items():
                if "[Content_Types].xml" in names and any(name.startswith(prefix) for name in names):
                    return extension, media_type
            if "mimetype" in names:
                kind = archive.open("mimetype").read(100)
                if kind in _OPEN_DOCUMENT:
                    return _OPEN_DOCUMENT[kind], kind.decode()
    except NotAcceptable:
        raise
    except Exception as error:  # whatever a broken or hostile archive makes its reader do
        raise NotAcceptable("broken") from error
    raise NotAcceptable("kind")


def _photo(content: bytes) -> tuple[str, str, bytes]:
    try:
        # One at a time: a picture of many pixels takes much memory, and the filter below is the process's own.
        with _one_picture, warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return "jpg", "image/jpeg", _upright(content)
    except Exception as error:  # whatever a broken or hostile picture makes its reader do
        if isinstance(error, MemoryError):
            raise
        raise NotAcceptable("broken") from error


def _upright(content: bytes) -> bytes:
    """The picture as it should be seen, smaller and without hidden notes."""
    with Image.open(io.BytesIO(content)) as opened:
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        picture = _turned(opened).convert("RGB")
        picture.info.clear()
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=80, optimize=True)
    return out.getvalue()


#: What the camera noted about how it was held, and the turn that makes the picture upright.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _turned(picture: Image.Image) -> Image.Image:
    """The picture turned upright; only that one note is read, odd others do not matter."""
    turn = _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    return picture.transpose(turn) if turn is not None else picture
