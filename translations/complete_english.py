"""Fill in what the English catalogue still lacks with the message itself; what was written by hand stays as it is."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ENGLISH = Path(__file__).parent / "en" / "LC_MESSAGES" / "messages.po"


def complete(catalog: Catalog) -> None:
    for message in catalog:
        if message.pluralizable:
            pairs = zip(message.string, message.id, strict=True)
            message.string = tuple(written or original for written, original in pairs)
        elif message.id:
            message.string = message.string or message.id


def main() -> None:
    with ENGLISH.open("rb") as file:
        catalog = read_po(file, locale="en")
    complete(catalog)
    with ENGLISH.open("wb") as file:
        write_po(file, catalog, width=None, ignore_obsolete=True)


if __name__ == "__main__":
    main()
