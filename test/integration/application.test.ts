import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  type ApplicationScene,
  demoPassword,
  described,
  openApplicationScene,
} from '../support/application-scene.ts'
import { isRoot, needs } from '../support/needs.ts'
import { checkIn } from '../support/verdict.ts'

let scene: ApplicationScene
beforeAll(async () => {
  scene = await openApplicationScene()
}, 300_000)
afterAll(() => scene[Symbol.asyncDispose]())

test('an application comes back with its data: set up, checked, started, logged in to and visited', async () => {
  expect(await scene.exportApplication()).toMatchObject({ exitCode: 0 })
  const { exitCode, log, summary } = await scene.drillApplication(described(scene))
  expect(log).toContain('PROVED: the recovery point was restored')
  expect(exitCode).toBe(0)
  for (const name of [
    ...['code', 'set up', 'django check', 'migrate --check', 'migrations', 'initial data'],
    ...['static files'],
    ...['check: Users are back', 'check: Somebody wrote lately'],
    ...['served', 'visit /', 'log in at /login/', 'visit /journal/', 'visit /coaching/'],
  ]) {
    expect([name, checkIn(log, name)]).toEqual([name, expect.stringMatching(/^PROVED/)])
  }
  expect(checkIn(log, 'log in at /login/')).toContain('at /dashboard/')
  expect(checkIn(log, 'static files')).toMatch(/static files copied/)
  expect(summary).toContain('gantt')
  expect(await scene.leftovers()).toEqual([])
  expect(await scene.survivors()).toEqual([])
}, 300_000)

