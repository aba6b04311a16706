"""The moving figure of attention entropy maximisation."""
