"""The parts of the Majiang generator, in order: drawing, tessellate, places, people, network, history, files.

Imports only the standard library and shapely; every number stands here with its source or the word synthetic.
"""
