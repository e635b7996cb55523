import { describe, expect, test } from '@jest/globals'
import { propose } from '@recovery-playbook/init'
import { parse } from 'yaml'
import { application, playbookOf, privateRepository, proposeFor, textOf, treeOf } from './trees.ts'

const notesFor = async (...order: Parameters<typeof proposeFor>) =>
  (await proposeFor(...order)).notes.join('\n')

test('a bare repository gets a playbook of its database alone', async () => {
  const proposal = await proposeFor({}, { repository: undefined, defaultBranch: undefined })
  const playbook = playbookOf(proposal)
  expect(playbook.drill).toBeUndefined()
  expect(playbook.databases).toMatchObject({ default: { url: 'DATABASE_URL' } })
  expect(proposal.files.map(({ path }) => path)).toEqual([
    '.github/recovery-playbook.yml',
    '.github/workflows/backup.yml',
    '.github/workflows/watch.yml',
    '.github/workflows/restore-drill.yml',
    '.github/workflows/merge-guard.yml',
  ])
  expect(proposal.notes.join('\n')).toContain('main was taken')
})

describe('where recovery points are kept', () => {
  test('of a public repository in a private one beside it, which is made by a command', async () => {
    const proposal = await proposeFor(application, { isPublic: true })
    const { store } = playbookOf(proposal)
    expect(store).toMatchObject({ repository: 'ada/wellbeing-backups', token: 'BACKUP_TOKEN' })
    expect(proposal.notes.join('\n')).toContain('gh repo create ada/wellbeing-backups --private')
    const withToken = 'STORE_TOKEN: ${{ secrets.BACKUP_TOKEN }}'
    expect(textOf(proposal, '.github/workflows/backup.yml')).toContain(withToken)
    expect(textOf(proposal, '.github/workflows/restore-drill.yml')).toContain(withToken)
  })

  test('and pull requests of a public repository see a token that cannot write', async () => {
    const guard = textOf(
      await proposeFor(application, { isPublic: true }),
      '.github/workflows/merge-guard.yml',
    )
    expect(guard).toContain('STORE_TOKEN: ${{ secrets.BACKUP_READ_TOKEN }}')
    expect(guard).not.toContain('BACKUP_TOKEN ')
  })

  test('of one of which nobody knows: how to find out', async () => {
    const proposal = await proposeFor(application, { isPublic: 'unknown' })
    expect(playbookOf(proposal).store.repository).toBeUndefined()
    expect(proposal.notes.join('\n')).toContain('gh repo view ada/wellbeing --json visibility')
  })
})

describe('the copy outside of the account', () => {
  test('is always proposed, and stands in the playbook when it was named', async () => {
    const without = await proposeFor(application)
    expect(without.notes.join('\n')).toContain('A catastrophe, the loss of the account')
    expect(without.secrets.map(({ name }) => name)).toContain('MIRROR_TOKEN')
    const named = await proposeFor(application, {}, { mirror: 'charles/keeps' })
    expect(playbookOf(named).mirrors).toEqual([{ to: 'charles/keeps', token: 'MIRROR_TOKEN' }])
  })

  test('is what the lines show that only lack their #', async () => {
    const text = textOf(await proposeFor({}), '.github/recovery-playbook.yml')
    const shown = text.split('\n').slice(text.split('\n').indexOf('# mirrors:')).slice(0, 3)
    expect(shown.map((line) => line.slice(2))).toEqual([
      'mirrors:',
      '  - to: ANOTHER-ACCOUNT/NAME',
      '    token: MIRROR_TOKEN',
    ])
  })
})

describe('what the plan lacks is said', () => {
  test.each([
    ['a user on Free', { plan: 'free' } as const, 'required check with GitHub Pro.'],
    ['an organization on Free', { plan: 'free', owner: 'organization' } as const, 'GitHub Team.'],
    ['Pro', { plan: 'pro' } as const, 'no required reviewers for environments'],
    ['a plan that is not known', { plan: 'unknown' } as const, 'rulesets answers 403'],
  ])('%s', async (_, facts, said) => {
    expect(await notesFor({}, facts)).toContain(said)
  })

  test('and nothing of it where GitHub has it', async () => {
    for (const facts of [{ plan: 'enterprise' }, { plan: 'free', isPublic: true }] as const) {
      expect(await notesFor({}, facts)).not.toMatch(/plan has no|is not known/)
    }
  })
})

