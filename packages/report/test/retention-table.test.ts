import { describe, expect, test } from '@jest/globals'
import type { Candidate, Outcome, Plan } from '@recovery-playbook/retention'
import { retentionLines, retentionSummary } from '../src/index.ts'
import { assertInert } from './inert.ts'
import { hostileTexts } from './reports.ts'

const candidate = (day: string): Candidate => ({
  tag: `backup-2026-11-${day}-database`,
  publishedAt: `2026-11-${day}T03:20:00Z`,
  manifest: {
    repository: 'acme/journal',
    database: 'default',
    snapshotAt: `2026-11-${day}T03:17:00.123Z`,
  },
  provedIn: [],
  pinned: false,
})

const newest = candidate('24')
const older = candidate('23')
const oldest = candidate('22')
const foreign: Candidate = { ...candidate('01'), tag: 'v1.0.0', manifest: undefined }

const plan: Plan = {
  decisions: [
    { candidate: newest, action: 'keep', reasons: ['the newest', 'keep-last 1'] },
    { candidate: older, action: 'remove', reasons: ['no rule keeps it'] },
    { candidate: oldest, action: 'remove', reasons: ['no rule keeps it'] },
    { candidate: foreign, action: 'keep', reasons: ['not made by this suite'] },
  ],
  withheld: undefined,
}

const done: Outcome = { dryRun: false, removed: [oldest, older], failure: undefined }
const error = new Error('GitHub refused to remove it (403).')

describe('a user reads in the summary and in the log', () => {
  test.each<[string, Plan, Outcome]>([
    ['what is gone, and why the rest is not', plan, done],
    ['what would go', plan, { dryRun: true, removed: [], failure: undefined }],
    ['where it stopped', plan, { ...done, removed: [], failure: { candidate: oldest, error } }],
    [
      'why nothing was removed at all',
      {
        decisions: [{ candidate: newest, action: 'keep', reasons: ['the newest'] }],
        withheld: 'what time it is could not be found out',
      },
      { ...done, removed: [] },
    ],
  ])('%s', (_, planned, outcome) => {
    expect(retentionSummary(planned, outcome)).toMatchSnapshot()
    expect(retentionLines(planned, outcome).join('\n')).toMatchSnapshot()
  })
})

test.each(hostileTexts)('%j in a tag, a time, a reason or an error fakes no row', (text) => {
  const manifest = { repository: text, database: text, snapshotAt: text }
  const hostile = { ...oldest, tag: text, manifest }
  const decisions = [
    ...plan.decisions,
    { candidate: hostile, action: 'remove', reasons: [`of ${text}`] } as const,
  ]
  const failure = { candidate: hostile, error: new Error(text) }
  const outcome = { ...done, removed: [], failure }
  const planned = { decisions, withheld: `${text} is in the future` }
  assertInert(retentionSummary(planned, outcome), 1)
  const lines = retentionLines(planned, outcome)
  expect(lines).toHaveLength(5 + 3)
  expect(lines.join('\n')).not.toMatch(/(?!\n)\p{Cc}/u)
})
