"""The pages' own cryptography against the RFCs' vectors, Python's hashlib and `cryptography`, and altered input."""
import base64
import hashlib
import json
import random

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conftest import TESTS

from Browser.modules import altered

ORIGIN = "plenum/test/0123456789abcdef"
VECTORS = TESTS / "LedgerTests/Vectors"


# SHA-2


@pytest.mark.parametrize("name", ["sha256", "sha384", "sha512"])
def test_hashes_are_those_of_hashlib(plain, name):
    dice = random.Random(name)
    inputs = [dice.randbytes(size) for size in [*range(301), 1000, 4096, 65_535]]
    for value, found in zip(inputs, plain.each("lib/sha2.js", name, [[value] for value in inputs])):
        assert found == hashlib.new(name, value).digest(), len(value)


# Base64, numbers


def test_base64_is_standard_and_padded(plain):
    dice = random.Random(1)
    inputs = [dice.randbytes(size) for size in [0, 1, 2, 3, 31, 32, 33, 70_000]]
    texts = [base64.b64encode(value).decode() for value in inputs]
    assert plain.each("lib/bytes.js", "toBase64", [[value] for value in inputs]) == texts
    assert plain.each("lib/bytes.js", "fromBase64", [[text] for text in texts]) == inputs


# Ed25519

# RFC 8032 §7.1: seed, public key, message, signature; TEST SHA(abc) has a message of 64 bytes.
RFC8032 = [
    ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
     "655141438e7a100b"),
    ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
     "b00d291612bb0c00"),
    ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
     "c027beceea1ec40a"),
    ("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e"
     "2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17a"
     "d9bef1177331a704"),
]
ORDER = 2**252 + 27742317777372353535851937790883648493


def test_ed25519_by_the_vectors_of_its_rfc(plain):
    rows = [[bytes.fromhex(part) for part in row] for row in RFC8032]
    assert plain.each("lib/ed25519.js", "edPublicKey", [[seed] for seed, *_ in rows]) == [row[1] for row in rows]
    signed = plain.each("lib/ed25519.js", "edSign", [[seed, message] for seed, _, message, _ in rows])
    assert signed == [row[3] for row in rows]
    assert plain.each("lib/ed25519.js", "edVerify", [row[1:] for row in rows]) == [True] * len(rows)


@pytest.mark.parametrize("origin", ["plain", "secure"])
def test_ed25519_agrees_with_others(request, origin):
    modules = request.getfixturevalue(origin)
    dice = random.Random(origin)
    rows = [(dice.randbytes(32), dice.randbytes(size)) for size in [0, 1, 63, 64, 111, 112, 200, 1000, *range(12)]]
    keys = [Ed25519PrivateKey.from_private_bytes(seed) for seed, _ in rows]
    public = [key.public_key().public_bytes_raw() for key in keys]
    expected = [key.sign(message) for key, (_, message) in zip(keys, rows)]
    assert modules.each("lib/ed25519.js", "edPublicKey", [[seed] for seed, _ in rows]) == public
    assert modules.each("lib/ed25519.js", "edSign", rows) == expected
    triples = [[key, message, signature] for key, (_, message), signature in zip(public, rows, expected)]
    for name in ["edVerify", "edVerifyHere"]:
        assert modules.each("lib/ed25519.js", name, triples) == [True] * len(rows), name


@pytest.mark.parametrize("origin", ["plain", "secure"])
def test_ed25519_refuses_what_was_altered(request, origin):
    modules = request.getfixturevalue(origin)
    dice = random.Random(origin)
    bad = []
    for _ in range(12):
        seed, message = dice.randbytes(32), dice.randbytes(50)
        key = Ed25519PrivateKey.from_private_bytes(seed)
        public, signature = key.public_key().public_bytes_raw(), key.sign(message)
        larger = int.from_bytes(signature[32:], "little") + ORDER
        bad += [[altered(public, dice), message, signature], [public, altered(message, dice), signature],
                [public, message, altered(signature, dice)], [public, message, signature[:63]],
                [public, message, signature + b"\0"], [public[:31], message, signature], [b"", message, signature],
                [public, message, signature[:32] + larger.to_bytes(32, "little")]]
    # No point of the curve; y not below p; x = 0 with a sign.
    for key in [(2).to_bytes(32, "little"), (2**255 - 19 + 3).to_bytes(32, "little"), b"\1" + bytes(30) + b"\x80"]:
        bad.append([key, b"", bytes(64)])
    for name in ["edVerify", "edVerifyHere"]:
        assert modules.each("lib/ed25519.js", name, bad) == [False] * len(bad), name


# Tokens


