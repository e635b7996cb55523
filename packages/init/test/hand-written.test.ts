import { describe, expect, test } from '@jest/globals'
import { parseDuration } from '@recovery-playbook/playbook'
import { inShort } from '../src/playbook/in-short.ts'
import { playbookOf, proposeFor, textOf } from './trees.ts'

const hour = 3_600_000
const day = 24 * hour

const document = `# Disaster Recovery Playbook

## Recovery guarantees

| Disaster type | Recovery time | Data loss |
| --- | --- | --- |
| Bad deployment (code) | < 10 minutes | None |
| **Database** corruption | 15–45 min | up to 12 hours |
| Environment failure | as fast as we can | < 24h |
| Catastrophic loss of the account | 1 day | Max 2 weeks |
| Meteor | 1 year | all |

## Backup tags

| Date | Tag | Purpose |
| --- | --- | --- |
| 2026-01-02 | \`backup-2026-01-02-before-x\` | before x |

## Emergency steps

- Stay calm

## Emergency contacts

| Role | Name | Phone | E-mail | After |
| --- | --- | --- | --- | --- |
| the database | Ada Lovelace | +49 30 1234 | ada@analytical.dev | |
| everything | Jos\u00e9: "the # man" | | jose@analytical.dev | 30 minutes |
| hosting | [Your Name] | xxx | | |

- Railway: <https://station.railway.com>
`

const files = { 'docs/disaster recovery.md': document, 'README.md': '# Shop\n\n## Backup\n' }

describe('a hand-written playbook', () => {
  test('gives its promises, and what is usual for what it leaves open', async () => {
    expect(playbookOf(await proposeFor(files)).guarantees).toEqual({
      'code-rollback': { recoveryTime: hour / 6, dataLoss: 0 },
      'database-restore': { recoveryTime: 0.75 * hour, dataLoss: 12 * hour },
      'environment-rebuild': { recoveryTime: 2 * hour, dataLoss: day },
      catastrophe: { recoveryTime: day, dataLoss: 14 * day },
    })
  })

  test('is named with the line of each promise', async () => {
    const text = textOf(await proposeFor(files), '.github/recovery-playbook.yml')
    expect(text).toMatch(/database-restore: .*45m.*\(docs\/disaster recovery\.md, line 8\)/)
  })

  test('says which of its promises nobody can measure', async () => {
    const notes = (await proposeFor(files)).notes.join('\n')
    expect(notes).toContain("line 9: 'as fast as we can' is no recovery time")
    expect(notes).toContain("line 11: 'Meteor' is none of code-rollback")
  })

  test('gives its contacts, in their order, and no placeholder', async () => {
    const proposal = await proposeFor(files)
    expect(playbookOf(proposal).contacts).toEqual([
      {
        name: 'Ada Lovelace',
        reach: '+49 30 1234, ada@analytical.dev',
        for: 'the database',
      },
      {
        name: 'Jos\u00e9: "the # man"',
        reach: 'jose@analytical.dev',
        for: 'everything',
        after: hour / 2,
      },
      { name: 'Railway: https://station.railway.com' },
    ])
    expect(proposal.notes.join('\n')).toContain("'[Your Name]' is nobody who can be called")
  })

  test('keeps its tag history, and is the document of the playbook', async () => {
    const { tags, document: path } = playbookOf(await proposeFor(files))
    expect(tags['history-document']).toBe('docs/disaster recovery.md')
    expect(path).toBe('docs/disaster recovery.md')
  })

  test('makes exports as frequent as it promises', async () => {
    const proposal = await proposeFor(files)
    const scheduled = (name: string) => textOf(proposal, `.github/workflows/${name}.yml`)
    expect(scheduled('backup')).toContain("- cron: '47 4,10,16,22 * * *'")
    expect(scheduled('watch')).toContain("- cron: '17 0,2,4,6,8,10,12,14,16,18,20,22 * * *'")
  })

  test('that promises to lose nothing is told that no export keeps that', async () => {
    const promise = '# Playbook\n\n| What | RTO | RPO |\n| - | - | - |\n| Database | 1h | zero |\n'
    const { notes } = await proposeFor({ 'PLAYBOOK.md': promise })
    expect(notes.join('\n')).toContain('no export can keep that')
  })

  test('that says nothing which is taken over is not preferred to one that does', async () => {
    const { document: path } = playbookOf(
      await proposeFor({ 'BACKUP.md': '# Backups\n\nWe should make some.\n', ...files }),
    )
    expect(path).toBe('docs/disaster recovery.md')
  })
})

test('a document about something else gives no contacts', async () => {
  const page = '# Password recovery\n\n## Contacts\n\n- Somebody\n'
  const playbook = playbookOf(await proposeFor({ 'docs/password-recovery.md': page }))
  expect(playbook.contacts).toEqual([])
  expect(playbook.document).toBeUndefined()
})

test.each([1000, 90_000, hour / 2, hour, 1.5 * hour, day, 1.5 * day, 7 * day])(
  'what is written for %d ms is read as that',
  (milliseconds) => {
    expect(parseDuration(String(inShort(milliseconds)), 'x')).toBe(milliseconds)
  },
)
