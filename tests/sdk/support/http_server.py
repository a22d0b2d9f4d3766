"""A small HTTP server in the test's own process, for what stands behind dynatape or beside it."""

import http.server
import socket
import threading


class HttpServer:
    """Answers each POST as `respond(headers, body)` says: (status, headers, bytes); ends with the `with` block."""

    def __init__(self):
        self._connections = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                outer._connections.append(self.connection)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers, raw = outer.respond(dict(self.headers.items()), body)
                self.send_response_only(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self.wfile.write(raw)
                except ConnectionError:  # who asked has given up
                    self.close_connection = True
                if len(raw) < int(headers["Content-Length"]):
                    self.close_connection = True

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def respond(self, headers, body):
        raise NotImplementedError

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        for connection in self._connections:  # those that are kept alive
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # its peer has closed it
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
