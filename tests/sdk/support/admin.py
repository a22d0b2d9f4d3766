"""The admin API by hand."""

import http.client
import json
import urllib.parse

ROOT = "/_dynatape/v1"


class Refused(Exception):
    def __init__(self, status, message):
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message


def raw(url, method, path, body=None, **headers):
    """One request with exactly these headers; returns (status, headers, text)."""
    place = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(place.netloc, timeout=60)
    try:
        connection.request(method, place.path.rstrip("/") + path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
    finally:
        connection.close()


def admin(url, method, path, body=None):
    """The JSON answer to an admin request; raises Refused where it is no success."""
    headers = {} if body is None else {"Content_Type": "application/json"}
    status, _, text = raw(url, method, ROOT + path, None if body is None else json.dumps(body), **headers)
    answer = json.loads(text)
    if status >= 300:
        raise Refused(status, answer["error"])
    return answer


def open_session(url, name, **settings):
    """Make a session; returns its URL."""
    return admin(url, "POST", "/sessions", {"name": name, **settings})["url"]


def close_session(url, name):
    """Close a session; returns its final summary."""
    return admin(url, "DELETE", f"/sessions/{name}")["summary"]
