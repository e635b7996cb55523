from django.contrib import admin

from measurements.models import Measurement, MeasurementKind

admin.site.register(MeasurementKind)


@admin.register(Measurement)
class MeasurementAdmin(admin.ModelAdmin):
    list_display = ["user", "kind", "value", "unit", "taken_at"]
    list_filter = ["kind"]
