"""Markup in, a tree of elements out: captured documents exactly, saved HTML as forgivingly as browsers do."""

import codecs
import re

from charset_normalizer import from_bytes

CAPTURED = '<html data-capture="1">'
"""How the document of a capture begins; it is well-formed, and is read as such."""

MAX_CHARACTERS = 60_000_000
"""What comes after is left out: far above any page, and it bounds the memory."""
MAX_BYTES = 4 * MAX_CHARACTERS
"""No encoding takes more for as many characters."""
TOO_LONG = f"The page is longer than {MAX_CHARACTERS} characters; what comes after them is left out."

DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{2,40})""", re.IGNORECASE)
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
MIN_WIDE = 0.2
"""Of every other byte of text of two bytes a sign, at least so many are zero: markup and spaces are ASCII."""
EMPTY = "The page is empty."
BROWSERS_READ_AS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
"""Encodings that browsers read as a larger one of the same family, as the HTML standard asks."""


def decode(data: bytes) -> str:
    """Text of an HTML file in whatever encoding: by its mark, its own word, or what the bytes look like."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    wide = unmarked_wide(data)
    if wide:
        return data.decode(wide, errors="replace")
    declared = DECLARED.search(data, 0, 4096)
    if declared:
        known = _known_encoding(declared[1].decode("ascii"))
        if known:
            return data.decode(known, errors="replace")
    try:
        return data.decode("utf-8", errors="surrogatepass")  # a capture keeps a page's broken signs
    except UnicodeDecodeError:
        return _guess(data)


def unmarked_wide(data: bytes) -> str | None:
    """The encoding of two bytes a sign that a file without a mark is in, or None."""
    start = data[:1024]
    even, odd = start[::2], start[1::2]
    if not odd.count(0) and even.count(0) > MIN_WIDE * len(even):
        return "utf-16-be"
    if not even.count(0) and odd.count(0) > MIN_WIDE * len(odd):
        return "utf-16-le"
    return None


def _known_encoding(name: str) -> str | None:
    try:
        info = codecs.lookup(name)
    except LookupError:
        return None
    # The file's own word was read as ASCII, so it cannot be a two-byte encoding whatever it says.
    if info.name.startswith(("utf-16", "utf-32")) or not info._is_text_encoding:  # noqa: SLF001 - the one way to know
        return "utf-8"
    return BROWSERS_READ_AS.get(info.name, info.name)


def _guess(data: bytes) -> str:
    best = from_bytes(data[:65_536]).best()
    encoding = _known_encoding(best.encoding) if best is not None else None
    return data.decode(encoding or "cp1252", errors="replace")


def parse(html: str | bytes) -> tuple[bytes | None, bool, list[str]]:
    """Makes markup of any kind ready to be read.

    Args:
        html: the annotated document of a capture, or any HTML; bytes in any encoding.

    Returns:
        The markup in UTF-8, None where there is nothing to read; whether it comes from a capture; and what is
        missing from it, in words.
    """
    text = decode(html[:MAX_BYTES]) if isinstance(html, bytes) else html
    captured = text.startswith(CAPTURED)
    data = text[:MAX_CHARACTERS].replace("\x00", "").encode("utf-8", errors="replace")
    notes = [TOO_LONG] if len(text) > MAX_CHARACTERS else []
    if not data or data.isspace():
        return None, captured, [EMPTY]
    return data, captured, notes
