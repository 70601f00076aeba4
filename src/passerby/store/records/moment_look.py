"""What moments look like outside their people, to be compared with texts by the model that both are from."""

import numpy as np

from passerby.records import MomentLook
from passerby.store.records.arrays import pack, unpack
from passerby.store.records.base import RecordTable, Shared

TABLE = RecordTable(
    kind=MomentLook,
    name="looks",
    columns={"vector": "vector"},
    to_row=lambda look: (pack(look.vector, "<f2"),),
    from_row=lambda moment, vector, encoder: MomentLook(moment, unpack(vector, "<f2", np.float32), encoder),
    of="moment",
    is_single=True,
    shared=Shared("encoders", "weights", lambda look: look.encoder),
)
