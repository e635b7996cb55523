import { type Candidate, type Plan, parsePolicy, planRetention } from '../src/index.ts'

export const subject = { repository: 'acme/journal', database: 'default' }

const minute = 60_000

/** A recovery point of the subject; a day alone stands for the nightly hour. */
export function made(at: string, differences: Partial<Candidate> = {}): Candidate {
  const snapshot = new Date(at.length === 10 ? `${at}T03:17:00Z` : at)
  return {
    tag: `backup-${at}`,
    publishedAt: new Date(snapshot.getTime() + 3 * minute).toISOString(),
    manifest: { ...subject, snapshotAt: snapshot.toISOString() },
    provedIn: [],
    pinned: false,
    ...differences,
  }
}

export const proved = (at: string, ...provedIn: string[]): Candidate => made(at, { provedIn })

export interface Asked {
  readonly policy: Parameters<typeof parsePolicy>[0]
  readonly now?: string
  readonly atMost?: number
}

const farAhead = '2100-01-01T00:00:00Z'

/** The tests whose subject is not the clock run long after every snapshot: that alone removes nothing. */
export const plan = (candidates: readonly Candidate[], asked: Asked): Plan =>
  planRetention(candidates, {
    policy: parsePolicy(asked.policy),
    subject,
    now: new Date(asked.now ?? farAhead),
    atMost: asked.atMost ?? Infinity,
  })

export const removed = ({ decisions }: Plan): string[] =>
  decisions.filter(({ action }) => action === 'remove').map(({ candidate }) => candidate.tag)

export const kept = ({ decisions }: Plan): string[] =>
  decisions.filter(({ action }) => action === 'keep').map(({ candidate }) => candidate.tag)

export function reasonsFor({ tag }: Candidate, { decisions }: Plan): string {
  const decision = decisions.find(({ candidate }) => candidate.tag === tag)
  return `${decision?.action ?? 'missing'}: ${decision?.reasons.join('; ') ?? ''}`
}

/** Each day from one to another, both included. */
export function* days(first: string, last: string): Generator<string> {
  for (let day = new Date(first); day <= new Date(last); day.setUTCDate(day.getUTCDate() + 1)) {
    yield day.toISOString().slice(0, 10)
  }
}
