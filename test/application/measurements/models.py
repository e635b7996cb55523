from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from wellbeing.models import CatalogueItem


class MeasurementKind(CatalogueItem):
    unit = models.CharField(max_length=16)

    def __str__(self):
        return f"{self.name} ({self.unit})"


class Measurement(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="measurements"
    )
    kind = models.ForeignKey(MeasurementKind, on_delete=models.PROTECT, related_name="measurements")
    value = models.DecimalField(max_digits=9, decimal_places=3)
    unit = models.CharField(max_length=16, editable=False)
    taken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-taken_at", "-pk"]

    def __str__(self):
        return f"{self.value.normalize():f} {self.unit}"

    def save(self, **kwargs):
        self.unit = self.unit or self.kind.unit
        super().save(**kwargs)

    def get_absolute_url(self):
        return reverse("measurements")
