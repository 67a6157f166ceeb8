"""The ground of the tests' web servers."""

import sys
from http.server import ThreadingHTTPServer


class LoopbackServer(ThreadingHTTPServer):
    """A server of threads that end with the tests, and that says nothing where a caller hangs up.

    The standard library's prints a traceback then, from a thread that may outlive the test whose process was
    killed, into whatever the next one listens to. Its other failures are told as ever.
    """

    daemon_threads = True
    request_queue_size = 128
    """Of who waits to be let in: with the standard library's five, a crowd is put off for a second."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]
