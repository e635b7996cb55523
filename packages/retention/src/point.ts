import type { Candidate, Subject } from './candidate.ts'

/** A candidate with its times as numbers, in milliseconds since 1970. */
export interface Point {
  readonly candidate: Candidate
  readonly snapshotAt: number
  readonly publishedAt: number
  /** Why no rule may touch or count it. */
  readonly barred: string | undefined
}

/** One statement that a recovery point stays, in words. */
export type Ground = readonly [point: Point, reason: string]

/** Milliseconds by which two clocks may differ; some minutes change nothing in the order of backups. */
export const clockSkew = 5 * 60_000

/** The longest job of a self-hosted runner: a release published later than that was not made so. */
const longestExport = 5 * 86_400_000

/** The newest first; the order in which they were given makes no difference. */
export const pointsOf = (candidates: readonly Candidate[], subject: Subject): Point[] =>
  candidates.map((candidate) => pointOf(candidate, subject)).sort(newestFirst)

function pointOf(candidate: Candidate, subject: Subject): Point {
  const publishedAt = instant(candidate.publishedAt)
  const snapshotAt = instant(candidate.manifest?.snapshotAt ?? candidate.publishedAt)
  const barred = foreign(candidate, subject) ?? impossible(snapshotAt, publishedAt)
  return { candidate, snapshotAt, publishedAt, barred }
}

const unknown = -Infinity

const instant = (text: string) => {
  const milliseconds = Date.parse(text)
  return Number.isNaN(milliseconds) ? unknown : milliseconds
}

const newestFirst = (a: Point, b: Point) =>
  descending(a.snapshotAt, b.snapshotAt) ||
  descending(a.publishedAt, b.publishedAt) ||
  descending(a.candidate.tag, b.candidate.tag)

const descending = <T extends number | string>(a: T, b: T) => (a === b ? 0 : a < b ? 1 : -1)

export function isOf(subject: Subject, { manifest }: Candidate): boolean {
  return manifest?.repository === subject.repository && manifest.database === subject.database
}

function foreign(candidate: Candidate, subject: Subject): string | undefined {
  const { manifest } = candidate
  if (manifest === undefined) return 'not made by this suite: it has no manifest that can be read'
  if (isOf(subject, candidate)) return undefined
  return `of the database '${manifest.database}' of ${manifest.repository}`
}

function impossible(snapshotAt: number, publishedAt: number): string | undefined {
  if (snapshotAt === unknown || publishedAt === unknown) return 'its times cannot be read'
  const delay = publishedAt - snapshotAt
  if (delay < -clockSkew) return 'published before its snapshot: a clock was wrong'
  if (delay > longestExport) return 'published days after its snapshot: a clock was wrong'
  return undefined
}
