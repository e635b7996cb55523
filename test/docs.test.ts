import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { readActionFile } from '@recovery-playbook/local-workflows'
import { damages } from '../packages/demonstration/src/arguments.ts'
import { documented, documents, reusable } from './tools/input-tables.ts'

const actions = readdirSync('actions')
const read = (path: string) => readFileSync(path, 'utf8')
const forPeople = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/playbook.md',
  'docs/command-line.md',
  'docs/workflows.md',
  ...actions.map((name) => `actions/${name}/README.md`),
]

test.each(documents)('%s tells of exactly the inputs and outputs that there are', async (path) => {
  const text = read(path)
  expect(text).toContain('<!-- inputs ')
  expect(unaligned(await documented(text))).toBe(unaligned(text))
})

/** Prettier aligns the columns of a table. */
const unaligned = (text: string) => text.replaceAll(/ +\|/g, ' |').replaceAll(/-{3,} \|/g, '--- |')

test('README.md has the table of every action', () => {
  for (const action of actions) expect(read('README.md')).toContain(`<!-- inputs ${action} -->`)
})

test('docs/workflows.md has the tables of every workflow that others can call', () => {
  for (const name of reusable)
    expect(read('docs/workflows.md')).toContain(`<!-- inputs ${name}.yml -->`)
  const callable = readdirSync('.github/workflows').filter((file) =>
    read(`.github/workflows/${file}`).includes('workflow_call:'),
  )
  expect(callable.toSorted()).toEqual(reusable.map((name) => `${name}.yml`).toSorted())
})

describe.each(actions)('%s', (action) => {
  const source = (name: string) => read(`actions/${action}/src/${name}`)
  const files = readdirSync(`actions/${action}/src`, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts'),
  )
  const isAboutInputs = (name: string) => /^inputs(\.ts$|\/)/.test(name)

  test('reads every input that a user can give, and no other', async () => {
    const { inputs } = await readActionFile(`actions/${action}`)
    const calls =
      /(?:\.input|equiredInput|(?:flag|oneOf|patterns|percent)\(runner,(?: database,)?|duration|rule)\(?\s*'([^']+)'/g
    const text = files.filter(isAboutInputs).map(source).join('\n')
    const asked = [...text.matchAll(calls)].map(([, name]) => name)
    expect([...new Set(asked)].sort()).toEqual(Object.keys(inputs).sort())
  })

  test('reads its inputs in inputs.ts and its folder alone', () => {
    for (const name of files.filter((one) => !isAboutInputs(one)))
      expect([name, source(name)]).toEqual([
        name,
        expect.not.stringMatching(/\.input\(|requiredInput\(/),
      ])
  })

  test('gives every output that it documents, and no other', async () => {
    const { outputs } = await readActionFile(`actions/${action}`)
    const given = [...source('main.ts').matchAll(/\.output\(\s*'([^']+)'/g)].map(([, name]) => name)
    expect([...new Set(given)].sort()).toEqual(Object.keys(outputs).sort())
  })
})

/** What stands in code: between backquotes, and in blocks. */
const codeOf = (text: string) => (text.match(/```[^]*?```|`[^`\n]+`/g) ?? []).join('\n')

test.each(forPeople)('every npm script that %s names is there', (path) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const code = codeOf(read(path))
  const named = [
    ...[...code.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, script]) => script),
    ...[...code.matchAll(/\bnpm (start|test)\b/g)].map(([, script]) => script),
  ]
  for (const script of named) expect(Object.keys(scripts)).toContain(script)
})

test.each(forPeople)('every file of the repository that %s names is there', (path) => {
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const links = [...read(path).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(
    ([, link = '']) => link,
  )
  for (const link of links.filter((one) => !/^\w+:/.test(one))) {
    expect([link, existsSync(`${folder}${link}`)]).toEqual([link, true])
  }
  const scripts = codeOf(read(path)).match(/(?<![\w/])\.ci\/\w+/g) ?? []
  for (const script of scripts) expect([script, existsSync(script)]).toEqual([script, true])
})

test('every damage that README.md shows can be done, and every one that can be done is shown', () => {
  const text = read('README.md')
  const table = text.slice(text.indexOf('| `--break`'), text.indexOf('## Set it up'))
  const shown = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)
  expect(shown.sort()).toEqual(Object.keys(damages).sort())
  const used = [...text.matchAll(/--break (\w+)/g)].map(([, name = '']) => name)
  for (const name of used) expect(Object.keys(damages)).toContain(name)
})

test('every room that CONTRIBUTING.md describes is there', () => {
  const text = read('CONTRIBUTING.md')
  const table = text.slice(text.indexOf('| room'), text.indexOf('A room may import'))
  const rows = table.split('\n').slice(2)
  const rooms = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([\w-]+)`/g)])
  expect(rooms.length).toBeGreaterThan(10)
  expect(readdirSync('packages')).toEqual(expect.arrayContaining(rooms.map(([, name]) => name)))
})
