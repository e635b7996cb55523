"""Views of what belongs to the user who is logged in, and of nothing else."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import CreateView, ListView


class OwnListView(LoginRequiredMixin, ListView):
    owner_field = "user"
    paginate_by = 20

    def get_queryset(self):
        return super().get_queryset().filter(**{self.owner_field: self.request.user})


class OwnCreateView(LoginRequiredMixin, CreateView):
    owner_field = "user"
    template_name = "form.html"

    def form_valid(self, form):
        setattr(form.instance, self.owner_field, self.request.user)
        return super().form_valid(form)
