"""Everything that imgext keeps on this disk: files written whole, outputs, caches named by content."""
