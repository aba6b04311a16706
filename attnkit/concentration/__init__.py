"""How concentrated are the weights, and what collapses when they are too much or too little so?"""

__all__: list[str] = []
