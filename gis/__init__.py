"""Space: layers in, checks, distances; plain arrays out.

May import `scenarios`; never `sim` or `reports`. Start reading in `gis/space.py`.
"""
