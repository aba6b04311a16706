"""The whole book as one PDF: the pages of the site joined, with still figures, and printed."""
