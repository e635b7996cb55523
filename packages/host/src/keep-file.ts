import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** In a folder of its own: a job may drill twice. The runner removes it with the job. */
export async function keepFile(directory: string, name: string, text: string): Promise<string> {
  const path = join(await mkdtemp(join(directory, 'kept-')), name)
  await writeFile(path, text)
  return path
}
