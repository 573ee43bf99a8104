"""A server that answers every request with the same page, faster than any client takes it.

python -m benchmarks.canned PAGE.json
"""

from __future__ import annotations

import asyncio
import sys
from email.utils import formatdate
from pathlib import Path


class Canned(asyncio.Protocol):
    """One connection; requests have no body."""

    answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        for _ in range(data.count(b"\r\n\r\n")):
            self._transport.write(self.answer)


async def main() -> None:
    """Serve until the process is ended; says where on the first line."""
    body = await asyncio.to_thread(Path(sys.argv[1]).read_bytes)
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nRequest-Id: req_1\r\n"
        f"Date: {formatdate(usegmt=True)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    Canned.answer = head.encode() + body
    server = await asyncio.get_running_loop().create_server(Canned, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
