"""Pregnancies: dated, followed, ended."""