def test_blind_signature_by_the_vector_of_its_rfc(plain):
    rows = [row for row in json.loads((VECTORS / "rfc9474.json").read_text())
            if row["name"] == "RSABSSA-SHA384-PSS-Deterministic"]
    assert len(rows) == 1
    row = {key: bytes.fromhex(value) for key, value in rows[0].items() if key != "name"}
    n = int.from_bytes(row["n"], "big")
    blind = pow(int.from_bytes(row["inv"], "big"), -1, n).to_bytes(len(row["n"]), "big")
    secret = row["salt"] + blind
    made = plain.one("lib/blind.js", "tokenBlind", row["n"], row["prepared_msg"], secret)
    assert made == {"blinded": row["blinded_msg"], "secret": secret}
    final = plain.one("lib/blind.js", "tokenFinalize", row["n"], row["prepared_msg"], row["blind_sig"], secret)
    assert final == row["sig"]


def test_tokens_by_the_vectors_of_their_rfc(plain):
    rows = json.loads((VECTORS / "rfc9578-type2.json").read_text())
    assert len(rows) == 5
    for row in rows:
        row = {key: bytes.fromhex(value) for key, value in row.items()}
        modulus = row["pkS"][81:337]
        assert base64.b64decode(plain.one("lib/blind.js", "tokenSPKI", modulus)) == row["pkS"]
        digest = hashlib.sha256(row["token_challenge"]).digest()
        message = b"\0\2" + row["nonce"] + digest + hashlib.sha256(row["pkS"]).digest()
        secret = row["salt"] + row["blind"]
        made = plain.one("lib/blind.js", "tokenBlind", modulus, message, secret)
        assert row["token_request"][:2] == b"\0\2" and made["blinded"] == row["token_request"][3:]
        final = plain.one("lib/blind.js", "tokenFinalize", modulus, message, row["token_response"], secret)
        assert message + final == row["token"]


def test_token_input_is_that_of_the_rfc(plain):
    """The fifth vector's challenge has the form of ours: an issuer, a redemption context, no origin."""
    row = {key: bytes.fromhex(value)
           for key, value in json.loads((VECTORS / "rfc9578-type2.json").read_text())[4].items()}
    context = row["token_challenge"][-34:-2]
    made = plain.one("lib/blind.js", "tokenInput", "issuer.example", context, row["pkS"], row["nonce"])
    assert made == row["token"][:-256]


@pytest.fixture(scope="session")
def hub_key():
    return rsa.generate_private_key(65537, 2048)


def pss_form(public):
    """RFC 9578 §8.2.2, made from the parts that `cryptography` writes."""
    bits = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    algorithm = bytes.fromhex("303d06092a864886f70d01010a3030a00d300b0609608648016503040202"
                              "a11a301806092a864886f70d010108300b0609608648016503040202a203020130")
    body = algorithm + b"\x03\x82" + (len(bits) + 1).to_bytes(2, "big") + b"\0" + bits
    return b"\x30\x82" + len(body).to_bytes(2, "big") + body


def test_a_token_made_here_is_good_elsewhere(plain, hub_key):
    numbers = hub_key.private_numbers()
    n = numbers.public_numbers.n
    modulus = n.to_bytes(256, "big")
    spki = pss_form(hub_key.public_key())
    assert base64.b64decode(plain.one("lib/blind.js", "tokenSPKI", modulus)) == spki
    leaf, public = hashlib.sha256(b"key entry").digest(), random.Random(5).randbytes(32)
    message = plain.one("lib/blind.js", "tokenInput", ORIGIN, leaf, spki, public)
    challenge = b"\0\2" + len(ORIGIN).to_bytes(2, "big") + ORIGIN.encode() + b"\x20" + leaf + b"\0\0"
    assert message == b"\0\2" + public + hashlib.sha256(challenge).digest() + hashlib.sha256(spki).digest()
    seen, refused = set(), "threw Error: bad-token"
    for _ in range(8):
        made = plain.one("lib/blind.js", "tokenBlind", modulus, message)
        seen.add(made["blinded"])
        blind = int.from_bytes(made["secret"][48:], "big")
        assert 0 < blind < n
        answer = pow(int.from_bytes(made["blinded"], "big"), numbers.d, n).to_bytes(256, "big")
        token = plain.one("lib/blind.js", "tokenFinalize", modulus, message, answer, made["secret"])
        pss = padding.PSS(padding.MGF1(hashes.SHA384()), 48)
        hub_key.public_key().verify(token, message, pss, hashes.SHA384())
        for wrong in [altered(answer, random.Random(6)), bytes(256), made["blinded"]]:
            assert plain.one("lib/blind.js", "tokenFinalize", modulus, message, wrong, made["secret"]) == refused
        other = altered(message, random.Random(7))
        assert plain.one("lib/blind.js", "tokenFinalize", modulus, other, answer, made["secret"]) == refused
    assert len(seen) == 8
