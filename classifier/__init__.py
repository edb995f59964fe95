"""Trains and applies networks that name plankton. Plain PyTorch: no Django, no database.

python -m classifier train --manifest learning_set.parquet --out model/
python -m classifier predict model/ folder/ --out predictions.csv
"""
