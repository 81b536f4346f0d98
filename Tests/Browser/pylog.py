"""A small log in Python, after RFC 9162 and Sources/Ledger/DESIGN.md: what the pages' readings are held against."""
import base64
import hashlib
import json


def leaf_hash(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def parting(size):
    return 1 << (size - 1).bit_length() - 1


def root_of(leaves):
    """RFC 9162 §2.1.1."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    k = parting(len(leaves))
    return node_hash(root_of(leaves[:k]), root_of(leaves[k:]))


def inclusion(m, leaves):
    """RFC 9162 §2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = parting(len(leaves))
    if m < k:
        return inclusion(m, leaves[:k]) + [root_of(leaves[k:])]
    return inclusion(m - k, leaves[k:]) + [root_of(leaves[:k])]


def consistency(m, leaves, whole=True):
    """RFC 9162 §2.1.4.1."""
    if m == len(leaves):
        return [] if whole else [root_of(leaves)]
    k = parting(len(leaves))
    if m <= k:
        return consistency(m, leaves[:k], whole) + [root_of(leaves[k:])]
    return consistency(m - k, leaves[k:], False) + [root_of(leaves[:k])]


def signed_note(key, name, body, id=None):
    raw = key.public_key().public_bytes_raw()
    id = id or hashlib.sha256(name.encode() + b"\n\1" + raw).digest()[:4]
    return f"{body}\n— {name} {base64.b64encode(id + key.sign(body.encode())).decode()}\n"


def vkey_text(key, name):
    raw = b"\1" + key.public_key().public_bytes_raw()
    digest = hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()
    return f"{name}+{digest[:8]}+{base64.b64encode(raw).decode()}"


def checkpoint(key, size, root, origin):
    return signed_note(key, origin, f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n")


def canonical(**members):
    return json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
