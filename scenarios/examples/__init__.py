"""Shipped examples: study folders to copy and edit, each with the generator that made it.

Imports nothing of ours outside `scenarios`. Start reading in an example's `README.md`.
"""
