"""A resolved scene becomes a plan, a plan becomes sound."""
