"""Formulas of standards and papers, written down plainly to test the program against."""
