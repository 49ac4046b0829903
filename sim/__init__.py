"""Time and chance: functions on arrays, the SimPy construction calendar, the ensemble, the tests on a plan.

May import `scenarios` and `gis.arrays`; never geopandas, yaml, typer or matplotlib. Start reading in `sim/year.py`.
"""
