"""Reading results: tables, figures, maps, documents.

May import `scenarios`, `gis` and the result shapes of `sim`; never starts a simulation.
Start reading in `reports/run_folder.py`.
"""
