"""Formulary, prescription, lots, ledger, dispensing, safety checks."""
