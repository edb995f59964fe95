"""A U-Net that learns masks from scans and draws them on others (Ronneberger et al. 2015, arXiv 1505.04597)."""
