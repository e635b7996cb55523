import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const programs = {
  gh: `exec '${process.execPath}' '${join(import.meta.dirname, 'gh.ts')}' "$@"`,
  // Nothing is installed on this machine; the job's log tells what would have been.
  sudo: '[ "$1" = --preserve-env ] && shift && exec "$@"\necho "sudo $*"',
}

/** @returns a folder for the front of PATH, with what stands for programs of GitHub's images */
export async function standInPrograms(directory: string): Promise<string> {
  const folder = join(directory, 'programs')
  await mkdir(folder)
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }
  return folder
}
