"""How masking between tracks is resolved: one planner for each mode, from powers in critical bands to cuts that a scene can hold."""
