"""Writes files whole, outputs, and caches named by content."""
