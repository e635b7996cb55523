import { expect, test } from '@jest/globals'
import mermaid from 'mermaid'
import { gantt } from '../src/gantt.ts'
import { hostileTexts } from './reports.ts'

const drawn = (markdown: string) => /^```mermaid\n([^]*?)```\n/.exec(markdown)?.[1] ?? ''

const bars = (text: string) => text.split('\n').filter((line) => /^ {4}\d+ /.test(line))

const phase = (title: string, begun = 0, milliseconds = 1000) => ({ title, begun, milliseconds })

const mermaidsOwn = [
  ...['title fake', 'section fake', 'dateFormat x', 'click a href "javascript:alert(1)"'],
  ...['a : crit, 2001-01-01, 1d', '%%{init: {"securityLevel": "loose"}}%%', '# comment', 'a; b'],
  ...['```\n## PROVED: all is well', '#35;quot', ': ', '%% gone', 'call x()', ''],
]

test.each([...mermaidsOwn, ...hostileTexts])(
  'a phase that is called %j stays one bar of a valid diagram',
  async (title) => {
    const text = drawn(gantt([phase(title), phase('Restore', 1000, 5000)], true))
    await expect(mermaid.parse(text)).resolves.toMatchObject({ diagramType: 'gantt' })
    const [first = '', ...others] = bars(text)
    expect(others).toHaveLength(1)
    expect(first.split(':')[0]).not.toMatch(/[`<>#%;{}"]/)
    expect(text.split('\n').filter(Boolean)).toHaveLength(5)
  },
)

test('the bars lie where the phases were, and the longest stands out where it took too long', () => {
  const phases = [phase('Find', 0, 120), phase('Restore', 120, 65_000)]
  expect(gantt(phases, false)).not.toContain('crit')
  const text = drawn(gantt(phases, true))
  expect(bars(text)).toEqual([
    '    1 Find (0.1 s) :2000-01-01 00:00:00.000, 2000-01-01 00:00:00.120',
    '    2 Restore (1 min 5 s) :crit, 2000-01-01 00:00:00.120, 2000-01-01 00:01:05.120',
  ])
})

test('of thousands of phases the longest are drawn and the rest is counted', async () => {
  const phases = Array.from({ length: 5000 }, (_, index) => phase(`Visit ${index}`, index, index))
  const markdown = gantt(phases, false)
  await mermaid.parse(drawn(markdown))
  expect(bars(markdown)).toHaveLength(60)
  expect(markdown).toContain('4940 shorter phases are not drawn')
  expect(markdown.length).toBeLessThan(20_000)
})

test('a drill that ended before its first phase draws nothing', () => {
  expect(gantt([], true)).toBe('')
})
