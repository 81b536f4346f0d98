"""The two verifiers, run alike: web/audit/verify.py, and `plenum verify` (another language, written apart)."""
import contextlib
import importlib.util
import io
import json
import subprocess
import sys
from unittest import mock

from .sample import VERIFIER, zipped

PLENUM = VERIFIER.parents[2] / ".build/release/plenum"
EXITS = {"right": 0, "wrong": 1, "cannot-tell": 2, "unreadable": 3}
specification = importlib.util.spec_from_file_location("verify", VERIFIER)
module = importlib.util.module_from_spec(specification)
specification.loader.exec_module(module)


def python(arguments):
    """verify.py within this process, as quick as can be; test_verify also runs it as a program."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output), mock.patch.object(sys, "argv", ["verify.py", *arguments]):
        try:
            module.main()
        except SystemExit as end:
            return end.code, output.getvalue()
    raise AssertionError("it did not end by itself")


def swift(arguments):
    assert PLENUM.is_file(), f"{PLENUM} is missing: run kiosk/build release"
    ended = subprocess.run([PLENUM, "verify", *arguments], capture_output=True, text=True, timeout=60)
    assert ended.returncode in EXITS.values(), f"exit {ended.returncode}: {ended.stderr}"
    return ended.returncode, ended.stdout


HEARD = {}  # what verify.py said, so that it need not be asked again
VERIFIERS = {"python": python, "swift": swift}


def verify(verifier, folder, bundle, alone=False, **kept):
    """What a verifier says to a bundle (files, or bytes of a zip), with pin= and receipt= (text) and key= given.
    It says what the other one says, but for what a zip reader makes of damage (`alone`)."""
    path = folder / "bundle.zip"
    path.write_bytes(bundle if isinstance(bundle, bytes) else zipped(bundle))
    arguments = [str(path), "--json"]
    for name, value in kept.items():
        if name != "key":
            file = folder / name
            file.write_bytes(value if isinstance(value, bytes) else value.encode())
            value = str(file)
        arguments += [f"--{name}", value]
    status, output = VERIFIERS[verifier](arguments)
    said = json.loads(output)
    assert EXITS[said["verdict"]] == status
    assert set(said) == {"verdict", "size", "root", "origin", "faults", "results"}
    for fault in said["faults"]:
        assert set(fault) == {"code", "index", "q", "r", "text"} and fault["text"]
    said["codes"] = {fault["code"] for fault in said["faults"]}
    asked = path.read_bytes(), repr(kept)
    if verifier == "python":
        HEARD[asked] = said
    elif not alone:
        compare(said, HEARD.get(asked) or verify("python", folder, bundle, **kept))
    return said


def compare(one, other):
    """Two verifiers of one record say the same, to the entry."""
    def essence(said):
        faults = {(fault["code"], fault["index"], fault["q"], fault["r"]) for fault in said["faults"]}
        return {**said, "faults": faults}
    assert essence(one) == essence(other)
