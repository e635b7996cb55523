from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import Error, connection
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView


class HomeView(TemplateView):
    template_name = "home.html"


class DashboardView(LoginRequiredMixin, TemplateView):
    template_name = "dashboard.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            latest_entry=user.entries.first(),
            latest_check_in=user.check_ins.select_related("kind").first(),
            open_goals=user.goals.open(),
            counts={
                "journal entries": user.entries.count(),
                "check-ins": user.check_ins.count(),
                "measurements": user.measurements.count(),
                "coaching sessions": user.coaching_sessions.count(),
            },
            **kwargs,
        )


@never_cache
def health(request):
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse({"database": "unreachable"}, status=503)
    return JsonResponse({"database": "ok"})
