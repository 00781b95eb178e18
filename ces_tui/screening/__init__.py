"""Screening instruments: administer, score, compare."""
