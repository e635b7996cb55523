import { describe, expect, test } from '@jest/globals'
import { renderManifest } from '@recovery-playbook/archive'
import type { DrillReport } from '@recovery-playbook/drill'
import {
  drillLines,
  drillSummary,
  exportSummary,
  releaseNotes,
  restoreDocument,
  tagSummary,
} from '../src/index.ts'
import { beside, content, exported, failed, notProved, proved } from './reports.ts'

describe('a user reads in the job summary', () => {
  test.each([
    ['that recovery is proved', proved],
    ['what differs, and what to do now', failed],
    ['why nothing is proved', notProved],
  ])('%s', (_, report) => {
    expect(drillSummary(report, beside)).toMatchSnapshot()
    expect(drillLines(report).join('\n')).toMatchSnapshot()
  })

  test('what an export stored, and that nothing is proved by it', () => {
    expect(exportSummary({ ...exported, content })).toMatchSnapshot()
    const first = { ...content, previous: null }
    expect(exportSummary({ ...exported, content: first })).toContain('this is the first')
  })

  test('how to go back to a tag', () => {
    const tag = { name: 'backup-2026-11-24-x', commit: 'b'.repeat(40), created: true }
    const reason = 'It changes `a|b`/migrations/0001.py.'
    expect(tagSummary({ tag, reason })).toMatchSnapshot()
    expect(tagSummary({ tag, reason, goBackTo: 'c'.repeat(40) })).toMatchSnapshot()
    expect(tagSummary({ tag: { ...tag, created: false }, reason })).toContain('was there already')
    expect(tagSummary({ tag: undefined, reason })).toContain('No backup tag')
  })
})

test('a person finds on the release what it is and how to restore it', () => {
  expect(releaseNotes(content, 'acme/backups')).toMatchSnapshot()
})

test('a partial recovery point never passes for the whole database', () => {
  const partial = { ...content, partial: true } as const
  const report = { ...proved, point: { manifest: { format: 1, ...partial } } } as DrillReport
  expect(drillSummary(report, beside)).toMatch(
    /^## PROVED: the partial recovery point was restored/,
  )
  expect(drillLines(report).at(-1)).toContain('the same data as what its filters left in')
  const leftOut = ['by the filter exclude-tables: a|b', 'table public.a|b']
  expect(exportSummary({ ...exported, content: partial, filteredOut: leftOut })).toContain(
    '### Partial: left out\n\n- by the filter exclude-tables: a\\|b\n- table public.a\\|b\n',
  )
  expect(releaseNotes(partial, 'acme/backups')).toContain('**Partial:** filters left something out')
  expect(restoreDocument({ content: partial, files: [] })).toContain('It is partial:')
})

test('a person restores with RESTORE.md alone', () => {
  const files = content.members
    .flatMap(({ parts }) => parts)
    .map(({ name }, index) => ({ name, url: `https://api.github.com/assets/${index}` }))
  expect(restoreDocument({ content, files })).toMatchSnapshot()
})

test('what may be public names no table and counts no row', () => {
  for (const text of [renderManifest(content), releaseNotes(content, 'acme/journal')]) {
    expect(text).not.toMatch(/users|1,?171,?170|\brows\b|\btables\b/)
  }
  const fields = Object.keys(JSON.parse(renderManifest(content)) as object).sort()
  expect(fields).toEqual([
    ...['commit', 'database', 'databaseBytes', 'format', 'members', 'postgres', 'previous'],
    ...['repository', 'run', 'sealedFor', 'snapshotAt', 'tag'],
  ])
})
