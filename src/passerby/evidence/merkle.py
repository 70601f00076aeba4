"""Merkle trees as in RFC 6962: that something is one of many is shown by a few hashes, and without the others.

A leaf's hash is SHA-256 of a nought byte and its bytes, that of a node SHA-256 of a one byte and its two children's.
Both say which is which, so that no node can be passed off as a leaf.
"""

from collections.abc import Sequence
from hashlib import sha256


def leaf_hash(content: bytes) -> bytes:
    """The hash of one of the many."""
    return sha256(b"\x00" + content).digest()


class Tree:
    """Of many, by their ``leaf_hash``es in order."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._leaves = leaves
        self._known: dict[tuple[int, int], bytes] = {}  # the hash of leaves from one up to another

    def root(self) -> bytes:
        """The hash of all; that of nothing for none."""
        return self._hash(0, len(self._leaves)) if self._leaves else sha256(b"").digest()

    def path(self, index: int) -> list[bytes]:
        """The hashes that lead from the leaf at ``index`` to the root, the nearest first. Raises IndexError."""
        first, end = 0, len(self._leaves)
        if not first <= index < end:
            raise IndexError(index)
        others = []
        while end - first > 1:
            at = first + _split(end - first)
            if index < at:
                others.append(self._hash(at, end))
                end = at
            else:
                others.append(self._hash(first, at))
                first = at
        return others[::-1]

    def _hash(self, first: int, end: int) -> bytes:
        if end - first == 1:
            return self._leaves[first]
        if (known := self._known.get((first, end))) is None:
            at = first + _split(end - first)
            known = self._known[first, end] = _node(self._hash(first, at), self._hash(at, end))
        return known


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