describe('what stands there already', () => {
  const standing = {
    ...application,
    '.github/workflows/backup.yml': 'name: Mine\non: push\njobs: {}\n',
    '.github/recovery-playbook.yml':
      'databases: { shop: { url: SHOP_URL } }\nguarantees: { database-restore: { data-loss: 4h } }\n',
  }

  test('is left as it is, and the note says what would have stood there', async () => {
    const { files, notes } = await proposeFor(standing)
    expect(files.filter(({ exists }) => exists).map(({ path }) => path)).toEqual([
      '.github/recovery-playbook.yml',
      '.github/workflows/backup.yml',
    ])
    expect(notes.join('\n')).toContain('.github/workflows/backup.yml is there already')
  })

  test('as a playbook is what the workflows and the secrets follow', async () => {
    const proposal = await proposeFor(standing)
    const backup = textOf(proposal, '.github/workflows/backup.yml')
    expect(backup).toContain('DATABASE_PUBLIC_URL: ${{ secrets.SHOP_URL }}')
    expect(backup).toContain("cron: '47 0,2,4,6,8,10,12,14,16,18,20,22 * * *'")
    expect(proposal.secrets.map(({ name }) => name)).toContain('SHOP_URL')
    expect(proposal.choices.map(({ what }) => what).join('\n')).not.toContain('promises')
  })

  test('as a playbook of several databases gives each its own jobs, of which one makes tags', async () => {
    const text = 'databases: { shop: { url: SHOP_URL }, odd name: { url: FORUM_URL } }\n'
    const proposal = await proposeFor({ '.github/recovery-playbook.yml': text })
    const jobsOf = (name: string) =>
      (parse(textOf(proposal, `.github/workflows/${name}.yml`)) as { jobs: object }).jobs
    expect(jobsOf('backup')).toMatchObject({
      'backup-1': { with: { database: 'shop' } },
      'backup-2': {
        with: { database: 'odd name', tags: false },
        secrets: { DATABASE_PUBLIC_URL: '${{ secrets.FORUM_URL }}' },
      },
    })
    for (const name of ['watch', 'merge-guard'])
      expect(Object.values(jobsOf(name))).toMatchObject([
        { with: { database: 'shop' } },
        { with: { database: 'odd name' } },
      ])
    expect(textOf(proposal, '.github/workflows/restore-drill.yml')).toContain('- odd name')
    expect(proposal.secrets.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['SHOP_URL', 'FORUM_URL']),
    )
  })

  test('as a playbook that cannot be read is named with its line', async () => {
    const notes = await notesFor({ '.github/recovery-playbook.yml': 'retension: {}\n' })
    expect(notes).toContain("line 1, column 1: 'retension' is no key here.")
  })

  test('as a workflow that dumps is named', async () => {
    const mine = { '.github/workflows/dump.yml': 'jobs: { x: { steps: [{ run: pg_dump }] } }' }
    expect(await notesFor(mine)).toContain('.github/workflows/dump.yml makes dumps already')
  })

  test('as backup tags goes on, and tags of other names are told', async () => {
    const tags = ['backup-2026-01-02-before-x', 'backup-old', 'v1']
    const { choices, notes } = await propose(treeOf({}, tags), privateRepository)
    expect(choices.map(({ because }) => because)).toContain(
      'there are 1, the latest of them backup-2026-01-02-before-x',
    )
    expect(notes.join('\n')).toContain('no action looks at them: backup-old.')
  })
})

test.each([
  [{ ref: 'v1 # x' }, "'v1 # x' in 'ref' is not a tag or commit."],
  [{ backupRepository: 'backups' }, "'backups' in 'backup-repository' is not a repository."],
  [{ mirror: 'elsewhere' }, "'elsewhere' in 'mirror' is not a repository or directory."],
])('the answer %j is refused with what it should be', async (answers, message) => {
  await expect(proposeFor({}, {}, answers)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message,
  })
})
