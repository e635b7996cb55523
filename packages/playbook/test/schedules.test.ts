import { expect, test } from '@jest/globals'
import { schedulesIn, schedulesInWords } from '@recovery-playbook/playbook'

test('the line of a schedule that breaks a promise is named', () => {
  const text =
    "name: Backup\non:\n  push:\n  schedule:\n    # weekly\n    - cron: '17 3 * * 1'\n    - cron: '47 4 * * *'\n"
  const found = schedulesIn(text, '.github/workflows/backup.yml')
  expect(schedulesInWords(found)).toBe(
    ".github/workflows/backup.yml, line 6 (cron: '17 3 * * 1'); .github/workflows/backup.yml, line 7 (cron: '47 4 * * *')",
  )
})

test('a file without a schedule, or one that is no YAML, has none', () => {
  expect(schedulesIn('on: push', 'a.yml')).toEqual([])
  expect(schedulesIn('on: [', 'a.yml')).toEqual([])
})
