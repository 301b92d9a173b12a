"""What ships already computed for the papers that ship: see README.md beside this file."""
