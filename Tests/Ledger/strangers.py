"""Software that is not ours, put to our log: aics-tlog, aics-witness (PyPI), Go's checksum database code, OpenSSL.

`check(bundle)` takes any bundle, a zip or a folder, and returns what they complain of: nothing if all accept it.
"""
import base64
import concurrent.futures
import contextlib
import hashlib
import json
import pathlib
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".build/strangers/bin"
SUMDB = ROOT / ".build/sumdb"


@contextlib.contextmanager
def unpacked(bundle):
    """The bundle as a folder."""
    if pathlib.Path(bundle).is_dir():
        yield pathlib.Path(bundle)
        return
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
        yield pathlib.Path(folder)


def check(bundle):
    with unpacked(bundle) as folder:
        return aics(folder) + sumdb(folder) + witness(folder) + openssl(folder)


def run(*command, **options):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=120, **options)


def two_at_once(function, arguments):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(function, arguments))


def complaints(name, ended):
    return [] if ended.returncode == 0 else [f"{name}: {(ended.stdout + ended.stderr).strip()}"]


# ── What a bundle holds, read without our verifier ──

def heads(folder):
    parts = (folder / "checkpoints.txt").read_text().split("\n\n")
    return [f"{body}\n\n{signature.strip()}\n" for body, signature in zip(parts[::2], parts[1::2])]


def size_of(head):
    return int(head.split("\n")[1])


def entries(folder):
    """Every entry of the log, in order: each after its length."""
    size, found = size_of((folder / "checkpoint").read_text()), []
    while len(found) < size:
        number, width = len(found) // 256, min(256, size - len(found))
        groups = f"{number:03}" if number < 1000 else f"x{number // 1000:03}/{number % 1000:03}"
        data = (folder / f"tile/entries/{groups}{f'.p/{width}' if width < 256 else ''}").read_bytes()
        for _ in range(width):
            length = int.from_bytes(data[:2], "big")
            found.append(data[2:2 + length])
            data = data[2 + length:]
    return found


# ── aics-tlog ──

def aics_tlog(command, folder, *more):
    key = (folder / "vkey").read_text().strip()
    return complaints(command, run(TOOLS / "aics-tlog", command, "--tiles", folder, "--log-key", key, *more))


