import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { parsePlaybook } from '@recovery-playbook/playbook'
import { handbook, type Known } from '../src/index.ts'
import { hostileTexts } from './reports.ts'
import { assertInert } from './inert.ts'

const recordedAt = '2026-11-25T03:17:00.000Z'
const known: Known = {
  playbook: parsePlaybook(`
mirrors: [{ to: elsewhere/backups }]
drill:
  set-up: ["python3 -m venv .venv", "one\\ntwo"]
  django: true
  serve: { run: "gunicorn --bind 127.0.0.1:$PORT site.wsgi", port: 8123 }
  visits: [{ visit: / }]
contacts: [Ada, { name: Bob, reach: bob@example.org, after: 30m }]
`),
  path: '.github/recovery-playbook.yml',
  repository: 'ada/lifebook',
  url: 'https://github.com/ada/lifebook',
  exports: { crons: ['17 3 * * *'], longestGap: 86_400_000 },
  drills: [],
  measured: [
    {
      ...{ scenario: 'database-restore', verdict: 'FAILED', recordedAt, run: { id: 7 } },
      ...{ recoverySeconds: 2000, dataLossSeconds: null },
    },
  ],
  tags: [],
}
const part = (name: string, from = known) =>
  handbook(from).find((one) => one.name === name)?.content ?? ''
/** The commands of every block. */
const blocks = (markdown: string) =>
  [...markdown.matchAll(/^```sh\n([^]*?)\n```$/gm)].map(([, text = '']) => text)

test('a promise stands beside what was measured, and one that was never drilled says so', () => {
  const lines = part('guarantees').split('\n')
  expect(lines.find((line) => line.includes('database-restore'))).toMatch(
    /at most 30 min .*33 min 20 s .*not measured .*\*\*FAILED\*\* 2026-11-25/,
  )
  expect(lines.find((line) => line.includes('catastrophe'))).toContain('never drilled')
})

test('every procedure is commands that a shell can read, a port set before it is used', () => {
  const found = blocks(part('procedures'))
  expect(found).toHaveLength(4)
  for (const text of found) execFileSync('bash', ['-n'], { input: text })
  expect(found[3]).toContain('--repo elsewhere/backups')
  expect(found[3]).toMatch(/one\ntwo\n.*\n.*\n.*\nexport PORT=8123\ngunicorn/)
})

test('without a mirror the procedure for a catastrophe says that there is none', () => {
  const playbook = { ...known.playbook, mirrors: [] }
  const [, , , last = ''] = blocks(part('procedures', { ...known, playbook }))
  expect(last.split('\n')).toEqual([expect.stringContaining('There is no mirror')])
})

test('no schedule and no drill are said in bold', () => {
  const exports = { crons: [], longestGap: undefined }
  expect(part('backups', { ...known, exports })).toContain('**by no schedule**')
  expect(part('verification')).toContain('**No workflow starts a drill.**')
})

describe.each(hostileTexts)('%j', (text) => {
  test('in a playbook or a tag is no Markdown of the document', () => {
    const playbook = {
      ...known.playbook,
      databases: { [text]: parsePlaybook('databases: { a: {} }').databases.a ?? never() },
      contacts: [{ name: text }],
      layers: [{ name: text, kind: 'other' as const, provider: text }],
    }
    const row = {
      ...{ tag: text, taggedAt: recordedAt, commit: text, description: text, lastProof: null },
      protects: { kind: 'code' as const },
    }
    const from = { ...known, playbook, tags: [row] }
    for (const name of ['backups', 'layers', 'tags']) assertInert(part(name, from), 1)
    assertInert(part('contacts', from), 0)
  })
})

const never = (): never => {
  throw new Error('the playbook has a database')
}
