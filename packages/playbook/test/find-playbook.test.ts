import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  contactInWords,
  databaseOf,
  findPlaybook,
  parsePlaybook,
  playbookInWords,
} from '@recovery-playbook/playbook'

let workspace = ''
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'workspace-'))
})
afterEach(() => rm(workspace, { recursive: true }))

const onGithub = (path: string) =>
  Promise.resolve(path === '.github/recovery-playbook.yml' ? 'application: On GitHub' : undefined)
const nowhere = () => Promise.resolve(undefined)

async function checkOut(files: Readonly<Record<string, string>>) {
  await mkdir(join(workspace, '.git'))
  await mkdir(join(workspace, '.github'))
  for (const [path, text] of Object.entries(files)) await writeFile(join(workspace, path), text)
}

test('it is the one that is checked out', async () => {
  await checkOut({ '.github/recovery-playbook.yml': 'application: Here' })
  const found = await findPlaybook({ given: '', workspace, onDefaultBranch: onGithub })
  expect(found.playbook.application).toBe('Here')
  expect(playbookInWords(found)).toContain('.github/recovery-playbook.yml')
})

test('a checkout without one has none, whatever the default branch says', async () => {
  await checkOut({})
  const found = await findPlaybook({ given: '', workspace, onDefaultBranch: onGithub })
  expect(found.playbook.application).toBeUndefined()
  expect(playbookInWords(found)).toContain('what is usual applies')
})

test('without a checkout it is the one of the default branch', async () => {
  const found = await findPlaybook({ given: '', workspace, onDefaultBranch: onGithub })
  expect(found.playbook.application).toBe('On GitHub')
})

test('where the workspace must not be believed, what lies there counts for nothing', async () => {
  await checkOut({ '.github/recovery-playbook.yml': 'application: Of a pull request' })
  const found = await findPlaybook({ given: '', workspace: undefined, onDefaultBranch: onGithub })
  expect(found.playbook.application).toBe('On GitHub')
})

test.each(['../secrets.yml', '/etc/passwd', 'a/../../b.yml'])('%s is refused', async (given) => {
  await expect(findPlaybook({ given, workspace, onDefaultBranch: nowhere })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringContaining('leads out of the repository') as unknown as string,
  })
})

test('a file that is named has to be there', async () => {
  await checkOut({})
  const looking = { given: 'docs/plan.yml', workspace, onDefaultBranch: nowhere }
  await expect(findPlaybook(looking)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringContaining('docs/plan.yml') as unknown as string,
  })
})

describe('the database of a run', () => {
  const two = parsePlaybook('databases: { shop: { schemas: [shop] }, blog: {} }')

  test('is the only one, or the one that is named', () => {
    expect(databaseOf(parsePlaybook('databases: { shop: {} }'), '').name).toBe('shop')
    expect(databaseOf(two, 'shop').database.schemas).toEqual(['shop'])
    expect(databaseOf(parsePlaybook(''), '').name).toBe('default')
    expect(databaseOf(parsePlaybook(''), 'shop').name).toBe('shop')
  })

  test('is refused when the playbook does not know it, or leaves open which', () => {
    expect(() => databaseOf(two, 'shp')).toThrow("'shp' in 'name' is no database of the playbook")
    expect(() => databaseOf(two, '')).toThrow('several databases')
  })
})

test('a contact is one line, with what it is for and when', () => {
  const { contacts } = parsePlaybook(
    'contacts: [Ada, { name: Charles, reach: c@example.org, for: the server, after: 30m }]',
  )
  expect(contacts.map(contactInWords)).toEqual([
    'Ada',
    'Charles, c@example.org (the server; when nobody answered for 30 min)',
  ])
})
