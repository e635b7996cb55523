// Its hook for imports of JSON serves the language service as well.
import { readActionFile } from '@recovery-playbook/local-workflows'
import { TextDocument } from 'vscode-languageserver-textdocument'
import type { WorkflowText } from './workflow-examples.ts'

const { validate } = await import('@actions/languageservice')

/**
 * What GitHub's editors say of a workflow, with the inputs of our own actions known.
 *
 * @param ours the repository whose actions are in this checkout
 */
export async function languageServiceFindings(
  { path, text }: WorkflowText,
  ours: string,
): Promise<string[]> {
  const document = TextDocument.create(`file:///${path}.yml`, 'yaml', 1, text)
  const found = await validate(document, {
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ owner, name, path: folder = '' }) =>
        `${owner}/${name}` === ours
          ? await readActionFile(folder)
          : // Nothing is known here of the actions of others.
            { name, description: '' },
    },
  })
  return found.map(({ message, range }) => {
    const words = typeof message === 'string' ? message : message.value
    return `${path}:${range.start.line + 1}: ${words}`
  })
}
