"""Vectors of float16 in columns: in as ``HalfVector``, out as bytes, little-endian ("<f2")."""

from typing import Any

import numpy as np
import psycopg
from pgvector import HalfVector
from pgvector.psycopg.halfvec import HalfVectorBinaryLoader, register_halfvec_info
from psycopg.abc import Buffer
from psycopg.types import TypeInfo

_TYPE = (
    "SELECT types.oid, types.typarray, quote_ident(nspname) FROM pg_extension JOIN pg_type AS types "
    "ON types.typname = 'halfvec' AND types.typnamespace = extnamespace "
    "JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'vector'"
)


class _Bytes(HalfVectorBinaryLoader):
    def load(self, data: Buffer) -> bytes:  # type: ignore[override]
        return halfvec_bytes(HalfVector.from_binary(bytes(data)))


def register_halfvecs(connection: psycopg.Connection[Any], schema: str) -> None:
    """Have a connection know halfvec and its operators, if the extension is in the database. Raises psycopg.Error."""
    found = connection.execute(_TYPE.encode()).fetchone()
    if found is None:
        return
    oid, array_oid, home = found
    connection.execute(f"SET search_path = {schema}, {home}".encode())
    register_halfvec_info(connection, TypeInfo("halfvec", oid, array_oid))
    connection.adapters.register_loader(oid, _Bytes)


def halfvec(vector: bytes) -> HalfVector:
    """As a value of a column, from bytes ("<f2")."""
    return HalfVector(np.frombuffer(vector, "<f2"))


def halfvec_bytes(vector: HalfVector) -> bytes:
    """The bytes ("<f2") of a value."""
    return vector.to_numpy().astype("<f2", copy=False).tobytes()
