from measurements.models import Measurement
from wellbeing.generic import OwnCreateView, OwnListView


class MeasurementListView(OwnListView):
    queryset = Measurement.objects.select_related("kind")


class MeasurementCreateView(OwnCreateView):
    model = Measurement
    fields = ["kind", "value", "taken_at"]
    extra_context = {"title": "New measurement"}
