"""Finds sounds for labels: sound folders, the built-in bank, services, credits."""
