"""The limit on a single uploaded file, kept while it arrives rather than after it has filled the disk."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class SizeLimitHandler(FileUploadHandler):
    """Stops keeping a file once it is larger than ``UPLOAD_MAX_BYTES``.

    The name of each one that was cut off is added to ``request.too_large``, so that the page can say which;
    the other files of the same request arrive as usual.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the chunk on, or give up the file (``SkipFile``) when it is past the limit."""
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_MAX_BYTES:
            refused: list[str] = getattr(self.request, "too_large", [])
            refused.append(self.file_name or "")
            self.request.too_large = refused  # type: ignore[union-attr]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the finished file to the handlers after this one."""
