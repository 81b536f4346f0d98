"""A hub as a child process: started on free ports, found by its printed links, killed and started again."""
import base64
import json
import os
import pathlib
import re
import secrets
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request

from websockets.sync.client import connect

ROOT = pathlib.Path(__file__).resolve().parent.parent
PLENUM = ROOT / ".build/release/plenum"


class Hub:
    """`plenum serve`; the port is chosen once, so that a restarted hub is found where it was."""

    def __init__(self, data, event=None, port=0, options=(), prefix=()):
        self.data, self.event, self.port = str(data), event, port
        self.options, self.prefix = list(options), list(prefix)
        self.process = None

    def start(self, wait=True):
        command = self.prefix + [str(PLENUM), "serve"] + ([str(self.event)] if self.event else [])
        command += ["--data", self.data, "--port", str(self.port), "--pages", str(ROOT)]
        if "--url" not in self.options:
            command += ["--url", f"http://127.0.0.1:{self.port}"] if self.port else ["--host", "127.0.0.1"]
        self.process = subprocess.Popen(
            command + self.options, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.output, self.errors = [], []
        self.readers = [
            threading.Thread(target=self._read, args=(self.process.stdout, self.output), daemon=True),
            threading.Thread(target=self._read, args=(self.process.stderr, self.errors), daemon=True),
        ]
        for reader in self.readers:
            reader.start()
        if wait:
            self._until_ready()
        return self

    @staticmethod
    def _read(stream, lines):
        for line in stream:
            lines.append(line)

    def _until_ready(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the hub ended with {self.process.returncode}: {''.join(self.errors)}")
            text = "".join(self.output)
            found = re.search(r"Projector\s+(\S+)", text)
            if found:
                self.screen = found.group(1)
                self.phone = re.search(r"Phones\s+(\S+)", text).group(1)
                self.moderator = re.search(r"Moderator\s+(\S+)", text).group(1)
                self.port = self.port or int(re.search(r":(\d+)/", self.phone).group(1))
                if self.get("/healthz", quiet=True) == 200:
                    return
            time.sleep(0.02)
        raise AssertionError("the hub was not ready within 30 s: " + "".join(self.output + self.errors))

    def get(self, path, quiet=False):
        """Status of a GET; with quiet None where nothing answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as response:
                self.body = response.read()
                return response.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            if quiet:
                return None
            raise

    def metric(self, name):
        self.get("/metrics")
        found = re.search(rf"^plenum_{re.escape(name)} (\d+)$", self.body.decode(), re.M)
        assert found, f"no metric {name}"
        return int(found.group(1))

    def kill(self):
        """Power cut for the process: SIGKILL."""
        self.process.send_signal(signal.SIGKILL)
        return self._gone()

    def stop(self):
        """In good order: SIGTERM. Returns the exit code."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self._gone()

    def _gone(self):
        try:
            code = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("the hub did not stop within 20 s")
        for reader in self.readers:
            reader.join(5)
        return code

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.stop()


def random_text(size):
    return base64.urlsafe_b64encode(secrets.token_bytes(size)).rstrip(b"=").decode()


class Page:
    """One WebSocket of the hub, spoken to directly."""

    def __init__(self, hub, **hello):
        self.socket = connect(f"ws://127.0.0.1:{hub.port}/ws", subprotocols=["plenum.1"], open_timeout=10)
        self.heard = []
        self.say(t="hello", **hello)
        self.welcome = self.hear("welcome")

    def say(self, **message):
        self.socket.send(json.dumps(message, separators=(",", ":")))

    def hear(self, kind, timeout=10, **fields):
        """The next message of this kind whose fields are these; others are kept in `heard`."""
        deadline = time.monotonic() + timeout
        while True:
            message = json.loads(self.socket.recv(timeout=max(0.01, deadline - time.monotonic())))
            self.heard.append(message)
            if message["t"] == "error" and kind != "error":
                raise AssertionError(message)
            if message["t"] == kind and all(message.get(key) == value for key, value in fields.items()):
                return message

    def close(self):
        self.socket.close()


class Phone(Page):
    def __init__(self, hub, device=None, **hello):
        self.device = device or random_text(16)
        super().__init__(hub, **{"as": "phone", "device": self.device, "lang": "en", **hello})

    def vote(self, choices, q=1, r=1, n=1, id=None):
        """Sends a vote and returns its answer, an ack or a refusal."""
        id = id or random_text(8)
        self.say(t="vote", id=id, q=q, r=r, n=n, c=choices)
        while True:
            message = json.loads(self.socket.recv(timeout=10))
            if message.get("id") == id:
                return message


class Moderator(Page):
    def __init__(self, hub, **hello):
        key = hub.moderator.split("#k=")[1]
        super().__init__(hub, **{"as": "moderator", "key": key, "lang": "en", **hello})
        self.agenda = self.hear("agenda")

    def act(self, act, q=None, r=1, **more):
        """Does it and returns the agenda that follows; a refusal is an AssertionError."""
        id = random_text(8)
        self.say(t="do", id=id, act=act, **({"q": q, "r": r} if q else {}), **more)
        while True:
            message = json.loads(self.socket.recv(timeout=10))
            if message["t"] == "agenda":
                self.agenda = message
            elif message["t"] == "refused":
                raise AssertionError(message)
            elif message["t"] == "done" and message["id"] == id:
                return self.agenda


def free_port():
    import socket
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
