"""Raw files of instruments: each that `classifier.instruments` reads is a format of the import."""
