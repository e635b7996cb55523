import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Schedule, schedulesIn } from '@recovery-playbook/playbook'

const folder = '.github/workflows'

/** Of the workflow files in the workspace; none where nothing is checked out. */
export async function schedulesOf(workspace: string): Promise<Schedule[]> {
  const names = await readdir(join(workspace, folder)).catch(() => [])
  const files = names.filter((name) => /\.ya?ml$/.test(name)).map((name) => `${folder}/${name}`)
  const read = async (file: string) =>
    schedulesIn(await readFile(join(workspace, file), 'utf8'), file)
  return (await Promise.all(files.toSorted().map(read))).flat()
}
