import { cp, readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { openForger } from '@recovery-playbook/demonstration'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  type ApplicationScene,
  described,
  openApplicationScene,
} from '../support/application-scene.ts'
import { checkIn } from '../support/verdict.ts'

let scene: ApplicationScene
let mirror: string
const secret = 'a-real-secret-$-of-"production"'
beforeAll(async () => {
  scene = await openApplicationScene()
  mirror = join(scene.directory, 'mirror')
}, 300_000)
afterAll(() => scene[Symbol.asyncDispose]())

/** As a user writes it: everything from the package registry. */
const installing = `
  - /usr/bin/python3 -m venv .venv
  - .venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements.txt`

const whole = { 'code-bundle': 'true', configuration: 'SECRET_KEY' }

test('an environment is built anew on the restored data, with everything installed', async () => {
  const exported = await scene.exportApplication(
    { ...whole, mirrors: mirror },
    { environment: { SECRET_KEY: secret } },
  )
  expect(exported).toMatchObject({ exitCode: 0 })
  const application = described(scene, {
    setUp: installing,
    more: 'configuration: [SECRET_KEY]',
    django: '\n  tests: true',
  })
  const { exitCode, log, outputs, raw } = await scene.drillApplication(application, {
    scenario: 'environment-rebuild',
  })
  expect(log).toContain('PROVED: the application was set up anew')
  expect(exitCode).toBe(0)
  expect(checkIn(log, 'migrate')).toMatch(/^PROVED/)
  expect(checkIn(log, 'test suite')).toMatch(/^PROVED/)
  expect(checkIn(log, 'configuration')).toMatch(
    /^PROVED .*1 variables can be read. The drill uses its stand-ins/,
  )
  expect(checkIn(log, 'recovery time')).toContain('of 2 h')
  expect(outputs.scenario).toBe('environment-rebuild')
  expect(raw.replace(/::add-mask::.*/g, '')).not.toContain(secret)
}, 600_000)

test('after a catastrophe everything comes back from a folder: no GitHub, no repository, no provider', async () => {
  const { exitCode, log } = await scene.drillApplication(
    described(scene, { more: 'live-configuration: true' }),
    { scenario: 'catastrophe', directory: mirror, record: 'false', alarm: 'false' },
    {
      github: { apiUrl: 'http://127.0.0.1:9' },
      environment: { GITHUB_WORKSPACE: '/nowhere' },
    },
  )
  expect(log).toContain('PROVED: the application works again')
  expect(exitCode).toBe(0)
  expect(checkIn(log, 'outside the account')).toMatch(/^PROVED/)
  expect(checkIn(log, 'code')).toMatch(/^PROVED .*from the bundle in the recovery point/)
  expect(checkIn(log, 'configuration')).toContain('The drill uses it.')
  expect(checkIn(log, 'recovery time')).toContain('of 4 h')
  expect(log).not.toContain(secret)
}, 300_000)

test('the files of one recovery point in a plain folder are enough', async () => {
  const [tag = ''] = await readdir(join(mirror, 'releases'))
  const folder = join(scene.directory, 'downloads')
  await cp(join(mirror, 'releases', tag), folder, {
    recursive: true,
    filter: (path) => !basename(path).startsWith('.'),
  })
  const { exitCode, log } = await scene.drillApplication(
    described(scene, { checks: ' []' }),
    { scenario: 'catastrophe', directory: folder, record: 'false', alarm: 'false' },
    { github: { apiUrl: 'http://127.0.0.1:9' }, environment: { GITHUB_WORKSPACE: '/nowhere' } },
  )
  expect(checkIn(log, 'same data')).toMatch(/^PROVED/)
  expect(exitCode).toBe(0)
}, 300_000)

test('a catastrophe without a copy outside of the account is not proved', async () => {
  const { exitCode, log } = await scene.drillApplication(described(scene), {
    scenario: 'catastrophe',
  })
  expect(exitCode).toBe(2)
  expect(checkIn(log, 'outside the account')).toMatch(/^NOT PROVED/)
  expect(log).toContain('mirrors')
}, 300_000)

test('a configuration that is missing, and a rebuild that nothing describes, are not green', async () => {
  expect(await scene.exportApplication()).toMatchObject({ exitCode: 0 })
  const missing = await scene.drillApplication(
    described(scene, { more: 'configuration: [SECRET_KEY, CLOUDINARY_URL]' }),
    { scenario: 'environment-rebuild' },
  )
  expect(missing.exitCode).toBe(1)
  expect(checkIn(missing.log, 'configuration')).toMatch(/^FAILED .*carries no configuration/)

  const unstarted = await scene.drillApplication('drill-env:\n  SECRET_KEY: x\n', {
    scenario: 'environment-rebuild',
  })
  expect(unstarted.exitCode).toBe(2)
  expect(checkIn(unstarted.log, 'served')).toMatch(/^NOT PROVED .*Nothing says how/)

  const nothing = await scene.drillApplication('', { scenario: 'environment-rebuild' })
  expect(nothing.exitCode).toBe(2)
  expect(checkIn(nothing.log, 'application')).toMatch(/^NOT PROVED/)
}, 300_000)

