from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    email = models.EmailField("email address", unique=True)
    about = models.TextField(blank=True)
    avatar = models.CharField(max_length=200, blank=True, help_text="Cloudinary's public id")
    wants_reminders = models.BooleanField(default=True)

    @property
    def avatar_url(self):
        """Empty without a picture, or without a Cloudinary account to fetch it from."""
        if not (self.avatar and settings.CLOUDINARY_CLOUD):
            return ""
        return (
            f"https://res.cloudinary.com/{settings.CLOUDINARY_CLOUD}"
            f"/image/upload/c_fill,w_96,h_96/{quote(self.avatar)}"
        )
