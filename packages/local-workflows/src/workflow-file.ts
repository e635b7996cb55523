import type { WorkflowTemplate } from '@actions/workflow-parser/model/workflow-template'
import type { MappingToken } from '@actions/workflow-parser/templates/tokens/index'
import {
  fileIdentifier,
  type FileReference,
} from '@actions/workflow-parser/workflows/file-reference'
import {
  convertWorkflowTemplate,
  NoOperationTraceWriter,
  parseWorkflow,
} from './github-libraries.ts'
import { requireSupported } from './supported.ts'
import { wordAt } from './tokens.ts'

export interface WorkflowFile {
  /** `.github/workflows/backup.yml` */
  readonly path: string
  readonly name: string
  /** The file as written: what GitHub's model leaves out, such as `with` and `shell`, is in here. */
  readonly root: MappingToken
  /** GitHub's model of it: events, jobs with their needs, conditions with `success()` filled in. */
  readonly template: WorkflowTemplate
}

/** The text of a workflow file: `./.github/workflows/x.yml` or `owner/repo/.github/workflows/x.yml@ref`. */
export type ReadWorkflow = (reference: string) => Promise<string>

/**
 * Parses and checks a workflow file as GitHub does, and refuses what this runner does not support.
 *
 * @throws Error with a line for each finding: `.github/workflows/backup.yml (Line: 3, Col: 1): …`
 */
export async function parseWorkflowFile(path: string, read: ReadWorkflow): Promise<WorkflowFile> {
  const content = await read(`./${path}`)
  const { context, value } = parseWorkflow({ name: path, content }, new NoOperationTraceWriter())
  const refuse = (findings: readonly string[]) => {
    if (findings.length > 0) throw new Error(findings.map((one) => `${path}: ${one}`).join('\n'))
  }
  refuse(context.errors.getErrors().map(({ message }) => message))
  if (value === undefined) throw new Error(`${path}: the file is empty`)
  const called = {
    getFileContent: async (reference: FileReference) => ({
      name: fileIdentifier(reference),
      content: await read(fileIdentifier(reference)),
    }),
  }
  const template = await convertWorkflowTemplate(context, value, called, {
    fetchReusableWorkflowDepth: 1,
  })
  refuse((template.errors ?? []).map(({ Message }) => Message))
  requireSupported(path, value)
  const root = value.assertMapping('workflow')
  return { path, name: wordAt(root, 'name') || path, root, template }
}
