"""A city like Zhuzhou: nine county-level units, each a small synthetic study, and the programme that adds them up."""
