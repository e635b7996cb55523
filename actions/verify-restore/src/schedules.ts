import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Schedule, schedulesIn } from '@recovery-playbook/playbook'

const folder = '.github/workflows'

/**
 * Of the workflow files in the workspace that export; of all where none says so itself. None where nothing
 * is checked out.
 */
export async function schedulesOf(workspace: string): Promise<Schedule[]> {
  const names = await readdir(join(workspace, folder)).catch(() => [])
  const files = names.filter((name) => /\.ya?ml$/.test(name)).map((name) => `${folder}/${name}`)
  const texts = await Promise.all(
    files.toSorted().map(async (file) => {
      const text = await readFile(join(workspace, file), 'utf8').catch(() => '')
      return { file, text }
    }),
  )
  const exporting = texts.filter(({ text }) => text.includes('pg-export-release'))
  return (exporting.length > 0 ? exporting : texts).flatMap(({ file, text }) =>
    schedulesIn(text, file),
  )
}
