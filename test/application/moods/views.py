from moods.models import CheckIn
from wellbeing.generic import OwnCreateView, OwnListView


class CheckInListView(OwnListView):
    queryset = CheckIn.objects.select_related("kind")


class CheckInCreateView(OwnCreateView):
    model = CheckIn
    fields = ["kind", "note"]
    extra_context = {"title": "New check-in"}
