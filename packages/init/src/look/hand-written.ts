import { type Scenario, scenarios } from '@recovery-playbook/playbook'
import type { Markdown, Table } from '../markdown.ts'
import type { Tree } from '../tree.ts'
import { type ContactFound, contactsIn } from './contacts.ts'
import { promiseIn } from './promise-in.ts'

/** A document in which people wrote down how they would recover. */
export interface HandWritten {
  readonly path: string
  readonly promises: readonly Promised[]
  readonly contacts: readonly ContactFound[]
  /** Rows of a table of backup tags, where it has one. */
  readonly history: number | undefined
  /** What was not understood, with its line. */
  readonly unread: readonly string[]
}

interface Promised {
  readonly scenario: Scenario
  readonly line: number
  /** In milliseconds, where a duration is written. */
  readonly recoveryTime: number | undefined
  readonly dataLoss: number | undefined
}

const subject =
  /(disaster|data(base)?)[\W_]*recovery|recovery[\W_]*(plan|procedure|guide)|(play|run)[\W_]?book|back[\W_]?ups?\b/i

/** The Markdown file that says most about recovery, if any does. */
export async function lookForHandWritten(
  tree: Tree,
  paths: readonly string[],
  markdown: Markdown,
): Promise<HandWritten | undefined> {
  const candidates = paths.filter((path) => /\.(md|markdown)$/i.test(path)).sort()
  const found = []
  for (const path of candidates) {
    const text = await tree.read(path)
    const isNamed = subject.test(path.split('/').at(-1) ?? '')
    if (text === undefined || !(isNamed || isAbout(text, markdown))) continue
    const document = readHandWritten(path, text, markdown)
    const weight = weightOf(document) + (isNamed ? 1 : 0)
    if (weight > 0) found.push({ document, weight })
  }
  return found.sort((a, b) => b.weight - a.weight)[0]?.document
}

const isAbout = (text: string, { sectionsIn }: Markdown) =>
  subject.test(text) &&
  sectionsIn(text).some(({ title, depth }) => depth <= 2 && subject.test(title))

/** Zero for a document that says nothing which a playbook takes over. */
const weightOf = ({ promises, contacts, history }: HandWritten) =>
  4 * promises.length + 2 * Math.min(contacts.length, 2) + (history === undefined ? 0 : 4)

function readHandWritten(path: string, text: string, markdown: Markdown): HandWritten {
  const tables = markdown.tablesIn(text)
  const { promises, unread } = promisesIn(tables)
  const { contacts, passedOver } = contactsIn(text, markdown)
  const history = tables.find(isHistory)
  return {
    path,
    promises,
    contacts,
    history: history?.rows.length,
    unread: [...unread, ...passedOver],
  }
}

const isHistory = ({ header, rows }: Table) =>
  header.some((cell) => /\btags?\b/i.test(cell)) &&
  (header.some((cell) => /date|when|purpose|descri|before/i.test(cell)) ||
    rows.some(({ cells }) => cells.some((cell) => /\bbackup-\d{4}-/.test(cell))))

function promisesIn(tables: readonly Table[]) {
  const found: Promised[] = []
  const unread: string[] = []
  for (const { header, rows } of tables) {
    const time = header.findIndex((cell) => /recovery time|restore time|\brto\b/i.test(cell))
    const loss = header.findIndex((cell) => /data loss|recovery point|\brpo\b/i.test(cell))
    if (time < 0 && loss < 0) continue
    for (const { line, cells } of rows) {
      const scenario = scenarioIn(cells.find((_, at) => at !== time && at !== loss) ?? '')
      const promise = (at: number, what: string) => {
        const cell = cells[at] ?? ''
        const milliseconds = at < 0 ? undefined : promiseIn(cell)
        if (at >= 0 && milliseconds === undefined) {
          unread.push(`line ${line}: '${cell}' is no ${what} that can be measured`)
        }
        return milliseconds
      }
      if (scenario === undefined) {
        unread.push(`line ${line}: '${cells[0] ?? ''}' is none of ${scenarios.join(', ')}`)
      } else if (found.some((one) => one.scenario === scenario)) {
        unread.push(`line ${line}: ${scenario} was promised above already`)
      } else {
        const recoveryTime = promise(time, 'recovery time')
        found.push({
          scenario,
          line,
          // Nothing recovers in no time.
          recoveryTime: recoveryTime === 0 ? undefined : recoveryTime,
          dataLoss: promise(loss, 'data loss'),
        })
      }
    }
  }
  return { promises: found, unread }
}

/** The first that fits: a catastrophe may speak of the database, too. */
const wordsOfScenarios: readonly (readonly [RegExp, Scenario])[] = [
  [/catastroph|account|total|everything|all (is )?(lost|gone)/i, 'catastrophe'],
  [/environment|rebuild|infrastructure|server|hosting|platform|railway/i, 'environment-rebuild'],
  [/database|postgres|\bdb\b|\bdata\b/i, 'database-restore'],
  [/code|roll-?back|deploy|release|\bgit\b/i, 'code-rollback'],
]

const scenarioIn = (text: string): Scenario | undefined =>
  wordsOfScenarios.find(([words]) => words.test(text))?.[1]
