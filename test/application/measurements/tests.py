from decimal import Decimal
from importlib import import_module

from django.apps import apps
from django.test import TestCase

from measurements.models import Measurement, MeasurementKind
from users.models import User

normalise_units = import_module("measurements.migrations.0002_normalise_units")


class MeasurementTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ada = User.objects.create_user("ada", "ada@wellbeing.example")
        cls.weight = MeasurementKind.objects.create(slug="weight", name="Weight", unit="kg")

    def test_it_asks_for_a_login(self):
        self.assertRedirects(self.client.get("/measurements/"), "/login/?next=/measurements/")

    def test_a_new_measurement_takes_the_unit_of_its_kind(self):
        self.client.force_login(self.ada)
        response = self.client.post(
            "/measurements/new/",
            {"kind": self.weight.pk, "value": "70.5", "taken_at": "2026-01-01 08:00"},
            follow=True,
        )
        self.assertContains(response, "<title>Measurements – Wellbeing</title>", html=True)
        self.assertContains(response, "<td>70.5 kg</td>", html=True)

    def test_the_migration_turns_pounds_into_kilograms_once(self):
        for value, unit in [("150", "lbs"), ("70", " KG"), ("70", "kg")]:
            Measurement.objects.create(user=self.ada, kind=self.weight, value=value, unit=unit)
        for _ in range(2):
            normalise_units.normalise(apps, None)
        self.assertQuerySetEqual(
            Measurement.objects.order_by("pk").values_list("value", "unit"),
            [(Decimal("68.039"), "kg"), (Decimal(70), "kg"), (Decimal(70), "kg")],
        )
