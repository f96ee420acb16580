"""The search for one label: what is asked for, who is asked, which sound is taken."""
