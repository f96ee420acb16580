"""What several tests need: places, small sounds by arithmetic, loopback servers."""
