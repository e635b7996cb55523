import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { keyCheckBody, type KeyCheckContext, keyCheckOpened, keyCheckTitle } from '../src/index.ts'
import { assertInert } from './inert.ts'
import { hostileTexts } from './reports.ts'

const context: KeyCheckContext = {
  database: 'default',
  storedIn: 'acme/backups',
  tag: 'backup-2026-11-24-database',
  sealedFor: { passphrase: true, keyIds: [] },
  words: 'You can open the recovery point backup-2026-11-24-database.\n',
  answer: '/key-check',
}

const answered = {
  login: 'ada',
  at: '2026-11-26T08:00:00Z',
  comment: { url: 'https://github.com/acme/journal/issues/3#issuecomment-1' },
}

const keys = { passphrase: false, keyIds: ['0123456789ABCDEF', 'FEDCBA9876543210'] }

test('whoever is asked reads how to try, how to answer, and what to do when it does not open', () => {
  expect(keyCheckTitle('default', '2026-Q4')).toMatchSnapshot()
  expect(keyCheckBody(context)).toMatchSnapshot()
  expect(keyCheckBody({ ...context, sealedFor: keys })).toMatchSnapshot()
  expect(keyCheckOpened(answered, '2026-Q4')).toMatchSnapshot()
})

describe.each(hostileTexts)('%j', (text) => {
  test('changes nothing that the issue says, mentions nobody and runs nothing', () => {
    const hostile = { ...context, database: text, tag: text, words: text }
    const body = keyCheckBody(hostile)
    const [, commands = ''] = /^```bash\n(.*?)^```$/ms.exec(body) ?? []
    expect(commands.split('\n')).toHaveLength(4)
    expect(spawnSync('bash', ['-n'], { input: commands, encoding: 'utf8' }).stderr).toBe('')
    // In code nothing is acted upon; GitHub shows it as it is.
    const outside = body
      .replaceAll(/^```bash\n.*?^```$/gms, '')
      .replaceAll(/^ {4}.*$/gm, '')
      .replaceAll(/`[^`\n]*`/g, '`code`')
    assertInert(outside, 0)
    assertInert(keyCheckOpened({ ...answered, login: text }, '2026-Q4'), 0)
    expect(keyCheckTitle(text, '2026-Q4')).not.toMatch(/[\n\r<>@#`\u202e]/)
  })
})
