"""A stand-in for a Zipkin collector: takes POST /api/v2/spans and says how many spans came in.

It shares a core with the load generator, so during load it only stores bodies; they are decoded when somebody asks
for the count (GET /count), which the run does outside the measured windows, or when the bound is reached.
"""

import asyncio
import gzip
import json
import sys

PENDING_BOUND_BYTES = 512 * 1024 * 1024
LIST_OF_SPANS_FIELD_1 = 0x0A  # zipkin.proto3: ListOfSpans { repeated Span spans = 1; }, length-delimited


def spans_in(body):
    if body[:2] == b"\x1f\x8b":
        body = gzip.decompress(body)
    if body[:1] == b"[":
        return len(json.loads(body))
    return _proto3_entries(body)


def _proto3_entries(body):
    count, at, end = 0, 0, len(body)
    while at < end:
        if body[at] != LIST_OF_SPANS_FIELD_1:
            raise ValueError(f"byte {at}: {body[at]:#x} (expected a span, {LIST_OF_SPANS_FIELD_1:#x})")
        length, shift = 0, 0
        while True:
            at += 1
            length |= (body[at] & 0x7F) << shift
            shift += 7
            if body[at] < 0x80:
                break
        at += 1 + length
        count += 1
    if at != end:
        raise ValueError(f"last span ends at {at} (expected {end})")
    return count


class Totals:
    def __init__(self):
        self.spans = self.posts = self.bytes = self.undecodable = 0
        self._pending, self._pending_bytes = [], 0

    def add(self, body):
        self.posts += 1
        self.bytes += len(body)
        self._pending.append(body)
        self._pending_bytes += len(body)
        if self._pending_bytes > PENDING_BOUND_BYTES:
            self.decode()

    def decode(self):
        for body in self._pending:
            try:
                self.spans += spans_in(body)
            except (ValueError, IndexError, OSError, EOFError) as broken:
                self.undecodable += 1
                print(f"undecodable body of {len(body)} bytes: {broken}", file=sys.stderr, flush=True)
        self._pending, self._pending_bytes = [], 0

    def as_json(self):
        self.decode()
        fields = {"spans": self.spans, "posts": self.posts, "bytes": self.bytes, "undecodable": self.undecodable}
        return json.dumps(fields).encode()


class Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive; bodies with Content-Length or chunked, without trailers: what span senders use."""

    def __init__(self, totals):
        self._totals = totals
        self._received = bytearray()
        self._head = None

    def connection_made(self, transport):
        self._transport = transport

    def data_received(self, data):
        self._received += data
        while self._take_one():
            pass

    def _take_one(self):
        if self._head is None:
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return False
            self._head, self._chunks = _head_of(self._received[:end]), []
            del self._received[:end + 4]
        method, target, length = self._head
        body = self._chunked_body() if length is None else self._take(length)
        if body is None:
            return False
        self._head = None
        self._answer(method, target, body)
        return True

    def _chunked_body(self):
        while True:
            end = self._received.find(b"\r\n")
            if end < 0:
                return None
            size = int(bytes(self._received[:end]).partition(b";")[0], 16)
            chunk = self._take(end + 2 + size + 2)
            if chunk is None:
                return None
            if size == 0:
                return b"".join(self._chunks)
            self._chunks.append(chunk[end + 2:-2])

    def _take(self, length):
        if len(self._received) < length:
            return None
        taken = bytes(self._received[:length])
        del self._received[:length]
        return taken

    def _answer(self, method, target, body):
        if (method, target) == (b"POST", b"/api/v2/spans"):
            self._totals.add(body)
            self._respond(b"202 Accepted", b"")
        elif (method, target) == (b"GET", b"/count"):
            self._respond(b"200 OK", self._totals.as_json())
        else:
            self._respond(b"404 Not Found", b"")

    def _respond(self, status, body):
        self._transport.write(b"HTTP/1.1 %s\r\ncontent-length: %d\r\n\r\n%s" % (status, len(body), body))


def _head_of(head):
    """(method, target, body length, None if chunked)"""
    lines = bytes(head).split(b"\r\n")
    method, target, _ = lines[0].split(b" ", 2)
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])}
    chunked = b"transfer-encoding" in fields
    return method, target, None if chunked else int(fields.get(b"content-length", 0))


async def _serve(port):
    totals = Totals()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(totals), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
