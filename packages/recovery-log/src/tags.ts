import type { GithubRequest, Repository } from '@recovery-playbook/github'
import { scenarios } from '@recovery-playbook/playbook'
import { z } from 'zod'
import { type LogChange, logBranch, readLog } from './log-branch.ts'
import { run, verdicts } from './proof-format.ts'
import { formattedRows, rowsIn } from './rows.ts'

/** More would only make the files large: GitHub shows a Markdown page of this size whole. */
const mostRows = 1000

const row = z.strictObject({
  tag: z.string(),
  taggedAt: z.iso.datetime(),
  /** What the tag leads to. */
  commit: z.string(),
  description: z.string(),
  /** What goes away with it: a state of the code, or of a database as well. */
  protects: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('code') }),
    z.strictObject({
      kind: z.literal('recovery-point'),
      database: z.string(),
      snapshotAt: z.iso.datetime(),
    }),
  ]),
  /** By the latest drill of it; null before the first. */
  lastProof: z
    .strictObject({
      verdict: z.enum(verdicts),
      scenario: z.enum(scenarios),
      recordedAt: z.iso.datetime(),
      run,
    })
    .nullable(),
})

const tags = z.strictObject({ format: z.literal(1), rows: z.array(row) })

/** One backup tag in the history. */
export type TagRow = z.infer<typeof row>

/** The history of tags, the oldest first; undefined where it cannot be read. */
export const readTags = async (
  request: GithubRequest,
  repository: Repository,
): Promise<TagRow[] | undefined> => rowsIn(tags, await readLog(request, repository, 'tags.json'))

/** A tag that was made; one that is in the history already stays as it is. */
export const tagged = (added: Omit<TagRow, 'lastProof'>): LogChange =>
  changed((rows) =>
    rows.some(({ tag }) => tag === added.tag)
      ? rows
      : [...rows, row.parse({ ...added, lastProof: null })],
  )

/** What a drill found about the state that a tag stands for, where that tag is in the history. */
export const drilled = (tag: string, lastProof: NonNullable<TagRow['lastProof']>): LogChange =>
  changed((rows) => rows.map((one) => (one.tag === tag ? { ...one, lastProof } : one)))

/**
 * The tag history as data, and as a page for people in the same commit. What cannot be read is left as it
 * is, both of it, for a person to look at.
 *
 * @param change the rows, the oldest first
 */
const changed =
  (change: (rows: readonly TagRow[]) => readonly TagRow[]): LogChange =>
  async (read, { pages, warn }) => {
    const rows = rowsIn(tags, await read('tags.json'))
    if (rows === undefined) {
      warn(`tags.json on the branch ${logBranch} cannot be read, and was left as it is.`)
      return {}
    }
    const next = change(rows).slice(-mostRows)
    if (next.length === 0) return {}
    return { 'tags.json': formattedRows(next), 'TAGS.md': pages.tags(next.toReversed()) }
  }
