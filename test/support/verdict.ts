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
  expect({ exitCode, verdict: outputs.verdict, ...sayings }).toEqual({
    exitCode: exitCodes[verdict],
    verdict,
    ...sayings,
  })
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
