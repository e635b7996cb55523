import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { withTags } from '../src/index.ts'

type Tags = Parameters<typeof withTags>[1]

const tagged = (tag: string, description = 'before the move'): Tags[number] => ({
  ...{
    tag,
    taggedAt: '2026-11-25T03:17:00.000Z',
    commit: 'abcdef0123456789'.repeat(3).slice(0, 40),
  },
  ...{ description, protects: { kind: 'code' }, lastProof: null },
})
const playbook = readFileSync('test/documents/planted/PLAYBOOK.md', 'utf8')
const path = 'PLAYBOOK.md'

test('a hand-written table gets the rows that it lacks, in its own columns and order', () => {
  const tags = [
    tagged('backup-2026-10-02-before-goals'),
    tagged('backup-2026-11-20-a', 'a | pipe'),
    tagged('backup-2026-11-25-b'),
  ]
  const { text, added } = withTags(playbook, tags, path)
  expect(added).toEqual(['backup-2026-11-20-a', 'backup-2026-11-25-b'])
  const lines = text.split('\n')
  const at = lines.findIndex((line) => line.includes('backup-2026-11-25-b'))
  expect(lines.slice(at, at + 3)).toEqual([
    '| `backup-2026-11-25-b` | 2026-11-25 | before the move | Recovery Playbook |',
    '| `backup-2026-11-20-a` | 2026-11-25 | a \\| pipe | Recovery Playbook |',
    expect.stringContaining('backup-2026-10-02-before-goals'),
  ])
  expect(lines.toSpliced(at, 2).join('\n')).toBe(playbook)
})

test('once more adds nothing', () => {
  const once = withTags(playbook, [tagged('backup-2026-11-25-b')], path)
  expect(withTags(once.text, [tagged('backup-2026-11-25-b')], path)).toEqual({
    text: once.text,
    added: [],
  })
})

test('a table that begins with its oldest row grows at its end, with CRLF and without a final newline', () => {
  const text =
    'Tag | Wann | Warum?\r\n--|--|--\r\n[backup-2026-01-01-a](x) | 2026-01-01 | a\r\nbackup-2026-02-01-b | 2026-02-01 | b'
  const kept = withTags(text, [tagged('backup-2026-01-01-a'), tagged('backup-2026-03-01-c')], path)
  expect(kept.text).toBe(`${text}\r\n| \`backup-2026-03-01-c\` | 2026-11-25 |  |`)
})

test('of two tables the one under a heading about tags is the history, and a generated one never', () => {
  const table = (name: string) => `| Tag | Date |\n|---|---|\n| ${name} | 2026-01-01 |\n`
  const text = `# Releases\n\n${table('v1')}\n# Tag history\n\n${table('backup-2026-01-01-x')}`
  const { text: after } = withTags(text, [tagged('backup-2026-11-25-b')], path)
  expect(after.indexOf('backup-2026-11-25-b')).toBeGreaterThan(after.indexOf('# Tag history'))
  const generated = `# Tag history\n\n<!-- recovery-playbook:begin tags -->\n\n${table('a')}\n<!-- recovery-playbook:end tags -->\n`
  expect(() => withTags(generated, [tagged('backup-2026-11-25-b')], path)).toThrow(
    'no table of tags',
  )
})

test('recovery points have no rows there', () => {
  const protects = {
    kind: 'recovery-point' as const,
    database: 'default',
    snapshotAt: '2026-11-25T03:17:00Z',
  }
  const point = { ...tagged('backup-2026-11-25-database'), protects }
  expect(withTags(playbook, [point], path).added).toEqual([])
})

test('a document without such a table is told what to write', () => {
  expect(() => withTags('# Nothing\n', [tagged('a')], path)).toThrow('PLAYBOOK.md has no table')
})

test('a tag and a description that somebody chose end no cell', () => {
  const evil = tagged('backup-2026-11-25-|x', 'one\ntwo | three `four`')
  const { text } = withTags(playbook, [evil], path)
  expect(text.split('\n')).toHaveLength(playbook.split('\n').length + 1)
  expect(withTags(text, [tagged('backup-2026-11-26-y')], path).added).toEqual([
    'backup-2026-11-26-y',
  ])
})
