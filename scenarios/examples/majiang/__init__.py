"""The Majiang-like county, synthetic: data, futures, plans and the generator that made the data.

Start reading in `README.md`; `make.py OUTDIR` writes the whole folder again.
"""
