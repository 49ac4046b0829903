"""The Xinqiu-like district, synthetic: six schools that empty, and what to do with their rooms.

Start reading in `README.md`; `make.py OUTDIR` writes the whole folder again.
"""
