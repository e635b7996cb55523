from django.contrib import admin

from goals.models import Goal, GoalTemplate, Milestone

admin.site.register(GoalTemplate)


class MilestoneInline(admin.TabularInline):
    model = Milestone
    extra = 1


@admin.register(Goal)
class GoalAdmin(admin.ModelAdmin):
    list_display = ["title", "user", "due_on", "paused_at", "reached_at"]
    inlines = [MilestoneInline]
