from journal.models import Entry
from wellbeing.generic import OwnCreateView, OwnListView


class EntryListView(OwnListView):
    queryset = Entry.objects.prefetch_related("tags")
    owner_field = "author"


class EntryCreateView(OwnCreateView):
    model = Entry
    owner_field = "author"
    fields = ["title", "text", "tags"]
    extra_context = {"title": "New journal entry"}
