"""Where a package comes from besides an upload: a folder of the server, a bucket, an address of the internet.

What is fetched becomes the upload of its job, so that all that follows is the same; a folder is read where it lies.
"""
