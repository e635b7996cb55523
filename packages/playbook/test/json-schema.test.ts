import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parsePlaybook, playbookJsonSchema } from '@recovery-playbook/playbook'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { parse } from 'yaml'

const published = JSON.parse(readFileSync('docs/recovery-playbook.schema.json', 'utf8')) as object
const ajv = new Ajv2020({ allErrors: true, strict: false })
addFormats.default(ajv)
const validate = ajv.compile(published)

/** The playbooks that a document shows. */
const shown = (path: string) =>
  [...readFileSync(path, 'utf8').matchAll(/```yaml\n(# yaml-language-server[^]*?)```/g)].map(
    ([, text = '']) => text,
  )

const [documented = 'none: true'] = shown('docs/playbook.md')

const isRead = (text: string): boolean => {
  try {
    parsePlaybook(text)
    return true
  } catch {
    return false
  }
}

test('docs/recovery-playbook.schema.json is what a playbook is read by', () => {
  expect(playbookJsonSchema()).toEqual(published)
})

test('the documented playbook is read, and its editor finds nothing wrong', () => {
  const playbook = parsePlaybook(documented, 'docs/playbook.md')
  expect(Object.keys(playbook.databases)).toEqual(['default'])
  expect(playbook.drill?.visits).toHaveLength(2)
  validate(parse(documented))
  expect(validate.errors).toBeNull()
})

test('what the README shows is a playbook', () => {
  const [text = 'none: true', ...others] = shown('README.md')
  expect(others).toEqual([])
  expect(parsePlaybook(text, 'README.md').contacts).toHaveLength(1)
})

test.each([
  'drill: { set-up: [make], django: true, visits: [] }',
  'drill: { set-up: [{ run: make, timeout: 1h }], django: { tests: true } }',
  'contacts: [Ada, { name: Charles, after: 30m }]',
  'retention: { keep-last: unlimited, keep-daily: 0 }',
  'guarantees: { catastrophe: { data-loss: 0 }, code-rollback: {} }',
])('an editor takes %s, as the reader does', (text) => {
  expect(isRead(text)).toBe(true)
  validate(parse(text))
  expect(validate.errors).toBeNull()
})

test.each([
  'retension: {}',
  'databases: { shop: { exclude_tables: [a] } }',
  'guarantees: { catastrophe: { recovery: 4h } }',
  'guarantees: { catastrophe: { recovery-time: 4 } }',
  'members: { code-bundle: maybe }',
  'retention: { keep-last: many }',
  'layers: [{ name: Copy, kind: replica }]',
  'contacts: [{ reach: ada@example.org }]',
  'drill: { set-up: [[make]] }',
  'drill: { django: { pyton: x } }',
  'store: { repository: backups }',
])('an editor marks %s, which the reader refuses', (text) => {
  expect(isRead(text)).toBe(false)
  expect(validate(parse(text))).toBe(false)
})
