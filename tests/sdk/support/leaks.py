"""Looks for secrets in files, also where an encoding hides them."""

import base64
import re
import sqlite3
import urllib.parse
import zlib

DEPTH = 3  # encodings inside encodings


def forms(secret):
    """The byte strings by which `secret` would show itself."""
    raw = secret.encode()
    found = {raw, raw.hex().encode(), raw.hex().upper().encode(),
             urllib.parse.quote(secret, safe="").encode(), urllib.parse.quote_plus(secret).encode(),
             secret.encode("utf-16-le"), secret.replace("/", "\\/").encode()}
    # Inside a longer base64 text the secret may start at any of three offsets; the characters at both
    # ends also depend on its neighbours, so they are left off.
    for offset in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(b"\0" * offset + raw).rstrip(b"=")
            found.add(text[4 if offset else 0:len(text) // 4 * 4 - 4])
    return found


def _unpacked(data):
    """Everything in `data` that is a deflate, gzip or zlib stream, or base64, decoded."""
    for start in re.finditer(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]", data):
        unpacker = zlib.decompressobj(47)
        try:
            yield unpacker.decompress(data[start.start():], 1 << 24)
        except zlib.error:
            pass
    try:
        yield zlib.decompressobj(-15).decompress(data, 1 << 24)
    except zlib.error:
        pass
    for run in re.findall(rb"[A-Za-z0-9+/_-]{24,}", data):
        text = run.replace(b"-", b"+").replace(b"_", b"/")
        for start in range(4):  # the run may begin with characters that are not of the base64 text
            yield base64.b64decode(text[start:start + (len(text) - start) // 4 * 4])


def leaks(data, secrets, depth=DEPTH):
    """The (name, form) of every secret found in `data`; `secrets` maps a name to its text."""
    found = [(name, form) for name, secret in secrets.items() for form in forms(secret) if form in data]
    if depth:
        for inner in _unpacked(data):
            found += leaks(inner, secrets, depth - 1)
    return found


def values(cassette):
    """Every value of every table of a SQLite file, as bytes: pages may tear what a value holds together."""
    database = sqlite3.connect(cassette)
    database.text_factory = bytes
    tables = [row[0].decode() for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        for row in database.execute(f'SELECT * FROM "{table}"'):
            yield from (value for value in row if isinstance(value, bytes))
    database.close()
