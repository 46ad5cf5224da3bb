"""Answers with its release and what it was asked for."""
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RELEASE = os.environ.get("LONGSHORE_RELEASE", "-")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = f"python-http release {RELEASE} path {self.path}\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:
            # The edge's health check hangs up as soon as it has read the status.
            pass

    def log_message(self, form, *args):
        # Asked for once a second by the edge's health check.
        if self.path == "/":
            return
        # In colour where it is asked for, as many frameworks do; with a title for the window, which is for a terminal to take.
        if self.path.startswith("/colour"):
            print(f"\x1b]0;not a title\x07\x1b[1;32mserved\x1b[0m \x1b[4m{self.path}\x1b[0m in colour")
        else:
            print("served", form % args)


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        # The edge's health check ends its connection by a reset.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


server = Server(("", int(os.environ.get("PORT", "8000"))), Handler)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print(f"listening on {server.server_port}")
server.serve_forever()
