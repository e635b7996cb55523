from django.conf import settings
from django.db import models
from django.utils import timezone


class Session(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="coaching_sessions"
    )
    topic = models.CharField(max_length=120)
    started_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-started_at", "-pk"]

    def __str__(self):
        return self.topic


class Message(models.Model):
    class Role(models.TextChoices):
        USER = "user", "You"
        COACH = "coach", "Coach"

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="messages")
    role = models.CharField(max_length=8, choices=Role)
    text = models.TextField()
    sent_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["sent_at", "pk"]

    def __str__(self):
        return f"{self.get_role_display()}: {self.text[:60]}"
