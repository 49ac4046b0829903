"""A Yangjiang-like town: kindergarten to senior, new housing with its schools."""
