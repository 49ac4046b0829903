"""Size of a PNG, read from its bytes."""

import struct


def png_size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG [pixels], from its first chunk (IHDR). Raises ValueError for other bytes."""
    if png[:8] != b"\x89PNG\r\n\x1a\n" or png[12:16] != b"IHDR":
        raise ValueError("not a PNG")
    across, down = struct.unpack(">II", png[16:24])
    return int(across), int(down)
