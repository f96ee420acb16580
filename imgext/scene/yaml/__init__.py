"""YAML as text: where each value stands and how one is spelled. Nothing here knows a field of the scene."""
