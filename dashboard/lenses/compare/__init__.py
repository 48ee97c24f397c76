"""Compare: two to six counties side by side, or one with its neighbours, its former province or the country."""
