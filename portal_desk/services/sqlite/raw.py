"""Objects as the cache keeps them: JSON, squeezed to an eighth by what Stripe's objects have in common."""

from __future__ import annotations

from functools import cache

import orjson
from backports import zstd

from portal_desk.models.json import Json
from portal_desk.resources_path import resource

DICTIONARY = "objects.zdict"
"""Trained by `tools/dictionary.py`. A cache can be read by the dictionary it was written with alone."""

_OPTIONS: dict[int, int] = {
    zstd.CompressionParameter.compression_level: 1,
    zstd.CompressionParameter.dict_id_flag: 0,
}
"""A higher level takes longer to save little, and there is one dictionary alone."""


def pack(json: bytes) -> bytes:
    """An object's JSON, squeezed."""
    return _compressor().compress(json, zstd.ZstdCompressor.FLUSH_FRAME)


def unpack(packed: bytes) -> Json:
    """The object that was squeezed."""
    found: Json = orjson.loads(unpacked(packed))
    return found


def unpacked(packed: bytes) -> bytes:
    """The JSON that was squeezed."""
    return zstd.decompress(packed, zstd_dict=_dictionary())


@cache
def _dictionary() -> zstd.ZstdDict:
    return zstd.ZstdDict(resource(DICTIONARY).read_bytes())


@cache
def _compressor() -> zstd.ZstdCompressor:
    return zstd.ZstdCompressor(options=_OPTIONS, zstd_dict=_dictionary())
