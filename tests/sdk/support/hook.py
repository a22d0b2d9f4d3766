"""A hook in the test's own process."""

import json

from support.http_server import HttpServer


class Hook(HttpServer):
    """`decide(question)` returns the verdict, or its bytes; `questions` keeps what was asked."""

    def __init__(self, decide):
        self.questions = []
        self._decide = decide
        super().__init__()
        self.url += "/hook"

    def respond(self, headers, body):
        question = json.loads(body)
        self.questions.append(question)
        said = self._decide(question)
        raw = said if isinstance(said, bytes) else json.dumps(said).encode()
        return 200, {"Content-Length": str(len(raw))}, raw
