"""A language model of cardboard: a loopback server that answers /v1/chat/completions with what a test has
scripted.

`server.replies` is a list, used up from the front, or a function from a `Request` to a reply. A reply is text
(what the model writes), a dictionary (the whole JSON body), or a `Reply` with everything else: statuses,
pages, drips. `server.forms` are the response formats that the server knows; others are refused with 400, as
older servers do. `server.pages` are replies to GET by path, such as /v1/models.
"""

import contextlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Request:
    path: str
    headers: dict
    json: dict

    @property
    def form(self):
        return self.json.get("response_format", {"type": "plain"})["type"]

    @property
    def system(self):
        return self.json["messages"][0]["content"]

    @property
    def user(self):
        return self.json["messages"][1]["content"]


@dataclass
class Reply:
    """`hang`: seconds before anything is sent; `drip`: seconds between two bytes of the body; `drip_head`:
    the same from the status line on.
    """

    body: str | bytes | dict = ""
    status: int = 200
    headers: dict = field(default_factory=dict)
    kind: str = "application/json"
    hang: float = 0.0
    drip: float = 0.0
    drip_head: float = 0.0

    def data(self):
        body = json.dumps(self.body) if isinstance(self.body, dict) else self.body
        return body.encode() if isinstance(body, str) else body


def completion(content, *, finish="stop", model="cardboard-1", **message):
    """The body of a chat completion."""
    said = {"role": "assistant", "content": content, **message}
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "finish_reason": finish, "message": said}],
    }


def error(status, message="no", headers=None, **more):
    """An error as OpenAI words it."""
    return Reply(
        {"error": {"message": message, "type": "error", "param": None, "code": None, **more}},
        status,
        headers or {},
    )


class ChatServer:
    Reply, completion, error = Reply, staticmethod(completion), staticmethod(error)

    def __init__(self):
        self.requests, self.replies, self.pages = [], [], {}
        self.forms = {"json_schema", "json_object", "plain"}
        self.closing = threading.Event()
        self.sending = 0  # replies that were not sent to their end
        self.lock = threading.Lock()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers.get("Content-Length", 0))
                request = Request(
                    self.path,
                    {name.lower(): value for name, value in self.headers.items()},
                    json.loads(self.rfile.read(length)),
                )
                reply = owner.reply_to(request)
                with contextlib.suppress(OSError):  # a client that has had enough
                    owner.send(self, reply)
                    owner.count(-1)

            def do_GET(self):
                request = Request(
                    self.path, {name.lower(): value for name, value in self.headers.items()}, {}
                )
                with owner.lock:
                    owner.requests.append(request)
                    owner.sending += 1
                with contextlib.suppress(OSError):
                    owner.send(self, owner.pages.get(self.path, error(404, f"no such page: {self.path}")))
                    owner.count(-1)

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads, self.http.block_on_close = True, False
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/v1"
        self.thread = threading.Thread(
            target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self.thread.start()

    def reply_to(self, request):
        with self.lock:
            self.requests.append(request)
            self.sending += 1  # taken back when the whole reply is out
            if request.path != "/v1/chat/completions":
                return error(404, f"no such page: {request.path}")
            if request.form not in self.forms:
                return error(400, f"'response_format.type' {request.form} is not known")
            if callable(self.replies):
                reply = self.replies(request)
            else:
                reply = (
                    self.replies.pop(0)
                    if self.replies
                    else error(418, "the test has scripted no further reply")
                )
        if isinstance(reply, str):
            reply = completion(reply)
        return Reply(reply) if isinstance(reply, dict) else reply

    def send(self, handler, reply):
        data = reply.data()
        head = {
            "Content-Type": reply.kind,
            "Content-Length": str(len(data)),
            "Connection": "close",
            **reply.headers,
        }
        lines = (
            f"HTTP/1.1 {reply.status} X\r\n"
            + "".join(f"{name}: {value}\r\n" for name, value in head.items())
            + "\r\n"
        )
        handler.close_connection = True
        if self.closing.wait(reply.hang):
            return
        self.write(handler.wfile, lines.encode(), reply.drip_head)
        self.write(handler.wfile, data, reply.drip)

    def count(self, change):
        with self.lock:
            self.sending += change

    def write(self, stream, data, pause):
        if not pause:
            stream.write(data)
            return
        for number in range(len(data)):
            stream.write(data[number : number + 1])
            if self.closing.wait(pause):
                return

    def close(self):
        self.closing.set()
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()
