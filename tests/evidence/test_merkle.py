from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from passerby.evidence import merkle

LEAVES = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


def test_a_tree_of_two_is_as_the_standard_has_it() -> None:
    a, b = merkle.leaf_hash(b"a"), merkle.leaf_hash(b"b")
    assert a == sha256(b"\x00a").digest()
    assert merkle.Tree([a, b]).root() == sha256(b"\x01" + a + b).digest()
    assert merkle.Tree([]).root() == sha256(b"").digest()


@given(LEAVES, st.data())
def test_each_leaf_is_shown_by_its_path(contents: list[bytes], data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(content) for content in contents]
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = merkle.Tree(leaves).path(index)
    assert len(path) <= len(leaves).bit_length()
    assert merkle.root_by(leaves[index], index, len(leaves), path) == merkle.Tree(leaves).root()


@given(LEAVES, st.binary(max_size=8), st.data())
def test_nothing_else_is_shown_by_it(contents: list[bytes], other: bytes, data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(content) for content in contents]
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = merkle.Tree(leaves).path(index)
    if other != contents[index]:
        assert merkle.root_by(merkle.leaf_hash(other), index, len(leaves), path) != merkle.Tree(leaves).root()
    assert merkle.root_by(leaves[index], index, len(leaves), [*path, leaves[0]]) is None
    assert merkle.root_by(leaves[index], len(leaves), len(leaves), path) is None
    if path:
        assert merkle.root_by(leaves[index], index, len(leaves), path[:-1]) is None
