"""Holds the verbs, one file each; the stages meet only here."""