def aics(folder, commands=("checkpoint", "inclusion", "consistency")):
    """Its verify-… commands: the head; entries at the borders of tiles; older heads against the last."""
    older, size = heads(folder), size_of((folder / "checkpoint").read_text())
    indices = sorted({0, 1, 255, 256, size // 2, size - 1} & set(range(size)))
    calls = {"checkpoint": [lambda: aics_tlog("verify-checkpoint", folder)],
             "inclusion": [lambda index=index: inclusion(folder, index) for index in indices],
             "consistency": [lambda at=at: consistency(folder, older[at])
                             for at in sorted({0, len(older) // 2, max(0, len(older) - 2)})]}
    return sum(two_at_once(lambda call: call(), [call for name in commands for call in calls[name]]), [])


def consistency(folder, older):
    """verify-consistency of a head that somebody kept with the log in the folder."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(older)
        file.flush()
        return aics_tlog("verify-consistency", folder, "--old-checkpoint", file.name)


def inclusion(folder, index):
    return aics_tlog("verify-inclusion", folder, "--index", index)


def refused(folders):
    """Whether verify-checkpoint refuses each of these logs: its own command, run for all of them in one process."""
    program = """if True:
        import contextlib, io, json, sys
        from aics_tlog.cli import main
        for folder, key in json.load(sys.stdin):
            with contextlib.redirect_stdout(io.StringIO()):
                status = main(["verify-checkpoint", "--tiles", folder, "--log-key", key])
            print(status)
    """
    asked = [(str(folder), (folder / "vkey").read_text().strip()) for folder in folders]
    ended = run(TOOLS / "python", "-c", program, input=json.dumps(asked))
    assert ended.returncode == 0, ended.stderr
    return [status != "0" for status in ended.stdout.split()]


# ── Go's checksum database ──

def sumdb(folder):
    """Signature, root, every entry's inclusion, consistency of every two heads."""
    return complaints("sumdb", run(SUMDB, folder))


# ── aics-witness ──

class Witness:
    """A witness of its own on this machine, which has never seen the log before."""

    def __init__(self, folder, origin, key):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        self.config = ["--config", pathlib.Path(folder) / "witness.json"]
        address = f"127.0.0.1:{self.port}"
        for command in (["init", *self.config, "--name", "witness.test/w1", "--listen", address],
                        ["add-log", *self.config, "--origin", origin, "--vkey", key]):
            ended = run(TOOLS / "aics-witness", *command, cwd=folder)
            assert ended.returncode == 0, ended.stderr
        self.folder = folder

    def __enter__(self):
        command = [TOOLS / "aics-witness", "serve", *self.config]
        self.process = subprocess.Popen(
            list(map(str, command)), cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "the witness ended"
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return self
            time.sleep(0.05)
        self.__exit__()
        raise AssertionError("the witness did not start within 20 s")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)

    def add(self, old, proof, head):
        """Status and answer of C2SP tlog-witness add-checkpoint."""
        body = f"old {old}\n" + "".join(base64.b64encode(one).decode() + "\n" for one in proof) + "\n" + head
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/add-checkpoint", body.encode(), method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def top(hashes):
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << ((len(hashes) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + top(hashes[:k]) + top(hashes[k:])).digest()


def grown(old, hashes, whole=True):
    """RFC 6962 §2.1.2: what proves that the tree over `hashes` begins with the one over the first `old` of them."""
    if old == len(hashes):
        return [] if whole else [top(hashes)]
    k = 1 << ((len(hashes) - 1).bit_length() - 1)
    if old <= k:
        return grown(old, hashes[:k], whole) + [top(hashes[k:])]
    return grown(old - k, hashes[k:], False) + [top(hashes[:k])]


def witness(folder, limit=12):
    """It cosigns the log as it grows, over at most so many of its heads."""
    every = [head for head in heads(folder) if size_of(head)]
    some = every[:: -(-len(every) // limit)] + every[-1:]
    hashes = [hashlib.sha256(b"\0" + entry).digest() for entry in entries(folder)]
    found, old = [], 0
    with tempfile.TemporaryDirectory() as own, Witness(
            own, every[0].split("\n")[0], (folder / "vkey").read_text().strip()) as watching:
        for head in some:
            size = size_of(head)
            status, answer = watching.add(old, grown(old, hashes[:size]) if old else [], head)
            if status != 200 or not answer.startswith("— witness.test/w1 "):
                found.append(f"witness: {status} {answer.strip()} at size {size}")
            old = size
    return found


# ── OpenSSL ──

def openssl(folder, alter=False):
    """One token of each key that a ballot used: its authenticator, by the key in the log. `alter`: one bit of it."""
    origin, keys, found = (folder / "checkpoint").read_text().split("\n")[0], {}, []
    for data in entries(folder):
        entry = json.loads(data)
        what = entry.get("q"), entry.get("r"), entry.get("w")
        if entry["t"] == "key":
            keys[what] = base64.b64decode(entry["spki"]), hashlib.sha256(b"\0" + data).digest()
        if entry["t"] == "ballot" and "a" in entry and what in keys:
            found += token(origin, *keys.pop(what), entry, alter)
    return found


def token(origin, spki, context, ballot, alter):
    name = origin.encode()
    challenge = b"\0\2" + len(name).to_bytes(2, "big") + name + b"\x20" + context + b"\0\0"
    nonce, digests = base64.b64decode(ballot["k"]), [hashlib.sha256(part).digest() for part in (challenge, spki)]
    message = b"\0\2" + nonce + b"".join(digests)
    signature = bytearray(base64.b64decode(ballot["a"]))
    signature[100] ^= alter
    pem = f"-----BEGIN PUBLIC KEY-----\n{base64.encodebytes(spki).decode()}-----END PUBLIC KEY-----\n"
    with tempfile.TemporaryDirectory() as folder:
        files = {"t.pem": pem.encode(), "t.sig": bytes(signature), "t.msg": message}
        for file, data in files.items():
            (pathlib.Path(folder) / file).write_bytes(data)
        return complaints(f"openssl, question {ballot['q']}", run(
            "openssl", "dgst", "-sha384", "-verify", "t.pem", "-signature", "t.sig", "-sigopt", "rsa_padding_mode:pss",
            "-sigopt", "rsa_pss_saltlen:48", "-sigopt", "rsa_mgf1_md:sha384", "t.msg", cwd=folder))
