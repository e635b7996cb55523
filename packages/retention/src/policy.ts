import { Failure } from '@recovery-playbook/failure'
import { type CalendarSpan, parseCalendarSpan } from '@recovery-playbook/playbook'

/** What `restic forget` takes under the same names, and means by them. */
export interface Policy {
  /** So many of the newest. In each count 0 asks for nothing, and Infinity for all. */
  readonly 'keep-last': number
  /** All that are younger, counted from the newest and not from now. */
  readonly 'keep-within': CalendarSpan | undefined
  /** The newest of each day (UTC) that has any, for so many days; and likewise below. */
  readonly 'keep-daily': number
  /** ISO weeks, Monday to Sunday. */
  readonly 'keep-weekly': number
  readonly 'keep-monthly': number
  readonly 'keep-yearly': number
}

/**
 * A policy as it is written; what is left out or empty asks for nothing.
 *
 * @throws Failure INPUT_INVALID
 */
export function parsePolicy(written: Readonly<Partial<Record<keyof Policy, string>>>): Policy {
  const within = written['keep-within']?.trim() ?? ''
  return {
    'keep-last': count(written, 'keep-last'),
    'keep-within': within === '' ? undefined : parseCalendarSpan(within, 'keep-within'),
    'keep-daily': count(written, 'keep-daily'),
    'keep-weekly': count(written, 'keep-weekly'),
    'keep-monthly': count(written, 'keep-monthly'),
    'keep-yearly': count(written, 'keep-yearly'),
  }
}

function count(written: Parameters<typeof parsePolicy>[0], name: keyof Policy): number {
  const text = written[name]?.trim() ?? ''
  if (text === 'unlimited') return Infinity
  if (/^\d{0,6}$/.test(text)) return Number(text)
  throw new Failure('INPUT_INVALID', `'${text}' in '${name}' is not a count.`, {
    hint: 'Write how many to keep, such as 7, or unlimited.',
  })
}

/** An empty policy is no order to remove everything. */
export const isEmpty = (policy: Policy): boolean =>
  Object.values(policy).every((rule) => rule === 0 || rule === undefined)
