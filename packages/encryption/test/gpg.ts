import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'

const run = promisify(execFile)
const program = 'gpg'

/** Stock GnuPG with a home of its own, which ends its agent and is removed with everything in it. */
export interface Gnupg {
  readonly home: string
  /** Standard output; rejects with standard error for any exit code but 0. */
  readonly gpg: (words: readonly string[], input?: Uint8Array) => Promise<Buffer>
  /** A file in the home. */
  readonly file: (name: string, content: Uint8Array | string) => Promise<string>
  [Symbol.asyncDispose](): Promise<void>
}

export async function stockGnupg(): Promise<Gnupg> {
  // A socket's path has 108 bytes at most: not deeper than this.
  const home = await mkdtemp(join(tmpdir(), 'rp-gpg-'))
  const environment = { ...process.env, GNUPGHOME: home, LC_ALL: 'C' }

  async function gpg(words: readonly string[], input: Uint8Array = Buffer.alloc(0)) {
    const always = ['--batch', '--no-tty', '--trust-model', 'always', '--pinentry-mode', 'loopback']
    const child = spawn(program, [...always, ...words], { env: environment })
    child.stdin.on('error', () => undefined).end(input)
    const [output, errors] = await Promise.all([
      buffer(child.stdout),
      buffer(child.stderr),
      once(child, 'close'),
    ])
    if (child.exitCode !== 0) throw new Error(errors.toString())
    return output
  }

  return {
    home,
    gpg,
    async file(name, content) {
      await writeFile(join(home, name), content)
      return join(home, name)
    },
    async [Symbol.asyncDispose]() {
      await run('gpgconf', ['--kill', 'all'], { env: environment })
      await rm(home, { recursive: true, force: true })
    },
  }
}

export interface GeneratedKey {
  readonly fingerprint: string
  readonly publicKey: string
  readonly privateKey: string
}

/** The kinds of key that GnuPG 2.2 offers, by the line of its parameter file. */
export const keyTypes = {
  'RSA-3072': 'Key-Type: RSA\nKey-Length: 3072\nSubkey-Type: RSA\nSubkey-Length: 3072',
  'NIST P-256': 'Key-Type: ECDSA\nKey-Curve: nistp256\nSubkey-Type: ECDH\nSubkey-Curve: nistp256',
  'ed25519/cv25519':
    'Key-Type: EDDSA\nKey-Curve: ed25519\nSubkey-Type: ECDH\nSubkey-Curve: cv25519',
} as const

interface KeyRequest {
  /** A parameter file's lines for type and length. */
  readonly type: string
  readonly name: string
  readonly passphrase?: string
  /** As gpg writes dates: 0 for never, 30d, 20240101T000000. */
  readonly expires?: string
  readonly more?: readonly string[]
}

export async function generateKey(
  { gpg, file }: Gnupg,
  { type, name, passphrase = '', expires = '0', more = [] }: KeyRequest,
): Promise<GeneratedKey> {
  const protection = passphrase === '' ? '%no-protection' : `Passphrase: ${passphrase}`
  const usage = type.includes('Subkey-Type: ')
    ? type.replace('\nSubkey-Type', '\nKey-Usage: sign,cert\nSubkey-Usage: encrypt\nSubkey-Type')
    : `${type}\nKey-Usage: sign,cert`
  const lines = [usage, `Name-Real: ${name}`, `Expire-Date: ${expires}`, protection, '%commit', '']
  await gpg([...more, '--gen-key', await file('parameters', lines.join('\n'))])
  const listed = (await gpg(['--with-colons', '--list-keys', `=${name}`])).toString()
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? 'none'
  const secret = ['--passphrase', passphrase, '--armor', '--export-secret-keys', fingerprint]
  return {
    fingerprint,
    publicKey: (await gpg(['--armor', '--export', fingerprint])).toString(),
    privateKey: (await gpg(secret)).toString(),
  }
}

/** Decrypts as a person would: into a file, with nothing but what is held. */
export async function decryptedBy(
  { gpg, file, home }: Gnupg,
  sealed: Uint8Array,
  words: readonly string[] = [],
) {
  const input = await file('sealed.gpg', sealed)
  await gpg([...words, '--yes', '--output', join(home, 'plain'), '--decrypt', input])
  return readFile(join(home, 'plain'))
}
