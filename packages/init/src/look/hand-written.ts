import {
  guaranteesIn,
  type Promised,
  sectionsIn,
  type Table,
  tablesIn,
} from '@recovery-playbook/document'
import type { Tree } from '../tree.ts'
import { type ContactFound, contactsIn } from './contacts.ts'

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

const subject =
  /(disaster|data(base)?)[\W_]*recovery|recovery[\W_]*(plan|procedure|guide)|(play|run)[\W_]?book|back[\W_]?ups?\b/i

/** The Markdown file that says most about recovery, if any does. */
export async function lookForHandWritten(
  tree: Tree,
  paths: readonly string[],
): Promise<HandWritten | undefined> {
  const candidates = paths.filter((path) => /\.(md|markdown)$/i.test(path)).sort()
  const found = []
  for (const path of candidates) {
    const text = await tree.read(path)
    const isNamed = subject.test(path.split('/').at(-1) ?? '')
    if (text === undefined || !(isNamed || isAbout(text))) continue
    const document = readHandWritten(path, text)
    const weight = weightOf(document) + (isNamed ? 1 : 0)
    if (weight > 0) found.push({ document, weight })
  }
  return found.sort((a, b) => b.weight - a.weight)[0]?.document
}

const isAbout = (text: string) =>
  subject.test(text) &&
  sectionsIn(text).some(({ title, depth }) => depth <= 2 && subject.test(title))

/** Zero for a document that says nothing which a playbook takes over. */
const weightOf = ({ promises, contacts, history }: HandWritten) =>
  4 * promises.length + 2 * Math.min(contacts.length, 2) + (history === undefined ? 0 : 4)

function readHandWritten(path: string, text: string): HandWritten {
  const tables = tablesIn(text)
  const { promises, unread } = guaranteesIn(tables)
  const { contacts, passedOver } = contactsIn(text)
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
  header.cells.some((cell) => /\btags?\b/i.test(cell)) &&
  (header.cells.some((cell) => /date|when|purpose|descri|before/i.test(cell)) ||
    rows.some(({ cells }) => cells.some((cell) => /\bbackup-\d{4}-/.test(cell))))
