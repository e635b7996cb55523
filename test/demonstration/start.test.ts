import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'

const start = join(import.meta.dirname, '..', '..', 'packages', 'demonstration', 'src', 'start.ts')
let folder = ''

afterEach(() => rm(folder, { recursive: true, force: true }))

async function see(...words: string[]) {
  // As a visitor's shell has it, which runs no tests.
  const { JEST_WORKER_ID: _, ...env } = process.env
  const shown = await new Promise<{ exitCode: number; output: string }>((resolve) => {
    const all = [start, '--rows', '20000', ...words]
    const child = execFile(process.execPath, all, { env }, (_error, out, err) => {
      resolve({ exitCode: child.exitCode ?? -1, output: out + err })
    })
  })
  folder = /RESTORE\.md: (\S+)/.exec(shown.output)?.[1] ?? ''
  return shown
}

test('a visitor sees the whole recovery proved, with its figures and its documents', async () => {
  const { exitCode, output } = await see()
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 })
  for (const chapter of [
    'create-backup-tag',
    'Dump, fingerprint, seal, upload and open again',
    'Restore',
  ]) {
    expect(output).toContain(chapter)
  }
  expect(output).toMatch(/PROVED +same data +11 tables with \d+ rows/)
  expect(output).toMatch(/PROVED +recovery time .* of 30 min/)
  expect(output).toMatch(/SKIPPED +data loss +This is the first recovery point/)
  expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toContain('## PROVED')
  expect(readFileSync(join(folder, 'release-notes.md'), 'utf8')).toContain('RESTORE.md')
  expect(readFileSync(join(folder, 'RESTORE.md'), 'utf8')).toContain('sha256sum -c')
})

const red: [string, number, RegExp][] = [
  ['row', 1, /FAILED +same data[^]*table public\.journal_entry/],
  ['part', 1, /FAILED +opened +database\.dump\.zst\.0001\.gpg is not what was stored/],
  ['passphrase', 2, /NOT PROVED +opened +The passphrase does not open/],
  ['dump', 1, /DUMP_FAILED: pg_dump[^]*(terminating connection|closed the connection)/],
]
test.each(red)(
  'a visitor who breaks the %s sees red, with the reason',
  async (what, code, reason) => {
    const { exitCode, output } = await see('--break', what)
    expect(output).toMatch(reason)
    expect(exitCode).toBe(code)
    expect(output).not.toMatch(/^PROVED: the recovery point was restored/m)
    expect(existsSync(join(folder, 'RESTORE.md'))).toBe(what !== 'dump')
  },
)

test('a word that the demonstration does not know is named, with the usage', async () => {
  const { exitCode, output } = await see('--break', 'everything')
  expect(output).toContain('--break everything: there is no such damage')
  expect(exitCode).toBe(1)
})
