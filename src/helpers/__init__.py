"""Helpers for the notebooks; being rebuilt, see the modules."""
