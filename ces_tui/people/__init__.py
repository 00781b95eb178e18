"""Patients, identity, search, likely duplicates; staff and roles."""
