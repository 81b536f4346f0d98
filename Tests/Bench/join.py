"""What joining costs on the Wi-Fi: bytes sent and received by one phone, HTTP and WebSocket headers included.

    join.py PORT LOG COMMAND...     starts the server, joins with an empty and a warm cache, prints figures, kills it

The page is read as a browser reads it: markup, modules, styles, texts. A file the hub declares good for longer than a
moment (Cache-Control max-age) costs nothing the second time; any other is asked for again with its ETag.
"""
import base64
import json
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import zlib

# What Chrome on Android sends with each request over plain http, give or take.
BROWSER = (
    "User-Agent: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "
    "Mobile Safari/537.36\r\nAccept-Encoding: gzip, deflate\r\nAccept-Language: ko-KR,ko;q=0.9,en;q=0.8\r\n")


class Line:
    """One connection; counts every byte both ways."""

    def __init__(self, port):
        self.port, self.count, self.buffer = port, 0, b""
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)

    def send(self, data):
        self.socket.sendall(data)
        self.count += len(data)

    def more(self):
        data = self.socket.recv(65536)
        if not data:
            raise SystemExit("join.py: the server closed the connection")
        self.count += len(data)
        self.buffer += data

    def take(self, size):
        while len(self.buffer) < size:
            self.more()
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def head(self):
        while b"\r\n\r\n" not in self.buffer:
            self.more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        fields = (line.split(":", 1) for line in lines[1:])
        return int(lines[0].split()[1]), {name.lower(): value.strip() for name, value in fields}

    def get(self, path, etag=None):
        condition = f"If-None-Match: {etag}\r\n" if etag else ""
        self.send(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: keep-alive\r\n{BROWSER}"
                  f"Accept: */*\r\n{condition}\r\n".encode())
        status, fields = self.head()
        if status not in (200, 304):
            raise SystemExit(f"join.py: {path} answers {status}")
        body = self.take(int(fields.get("content-length", 0))) if status == 200 else b""
        if fields.get("content-encoding") == "gzip":
            body = zlib.decompress(body, 31)
        return fields, body.decode(errors="replace")

    def message(self):
        size = self.take(2)[1] & 127
        return json.loads(self.take(int.from_bytes(self.take(2), "big") if size == 126 else size))

    def say(self, message):
        text = json.dumps(message, separators=(",", ":")).encode()
        self.send(bytes([0x81, 0x80 | len(text)]) + bytes(4) + text)  # under 126 bytes; a mask of zeros is a mask

    def join(self, lang="en"):
        """The WebSocket: upgrade, hello, until the phone knows what is on."""
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        self.send(f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                  f"{BROWSER}Origin: http://127.0.0.1:{self.port}\r\nPragma: no-cache\r\nCache-Control: no-cache\r\n"
                  f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
                  "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
                  "Sec-WebSocket-Protocol: plenum.1\r\n\r\n".encode())
        if self.head()[0] != 101:
            raise SystemExit("join.py: the WebSocket was refused")
        device = base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()
        self.say({"t": "hello", "as": "phone", "device": device, "lang": lang, "rev": 0})
        while self.message()["t"] not in ("question", "idle"):
            pass


def links(path, kind, text):
    if "html" in kind:
        return [link for link in re.findall(r'(?:src|href)="(/[^"#]+)"', text)]
    found = []
    if "javascript" in kind:
        found = re.findall(r'^import [^"]*"(\.{1,2}/[^"]+|/[^"]+)";', text, re.M)
        if '"/locales/"' in text:
            found.append("/locales/vote.en.json")
    elif "css" in kind:
        found = [a or b for a, b in re.findall(r'url\("?(/[^")]+)"?\)|@import "([^"]+)"', text)]
    base = path.rsplit("/", 1)[0]
    return [absolute(base, link) for link in found]


def absolute(base, link):
    parts = [] if link.startswith("/") else base.split("/")
    for part in link.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def load(port, cache):
    """Loads the page and joins. `cache` is the browser's: filled on the way. Returns bytes and requests."""
    line, requests = Line(port), 0
    todo, seen = ["/"], set()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        known = cache.get(path)
        if known is None or not known["keeps"]:
            fields, text = line.get(path, known and known["etag"])
            requests += 1
            if known is None:
                age = re.search(r"max-age=(\d+)", fields.get("cache-control", ""))
                known = cache[path] = {
                    "etag": fields.get("etag"), "keeps": bool(age and int(age.group(1)) > 60),
                    "links": links(path, fields.get("content-type", ""), text)}
        todo += known["links"]
    socket_line = Line(port)
    socket_line.join()
    return line.count, socket_line.count, requests


def main():
    port, log, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    with open(log, "ab") as output:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        for _ in range(600):
            try:
                Line(port).socket.close()
                break
            except OSError:
                if server.poll() is not None:
                    raise SystemExit(f"join.py: the server ended by itself ({server.returncode})")
                time.sleep(0.05)
        cache = {}
        for name in ("cold", "warm"):
            page, talk, requests = load(port, cache)
            for figure, value in (("bytes", page + talk), ("page_bytes", page), ("requests", requests)):
                print(json.dumps({"server": "hub", "phones": 1, "figure": f"join_{name}_{figure}", "value": value}))
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
