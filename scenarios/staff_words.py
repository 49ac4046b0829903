"""Codes of the ratios of posts in tables of needs; their family is `teachers`."""

BY_PUPILS, BY_CLASSES, NEEDED = "teachers.by_pupils", "teachers.by_classes", "teachers.needed"
COUNTY = "teachers.county"
RATIOS = (NEEDED, BY_PUPILS, BY_CLASSES, COUNTY)
"""As `schoolplan size --clause` takes them."""
