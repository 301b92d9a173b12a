"""The room where papers are added and taken back."""
