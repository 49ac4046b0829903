"""What a planner writes: study, futures, plans, tables, standards packs, examples.

Imports nothing of ours and never geopandas, simpy or matplotlib. Start reading in `scenarios/loader.py`.
"""