/** Counts who comes: a mail server and an API as the application would reach them. */
async function listening() {
  let visitors = 0
  const server = createServer((socket) => {
    visitors += 1
    socket.on('error', () => undefined).destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    visitors: () => visitors,
    [Symbol.dispose]: () => server.close(),
  }
}

test('no mail leaves a drill and no API is called, by an application that does both', async () => {
  using mail = await listening()
  using api = await listening()
  const reaching = {
    EMAIL_HOST: '127.0.0.1',
    EMAIL_PORT: String(mail.port),
    COACH_API_KEY: 'a-key',
    COACH_API_URL: `http://127.0.0.1:${api.port}/`,
  }
  await expect(scene.manage(['send_reminders'], reaching)).rejects.toThrow()
  const [mails, calls] = [mail.visitors(), api.visitors()]
  expect([mails > 0, calls > 0]).toEqual([true, true])

  const env = Object.entries(reaching)
    .map(([name, value]) => `\n  ${name}: '${value}'`)
    .join('')
  const { log } = await scene.drillApplication(
    described(scene, {
      env,
      checks: `
  - name: Reminders
    run: .venv/bin/python manage.py send_reminders`,
    }),
  )
  expect(checkIn(log, 'check: Reminders')).toMatch(/^FAILED .*refused/)
  expect(checkIn(log, 'visit /coaching/')).toMatch(/^(PROVED|FAILED)/)
  expect([mail.visitors(), api.visitors()]).toEqual([mails, calls])
}, 300_000)

const nobody = { uid: 65_534, gid: 65_534 }

needs(isRoot, 'only root can become somebody else')(
  'an ordinary user drills an application, too, who has a namespace of his own',
  async () => {
    const { exitCode, log } = await scene.drillApplication(
      described(scene, {
        checks: `
  - name: No configuration lies about
    run: if find .. -name 'configuration.env*' | grep .; then exit 1; fi`,
      }),
      {},
      { identity: nobody },
    )
    expect(checkIn(log, 'isolated')).toMatch(/^PROVED .*user namespace/)
    expect(checkIn(log, 'log in at /login/')).toMatch(/^PROVED/)
    expect(checkIn(log, 'check: No configuration lies about')).toMatch(/^PROVED/)
    expect(exitCode).toBe(0)
  },
  300_000,
)

test('somebody who is known logs in with the password of a variable', async () => {
  const visits = `
  - log-in: /login/
    as: demo
    password-variable: DEMO_PASSWORD
    ends-at: /dashboard/
  - visit: /journal/
  - visit: /journal/
    text: nothing that stands there`
  const application = described(scene).replace(/visits:[^]*$/, `visits:${visits}\n`)
  const { log, exitCode, raw } = await scene.drillApplication(
    application,
    {},
    {
      environment: { DEMO_PASSWORD: demoPassword },
    },
  )
  expect(checkIn(log, 'log in at /login/')).toMatch(/^PROVED/)
  expect(checkIn(log, 'visit /journal/')).toMatch(/^PROVED/)
  expect(checkIn(log, 'visit /journal/ (2)')).toMatch(/^FAILED .*says nothing of/)
  expect(exitCode).toBe(1)
  expect(raw.replace(/::add-mask::.*/g, '')).not.toContain(demoPassword)
}, 300_000)

test('each check that fails is named, and the others are looked at all the same', async () => {
  const { exitCode, log } = await scene.drillApplication(
    described(scene, {
      checks: `
  - name: Too few
    sql: select count(*) from users_user
    expect: '> 1000'
  - name: No such table
    sql: select count(*) from no_such_table
    expect: '> 0'
  - name: Too old
    sql: select min(written_at) from journal_entry
    younger-than: 1s
  - name: Not to be compared
    sql: select 'text'
    expect: '> 5'
  - name: Ends badly
    run: 'echo "the reason is here" >&2; exit 3'
  - name: Hangs
    run: sleep 60
    timeout: 1s
  - name: Not there
    run: no-such-program
  - name: Fine
    run: 'true'`,
    }),
    { 'max-recovery-time': '1s', 'max-data-loss': '1s' },
  )
  expect(exitCode).toBe(1)
  expect(checkIn(log, 'check: Too few')).toMatch(/^FAILED .* It gives \d+; expected > 1000/)
  expect(checkIn(log, 'check: No such table')).toMatch(/^FAILED .*no_such_table/)
  expect(checkIn(log, 'check: Too old')).toMatch(/^FAILED .*before the snapshot/)
  expect(checkIn(log, 'check: Not to be compared')).toMatch(/^NOT PROVED/)
  expect(checkIn(log, 'check: Ends badly')).toMatch(/^FAILED .*exit code 3/)
  expect(log).toContain('the reason is here')
  expect(checkIn(log, 'check: Hangs')).toMatch(/^FAILED .*had not ended after 1.0 s/)
  expect(checkIn(log, 'check: Not there')).toMatch(/^NOT PROVED/)
  expect(checkIn(log, 'check: Fine')).toMatch(/^PROVED/)
  expect(checkIn(log, 'recovery time')).toMatch(/^FAILED .*over the guarantee/)
  expect(checkIn(log, 'age')).toMatch(/^FAILED/)
  expect(checkIn(log, 'same data')).toMatch(/^PROVED/)
}, 300_000)

test('a page that raises and a migration that is missing are found', async () => {
  await scene.edit('journal/views.py', (text) =>
    text.replace(
      'class EntryListView(OwnListView):',
      'class EntryListView(OwnListView):\n    def get_queryset(self):\n        raise RuntimeError("broken on purpose")\n',
    ),
  )
  await scene.edit('goals/migrations/0003_goal_colour.py', () =>
    migration(
      'goals',
      '0002_goal_paused_at',
      'migrations.AddField("goal", "colour", models.CharField(max_length=9, null=True))',
    ),
  )
  await scene.commitAll('Break a page, and forget to migrate')
  expect(await scene.exportApplication()).toMatchObject({ exitCode: 0 })
  const { exitCode, log } = await scene.drillApplication(described(scene))
  expect(exitCode).toBe(1)
  expect(checkIn(log, 'migrations')).toMatch(/^FAILED .*The database lacks: goals.0003_goal_colour/)
  expect(checkIn(log, 'migrate --check')).toMatch(/^FAILED .*exit code 1/)
  expect(checkIn(log, 'visit /journal/')).toMatch(/^FAILED .*it answers 500/)
  expect(checkIn(log, 'visit /moods/')).toMatch(/^PROVED/)
  expect(checkIn(log, 'same data')).toMatch(/^PROVED/)
}, 300_000)

test('a login that no longer works, and a migration that the code lacks, are found', async () => {
  await scene.git('revert', '--no-edit', 'HEAD')
  await scene.git('rm', '--quiet', 'goals/migrations/0002_goal_paused_at.py')
  await scene.edit(
    'wellbeing/settings.py',
    (text) =>
      `${text}\nAUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.RemoteUserBackend"]\n`,
  )
  await scene.commitAll('Break the login, and lose a migration')
  expect(await scene.exportApplication()).toMatchObject({ exitCode: 0 })
  const { exitCode, log } = await scene.drillApplication(described(scene))
  expect(exitCode).toBe(1)
  expect(checkIn(log, 'migrations')).toMatch(
    /^FAILED .*The code lacks what the database has: goals.0002_goal_paused_at/,
  )
  expect(checkIn(log, 'log in at /login/')).toMatch(/^FAILED .*the login was not accepted/)
}, 300_000)

test('what cannot be set up is told with its output, and the data is proved all the same', async () => {
  const { exitCode, log } = await scene.drillApplication(
    described(scene, { setUp: "\n  - 'echo no wheel for this >&2; exit 9'" }),
  )
  expect(exitCode).toBe(1)
  expect(checkIn(log, 'recovery time')).toMatch(/^NOT PROVED/)
  expect(checkIn(log, 'set up')).toMatch(/^FAILED/)
  expect(log).toContain('no wheel for this')
  expect(checkIn(log, 'same data')).toMatch(/^PROVED/)
  expect(checkIn(log, 'served')).toMatch(/^NOT PROVED .*Not reached/)
}, 300_000)

test('a description that does not fit is refused before anything is done', async () => {
  const { exitCode, log, summary } = await scene.drillApplication('serv:\n  run: x\n')
  expect(exitCode).toBe(2)
  expect(log + summary).toContain("line 1, column 1: 'serv' is no key here. Did you mean 'serve'?")
  expect(log).not.toContain('Find the recovery point')
})

const migration = (
  app: string,
  after: string,
  operation: string,
) => `from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("${app}", "${after}")]
    operations = [${operation}]
`
