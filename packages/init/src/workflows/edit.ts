import { type Document, isMap, parseDocument } from 'yaml'
import { nodeOf, textOf } from '../yaml-text.ts'

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

  /** Each value below a path; none where there are none. */
  setAll(path: readonly string[], values: Readonly<Record<string, unknown>>): void {
    for (const [key, value] of Object.entries(values)) this.set([...path, key], value)
  }

  /** A job, with the comments of its own template. */
  addJob(id: string, job: Workflow): void {
    const jobs = this.#document.get('jobs')
    if (!isMap(jobs)) throw new TypeError('the template has no jobs')
    jobs.flow = false
    jobs.set(id, job.#document.contents)
  }

  toString(): string {
    return textOf(this.#document)
  }
}

/** A reusable workflow of ours. */
export const ours = (name: string, ref: string): string =>
  `recovery-playbook/recovery-playbook/.github/workflows/${name}.yml@${ref}`
