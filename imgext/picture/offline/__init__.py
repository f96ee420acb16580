"""The offline analyser: a small network, heads that judge, and what they mean to an ear."""
