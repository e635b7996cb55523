import { expect, test } from '@jest/globals'
import { parseApplication } from '@recovery-playbook/playbook'

const complete = `
directory: web
set-up:
  - python3 -m venv .venv
  - run: .venv/bin/pip install -r requirements.txt
    timeout: 20m
drill-env:
  SECRET_KEY: only for drills
  WORKERS: 2
django:
  tests: true
checks:
  - name: Users are back
    sql: select count(*) from users_user
    expect: '> 0'
  - name: Somebody wrote lately
    sql: select max(written_at) from journal_entry
    younger-than: 24h
  - name: Own check
    run: .venv/bin/python manage.py check_balances
serve:
  run: .venv/bin/gunicorn wellbeing.wsgi --bind 127.0.0.1:$PORT
  ready: /health/
visits:
  - visit: /
    title: Wellbeing
  - log-in: /login/
    ends-at: /dashboard/
  - visit: /journal/
    status: 200
`

const misread = (text: string): string => {
  try {
    parseApplication(text)
  } catch (error) {
    return (error as Error).message
  }
  return 'nothing was wrong'
}

test('a description is read with its defaults', () => {
  const application = parseApplication(complete)
  expect(application['set-up']).toEqual([
    { run: 'python3 -m venv .venv', timeout: 900_000 },
    { run: '.venv/bin/pip install -r requirements.txt', timeout: 1_200_000 },
  ])
  expect(application['drill-env']).toEqual({ SECRET_KEY: 'only for drills', WORKERS: '2' })
  expect(application.django).toMatchObject({
    python: '.venv/bin/python',
    tests: true,
    static: true,
  })
  expect(application.checks.map((check) => [check.expect, check['younger-than']])).toEqual([
    [{ operator: '>', operand: '0' }, undefined],
    [undefined, 86_400_000],
    [undefined, undefined],
  ])
  expect(application.serve).toMatchObject({ port: 8000, timeout: 60_000 })
  expect(application.visits[1]).toMatchObject({ as: 'synthetic', 'ends-at': '/dashboard/' })
})

test('an empty description is one in which nothing is looked at', () => {
  expect(parseApplication('')).toMatchObject({
    'set-up': [],
    django: false,
    checks: [],
    visits: [],
  })
})

test.each([
  [
    'an unknown key',
    'serv:\n  run: x',
    "line 1, column 1: 'serv' is no key here. Did you mean 'serve'?",
  ],
  [
    'an unknown key deep down',
    'checks:\n  - name: a\n    run: b\n    timout: 3m',
    "line 4, column 5: checks ▸ 1: 'timout' is no key here. Did you mean 'timeout'?",
  ],
  [
    'an impossible duration',
    'set-up:\n  - run: x\n    timeout: soon',
    "line 3, column 14: set-up ▸ 1 ▸ timeout: 'soon' is not a duration",
  ],
  [
    'a wrong type',
    'serve:\n  run: x\n  port: many',
    'line 3, column 9: serve ▸ port: Invalid input: expected number',
  ],
  [
    'a check with both',
    'checks:\n  - name: a\n    run: b\n    sql: c',
    'line 2, column 5: checks ▸ 1: A check has either `run` or `sql`.',
  ],
  [
    'a way out of the repository',
    'directory: ../other',
    'line 1, column 12: directory: Write the path of a directory inside the repository.',
  ],
  ['a visit of what is not served', 'visits:\n  - visit: /', 'Nothing is visited without `serve`.'],
  [
    'an account that nobody can make',
    'serve:\n  run: x\nvisits:\n  - log-in: /login/',
    'line 4, column 13: visits ▸ 1 ▸ log-in: Only with `django` can the drill make an account',
  ],
  ['broken YAML', 'checks: [', 'line 1, column 10'],
  ['a key given twice', 'directory: a\ndirectory: b', 'line 2'],
])('%s is refused by its line', (_, text, message) => {
  expect(misread(text)).toContain(message)
})
