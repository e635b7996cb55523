/** A workflow, or what a README shows of one. */
export interface WorkflowText {
  readonly path: string
  /** With so many empty lines before it that its lines have the file's numbers. */
  readonly text: string
}

/** What a part of a job stands in, for the tools to see a whole workflow. */
const aroundJob = `name: Example
on: workflow_dispatch
permissions: {}
concurrency:
  group: example
  cancel-in-progress: false
jobs:
  example:
    name: Example
    runs-on: ubuntu-24.04
    timeout-minutes: 5
`
const aroundSteps = `${aroundJob}    permissions:
      contents: write # what the steps of examples need
    steps:
`

/**
 * The yaml blocks of a Markdown document: each is a workflow, the inside of a job, a list of steps, or a
 * playbook, which is left out.
 *
 * @throws Error that names file and line of a block that is none of these, which no tool would look at
 */
export function workflowExamples(path: string, markdown: string): WorkflowText[] {
  return [...markdown.matchAll(/^ *```ya?ml\b[^\n]*\n(.*?)^ *```$/gims)].flatMap(
    ({ 1: text = '', index }) => {
      const above = markdown.slice(0, index).split('\n').length
      const inside = (around: string, indent: string) => {
        const empty = '\n'.repeat(Math.max(0, above - around.split('\n').length + 1))
        return { path, text: `${empty}${around}${text.replaceAll(/^(?=.)/gm, indent)}` }
      }
      // A test reads playbooks.
      if (text.startsWith('# yaml-language-server:')) return []
      if (/^jobs:/m.test(text)) return inside('', '')
      if (/^steps:/m.test(text)) return inside(aroundJob, '    ')
      if (/^- (uses|run|name|id|if|env|with):/m.test(text)) return inside(aroundSteps, '      ')
      throw new Error(
        `${path}:${above}: this example is no workflow, inside of a job or list of steps`,
      )
    },
  )
}
