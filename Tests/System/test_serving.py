"""What an operator relies on: TLS, both address families, several ports, help, version."""
import socket
import ssl
import subprocess
import urllib.error
import urllib.request

from websockets.sync.client import connect

from conftest import TESTS
from hub import PLENUM, Hub, free_port

EVENT = TESTS / "event.yaml"


def certificate(folder):
    files = folder / "box.pem", folder / "box.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", files[1], "-out", files[0], "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    return files


def test_https_and_wss_beside_http(tmp_path):
    cert, key = certificate(tmp_path)
    port = free_port()
    options = ["--tls-cert", str(cert), "--tls-key", str(key), "--tls-port", str(port)]
    with Hub(tmp_path / "data", EVENT, port=free_port(), options=options) as hub:
        trust = ssl.create_default_context(cafile=cert)
        with urllib.request.urlopen(f"https://localhost:{port}/healthz", context=trust, timeout=10) as response:
            assert response.status == 200
        with connect(f"wss://localhost:{port}/ws", subprotocols=["plenum.1"], ssl=trust) as line:
            line.send('{"t":"beat"}')
            assert line.recv(timeout=10) == '{"t":"beat"}'
        assert hub.get("/healthz") == 200


def test_a_certificate_that_does_not_fit_its_key_is_named(tmp_path):
    (tmp_path / "a").mkdir()
    cert, _ = certificate(tmp_path)
    _, key = certificate(tmp_path / "a")
    run = subprocess.run([PLENUM, "serve", EVENT, "--data", tmp_path / "data", "--port", "0", "--pages", TESTS.parent,
                          "--tls-cert", cert, "--tls-key", key], capture_output=True, text=True, timeout=30)
    assert run.returncode == 69 and str(cert) in run.stderr


def test_ipv4_and_ipv6_and_a_second_port(tmp_path):
    second = free_port()
    hub = Hub(tmp_path / "data", EVENT, port=free_port(), options=["--port", str(second)])
    with hub:
        for family, address in [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]:
            for port in (hub.port, second):
                with socket.socket(family) as line:
                    line.settimeout(10)
                    line.connect((address, port))
                    line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                    assert line.recv(100).startswith(b"HTTP/1.1 200")


def test_pages_come_compressed_with_etag_and_strict_headers(hub):
    def get(path, **headers):
        request = urllib.request.Request(f"http://127.0.0.1:{hub.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, b""

    for path, kind in [("/", "text/html"), ("/moderate", "text/html"), ("/screen", "text/html"),
                       ("/vote/vote.js", "text/javascript"), ("/styles/tokens.css", "text/css"),
                       ("/join.svg", "image/svg+xml"), ("/favicon.ico", "image/svg+xml")]:
        status, headers, body = get(path, **{"Accept-Encoding": "gzip"})
        assert status == 200 and headers["Content-Type"].startswith(kind), path
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Encoding"] == "gzip" and body[:2] == b"\x1f\x8b", path
        again, _, empty = get(path, **{"Accept-Encoding": "gzip", "If-None-Match": headers["ETag"]})
        assert again == 304 and empty == b""
    assert get("/nothing")[0] == 404
    assert get("/../Package.swift")[0] in (400, 404)
    assert get("/vote/%2e%2e/%2e%2e/Package.swift")[0] in (400, 404)


def test_help_everywhere_shows_examples():
    for command in ([], ["serve"], ["check"], ["rehearse"]):
        run = subprocess.run([PLENUM, *command, "--help"], capture_output=True, text=True, timeout=30)
        assert run.returncode == 0 and "EXAMPLES" in run.stdout and "plenum " in run.stdout
    version = subprocess.run([PLENUM, "--version"], capture_output=True, text=True, timeout=30)
    assert version.returncode == 0 and version.stdout.startswith("plenum 0.")


def test_wrong_arguments_are_said_in_words(tmp_path):
    for options, words in [(["--moderator-key", "short"], "at least 8"), (["--tls-cert", "x"], "--tls-key"),
                           (["--url", "ftp://x"], "--url"), (["--log-level", "loud"], "--log-level"),
                           (["--port", "70000"], "--port")]:
        run = subprocess.run([PLENUM, "serve", EVENT, "--data", tmp_path / "d", *options], capture_output=True,
                             text=True, timeout=30)
        assert run.returncode == 64 and words in run.stderr, options
    run = subprocess.run([PLENUM, "rehearse", "https://x", "--phones", "3"], capture_output=True, text=True, timeout=30)
    assert run.returncode == 64 and "http" in run.stderr
    run = subprocess.run([PLENUM, "rehearse", f"http://127.0.0.1:{free_port()}", "--phones", "3", "--deadline", "3"],
                         capture_output=True, text=True, timeout=30)
    assert run.returncode in (1, 69)
