"""Writes data/sigv4.jsonl: signed requests, and what a signer makes of them on the way, from the test
vectors of awslabs/aws-c-auth and boto/botocore (both Apache-2.0).

    python3 tests/golden/filter_sigv4.py AWS_C_AUTH_V4_FOLDER BOTOCORE_AWS4_TESTSUITE_FOLDER

Left out: paths that are not normalised (S3's form), and session tokens that are added to a query after
it was signed (other services' form).
"""

import json
import pathlib
import sys

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"  # of every vector


def request_of(text):
    """An HTTP request as text; a line that begins with a blank goes on with the header above it."""
    head, _, body = text.partition("\n\n")
    lines = head.split("\n")
    method, rest = lines[0].split(" ", 1)
    headers = []
    for line in filter(None, lines[1:]):
        if line[0] in " \t":
            headers[-1][1] += " " + line.strip()
        else:
            headers.append(line.split(":", 1))
    return {"method": method, "target": rest.removesuffix(" HTTP/1.1"), "headers": headers, "body": body}


def read(path):
    return path.read_text().replace("\r\n", "\n")


def row(source, name, request, canonical, to_sign, signature):
    return {"source": source, "name": name, "secret": SECRET, "request": request_of(read(request)),
            "canonical": read(canonical).rstrip("\n"), "to_sign": read(to_sign).rstrip("\n"),
            "signature": signature}


def aws_c_auth(folder):
    for case in sorted(path for path in folder.iterdir() if path.is_dir()):
        context = json.loads(read(case / "context.json"))
        if not context["normalize"]:
            continue
        for form in ["header", "query"]:
            if form == "query" and context.get("omit_session_token"):
                continue
            yield row("aws-c-auth", f"{case.name} by {form}", *(
                case / f"{form}-{part}.txt" for part in ["signed-request", "canonical-request", "string-to-sign"]),
                read(case / f"{form}-signature.txt").strip())


def botocore(folder):
    for request in sorted(folder.rglob("*.sreq")):
        authorization = read(request.with_suffix(".authz"))
        yield row("botocore", request.stem, request, request.with_suffix(".creq"), request.with_suffix(".sts"),
                  authorization.strip().rpartition("Signature=")[2])


rows = [*aws_c_auth(pathlib.Path(sys.argv[1])), *botocore(pathlib.Path(sys.argv[2]))]
target = pathlib.Path(__file__).parent / "data" / "sigv4.jsonl"
target.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows))
