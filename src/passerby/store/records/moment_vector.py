"""What moments look like outside their people, for "more like this", and for classes that are taught."""

import numpy as np

from passerby.records import MomentVector
from passerby.store.records.arrays import pack, unpack
from passerby.store.records.base import RecordTable

TABLE = RecordTable(
    kind=MomentVector,
    name="vectors",
    columns={"vector": "vector"},
    to_row=lambda entry: (pack(entry.vector, "<f2"),),
    from_row=lambda moment, vector: MomentVector(moment, unpack(vector, "<f2", np.float32)),
    of="moment",
    is_single=True,
)
