import { expect, test } from '@jest/globals'
import type { Check } from '@recovery-playbook/drill'
import { drillSummary } from '../src/index.ts'
import { beside, failed, notProved } from './reports.ts'

const mebibyte = 1024 * 1024
const names = Array.from({ length: 5000 }, (_, index) => `public.${'t'.repeat(50)}_${index}`)
const failing = (detail: (name: string) => string): Check[] =>
  names.map((name) => ({ name, state: 'FAILED', detail: detail(name), hint: `Look at ${name}.` }))

test.each([
  ['5,000 failing checks', failing((name) => `${name} differs`)],
  ['5,000 failing checks of many words', failing((name) => `${name} <&|>\u202e`.repeat(60))],
  [
    '5,000 tables in one check',
    [{ name: 'same data', state: 'FAILED', detail: names.join('\n') } as const],
  ],
  [
    'a line without an end',
    [{ name: 'x', state: 'FAILED', detail: '|'.repeat(2_000_000) } as const],
  ],
])('%s stay under GitHub’s limit, and what is left out is counted', (_, checks) => {
  const phases = names.map((title, begun) => ({ title, begun, milliseconds: 1 }))
  const summary = drillSummary({ ...failed, checks, phases }, beside)
  expect(Buffer.byteLength(summary)).toBeLessThan(0.8 * mebibyte)
  expect(summary).toMatch(/^## FAILED: /)
  expect(summary).toMatch(/… and [\d]+ more|…/)
})

test('what fails has room before what is proved', () => {
  const proved = names.map((name) => ({ name, state: 'PROVED', detail: name.repeat(5) }) as const)
  const last = { name: 'the one', state: 'FAILED', detail: 'This one.' } as const
  const summary = drillSummary({ ...failed, checks: [...proved, last] }, beside)
  expect(summary).toContain('| the one | **FAILED** | This one. |')
  expect(summary).toMatch(/… and \d+ more checks stand in the log/)
})

test('a remedy that many checks ask for stands there once', () => {
  const hint = 'Export a new one.'
  const checks = names.map((name) => ({ name, state: 'FAILED', detail: 'x', hint }) as const)
  const summary = drillSummary({ ...failed, checks }, beside)
  expect(summary.split(hint)).toHaveLength(2)
  expect(summary).toContain(`and 4997 more: ${hint}`)
})

test('what was not proved is named with its reason, what was not reached apart from it', () => {
  const summary = drillSummary(notProved, beside)
  const [, section = ''] = summary.split('### What was not proved, and why')
  expect(section).toContain('**recovery point** (NOT PROVED): GitHub refused')
  expect(section).toContain('Not reached, because the drill ended before: **same data**')
})

test('how recovery times go is seen beside the promise', () => {
  expect(drillSummary(failed, beside)).toContain(
    'Recovery times of the last drills: 1 min 1 s → 1 min 4 s → now **1 min 5 s**.',
  )
  expect(drillSummary(failed, { ...beside, earlier: [] })).not.toContain('last drills')
})
