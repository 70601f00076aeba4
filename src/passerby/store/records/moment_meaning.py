"""What is known of moments in words, for a search by meaning."""

import numpy as np

from passerby.records import MomentMeaning
from passerby.store.records.arrays import pack, unpack
from passerby.store.records.base import RecordTable

TABLE = RecordTable(
    kind=MomentMeaning,
    name="meanings",
    columns={"vector": "vector"},
    to_row=lambda entry: (pack(entry.vector, "<f2"),),
    from_row=lambda moment, vector: MomentMeaning(moment, unpack(vector, "<f2", np.float32)),
    of="moment",
    is_single=True,
)
