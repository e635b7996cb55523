import { execFileSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { backupTagName } from '../src/index.ts'

const date = new Date('2026-11-24T23:59:59-05:00')

test.each([
  ['upgrade to Django 5.1', 'upgrade-to-django-5-1'],
  ['  Before: the "big" migration!!  ', 'before-the-big-migration'],
  ['Größe ändern', 'größe-ändern'],
  ['データベースの移行', 'データベースの移行'],
  ['a..b~c^d:e?f*g[h\\i@{j}.lock', 'a-b-c-d-e-f-g-h-i-j-lock'],
  ['$(touch /tmp/x); `id`\n::set-output', 'touch-tmp-x-id-set-output'],
  ['x'.repeat(200), 'x'.repeat(60)],
  ['é'.repeat(59) + ' zz', 'é'.repeat(59)],
])('%j becomes a tag that git accepts', (description, slug) => {
  const name = backupTagName(date, description)
  expect(name).toBe(`backup-2026-11-25-${slug}`)
  execFileSync('git', ['check-ref-format', `refs/tags/${name}`])
})

test.each(['', '   ', '!!!', '…'])('%j, which says nothing, is refused', (description) => {
  expect(() => backupTagName(date, description)).toThrow(
    expect.objectContaining({ code: 'INPUT_INVALID' }),
  )
})
