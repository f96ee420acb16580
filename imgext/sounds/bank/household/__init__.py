"""Indoors and in the yard: devices, appliances, kitchen and bath, doors, tools."""
