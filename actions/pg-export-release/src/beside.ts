import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import {
  compressOutput,
  compressText,
  type Member,
  partBytesFor,
  storeMember,
  type Writer,
  type Zstd,
} from '@recovery-playbook/archive'
import { bundleCode, type CodeBundle } from '@recovery-playbook/code-bundle'
import { renderConfiguration } from '@recovery-playbook/configuration'
import type { Runner } from '@recovery-playbook/host'
import type { Inputs } from './inputs.ts'

type Storing = Pick<Parameters<typeof storeMember>[0], 'seal' | 'sink' | 'scratch'>

/** The code at the run's commit, known to be whole before the dump. */
export async function prepareCode(runner: Runner, scratch: string): Promise<CodeBundle> {
  const { workspace, commit } = runner.context
  const bundle = await bundleCode({ ...runner, directory: workspace, commit, home: scratch })
  for (const line of bundle.lacks) runner.warn(line)
  return bundle
}

/** What an application needs beside its database: code and configuration. */
export async function captureBeside(
  { configuration }: Inputs,
  code: CodeBundle | undefined,
  zstd: Zstd,
  storing: Storing,
): Promise<Member[]> {
  const members: Member[] = []
  if (code !== undefined) {
    const content = compressOutput(fromFile(code.path), zstd)
    const partBytes = partBytesFor(code.bytes)
    const name = 'code.bundle'
    members.push(await storeMember({ ...storing, name, content, partBytes, parallel: 4 }))
  }
  if (Object.keys(configuration).length > 0) {
    const content = await compressText(renderConfiguration(configuration))
    const name = 'configuration.env'
    members.push(
      await storeMember({ ...storing, name, content, partBytes: partBytesFor(0), parallel: 1 }),
    )
  }
  return members
}

const fromFile =
  (path: string): Writer =>
  (into) => {
    const stop = new AbortController()
    const succeeded = pipeline(createReadStream(path), into.stdin, stop)
    succeeded.catch(() => undefined)
    return {
      succeeded,
      stop: () => {
        stop.abort()
      },
    }
  }
