import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Git's answer, without the line's end. */
export async function git(words: readonly string[], environment = {}): Promise<string> {
  const settings = { env: { ...process.env, ...environment }, maxBuffer: 64 * 1024 ** 2 }
  const { stdout } = await promisify(execFile)('git', words, settings)
  return stdout.trimEnd()
}
