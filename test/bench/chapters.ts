import { median } from './measure.ts'

/** A chapter of an action's log, with the seconds that the log gives it. */
export interface Chapter {
  readonly title: string
  readonly seconds: number
}

/** As a log shows them: `▸ Title`, lines, `1.2 s`. */
export function chaptersIn(log: string): Chapter[] {
  const chapters: Chapter[] = []
  let title: string | undefined
  for (const line of log.split('\n')) {
    if (line.startsWith('▸ ')) title = line.slice(2)
    const seconds = /^(\d+\.\d) s$/.exec(line)?.[1]
    if (title === undefined || seconds === undefined) continue
    chapters.push({ title, seconds: Number(seconds) })
    title = undefined
  }
  return chapters
}

/** Of several runs the median of each chapter, in the order of the first run. */
export function medians(runs: readonly (readonly Chapter[])[]): Chapter[] {
  const [first = []] = runs
  return first.map(({ title }) => {
    const all = runs.flatMap((run) => run.filter((one) => one.title === title))
    return { title, seconds: median(all.map(({ seconds }) => seconds)) }
  })
}

/** What a restore without any proof would do as well; checking digests and opening are one pass. */
const restoring = new Set([
  'Find the recovery point',
  'Download, check and open',
  'Start a throwaway PostgreSQL',
  'Restore',
])

/** Seconds of a drill that nothing but its proof takes. */
export const proofSeconds = (chapters: readonly Chapter[]): number =>
  chapters
    .filter(({ title }) => !restoring.has(title))
    .reduce((sum, { seconds }) => sum + seconds, 0)
