"""Where attention looks: densities over a finite set, the line and R^n."""
