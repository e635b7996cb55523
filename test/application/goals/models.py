from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from wellbeing.models import CatalogueItem


class GoalTemplate(CatalogueItem):
    description = models.TextField(blank=True)


class GoalQuerySet(models.QuerySet):
    def open(self):
        return self.filter(reached_at=None, paused_at=None)


class Goal(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="goals"
    )
    template = models.ForeignKey(
        GoalTemplate, on_delete=models.SET_NULL, null=True, blank=True, related_name="goals"
    )
    title = models.CharField(max_length=120)
    due_on = models.DateField(null=True, blank=True)
    set_at = models.DateTimeField(default=timezone.now, editable=False)
    reached_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)

    objects = GoalQuerySet.as_manager()

    class Meta:
        ordering = [models.F("due_on").asc(nulls_last=True), "pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("goals")


class Milestone(models.Model):
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    done = models.BooleanField(default=False)

    class Meta:
        ordering = ["goal", "position"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "position"], name="one_milestone_a_position")
        ]

    def __str__(self):
        return self.title
