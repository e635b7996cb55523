import type { Manifest } from '@recovery-playbook/archive'
import type { Check, DrillReport, Figures } from '@recovery-playbook/drill'
import type { Beside } from '../src/index.ts'

const part = (name: string) => ({ name, bytes: 33_555_000, sha256: 'a'.repeat(64) })

export const content: Omit<Manifest, 'format'> = {
  tag: 'backup-2026-11-24-database',
  database: 'default',
  repository: 'acme/journal',
  commit: 'b'.repeat(40),
  snapshotAt: '2026-11-24T03:17:00.123Z',
  previous: { tag: 'backup-2026-11-23-database', snapshotAt: '2026-11-23T03:17:00.000Z' },
  run: { id: '1', attempt: '1' },
  postgres: { major: 16, server: '16.10 (Debian 16.10-1)', pgDump: '16.10' },
  sealedFor: { passphrase: true, keyIds: [] },
  databaseBytes: 566_000_000,
  members: [
    {
      name: 'database.dump',
      encoding: 'zstd',
      bytes: 400_000_000,
      parts: [part('database.dump.zst.0001.gpg'), part('database.dump.zst.0002.gpg')],
    },
    {
      name: 'globals.sql',
      encoding: 'zstd',
      bytes: 900,
      parts: [part('globals.sql.zst.0001.gpg')],
    },
    {
      name: 'fingerprint.json',
      encoding: 'zstd',
      bytes: 9000,
      parts: [part('fingerprint.json.zst.0001.gpg')],
    },
  ],
}

const figures: Figures = {
  tables: 11,
  rows: 1_171_170n,
  dumpBytes: 400_000_000,
  sealedBytes: 100_665_000,
  parts: 3,
}

const phases = [
  { title: 'Find the recovery point', begun: 0, milliseconds: 120 },
  { title: 'Restore', begun: 120, milliseconds: 65_000 },
]

export const exported = {
  figures,
  phases,
  url: 'https://github.com/acme/journal/releases/tag/backup-2026-11-24-database',
  filteredOut: [],
  leftOut: ['1 role (app): the dump names it'],
  failures: [],
  pruned: [],
}

export const beside: Beside = { storedIn: 'acme/journal', earlier: [61_000, 63_500] }

const before: Check[] = [
  {
    name: 'recovery point',
    state: 'PROVED',
    detail: 'backup-2026-11-24-database is published and complete.',
  },
]

const ran = {
  scenario: 'database-restore' as const,
  guarantee: { recoveryTime: 1_800_000, dataLoss: 86_400_000 },
  measured: { recoveryTime: 65_120, dataLoss: 86_400_123, age: 600_000, worstGap: 97_200_000 },
  startedAt: new Date('2026-11-24T03:27:00Z'),
  phases,
  elapsed: 70_000,
  figures,
}

/** A report about the recovery point of `content`, whose release is of no matter to a document. */
const report = (parts: Omit<DrillReport, 'point'>): DrillReport => ({
  ...parts,
  point: { manifest: { format: 1, ...content }, release: {} } as DrillReport['point'],
})

export const proved = report({
  ...ran,
  verdict: 'PROVED',
  checks: [
    ...before,
    { name: 'same data', state: 'PROVED', detail: '11 tables with 1171170 rows are the same.' },
    {
      name: 'recovery time',
      state: 'PROVED',
      detail: '1 min 5 s of 30 min from the start of the drill to the data shown to be the same',
    },
    { name: 'data loss', state: 'SKIPPED', detail: 'This is the first recovery point.' },
  ],
})

export const failed = report({
  ...ran,
  verdict: 'FAILED',
  checks: [
    ...before,
    {
      name: 'same data',
      state: 'FAILED',
      detail:
        'What came back is not what was there:\ntable public.users: rows: expected 30, found 29',
      hint: 'Do not rely on this recovery point.',
    },
    {
      name: 'data loss',
      state: 'FAILED',
      detail: '1 d 0.1 s of 1 d between this snapshot and the one before',
      hint: 'Export more often.',
    },
    { name: 'volume', state: 'NOT PROVED', detail: 'Not reached.' },
  ],
})

export const notProved: DrillReport = {
  ...ran,
  verdict: 'NOT PROVED',
  point: undefined,
  figures: undefined,
  checks: [
    {
      name: 'recovery point',
      state: 'NOT PROVED',
      detail: 'GitHub refused to list the releases (401): Bad credentials',
      hint: 'The token is wrong or has expired.',
    },
    { name: 'same data', state: 'NOT PROVED', detail: 'Not reached.' },
  ],
}

/** What an owner of any object, or a writer to the store, can put into a name or a message. */
export const hostileTexts = [
  'a|b||c|',
  '\\|a\\\\|b',
  '`code` ``` more',
  'line\nfeed',
  'carriage\rreturn\r\nboth',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '</td></tr></table>',
  '<!-- comment',
  '${{ secrets.TOKEN }}',
  '@everyone and @acme/team',
  'see #1 and acme/journal#2',
  '🐘 \u{1f468}\u200d\u{1f4bb}',
  'שולחן',
  '\u202egnp.exe',
  '[a](javascript:alert(1)) ![b](http://x)',
  '**bold** _it_ ~~no~~',
  '\u0000\u001b[31mred',
  '&lt;b&gt;',
  'ends with a backslash\\',
]
