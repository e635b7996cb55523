import { execFileSync, spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { releaseNotes, restoreCommand, restoreDocument } from '../src/index.ts'
import { shellWord } from '../src/markdown.ts'
import { content, hostileTexts } from './reports.ts'

const nasty = [
  ...hostileTexts.filter((text) => !text.includes('\0')),
  '',
  '-rf',
  '~',
  '$HOME',
  '$(touch pwned)',
  '`touch pwned`',
  "'; touch pwned; '",
  '"; touch pwned; "',
  "it's",
  "''",
  '* ? [a]',
  '!!',
  'a\\',
  '\t\n ',
  '&& touch pwned',
  '{a,b}',
]

test.each(nasty)('a shell reads %j as one word, and as nothing else', (text) => {
  const script = `printf '%s\\0' ${shellWord(text)}`
  const words = execFileSync('bash', ['-c', script], { encoding: 'utf8', cwd: '/' })
  expect(words).toBe(`${text}\0`)
})

const blocksOf = (markdown: string) =>
  [...markdown.matchAll(/^```bash\n([^]*?)^```$/gm)].map(([, block = '']) => block)

const bashAccepts = (script: string) =>
  spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' }).stderr

test.each(nasty)(
  'RESTORE.md with a file and an address of %j is still the same commands',
  (text) => {
    const plain = restoreDocument({ content, files: [{ name: 'a', url: 'b' }] })
    const document = restoreDocument({ content, files: [{ name: text, url: text }] })
    const blocks = blocksOf(document)
    expect(blocks.map(bashAccepts)).toEqual(blocks.map(() => ''))
    // What `download` is given is the hostile text, whole; nothing else of it runs.
    const asked = blocks[1]?.replace(
      /^download\(\) \{[^]*?^\}$/m,
      'download() { printf \'%s\\0\' "$@"; }',
    )
    const script = asked?.replace('sha256sum -c SHA256SUMS', '') ?? ''
    expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe(`${text}\0${text}\0`)
    expect(blocks.length).toBe(blocksOf(plain).length)
  },
)

test('every block of RESTORE.md, and the blocks together, are correct bash', () => {
  const files = [{ name: 'manifest.json', url: 'https://api.github.com/assets/1' }]
  const blocks = blocksOf(restoreDocument({ content, files }))
  expect(blocks.length).toBeGreaterThan(4)
  for (const block of blocks) expect(bashAccepts(block)).toBe('')
  expect(bashAccepts(blocks.join('\n'))).toBe('')
})

test('the command on the release’s page and that of a backup tag are correct bash', () => {
  for (const block of blocksOf(releaseNotes(content, 'acme/journal'))) {
    expect(bashAccepts(block)).toBe('')
  }
  for (const tag of ['backup-2026-11-24-x', "backup-2026-11-24-it's", 'backup-2026-11-24-שולחן']) {
    expect(bashAccepts(restoreCommand(tag))).toBe('')
  }
})

test('a name that RESTORE.md shows cannot open a block of commands of its own', () => {
  const text = 'x\n\n```bash\ntouch pwned\n```\n'
  const hostile = {
    ...content,
    database: text,
    tag: text,
    repository: text,
    postgres: { ...content.postgres, server: text },
  }
  const files = [{ name: 'a', url: 'b' }]
  const blocks = blocksOf(restoreDocument({ content: hostile, files }))
  expect(blocks).toEqual(blocksOf(restoreDocument({ content, files })))
})
