"""What happens to the weights as the context grows?"""

__all__: list[str] = []
