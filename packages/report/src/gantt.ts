import type { Phase } from '@recovery-playbook/drill'
import { formatDuration } from '@recovery-playbook/playbook'
import { shortened } from './budget.ts'

/** GitHub draws no diagram of more than 50,000 characters, and nobody reads one of more bars. */
const most = 60

/**
 * The phases as bars over time, in Mermaid's words; empty without any. The dates are of no
 * day: Mermaid reads and shows them in the reader's time zone, so that the axis begins at zero everywhere.
 *
 * @param tooSlow whether the longest bar is to stand out
 */
export function gantt(phases: readonly Phase[], tooSlow: boolean): string {
  if (phases.length === 0) return ''
  const shown = new Set(phases.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, most))
  const [longest] = shown
  const bars = phases.flatMap((phase, index) =>
    shown.has(phase) ? [bar(phase, index + 1, tooSlow && phase === longest)] : [],
  )
  const left = phases.length - bars.length
  return [
    '```mermaid\ngantt\n',
    '    dateFormat YYYY-MM-DD HH:mm:ss.SSS\n',
    '    axisFormat %H:%M:%S\n',
    ...bars,
    '```\n',
    left === 0 ? '' : `\n${left} shorter phases are not drawn.\n`,
  ].join('')
}

/** Its number comes first: no title can begin with a word of Mermaid's then. */
function bar({ title, begun, milliseconds }: Phase, number: number, standsOut: boolean): string {
  const from = Math.max(begun, 0)
  const to = from + Math.max(milliseconds, 1)
  const words = `${number} ${harmless(title)} (${formatDuration(milliseconds)})`
  return `    ${words} :${standsOut ? 'crit, ' : ''}${moment(from)}, ${moment(to)}\n`
}

const moment = (milliseconds: number) =>
  new Date(Date.UTC(2000, 0, 1) + milliseconds).toISOString().replace('T', ' ').replace('Z', '')

/**
 * Of a title, what means nothing to Mermaid, Markdown or HTML: letters, digits and a few marks. What
 * ends a name, begins a comment, a directive or an entity (`:;#%`), or ends the block, is a blank.
 */
const harmless = (title: string): string =>
  shortened(title.replaceAll(/[^\p{L}\p{M}\p{N} .,'+-]+/gu, ' ').trim(), 60) || 'a phase'
