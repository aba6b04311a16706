"""The task of attention entropy maximisation."""
