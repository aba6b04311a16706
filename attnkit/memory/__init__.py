"""What a head remembers: Hebbian, delta-rule and Pavlovian linear attention."""
