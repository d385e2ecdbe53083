from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0004_claims_tool_settings'),
    ]

    operations = [
        migrations.RenameField(
            model_name='project',
            old_name='locale',
            new_name='own_locale',
        ),
        migrations.AlterField(
            model_name='project',
            name='own_locale',
            field=models.CharField(blank=True, choices=[('en-AU', 'English (Australia)'), ('en-NZ', 'English (New Zealand)'), ('en-GB', 'English (United Kingdom)'), ('en-US', 'English (United States)'), ('en-CA', 'English (Canada)')], default='', help_text="Empty: the account's.", max_length=8),
        ),
    ]
