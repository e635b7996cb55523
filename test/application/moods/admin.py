from django.contrib import admin

from moods.models import CheckIn, MoodKind


@admin.register(MoodKind)
class MoodKindAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "score"]


@admin.register(CheckIn)
class CheckInAdmin(admin.ModelAdmin):
    list_display = ["user", "kind", "felt_at"]
    list_filter = ["kind"]
