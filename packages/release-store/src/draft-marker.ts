import type { Run } from './store.ts'

/** Says whose draft it is: without it nothing is ever swept. */
export interface DraftMarker {
  readonly tag: string
  readonly run: Run
  /** ISO 8601, by the store's clock. */
  readonly since: string
}

const opening = '<!-- recovery-playbook draft '

/** A draft's body: a sentence for people, and the marker that a page does not show. */
export const markedBody = (marker: DraftMarker): string =>
  `Run ${marker.run.id} of ${marker.run.repository} is writing this. Until it is published it is no recovery point.\n\n${opening}${JSON.stringify(marker)} -->`

/** @returns undefined for everything that is not certainly a marker of ours */
export function parseMarker(body: string | null | undefined): DraftMarker | undefined {
  const start = body?.indexOf(opening) ?? -1
  const text = body?.slice(start + opening.length).split(' -->', 1)[0]
  if (start === -1 || text === undefined) return undefined
  try {
    const marker = JSON.parse(text) as unknown
    return isMarker(marker) ? marker : undefined
  } catch {
    return undefined
  }
}

function isMarker(value: unknown): value is DraftMarker {
  if (typeof value !== 'object' || value === null) return false
  const { tag, run, since } = value as Partial<DraftMarker>
  return (
    typeof tag === 'string' &&
    typeof since === 'string' &&
    !Number.isNaN(Date.parse(since)) &&
    typeof run === 'object' &&
    /^[\w.-]+\/[\w.-]+$/.test(run.repository) &&
    Number.isSafeInteger(run.id) &&
    Number.isSafeInteger(run.attempt)
  )
}

export const sameMarker = (one: DraftMarker | undefined, other: DraftMarker | undefined) =>
  JSON.stringify(one) === JSON.stringify(other)
