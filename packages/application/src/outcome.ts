import { formatDuration } from '@recovery-playbook/playbook'
import type { Check } from '@recovery-playbook/verdict'
import type { Outcome } from './sandbox.ts'

/** Characters of a program's output that a report shows. */
const shown = 1500

/** What a shell says of a program that it cannot start: then nothing was checked. */
const notStarted = new Set([126, 127])

export interface Judging {
  readonly name: string
  /** Milliseconds. */
  readonly timeout: number
  /** What it shows that the script ended well. */
  readonly proves: string
  /** What to do now if it did not. */
  readonly hint: string
}

/** A script that ended well, ended badly, did not end, or could not be started. */
export function judgeOutcome(outcome: Outcome, { name, timeout, proves, hint }: Judging): Check {
  const { code, timedOut, milliseconds } = outcome
  const time = formatDuration(milliseconds)
  if (code === 0) {
    const output = endOf(outcome.output)
    const detail = `${proves} (${time})`
    return { name, state: 'PROVED', detail, ...(output !== '' && { output }) }
  }
  if (timedOut) {
    const late = `It had not ended after ${formatDuration(timeout)}, and was ended.`
    return {
      name,
      state: 'FAILED',
      detail: late + printed(outcome),
      hint: `Find out where it hangs, or give it a longer \`timeout\`. ${hint}`,
    }
  }
  if (code === null || notStarted.has(code)) {
    const what = code === null ? 'It was killed from outside.' : 'It could not be started.'
    return {
      name,
      state: 'NOT PROVED',
      detail: what + printed(outcome),
      hint: `Mend the command, or what \`set-up\` makes for it. ${hint}`,
    }
  }
  return {
    name,
    state: 'FAILED',
    detail: `It ended with exit code ${code} after ${time}.${printed(outcome)}`,
    hint,
  }
}

/** The end of it: errors come last. */
export function printed({ output }: Pick<Outcome, 'output'>): string {
  const text = endOf(output)
  return text === '' ? ' It printed nothing.' : `\n${text}`
}

function endOf(output: string): string {
  const text = output.trim()
  return text.length > shown ? `… ${text.slice(-shown)}` : text
}
