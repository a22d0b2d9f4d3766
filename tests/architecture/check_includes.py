#!/usr/bin/env python3
"""Checks that no #include of the project's own headers runs upward in the house.

usage: check_includes.py SOURCE_DIR; prints each offending include, exits 1 if there is one.
"""

import pathlib
import re
import sys

# folder -> folders it may include besides itself; the longest matching folder owns a file.
MAY_INCLUDE = {
    "core": [],
    "emulator/model": [],
    "emulator/wire": ["emulator/model"],
    "emulator/expression": ["emulator/model"],
    "emulator/storage": ["emulator/model"],
    "emulator/operations": ["emulator/model", "emulator/wire", "emulator/expression", "emulator/storage"],
    "emulator": ["emulator/model", "emulator/wire", "emulator/expression", "emulator/storage",
                 "emulator/operations"],
    "cassettes": ["core", "emulator/model", "emulator/wire", "emulator/expression"],
    "interceptors": ["core", "cassettes", "emulator/model", "emulator/wire", "emulator/expression"],
    "proxy/http": ["core"],
    "proxy/net": ["core", "proxy/http"],
    "proxy/aws": ["core", "proxy/http", "proxy/net"],
    "proxy/sessions": ["core", "emulator", "emulator/model", "emulator/storage", "cassettes", "interceptors",
                       "proxy/http", "proxy/net", "proxy/aws"],
    "proxy/admin": ["core", "emulator", "emulator/model", "emulator/storage", "cassettes", "interceptors",
                    "proxy/http", "proxy/net", "proxy/sessions"],
    "proxy": None,  # the composition root sees everything
}
FLOORS = ("core", "emulator", "cassettes", "interceptors", "proxy")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def owner(path):
    best = max((f for f in MAY_INCLUDE if path == f or path.startswith(f + "/")), key=len, default=None)
    return best


def main(source_dir):
    root = pathlib.Path(source_dir)
    offences, checked = [], 0
    for floor in FLOORS:
        for file in sorted(root.joinpath(floor).rglob("*")):
            if file.suffix not in (".h", ".cc"):
                continue
            checked += 1
            here = owner(file.relative_to(root).parent.as_posix())
            for included in INCLUDE.findall(file.read_text()):
                there = owner(pathlib.PurePosixPath(included).parent.as_posix())
                if there is None:
                    offences.append(f"{file.relative_to(root)}: \"{included}\" names no folder of the project")
                elif here != there and MAY_INCLUDE[here] is not None and there not in MAY_INCLUDE[here]:
                    offences.append(f"{file.relative_to(root)}: {here} may not include {there} (\"{included}\")")
    for offence in offences:
        print(offence)
    print(f"{checked} files checked, {len(offences)} forbidden includes")
    return 1 if offences or not checked else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
