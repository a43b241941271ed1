"""What somebody sends in: the files themselves, or a zip of them; never more than fits, however much is pressed in."""

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from portal.imports import mistakes, rules
from portal.imports.rules import FileName

ENCRYPTED = 0x1


def unpack(sent: Iterable[tuple[str, bytes]]) -> dict[FileName, bytes]:
    """The files of the contract by name; raises what is wrong with what was sent."""
    found: dict[FileName, bytes] = {}
    left = rules.LARGEST_CONTENT
    for name, content in _each(sent):
        if name not in list(FileName):
            raise mistakes.UnknownFile
        if name in found:
            raise mistakes.FileTwice
        left -= len(content)
        if left < 0:
            raise mistakes.UploadTooLarge
        found[FileName(name)] = content
    if not found:
        raise mistakes.NoFiles
    return found


def _each(sent: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    for name, content in sent:
        if content.startswith(b"PK\x03\x04"):
            yield from _members(content)
        else:
            yield _bare(name), content


def _members(content: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if _is_a_file(entry)]
            if len(entries) > len(FileName):
                raise mistakes.UnknownFile
            for entry in entries:
                if entry.flag_bits & ENCRYPTED:
                    raise mistakes.BrokenZip
                yield _bare(entry.filename), _content(archive, entry)
    # NotImplementedError is what zipfile says of a compression that it does not know.
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error) as error:
        raise mistakes.BrokenZip from error


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One byte more than fits is enough to know: what an archive says of its sizes need not be true."""
    with archive.open(entry) as file:
        content = file.read(rules.LARGEST_CONTENT + 1)
    if len(content) > rules.LARGEST_CONTENT:
        raise mistakes.UploadTooLarge
    return content


def _is_a_file(entry: zipfile.ZipInfo) -> bool:
    """What a Mac puts beside every file is none."""
    return not entry.is_dir() and not entry.filename.startswith("__MACOSX/") and ".DS_Store" not in entry.filename


def _bare(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].strip().lower()
