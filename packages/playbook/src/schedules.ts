import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'

/** When GitHub starts a workflow by itself. */
export interface Schedule {
  readonly file: string
  readonly line: number
  readonly cron: string
}

/** The schedules of a workflow file; none of one that cannot be read. */
export function schedulesIn(text: string, file: string): Schedule[] {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter })
  const schedule = document.errors.length > 0 ? undefined : document.getIn(['on', 'schedule'])
  if (!isSeq(schedule)) return []
  return schedule.items.flatMap((item) => {
    const cron = isMap(item) ? item.get('cron', true) : undefined
    if (!isScalar(cron) || typeof cron.value !== 'string') return []
    const { line } = lineCounter.linePos(cron.range?.[0] ?? 0)
    return [{ file, line, cron: cron.value }]
  })
}

export const schedulesInWords = (schedules: readonly Schedule[]): string =>
  schedules.map(({ file, line, cron }) => `${file}, line ${line} (cron: '${cron}')`).join('; ')
