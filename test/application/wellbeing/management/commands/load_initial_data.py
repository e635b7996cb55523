from collections import Counter
from pathlib import Path

from django.apps import apps
from django.core import serializers
from django.core.management.base import BaseCommand
from django.db import transaction

FIXTURES = {
    "moods": "mood_kinds.json",
    "goals": "goal_templates.json",
    "measurements": "measurement_kinds.json",
}


class Command(BaseCommand):
    help = "Creates what every installation starts with, and brings it up to date. Safe to repeat."

    @transaction.atomic
    def handle(self, *args, **options):
        for app, file in FIXTURES.items():
            text = (Path(apps.get_app_config(app).path) / "fixtures" / file).read_text("utf-8")
            outcomes = Counter(store(item) for item in serializers.deserialize("json", text))
            if options["verbosity"] > 0:
                self.stdout.write(
                    f"{file}: {outcomes['created']} created, {outcomes['updated']} updated, "
                    f"{outcomes['unchanged']} unchanged"
                )


def store(item):
    """Saves what a fixture says, under the id that its natural key has in this database."""
    wanted = item.object
    fields = [field.attname for field in wanted._meta.concrete_fields]
    present = type(wanted).objects.filter(pk=wanted.pk).values(*fields).first()
    if present == {field: getattr(wanted, field) for field in fields}:
        return "unchanged"
    item.save()
    return "updated" if present else "created"