test('a bundle that does not contain the commit is found, and nothing of it is started', async () => {
  expect(
    await scene.exportApplication(whole, { environment: { SECRET_KEY: secret } }),
  ).toMatchObject({ exitCode: 0 })
  const other = join(scene.directory, 'other.bundle')
  await scene.git('bundle', 'create', '--quiet', other, '--all')
  await scene.edit('NOTES.md', () => 'Something new.\n')
  await scene.commitAll('A commit that the bundle has not')
  expect(
    await scene.exportApplication(whole, { environment: { SECRET_KEY: secret } }),
  ).toMatchObject({ exitCode: 0 })
  const { apiUrl, token, repository } = scene.github
  await using forger = await openForger({ apiUrl, token, repository, passphrase: scene.passphrase })
  await forger.forge('SELECT 1', undefined, await readFile(other))
  const { exitCode, log } = await scene.drillApplication(described(scene), {
    scenario: 'environment-rebuild',
  })
  expect(exitCode).toBe(1)
  expect(checkIn(log, 'code')).toMatch(/^FAILED .*bundle is of no use: it lacks [0-9a-f]{40}/)
  expect(checkIn(log, 'same data')).toMatch(/^PROVED/)
  expect(checkIn(log, 'served')).toMatch(/^NOT PROVED/)
}, 300_000)

test('going back in code undoes in a copy what newer code did to the database, and says what that loses', async () => {
  await scene.git(
    'tag',
    '--annotate',
    '--message',
    'Backup before colours',
    'backup-2026-11-20-before-colours',
  )
  await scene.edit('goals/migrations/0003_goal_colour.py', () => addColour)
  await scene.edit('goals/models.py', (text) =>
    text.replace(
      '    paused_at =',
      '    colour = models.CharField(max_length=9, null=True, blank=True)\n    paused_at =',
    ),
  )
  await scene.commitAll('Colours for goals')
  await scene.manage(['migrate', '--noinput'])
  expect(await scene.exportApplication()).toMatchObject({ exitCode: 0 })
  const back = () => scene.drillApplication(described(scene), { scenario: 'code-rollback' })

  const fine = await back()
  expect(checkIn(fine.log, 'code and data')).toMatch(
    /^PROVED .*goals.0003_goal_colour.*can be undone/,
  )
  expect(checkIn(fine.log, 'rehearsal')).toMatch(/^PROVED .*goals to 0002_goal_paused_at/)
  expect(checkIn(fine.log, 'loss by going back')).toMatch(/^PROVED/)
  expect(checkIn(fine.log, 'visit /goals/')).toMatch(/^PROVED/)
  expect(checkIn(fine.log, 'recovery time')).toContain('of 5 min')
  expect(fine.exitCode).toBe(0)

  await scene.database.execute("UPDATE goals_goal SET colour = 'red'")
  expect(await scene.exportApplication()).toMatchObject({ exitCode: 0 })
  const losing = await back()
  expect(losing.exitCode).toBe(1)
  expect(checkIn(losing.log, 'loss by going back')).toMatch(/^FAILED/)
  expect(losing.log).toMatch(/public.goals_goal.colour: the column, with \d+ values/)
}, 600_000)

test('a migration that cannot be undone stops a rollback by its name', async () => {
  await scene.edit('goals/migrations/0004_no_way_back.py', () => noWayBack)
  await scene.commitAll('Change values for good')
  await scene.manage(['migrate', '--noinput'])
  expect(await scene.exportApplication()).toMatchObject({ exitCode: 0 })
  const { exitCode, log } = await scene.drillApplication(described(scene), {
    scenario: 'code-rollback',
  })
  expect(exitCode).toBe(1)
  expect(checkIn(log, 'code and data')).toMatch(
    /^FAILED .*These cannot be undone: goals.0004_no_way_back/,
  )
}, 300_000)

const addColour = `from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("goals", "0002_goal_paused_at")]
    operations = [migrations.AddField("goal", "colour", models.CharField(max_length=9, null=True, blank=True))]
`

const noWayBack = `from django.db import migrations


def change(apps, schema_editor):
    apps.get_model("goals", "Goal").objects.update(colour="blue")


class Migration(migrations.Migration):
    dependencies = [("goals", "0003_goal_colour")]
    operations = [migrations.RunPython(change)]
`
