import { describe, expect, test } from '@jest/globals'
import {
  assertSealedHalf,
  checksums,
  type Manifest,
  parseManifest,
  renderManifest,
} from '../src/index.ts'

const digest = 'a'.repeat(64)
const content: Omit<Manifest, 'format'> = {
  tag: 'backup-2026-11-24-database',
  database: 'default',
  repository: 'acme/journal',
  commit: 'b'.repeat(40),
  snapshotAt: '2026-11-24T03:17:00.123Z',
  previous: null,
  run: { id: '1', attempt: '1' },
  postgres: { major: 15, server: '15.18', pgDump: '15.18' },
  sealedFor: { passphrase: true, keyIds: [] },
  databaseBytes: 1,
  members: [
    {
      name: 'database.dump',
      encoding: 'zstd',
      bytes: 3,
      parts: [{ name: 'database.dump.zst.0001.gpg', bytes: 9, sha256: digest }],
    },
  ],
}

describe('a manifest', () => {
  test('reads back as it was written', () => {
    const { format, ...read } = parseManifest(renderManifest(content), content.tag)
    expect([format, read]).toEqual([1, content])
  })

  test('of a newer format is refused by its number, not misread', () => {
    const newer = renderManifest(content).replace('"format": 1', '"format": 2')
    expect(() => parseManifest(newer, content.tag)).toThrow(/format 2; this version reads format 1/)
  })

  test.each([
    ['not JSON', '{'],
    ['an empty object', '{}'],
    [
      'a part whose name leaves the directory',
      renderManifest(content).replace('database.dump.zst.0001.gpg', '../../etc/0001.gpg'),
    ],
    ['an unknown field', renderManifest(content).replace('"format"', '"evil": 1, "format"')],
    ['a digest that is none', renderManifest(content).replace(digest, 'zz')],
  ])('that is %s is refused', (_, text) => {
    expect(() => parseManifest(text, content.tag)).toThrow(
      expect.objectContaining({ code: 'MANIFEST_UNKNOWN' }),
    )
  })
})

describe('the sealed half convicts a manifest', () => {
  const forgeries: [string, Partial<Manifest>][] = [
    ['whose snapshot was made younger', { snapshotAt: '2027-01-01T00:00:00.000Z' }],
    ['that was moved to another tag', { tag: 'backup-2027-01-01-database' }],
    [
      'whose predecessor was invented',
      { previous: { tag: 'backup-x', snapshotAt: '2026-11-24T03:00:00Z' } },
    ],
    [
      'whose dump was exchanged',
      { members: [{ ...content.members[0], bytes: 4 } as Manifest['members'][0]] },
    ],
  ]
  test.each(forgeries)('%s', (_, forgery) => {
    expect(() => {
      assertSealedHalf(
        { format: 1, ...content, ...forgery },
        { manifest: content, fingerprint: {} },
      )
    }).toThrow(expect.objectContaining({ code: 'MANIFEST_FORGED' }))
  })

  test('but not the one that it was made with', () => {
    const own = { ...content.members[0], name: 'fingerprint.json' } as Manifest['members'][0]
    assertSealedHalf(
      { format: 1, ...content, members: [...content.members, own] },
      { manifest: content, fingerprint: {} },
    )
  })
})

test('SHA256SUMS has the form that sha256sum -c reads', () => {
  expect(checksums([{ name: 'x.gpg', sha256: digest }])).toBe(`${digest}  x.gpg\n`)
})
