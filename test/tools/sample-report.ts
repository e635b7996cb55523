import type { DrillReport } from '@recovery-playbook/drill'

const minute = 60_000
const hour = 60 * minute

/** A drill as it comes from a small application: the data is back in time, one export did not run. */
export const sampleReport: DrillReport = {
  scenario: 'database-restore',
  verdict: 'FAILED',
  guarantee: { recoveryTime: 30 * minute, dataLoss: 24 * hour },
  measured: {
    recoveryTime: 137_400,
    dataLoss: 26 * hour + 10 * minute,
    age: 4 * minute,
    worstGap: 26 * hour + 10 * minute,
  },
  startedAt: new Date('2026-11-23T03:21:04.000Z'),
  elapsed: 149_800,
  phases: [
    { title: 'Find the recovery point', begun: 0, milliseconds: 900 },
    { title: 'Download, check and open', begun: 900, milliseconds: 41_200 },
    { title: 'Start a throwaway PostgreSQL', begun: 42_100, milliseconds: 1_300 },
    { title: 'Restore', begun: 43_400, milliseconds: 68_500 },
    { title: 'Compare with the fingerprint of the snapshot', begun: 111_900, milliseconds: 25_500 },
    {
      title: 'Try what is held on the earlier recovery points',
      begun: 137_400,
      milliseconds: 3900,
    },
    { title: 'Compare with the last that was proved', begun: 141_300, milliseconds: 2100 },
  ],
  checks: [
    {
      name: 'recovery point',
      state: 'PROVED',
      detail: 'backup-2026-11-23-database is published and complete.',
    },
    {
      name: 'signature',
      state: 'SKIPPED',
      detail: 'No signer is named. Whoever made it held the passphrase.',
    },
    { name: 'opened', state: 'PROVED', detail: '16 parts have the right digest and open.' },
    {
      name: 'isolated',
      state: 'PROVED',
      detail: 'without network, in namespaces of its own',
    },
    {
      name: 'restored',
      state: 'PROVED',
      detail: 'by pg_restore 16.10 without an error. Prepared by the drill: nothing.',
    },
    {
      name: 'same data',
      state: 'PROVED',
      detail: '42 tables with 1171170 rows are the same, and so are 38 sequences and the schema.',
    },
    { name: 'left out', state: 'PROVED', detail: 'Nothing was left out.' },
    {
      name: 'recovery time',
      state: 'PROVED',
      detail: '2 min 17 s of 30 min from the start of the drill to the data shown to be the same',
    },
    {
      name: 'data loss',
      state: 'FAILED',
      detail:
        '1 d 2 h of 1 d between this snapshot and backup-2026-11-22-database: 2 h 10 min over the guarantee',
      hint: 'Export more often: change the `schedule` of the workflow, and count in GitHub’s delays.',
    },
    { name: 'age', state: 'PROVED', detail: '4 min of 1 d since the snapshot' },
    {
      name: 'keys',
      state: 'PROVED',
      detail: 'What is held opens the newest 10 recovery points.',
    },
    { name: 'volume', state: 'PROVED', detail: 'No table has lost more than 50 % of its rows.' },
  ],
  point: {
    manifest: { tag: 'backup-2026-11-23-database', snapshotAt: '2026-11-23T03:17:02.418Z' },
  } as DrillReport['point'],
  figures: {
    tables: 42,
    rows: 1_171_170n,
    dumpBytes: 566_000_000,
    sealedBytes: 131_400_000,
    parts: 16,
  },
}
