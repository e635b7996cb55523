import { expect, test } from '@jest/globals'
import { inert } from '../src/log-line.ts'

/** As the runner recognises a command: actions/runner, ActionCommand.cs. */
const isCommand = (line: string) => line.trimStart().startsWith('::') || line.includes('##[')

test.each([
  '::set-output name=verdict::PROVED',
  'table public.x\n::stop-commands::token',
  'table public.x\n      ::add-mask::PROVED',
  'table public.x\r::error::fake',
  'table public.x\r\n\t::error::fake',
  'x ##[set-output name=verdict]PROVED',
  '\u00a0::error::fake',
  ':::error::fake',
])('a hostile name in the log gives the runner no command: %j', (text) => {
  expect(
    inert(text)
      .split(/\r\n|\r|\n/)
      .filter(isCommand),
  ).toEqual([])
})

test('ordinary lines stay as they are', () => {
  const lines = 'backup-2026-11-24: 3 parts\n  select 1::int\n## heading'
  expect(inert(lines)).toBe(lines)
})
