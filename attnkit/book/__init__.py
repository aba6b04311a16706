"""What the site needs beside figures, claims and exercises: numbers, API pages, a wheel, a cut."""
