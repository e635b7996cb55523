from django.contrib import admin

from journal.models import Entry, Tag

admin.site.register(Tag)


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):
    list_display = ["title", "author", "written_at"]
    list_filter = ["tags"]
    search_fields = ["title", "text"]
    date_hierarchy = "written_at"
