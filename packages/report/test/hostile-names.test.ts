import { describe, expect, test } from '@jest/globals'
import type { Operation, TagRow } from '@recovery-playbook/recovery-log'
import { drillSummary, exportSummary, logPages, releaseNotes, tagSummary } from '../src/index.ts'
import { assertInert } from './inert.ts'
import { beside, content, exported, failed, hostileTexts } from './reports.ts'

describe.each(hostileTexts)('%j', (text) => {
  test('as the name of a table or in an error changes no verdict that a user reads', () => {
    const check = { name: 'same data', state: 'FAILED', detail: `table ${text}: gone` } as const
    const hint = `Look at ${text}.`
    assertInert(drillSummary({ ...failed, checks: [check, { ...check, hint }] }, beside), 3)
  })

  test('as the name of a check or of a phase fakes no verdict and draws nothing', () => {
    const checks = [{ name: text, state: 'NOT PROVED', detail: 'Not reached.' } as const]
    const phases = [{ title: text, begun: 0, milliseconds: 5 }]
    assertInert(drillSummary({ ...failed, checks, phases }, beside), 3)
  })

  test('as a tag that a writer to the store chose fakes nothing in a summary or in the notes', () => {
    const forged = {
      ...content,
      tag: text,
      previous: { tag: text, snapshotAt: content.snapshotAt },
    }
    const point = { ...failed.point, manifest: { format: 1, ...forged } } as typeof failed.point
    assertInert(drillSummary({ ...failed, point }, beside), 3)
    const { tag } = content
    assertInert(
      exportSummary({
        ...exported,
        content: { ...forged, tag },
        leftOut: [text],
        filteredOut: [text],
      }),
      2,
    )
    assertInert(releaseNotes({ ...forged, tag }, 'acme/journal'), 1)
  })

  test('as the name of a database or a server’s version stays a name', () => {
    const named = { ...content, database: text, postgres: { ...content.postgres, server: text } }
    assertInert(exportSummary({ ...exported, content: named }), 2)
    assertInert(releaseNotes(named, 'acme/journal'), 1)
  })

  test('as a backup tag’s name fakes nothing in its heading', () => {
    const tag = { name: text, commit: '', created: true }
    const [heading = '', reason = ''] = tagSummary({ tag, reason: text }).split('\n\n')
    expect(heading).not.toContain('\n')
    assertInert(`${heading}\n`, 0)
    assertInert(`${reason}\n`, 0)
  })
})

describe.each(hostileTexts)('%j', (text) => {
  const recordedAt = '2026-11-25T03:17:00.000Z'
  const run = { id: 7, attempt: 1 }
  const pages = logPages('https://github.com/acme/journal')

  test('as a tag, a description or a database fakes no row of the tag history', () => {
    const row: TagRow = {
      ...{ tag: text, taggedAt: recordedAt, commit: text, description: text },
      protects: { kind: 'recovery-point', database: text, snapshotAt: recordedAt },
      lastProof: { verdict: 'FAILED', scenario: 'database-restore', recordedAt, run },
    }
    assertInert(pages.tags([row, { ...row, protects: { kind: 'code' } }]), 1)
  })

  test('in an entry of the operation report fakes neither an entry nor a verdict', () => {
    const row: Operation = {
      ...{ recordedAt, operation: 'drill', verdict: 'FAILED', database: text, scenario: null },
      ranBy: { event: text, workflow: text, actor: text, run },
      repository: { ref: text, commit: text, tag: text },
      data: { tables: 1, bytes: 5, migrations: [text] },
      checks: [{ name: text, state: 'FAILED', detail: text }],
      actions: [text],
    }
    for (const page of [pages.operations([row], [2025]), pages.year(2025, [row])]) {
      assertInert(page, 1)
      expect(page.match(/^#/gm)).toHaveLength(2)
    }
  })
})

test('ordinary letters of every language stay readable', () => {
  const detail = 'table public.книги: שולחן ☕'
  const checks = [{ name: 'same data', state: 'FAILED', detail } as const]
  expect(drillSummary({ ...failed, checks }, beside)).toContain(detail)
})
