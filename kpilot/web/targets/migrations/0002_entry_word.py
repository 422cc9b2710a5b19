"""The reason a target was changed for, kept with the change."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("targets", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="entry", name="word", field=models.CharField(blank=True, max_length=200),
            preserve_default=True,
        ),
    ]
