from decimal import Decimal

from django.db import migrations

# What people typed while the unit was free text: the unit to keep, and what to multiply by.
UNITS = {
    "kgs": ("kg", Decimal(1)),
    "lb": ("kg", Decimal("0.45359237")),
    "lbs": ("kg", Decimal("0.45359237")),
    "in": ("cm", Decimal("2.54")),
    "hours": ("h", Decimal(1)),
    "min": ("h", Decimal(1) / 60),
}
THOUSANDTH = Decimal("0.001")


def normalise(apps, schema_editor):
    Measurement = apps.get_model("measurements", "Measurement")
    for measurement in Measurement.objects.iterator():
        typed = measurement.unit.strip().lower()
        unit, factor = UNITS.get(typed, (typed, Decimal(1)))
        if unit != measurement.unit:
            measurement.unit = unit
            measurement.value = (measurement.value * factor).quantize(THOUSANDTH)
            measurement.save(update_fields=["unit", "value"])


class Migration(migrations.Migration):
    dependencies = [
        ("measurements", "0001_initial"),
    ]

    operations = [
        # There is no way back: afterwards nobody knows who typed pounds.
        migrations.RunPython(normalise),
    ]
