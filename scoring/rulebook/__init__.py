"""Dated rules as data: a person in revenue operations reads and changes the YAML files beside this one."""
