"""The Jinyun-like mountain county, synthetic: near or concentrated schools, compared on ways, money and verdicts.

Start reading in `README.md`; `make.py OUTDIR` writes the whole folder again.
"""
