import { scenarios } from '@recovery-playbook/playbook'
import { z } from 'zod'
import { parseJson } from './json.ts'
import { logBranch, type LogFile } from './log-branch.ts'
import { run, verdicts } from './proof-format.ts'

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

/** What becomes of the rows, the oldest first. */
export type TagChange = (rows: readonly TagRow[]) => readonly TagRow[]

/** A tag that was made; one that is in the history already stays as it is. */
export const tagged =
  (added: Omit<TagRow, 'lastProof'>): TagChange =>
  (rows) =>
    rows.some(({ tag }) => tag === added.tag)
      ? rows
      : [...rows, row.parse({ ...added, lastProof: null })]

/** What a drill found about the state that a tag stands for. */
export const drilled =
  (tag: string, lastProof: NonNullable<TagRow['lastProof']>): TagChange =>
  (rows) =>
    rows.map((one) => (one.tag === tag ? { ...one, lastProof } : one))

/**
 * The tag history as data, and as a page for people in the same commit. What cannot be read is left as it
 * is, both of it, for a person to look at.
 *
 * @param render the page, from the rows with the newest first
 * @param warn is told where the data was left as it is
 */
export function tagFiles(
  change: TagChange,
  render: (rows: readonly TagRow[]) => string,
  warn: (line: string) => void,
): LogFile[] {
  let page: string | undefined
  return [
    {
      path: tagsPath,
      become(before) {
        const rows = rowsIn(before)
        page = undefined
        if (rows === undefined) {
          warn(`${tagsPath} on the branch ${logBranch} cannot be read, and was left as it is.`)
          return undefined
        }
        const next = change(rows).slice(-mostRows)
        if (next.length === 0) return undefined
        page = render(next.toReversed())
        return formatted(next)
      },
    },
    // After the data, which it shows.
    { path: tagsPage, become: () => page },
  ]
}

const tagsPath = 'tags.json'
const tagsPage = 'TAGS.md'

/** A line for each row: a commit of the log shows what was added. */
const formatted = (rows: readonly TagRow[]): string =>
  `{"format":1,"rows":[\n${rows.map((one) => JSON.stringify(one)).join(',\n')}\n]}\n`

function rowsIn(text: string | undefined): readonly TagRow[] | undefined {
  if (text === undefined) return []
  const parsed = tags.safeParse(parseJson(text))
  return parsed.success ? parsed.data.rows : undefined
}
