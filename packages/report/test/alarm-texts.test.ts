import { describe, expect, test } from '@jest/globals'
import {
  alarmBody,
  alarmComment,
  type AlarmContext,
  alarmResolved,
  alarmTitle,
} from '../src/index.ts'
import { assertInert } from './inert.ts'
import { failed, hostileTexts, proved } from './reports.ts'

const context: AlarmContext = {
  database: 'default',
  storedIn: 'acme/backups',
  repository: 'acme/journal',
  runId: '7',
  runUrl: 'https://github.com/acme/journal/actions/runs/7',
  contacts: ['Database: ops@example.com, +49 30 1234', 'Railway: https://railway.com/help'],
  providers: [{ provider: 'www.githubstatus.com', words: 'All Systems Operational' }],
  namesKeys: false,
}

test('whoever is woken reads what failed, what to do, whom to call and where to look', () => {
  expect(alarmTitle(failed, context)).toMatchSnapshot()
  expect(alarmBody(failed, context)).toMatchSnapshot()
  expect(alarmComment(failed, context)).toMatchSnapshot()
  expect(alarmResolved(proved, context)).toMatchSnapshot()
})

describe.each(hostileTexts)('%j', (text) => {
  test('changes nothing that an issue says, mentions nobody and runs nothing', () => {
    const check = { name: text, state: 'FAILED', detail: text, hint: text } as const
    const report = { ...failed, checks: [check] }
    const hostile = {
      ...context,
      database: text,
      contacts: [text.replaceAll(/[\r\n]/g, ' ')],
      providers: [{ provider: text, words: text }],
    }
    // In code nothing is acted upon; GitHub shows it as it is.
    const outside = (markdown: string) => markdown.replaceAll(/`[^`\n]*`/g, '`code`')
    assertInert(outside(alarmBody(report, hostile)), 1)
    assertInert(outside(alarmComment(report, hostile)), 0)
    assertInert(outside(alarmResolved(report, hostile)), 1)
    expect(alarmTitle(report, hostile)).not.toMatch(/[\n\r<>@#`\u202e]/)
  })
})

test('an issue has room for whatever fails', () => {
  const checks = Array.from({ length: 5000 }, (_, index) => ({
    ...{ name: `table ${index}`, state: 'FAILED' as const },
    ...{ detail: '<&>'.repeat(500), hint: `|look| ${index}`.repeat(20) },
  }))
  const contacts = Array.from({ length: 2000 }, (_, index) => `somebody ${index}`.repeat(20))
  const providers = contacts.map((provider) => ({ provider, words: '<>'.repeat(100) }))
  const body = alarmBody({ ...failed, checks }, { ...context, contacts, providers })
  expect(body.length).toBeLessThan(65_000)
  expect(body).toMatch(/and \d+ more, in the summary of the run/)
})

test('keys of rows stay in the log', () => {
  const detail = 'What came back differs:\ntable public.users: rows\n    missing ana@example.com'
  const checks = [{ name: 'same data', state: 'FAILED', detail } as const]
  expect(alarmBody({ ...failed, checks }, context)).toContain('missing ana')
  expect(alarmBody({ ...failed, checks }, { ...context, namesKeys: true })).not.toContain('ana')
})
