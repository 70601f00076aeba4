"""Merkle trees as in RFC 6962: that something is one of many is shown by a few hashes, and without the others.

A leaf's hash is SHA-256 of a nought byte and its bytes, that of a node SHA-256 of a one byte and its two children's.
Both say which is which, so that no node can be passed off as a leaf.
"""

from collections.abc import Sequence
from hashlib import sha256


def leaf_hash(content: bytes) -> bytes:
    """The hash of one of the many."""
    return sha256(b"\x00" + content).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The hash of all, by their ``leaf_hash``es in order; that of nothing for none."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    at = _split(len(leaves))
    return _node(root(leaves[:at]), root(leaves[at:]))


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from the leaf at ``index`` to the root, the nearest first. Raises IndexError."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    at = _split(len(leaves))
    if index < at:
        return [*path(leaves[:at], index), root(leaves[at:])]
    return [*path(leaves[at:], index - at), root(leaves[:at])]


def root_by(leaf: bytes, index: int, count: int, path: Sequence[bytes]) -> bytes | None:
    """The root to which a path leads from the leaf at ``index`` of ``count``; None for one of another length."""
    if not 0 <= index < count:
        return None
    if count == 1:
        return None if path else leaf
    if not path:
        return None
    at, last = _split(count), path[-1]
    if index < at:
        left = root_by(leaf, index, at, path[:-1])
        return None if left is None else _node(left, last)
    right = root_by(leaf, index - at, count - at, path[:-1])
    return None if right is None else _node(last, right)


def _split(count: int) -> int:
    """The largest power of two that is smaller than ``count``."""
    return 1 << (count - 1).bit_length() - 1


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
