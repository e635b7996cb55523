/**
 * Scripts for `manage.py shell`, which find things out as Django itself does. Each prints one line of JSON
 * behind a mark, whatever else the application prints.
 */
export const answerMark = 'recovery-playbook:'

const answer = (value: string) => `print(${JSON.stringify(answerMark)} + json.dumps(${value}))`

/** Which migrations the database has, which the code has, and which of the database's can be undone. */
export const readMigrations = `
import json, os
from django.db import connections
from django.db.migrations.loader import MigrationLoader
connection = connections[os.environ['DRILL_DATABASE']]
loader = MigrationLoader(connection)
known = set(loader.disk_migrations)
for migration in loader.disk_migrations.values():
    known.update(tuple(one) for one in migration.replaces)
applied = set(loader.applied_migrations)
${answer(`{
    'applied': sorted(map(list, applied)),
    'known': sorted(map(list, known)),
    'apps': sorted(loader.migrated_apps),
    'missing': sorted(list(key) for key in loader.graph.nodes if key not in applied and not (
        loader.graph.nodes[key].replaces and all(tuple(one) in applied for one in loader.graph.nodes[key].replaces))),
    'irreversible': sorted(list(key) for key, one in loader.disk_migrations.items()
        if not all(operation.reversible for operation in one.operations)),
    'parents': [[list(key), sorted(list(parent.key) for parent in node.parents)]
        for key, node in sorted(loader.graph.node_map.items())],
}`)}
`

/** An account that nobody has: only in the restored copy, and gone with it. */
export const makeAccount = `
import json, os
from django.contrib.auth import get_user_model
User = get_user_model()
name = os.environ['DRILL_NAME']
user = User()
for field in {User.USERNAME_FIELD, User.get_email_field_name(), *User.REQUIRED_FIELDS}:
    email = User._meta.get_field(field).get_internal_type() == 'EmailField'
    setattr(user, field, name + '@drill.invalid' if email else name)
user.set_password(os.environ['DRILL_PASSWORD'])
user.save(using=os.environ['DRILL_DATABASE'])
${answer("{'name': user.get_username()}")}
`
