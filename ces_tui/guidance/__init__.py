"""Clinical protocols: load, prove, run."""
