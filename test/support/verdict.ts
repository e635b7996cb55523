import { expect } from '@jest/globals'
import type { ActionResult } from '@recovery-playbook/local-workflows'

const exitCodes = { PROVED: 0, FAILED: 1, 'NOT PROVED': 2 } as const

/**
 * The drill ended with this verdict wherever a user or a workflow looks, and with no other, and both
 * the log and the job summary say these words.
 */
export function expectVerdict(
  { exitCode, outputs, log, summary }: ActionResult,
  verdict: keyof typeof exitCodes,
  ...words: readonly string[]
): void {
  const sayings = { log, summary: plain(summary) }
  const expected = `${exitCodes[verdict]} ${verdict}`
  // The whole log: jest would show five lines of it.
  if (`${exitCode} ${outputs.verdict}` !== expected) {
    throw new Error(`Exit code ${exitCode}, ${outputs.verdict}, and not ${expected}:\n${log}`)
  }
  expect(verdictsIn(log, /^(PROVED|FAILED|NOT PROVED): /gm)).toEqual([verdict])
  expect(verdictsIn(summary, /^## (PROVED|FAILED|NOT PROVED): /gm)).toEqual([verdict])
  for (const text of Object.values(sayings)) {
    for (const word of words) expect(text).toContain(word)
  }
}

const verdictsIn = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, verdict]) => verdict)

/** What a reader of the rendered Markdown sees. */
const plain = (markdown: string): string =>
  markdown
    .replaceAll('<br>', '\n')
    .replace(/\\([\\`*_{}[\]|~#@!])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

/** State and words of one check in a drill's log, in one line; empty where it is not there. */
export function checkIn(log: string, name: string): string {
  const lines = log.split('\n')
  const first = lines.findIndex(
    (line) =>
      /^[A-Z ]+$/.test(line.slice(0, 10)) && line.slice(12).startsWith(`${name.padEnd(14)}  `),
  )
  if (first < 0) return ''
  const rest = lines.slice(first + 1)
  const next = rest.findIndex((line) => !line.startsWith(' '.repeat(28)))
  const text = [lines[first] ?? '', ...rest.slice(0, next < 0 ? rest.length : next)]
  return text
    .map((line) => line.trim())
    .join(' ')
    .replace(/\s+/g, ' ')
}
