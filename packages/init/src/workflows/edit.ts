import { type Document, isSeq, parseDocument } from 'yaml'
import { nodeOf, textOf } from '../yaml-text.ts'

/** Actions of others, by commit; the tag stands behind it for people and for Dependabot. */
const pinned = {
  checkout: ['actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1', 'v7.0.1'],
  setupPython: ['actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97', 'v7.0.0'],
} as const

/** A workflow whose fixed parts are text and whose values are set as values, never as text. */
export class Workflow {
  readonly #document: Document

  constructor(template: string) {
    this.#document = parseDocument(template)
  }

  set(path: readonly (string | number)[], value: unknown): void {
    // A plain value keeps the quotes and the comment of the one that it takes the place of.
    this.#document.setIn(path, typeof value === 'object' ? nodeOf(value) : value)
  }

  /** Steps before those that the template has. */
  begin(job: string, steps: readonly unknown[]): void {
    const all = this.#document.getIn(['jobs', job, 'steps'])
    if (isSeq(all)) all.items.unshift(...steps.map(nodeOf))
  }

  /** The `with` and `env` of a step. */
  give(
    job: string,
    step: number,
    given: Readonly<Record<string, Readonly<Record<string, string>>>>,
  ) {
    for (const [key, values] of Object.entries(given)) {
      for (const [name, value] of Object.entries(values)) {
        this.set(['jobs', job, 'steps', step, key, name], value)
      }
    }
  }

  toString(): string {
    return textOf(this.#document)
  }
}

/** @param history whether all commits and tags are needed */
export function checkout(history: boolean): unknown {
  const { checkout: action } = pinned
  return {
    uses: actionOf(action),
    with: { ...(history ? { 'fetch-depth': 0 } : {}), 'persist-credentials': false },
  }
}

export const setupPython = (version: string): unknown => ({
  uses: actionOf(pinned.setupPython),
  with: { 'python-version': version },
})

function actionOf([action, tag]: readonly [string, string]) {
  const node = nodeOf(action)
  node.comment = ` ${tag}`
  return node
}

export const ours = (action: string, ref: string): string =>
  `recovery-playbook/recovery-playbook/actions/${action}@${ref}`
