import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type ApplicationScene, openApplicationScene } from '../support/application-scene.ts'

let scene: ApplicationScene
beforeAll(async () => {
  scene = await openApplicationScene()
  expect(await scene.exportApplication()).toMatchObject({ exitCode: 0 })
}, 300_000)
afterAll(() => scene[Symbol.asyncDispose]())

/** `set-up` links to what the tests have installed once. */
const described = (more = '') => `
set-up:
  - ln -s ${scene.environment} .venv
drill-env:
  SECRET_KEY: only-for-drills
django: true
checks:
  - name: Users are back
    sql: select count(*) from users_user
    expect: '> 3'
  - name: Somebody wrote lately
    sql: select max(created_at) from journal_entry
    younger-than: 24h
  - name: Nothing leaves the drill
    run: if .venv/bin/python manage.py send_reminders; then exit 1; fi
serve:
  run: .venv/bin/gunicorn wellbeing.wsgi --bind 127.0.0.1:$PORT --no-control-socket
  ready: /health/
visits:
  - visit: /
    title: Wellbeing
  - log-in: /login/
    ends-at: /dashboard/
  - visit: /journal/
    title: Journal – Wellbeing
  - visit: /moods/
  - visit: /goals/
  - visit: /measurements/
  - visit: /coaching/
    text:
      - 'The coach is unavailable: it is not set up here.'
      - says
${more}`

test('an application comes back with its data: it is set up, checked, started, logged in to and visited', async () => {
  const { exitCode, log, summary } = await scene.drillApplication(described())
  console.log(log)
  expect(exitCode).toBe(0)
  expect(summary).toContain('PROVED')
}, 300_000)
