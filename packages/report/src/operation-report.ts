import type { Operation } from '@recovery-playbook/recovery-log'
import { formatBytes } from './bytes.ts'
import { code, escape, oneLine, table } from './markdown.ts'

/**
 * The newest operations, as a page of the log branch.
 *
 * @param rows the newest first
 * @param years those that have a page of their own, the newest first
 * @param repository the address of its page, for links to runs
 */
export const operationReport = (
  rows: readonly Operation[],
  years: readonly number[],
  repository: string,
): string =>
  [
    '# Operation report\n\n',
    'Written by Recovery Playbook, the newest first; the data is in `report.json`. Backup tags are in [TAGS.md](TAGS.md).\n',
    ...(years.length === 0
      ? []
      : [`\nOlder: ${years.map((year) => `[${year}](report/${year}.md)`).join(', ')}.\n`]),
    ...rows.map((row) => entry(row, repository)),
  ].join('')

/** @param rows the newest first */
export const yearReport = (year: number, rows: readonly Operation[], repository: string): string =>
  [
    `# Operation report of ${year}\n\n`,
    'The newest first; newer ones are in [REPORT.md](../REPORT.md).\n',
    ...rows.map((row) => entry(row, repository)),
  ].join('')

function entry(row: Operation, repository: string): string {
  const { recordedAt, operation, scenario, verdict, database, ranBy, checks, actions } = row
  const at = `${recordedAt.slice(0, 16).replace('T', ' ')} UTC`
  const what = scenario === null ? operation : `${operation}, ${scenario}`
  const { event, workflow, actor, run } = ranBy
  const by = workflow === '' ? words(event) : `${words(workflow)} on ${words(event)}`
  const facts: (readonly [string, string])[] = [
    ['database', [code(database), ...dataOf(row)].join(', ')],
    ['code', repositoryOf(row)],
    ['ran by', `${by}, for ${code(actor)}, [run](${repository}/actions/runs/${run.id})`],
    ...(actions.length === 0 ? [] : [['done', actions.map(words).join('; ')] as const]),
  ]
  return [
    `\n## ${at}: ${what}: ${verdict}\n\n`,
    ...facts.map(([name, fact]) => `- ${name}: ${fact}\n`),
    ...(checks.length === 0 ? [] : ['\n', checkTable(checks)]),
  ].join('')
}

function dataOf({ data }: Operation): string[] {
  if (data === null) return []
  const { tables, bytes, migrations } = data
  return [
    `${tables} tables`,
    ...(bytes === null ? [] : [formatBytes(bytes)]),
    ...(migrations.length === 0 ? [] : [`newest migrations ${migrations.map(code).join(', ')}`]),
  ]
}

function repositoryOf({ repository: { ref, commit, tag } }: Operation): string {
  const of = ref === '' ? '' : ` of ${code(ref.replace(/^refs\/(heads|tags)\//, ''))}`
  const at = commit === '' ? 'unknown' : `${code(commit.slice(0, 12))}${of}`
  return tag === null ? at : `${at}, recovery point ${code(tag)}`
}

const checkTable = (checks: Operation['checks']): string =>
  table(
    ['check', 'result', ''],
    checks.map(({ name, state, detail }) => [words(name), state, words(detail ?? '')]),
  )

const words = (text: string) => escape(oneLine(text))
