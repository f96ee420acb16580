"""A GET ends, whatever a server does, and the key reaches one host and no message."""

from __future__ import annotations

import gzip
import socketserver
import threading
import time
import traceback

import pytest

from imgext.errors import UnavailableError
from imgext.remote import http
from imgext.remote.http import Limits, Secret, TransferError

KEY = "SENTINEL-http-5f1d"
MIB = 1 << 20


class Script(socketserver.ThreadingTCPServer):
    """Plays one function per path on a bare socket: `say(send, closing)`; `seen` holds the requests as they
    came.
    """

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), None)
        self.paths, self.seen, self.closing, self.sent = {}, [], threading.Event(), 0
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def finish_request(self, request, client_address):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = request.recv(4096)
            if not piece:
                return
            head += piece
            if head.startswith(b"\x16"):  # the greeting of TLS
                request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
        text = head.decode("latin-1")
        self.seen.append(text)

        def send(data):
            request.sendall(data)
            self.sent += len(data)

        self.paths[text.split()[1].split("?")[0]](send)

    def handle_error(self, request, client_address):
        """A client that goes away is expected."""


@pytest.fixture
def server(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    script = Script()
    thread = threading.Thread(target=script.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield script
    script.closing.set()
    script.shutdown()
    thread.join()
    script.server_close()


def answer(body=b"", status="200 OK", length=None, **headers):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    lines += ["Connection: close"] + [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def play(server, path, data):
    server.paths[path] = lambda send: send(data)
    return server.url + path


def kind_of_failure(url, **options):
    with pytest.raises(TransferError) as caught:
        http.get(url, **options)
    return caught.value.kind


def test_an_answer_of_any_status_is_given_with_its_headers_and_body(server):
    got = http.get(play(server, "/a", answer(b"hello", "418 Teapot", X_Thing="y")), params={"q": "ä b+c"})
    assert (got.status, got.headers["x-thing"], got.body) == (418, "y", b"hello")
    assert server.seen[0].startswith("GET /a?q=%C3%A4+b%2Bc HTTP/1.1")


def test_gzip_is_unpacked_also_in_several_members(server):
    packed = gzip.compress(b"one ") + gzip.compress(b"two")
    assert http.get(play(server, "/a", answer(packed, Content_Encoding="gzip"))).body == b"one two"


def test_an_answer_of_just_the_size_is_taken_and_one_byte_more_is_not(server):
    limits = Limits(size=1000)
    assert len(http.get(play(server, "/a", answer(b"x" * 1000)), limits=limits).body) == 1000
    assert kind_of_failure(play(server, "/b", answer(b"x" * 1001)), limits=limits) == "large"
    packed = gzip.compress(b"x" * 1001)
    assert len(packed) < 100
    assert (
        kind_of_failure(play(server, "/c", answer(packed, Content_Encoding="gzip")), limits=limits) == "large"
    )


def test_a_gzip_bomb_is_not_unpacked_beyond_the_limit(server, monkeypatch):
    """A gigabyte in a megabyte: no more than the limit and one byte ever leaves the decompressor."""
    unpacked = []
    more = http.Unpack.more

    def counted(self, piece, most):
        unpacked.append(more(self, piece, most))
        return unpacked[-1]

    monkeypatch.setattr(http.Unpack, "more", counted)
    member = gzip.compress(bytes(64 * MIB), 9)
    assert (
        kind_of_failure(
            play(server, "/a", answer(member * 16, Content_Encoding="gzip")), limits=Limits(size=MIB)
        )
        == "large"
    )
    assert sum(map(len, unpacked)) == MIB + 1


def test_a_body_without_end_is_left_at_the_limit(server):
    def endless(send):
        send(b"HTTP/1.1 200 OK\r\n\r\n")
        while not server.closing.is_set():
            send(bytes(MIB))

    server.paths["/a"] = endless
    assert kind_of_failure(server.url + "/a", limits=Limits(size=2 * MIB)) == "large"
    assert server.sent < 40 * MIB  # what fits in the buffers of a socket


def test_a_stated_length_beyond_the_limit_is_not_read(server):
    assert kind_of_failure(play(server, "/a", answer(b"x", length=10**10))) == "large"


@pytest.mark.parametrize("head", ["", "HTTP/1.1 200 OK\r\n\r\n"])
def test_a_server_that_sends_a_byte_at_a_time_is_left_at_the_deadline(server, head):
    """Also while it is still sending headers, when no time-out of a socket ever fires."""

    def drip(send):
        send(head.encode())
        for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10**6:
            if server.closing.wait(0.02):
                return
            send(bytes([byte]))

    server.paths["/a"] = drip
    assert kind_of_failure(server.url + "/a", limits=Limits(read=5, total=0.3)) == "slow"


def test_silence_is_a_time_out(server):
    server.paths["/a"] = lambda send: server.closing.wait(5)
    assert kind_of_failure(server.url + "/a", limits=Limits(read=0.2)) == "timeout"

    def half(send):
        send(answer(b"x", length=2))
        server.closing.wait(5)

    server.paths["/b"] = half
    assert kind_of_failure(server.url + "/b", limits=Limits(read=0.2)) == "timeout"


@pytest.mark.parametrize(
    "data",
    [
        answer(b"half", length=8),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        answer(gzip.compress(b"half of it" * 50)[:-12], Content_Encoding="gzip"),
        answer(b"no gzip", Content_Encoding="gzip"),
    ],
    ids=["length", "in a chunk", "between chunks", "gzip", "no gzip"],
)
def test_an_answer_that_breaks_off_is_told_from_a_whole_one(server, data):
    assert kind_of_failure(play(server, "/a", data)) == "cut"


def test_a_whole_answer_in_chunks_is_taken(server):
    data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n5\r\n more\r\n0\r\n\r\n"
    assert http.get(play(server, "/a", data)).body == b"half more"


def test_a_compression_that_was_not_asked_for_is_refused(server):
    assert kind_of_failure(play(server, "/a", answer(b"x", Content_Encoding="br"))) == "encoding"


def test_nobody_there_is_said_in_the_system_s_words():
    with socketserver.TCPServer(("127.0.0.1", 0), None) as closed:
        port = closed.server_address[1]
    with pytest.raises(UnavailableError, match="no connection: Connection refused") as caught:
        http.get(f"http://127.0.0.1:{port}/")
    assert caught.value.again


def test_encryption_that_fails_is_not_tried_again(server):
    with pytest.raises(TransferError) as caught:
        http.get(server.url.replace("http:", "https:") + "/a")
    assert caught.value.kind == "untrusted"
    assert not caught.value.again


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "http://u:p@127.0.0.1/",
        "http:///x",
        "//x",
        "http://a b/",
        "http://[::1",
    ],
)
def test_only_plain_addresses_of_web_servers_are_asked(url):
    assert kind_of_failure(url) == "address"


def test_redirects_within_the_host_are_followed_with_the_key(server):
    play(server, "/b", answer(b"there"))
    got = http.get(play(server, "/a", answer(status="302 Found", Location="/b")), token=Secret(KEY))
    assert got.body == b"there"
    assert [f"Token {KEY}" in head for head in server.seen] == [True, True]


@pytest.mark.parametrize(
    "where",
    [
        "http://localhost.example/b",
        "http://127.0.0.1:1/b",
        "//example.org/",
        "https://127.0.0.1/b",
        "file:///b",
        "\\\\x",
    ],
)
def test_redirects_elsewhere_are_not_followed(server, where):
    """Another port is another server."""
    play(server, "/b", answer(b"there"))
    url = play(server, "/a", answer(status="302 Found", Location=where))
    assert kind_of_failure(url, token=Secret(KEY)) == "elsewhere"
    assert len(server.seen) == 1


def test_redirects_in_circles_end(server):
    assert kind_of_failure(play(server, "/a", answer(status="302 Found", Location="/a"))) == "elsewhere"
    assert len(server.seen) == http.REDIRECTS + 1


def test_the_upgrade_of_a_host_to_https_is_no_other_host():
    assert http._redirected("http://freesound.org/a", "https://freesound.org/a") == "https://freesound.org/a"
    with pytest.raises(http._BadEnd):
        http._redirected("https://freesound.org/a", "http://freesound.org/a")


def test_keys_of_netrc_are_not_used(server, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text(
        "machine 127.0.0.1 login someone password SENTINEL-netrc\n", encoding="utf-8"
    )
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    http.get(play(server, "/a", answer()))
    http.get(server.url + "/a", token=Secret(KEY))
    assert "uthorization" not in server.seen[0]
    assert f"Authorization: Token {KEY}" in server.seen[1]


def test_this_machine_is_reached_without_the_proxy(server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert http.get(play(server, "/a", answer(b"direct"))).body == b"direct"


def test_other_hosts_are_reached_by_the_proxy_of_the_environment(server, monkeypatch):
    monkeypatch.setenv("http_proxy", server.url)
    play(server, "http://sounds.example/a", answer(b"by proxy"))
    assert http.get("http://sounds.example/a").body == b"by proxy"


def test_offline_nothing_is_sent(server, monkeypatch):
    monkeypatch.setenv("IMGEXT_OFFLINE", "1")
    assert kind_of_failure(play(server, "/a", answer())) == "offline"
    assert server.seen == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"garbage\r\n\r\n",
        answer(b"x", length=9),
        answer(status="302 Found", Location=f"http://{KEY}.example/"),
        answer(b"x", Content_Encoding=KEY),
    ],
)
def test_no_error_shows_the_key_or_chains_one_that_might(server, data):
    with pytest.raises(TransferError) as caught:
        http.get(play(server, "/a", data), token=Secret(KEY))
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    told.stack = traceback.StackSummary.from_list(
        [frame for frame in told.stack if frame.filename == http.__file__]
    )
    assert len(told.stack) == 1
    assert KEY.lower() not in "".join(told.format()).lower()


def test_a_key_shows_nowhere_and_is_taken_out_in_every_form():
    key = Secret("a/b+c")
    assert [repr(key), str(key), f"{key}"] == ["Secret(***)"] * 3
    assert key.scrub("x a/b+c, A/B+C, a%2Fb%2Bc y") == "x ***, ***, *** y"
    assert Secret("").scrub("text") == "text"


def test_an_abandoned_transfer_ends_by_itself(server):
    """The thread of a transfer that was left sees it at the next byte."""

    def drip(send):
        send(b"HTTP/1.1 200 OK\r\n\r\n")
        while not server.closing.wait(0.01):
            send(b"x")

    server.paths["/a"] = drip
    assert kind_of_failure(server.url + "/a", limits=Limits(total=0.2)) == "slow"
    for _ in range(500):
        if not any(thread.name == "imgext-get" for thread in threading.enumerate()):
            return
        time.sleep(0.01)
    pytest.fail("the transfer goes on")
