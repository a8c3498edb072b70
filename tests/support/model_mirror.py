"""A mirror of model archives that breaks connections as it is told to."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Mirror:
    """A folder of files behind an address, and how it is served."""

    folder: Path
    url: str = ""
    cuts: list[int] = field(default_factory=list)
    """Bytes after which the next connections end."""
    knows_ranges: bool = True
    statuses: list[int] = field(default_factory=list)
    """Of the next answers, instead of the file."""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """Path and `Range` of each request."""

    def publish(self, archive: Path) -> None:
        """Write `checksum.txt` as the release has it."""
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        (self.folder / "checksum.txt").write_text(f"other.tar.bz2\t{'0' * 64}\n{archive.name}\t{digest}\n")


@contextmanager
def mirror(folder: Path) -> Iterator[Mirror]:
    """Serve a folder on a free port of this machine."""
    state = Mirror(folder)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _serve(self, state)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _serve(handler: BaseHTTPRequestHandler, state: Mirror) -> None:
    state.asked.append((handler.path, handler.headers.get("Range")))
    path = state.folder / handler.path.lstrip("/")
    if state.statuses or not path.is_file():
        handler.send_response(state.statuses.pop(0) if state.statuses else 404)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    data = path.read_bytes()
    start = 0
    wanted = handler.headers.get("Range")
    if wanted and state.knows_ranges:
        start = int(wanted.removeprefix("bytes=").rstrip("-"))
    if start and start >= len(data):
        handler.send_response(416)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    handler.send_response(206 if start else 200)
    handler.send_header("Content-Length", str(len(data) - start))
    handler.end_headers()
    cut = state.cuts.pop(0) if state.cuts and path.suffix != ".txt" else None
    handler.wfile.write(data[start:] if cut is None else data[start : start + cut])
    if cut is not None:
        handler.close_connection = True
