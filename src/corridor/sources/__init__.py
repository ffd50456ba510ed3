"""Importers: what others write about displacement, turned into ordinary scenario folders."""
