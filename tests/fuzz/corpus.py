#!/usr/bin/env python3
"""Stored corpora: one text file per fuzz target, one input per line, bytes that would not show as \\xHH.

corpus.py unpack FILE FOLDER   one file per input, named by its content, as libFuzzer wants them
corpus.py pack FOLDER FILE     the other way, sorted
"""

import hashlib
import pathlib
import re
import sys


def escape(data):
    return "".join(chr(byte) if 32 <= byte < 127 and byte != 92 else f"\\x{byte:02x}" for byte in data)


def unescape(line):
    return re.sub(r"\\x([0-9a-f]{2})", lambda match: chr(int(match[1], 16)), line).encode("latin-1")


def unpack(file, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for line in pathlib.Path(file).read_text("ascii").splitlines():
        data = unescape(line)
        (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


def pack(folder, file):
    lines = sorted(escape(path.read_bytes()) for path in pathlib.Path(folder).iterdir())
    pathlib.Path(file).write_text("".join(line + "\n" for line in lines), "ascii")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["unpack", file, folder]:
            unpack(file, folder)
        case ["pack", folder, file]:
            pack(folder, file)
        case _:
            sys.exit(__doc__)
