"""The picture of a recording, rather than of a mix."""
