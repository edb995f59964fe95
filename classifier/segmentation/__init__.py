"""Cuts objects out of scans by a threshold: `python -m classifier segment`, and the site's jobs.

A whole scan, by whom nobody waits for and who may be killed:

    with Scan(path, recipe.channel) as scan:
        contrast = estimate_contrast(scan, recipe, None, pixel_um)  # once: background, direction, threshold
        stored = contrast.to_bytes()                              # ScanContrast.from_bytes(stored) is the same again
        for tile in tiles_of(scan.width, scan.height):            # their order and places are always the same
            answer = segment_tile(scan, contrast, tile)           # bytes, the same whenever it is run
        for one in join(answers, contrast):                       # every tile's bytes, in any order
            ...                                                   # SegmentedObject, from the top down, each once

What `join` yields is what one tile as large as the scan would yield: objects do not hang on where tiles meet. The live
trial of a recipe is `segment_crop(scan, contrast, x, y, width, height)`, with the contrast of the whole scan:
keep it, it is what costs time. It hangs on the recipe's `channel`, `background`, `background_radius` and `organisms`
alone: `contrast.with_recipe(recipe)` is the same for a recipe that differs in the others.
"""
