from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone

from wellbeing.models import CatalogueItem


class MoodKind(CatalogueItem):
    score = models.SmallIntegerField(
        help_text="From -2, bad, to 2, good",
        validators=[MinValueValidator(-2), MaxValueValidator(2)],
    )

    class Meta(CatalogueItem.Meta):
        ordering = ["-score", "name"]


class CheckIn(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="check_ins"
    )
    kind = models.ForeignKey(MoodKind, on_delete=models.PROTECT, related_name="check_ins")
    note = models.CharField(max_length=200, blank=True)
    felt_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-felt_at", "-pk"]

    def __str__(self):
        return f"{self.kind}, {self.felt_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self):
        return reverse("moods")
