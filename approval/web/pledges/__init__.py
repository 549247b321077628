"""Pages of one pledge: reading, drafting, reviewing, signing, downloading."""
