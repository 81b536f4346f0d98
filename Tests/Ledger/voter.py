"""A voter's phone in Python: shows a ticket, fetches a blind token, casts secret ballots, keeps promises and proofs."""
import json
import secrets

from cryptography.hazmat.primitives.asymmetric import ed25519

from . import sample
from hub import Phone, random_text


class Voter(Phone):
    """A phone with a ticket of tickets.csv."""

    def __init__(self, hub, code, **hello):
        super().__init__(hub, ticket=code, **hello)
        self.number, self.weight = self.welcome["voter"]["n"], self.welcome["voter"]["w"]
        self.vkey = self.welcome["vkey"]
        self.origin = self.vkey.split("+")[0]
        self.keys, self.tokens, self.acks = {}, {}, []

    def answer(self, id):
        while True:
            message = json.loads(self.socket.recv(timeout=20))
            self.heard.append(message)
            if message.get("id") == id:
                return message

    def modulus(self, q, r):
        while True:
            for message in self.heard:
                for key in message.get("keys", []):
                    if (key["q"], key["r"]) == (q, r):
                        return int.from_bytes(sample.base64.b64decode(key["n"]), "big")
            self.hear("keys")

    def input(self, q, r, modulus, key):
        """RFC 9578 §5.1: what is to be signed, and the spki it is signed under."""
        spki = sample.SPKI + b"\x30\x82\x01\x0a\x02\x82\x01\x01\0" + modulus.to_bytes(256, "big") + b"\2\3\1\0\1"
        entry = {"t": "key", "q": q, "r": r, "w": self.weight, "spki": sample.b64(spki)}
        name, context = self.origin.encode(), sample.leaf_hash(entry)
        challenge = b"\0\2" + len(name).to_bytes(2, "big") + name + bytes([len(context)]) + context + b"\0\0"
        return b"\0\2" + sample.public(key) + sample.sha256(challenge) + sample.sha256(spki)

    def request(self, q, r=1):
        """A blinded request: the message, and what is needed to use its answer."""
        modulus, key = self.modulus(q, r), ed25519.Ed25519PrivateKey.generate()
        encoded = int.from_bytes(sample.pss_encode(self.input(q, r, modulus, key), modulus.bit_length() - 1), "big")
        factor = secrets.randbelow(modulus - 2) + 2
        blinded = (encoded * pow(factor, 65537, modulus) % modulus).to_bytes(256, "big")
        message = {"t": "token", "id": random_text(8), "q": q, "r": r, "b": sample.b64(blinded)}
        return message, (modulus, key, factor, encoded)

    def token(self, q, r=1):
        message, (modulus, key, factor, encoded) = self.request(q, r)
        self.say(**message)
        answer = self.answer(message["id"])
        if answer["t"] != "token":
            return answer
        signed = int.from_bytes(sample.base64.b64decode(answer["s"]), "big") * pow(factor, -1, modulus) % modulus
        assert pow(signed, 65537, modulus) == encoded
        self.tokens[q, r] = key, signed.to_bytes(256, "big")
        return answer

    def sealed(self, q, r, n, choices, opened, token=None):
        """The members a secret vote has more than others."""
        key, authenticator = token or self.tokens[q, r]
        said = f"vote-ballot/v1\n{self.origin}\n{opened}\n{n}\n{json.dumps(choices, separators=(',', ':'))}\n"
        return {"w": self.weight, "k": sample.b64(sample.public(key)), "a": sample.b64(authenticator),
                "s": sample.b64(key.sign(said.encode()))}

    def cast(self, q, choices, opened, r=1, n=1, id=None, **seal):
        """A secret vote. Returns its answer; an ack is kept with the entry that must come into the log."""
        id, seal = id or random_text(8), seal or self.sealed(q, r, n, choices, opened)
        self.say(t="vote", id=id, q=q, r=r, n=n, c=choices, **seal)
        answer = self.answer(id)
        if answer["t"] == "ack":
            self.acks.append((answer, {"t": "ballot", "q": q, "r": r, "n": n, "c": choices, **seal}))
        return answer

    def prove(self, entry, have=0):
        self.say(t="proof", leaf=sample.b64(sample.leaf_hash(entry)), have=have)
        return self.hear("proof")

    def promise(self, answer, entry):
        """The file a phone keeps of an ack."""
        leaf = sample.b64(sample.leaf_hash(entry))
        return (f"vote-receipt/v1\n{self.origin}\n{leaf}\n{answer['by']}\n{answer['sig']}\n"
                f"extra {sample.b64(sample.canonical(entry))}\n")

    def receipt(self, entry):
        proof = self.prove(entry)
        path = "".join(f"{hash}\n" for hash in proof["path"])
        return (f"c2sp.org/tlog-proof@v1\nextra {sample.b64(sample.canonical(entry))}\nindex {proof['i']}\n{path}\n"
                f"{proof['note']}")
