"""The offline analyser: a small network, heads that judge, what they mean."""
