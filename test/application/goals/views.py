from goals.models import Goal
from wellbeing.generic import OwnCreateView, OwnListView


class GoalListView(OwnListView):
    queryset = Goal.objects.prefetch_related("milestones")


class GoalCreateView(OwnCreateView):
    model = Goal
    fields = ["template", "title", "due_on"]
    extra_context = {"title": "New goal"}
