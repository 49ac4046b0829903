"""Front door: the public Python API and the command line. Composes, never computes; nothing imports it."""
