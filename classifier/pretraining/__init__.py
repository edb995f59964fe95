"""Backbones that learn from pictures alone, without a label: SimCLR and VICReg. docs/pretraining.md has the reasons."""
